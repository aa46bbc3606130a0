"""What the server counts, as Prometheus reads it."""

import time
from pathlib import Path
from resource import getpagesize

from .activity import Activity
from .responses import Answer

_TYPE = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8")
_NEVER = 0.0


def metrics_answer(activity: Activity) -> Answer:
    """Answer all figures."""
    requests = [
        f'http_requests_total{{status="{digit}xx"}} {activity.answered[digit]}'
        for digit in range(1, 6)
    ]
    lines = [
        "# HELP http_requests_total Requests answered, without health checks and these figures.",
        "# TYPE http_requests_total counter",
        *requests,
        *_gauge("http_requests_active", "Requests being answered now.", activity.active - 1),
        *_gauge(
            "last_request_timestamp_seconds",
            "When a request last kept the server awake; 0 if none did.",
            _last_use(activity),
        ),
        *_gauge("process_resident_memory_bytes", "Memory in use.", _memory()),
    ]
    return Answer("\n".join([*lines, ""]).encode(), 200, _TYPE)


def _gauge(name: str, notes: str, value: float) -> tuple[str, str, str]:
    return f"# HELP {name} {notes}", f"# TYPE {name} gauge", f"{name} {value}"


def _last_use(activity: Activity) -> float:
    if activity.using:
        return round(time.time(), 3)
    ago = time.monotonic() - activity.last_use
    return round(max(_NEVER, time.time() - ago), 3)


def _memory() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * getpagesize()
