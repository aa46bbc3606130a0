"""One instance, shown to people: what it does now, where it is, what it was."""

import sys
from datetime import UTC, datetime

from edm.cli.moments import lasting, relative
from edm.cli.remarks import counted
from edm.cli.rows import Row, shown
from edm.cli.talk import put, put_line
from edm.cli.text import clean_head
from edm.cli.wishes import shown_duration

_WIDTH = 15
_RELEASES = 5
_BEFORE = "before-release-"
_NEXT = {
    "stopped": "`edm start {name}` starts it.",
    "failed": "`edm logs {name}` has more; `edm start {name}` tries again.",
    "sleeping": "The next request wakes it.",
}


def put_instance(instance: Row, releases: list[Row]) -> None:
    """Print an instance, a line for each thing that is known of it.

    Args:
        instance: As the control plane shows it; ``operation``, if one is under way, whole.
        releases: Its releases, newest first.
    """
    now = datetime.now(UTC)
    for label, text in (*_state(instance, now), *_places(instance), *_keeping(instance)):
        if text:
            put_line(f"{f'{label}:' if label else '':<{_WIDTH}} {text}", sys.stdout)
    _put_releases(instance, releases)


def _state(instance: Row, now: datetime) -> tuple[tuple[str, str], ...]:
    state = str(instance["state"])
    since = instance.get("since") if state == "running" else instance.get("changed")
    reason = clean_head(instance.get("reason") or "")
    after = _NEXT.get(state, "").format(name=instance["name"])
    return (
        ("Instance", str(instance["name"])),
        ("State", f"{state} {lasting(since, now)}" if since else state),
        ("", reason),
        ("", after),
        ("Under way", _under_way(instance)),
        ("Last deploy", _failure(instance, now)),
        ("Access", str(instance.get("access") or "")),
        ("Last request", _use(instance, now)),
        ("Memory", shown("memory", instance.get("memory"))),
        ("Sleeps", _sleep(instance)),
    )


def _under_way(instance: Row) -> str:
    operation = instance.get("operation")
    if not operation:
        return ""
    active = [step["name"] for step in operation["steps"] if step["progress"] == "active"]
    at = f", at step {active[0]}" if active else ""
    return f"{operation['verb']}{at}; `edm cancel {instance['name']}` cancels it"


def _failure(instance: Row, now: datetime) -> str:
    failure = instance.get("failure")
    if not failure:
        return ""
    reason = clean_head(failure["reason"])
    name = instance["name"]
    return f"failed {relative(failure['at'], now)}: {reason} (`edm events {name}` has what was)"


def _use(instance: Row, now: datetime) -> str:
    used, requests = instance.get("used"), instance.get("requests")
    last = relative(used, now) if used else "none yet" if requests == 0 else ""
    return f"{last}; {counted(requests, 'request')} since it started" if requests else last


def _sleep(instance: Row) -> str:
    after = instance.get("sleep_after")
    if after is None:
        return ""
    return f"after {shown_duration(after)} without a request" if after else "never"


def _places(instance: Row) -> tuple[tuple[str, str], ...]:
    return (
        ("API", str(instance["url"])),
        ("", str(instance.get("path_url") or "")),
        ("Documentation", str(instance["docs_url"])),
        ("Try", f"curl {instance['try_url']}" if instance.get("try_url") else ""),
        ("Source", str(instance["git_url"])),
        ("Origins", shown("origins", instance.get("origins"))),
        ("Mirror", _mirror(instance)),
    )


def _mirror(instance: Row) -> str:
    mirror = instance.get("mirror")
    if not mirror:
        return ""
    commit = mirror.get("commit") or ""
    how = clean_head(mirror.get("reason") or "") or (f"at {commit[:10]}" if commit else "")
    return f"{mirror['url']} {how}".rstrip()


def _keeping(instance: Row) -> tuple[tuple[str, str], ...]:
    return (
        ("Owner", str(instance.get("owner") or "")),
        ("Created", shown("created", instance.get("created"))),
        ("Worker", str(instance.get("worker") or "")),
        ("Data copied", ", ".join(map(_copied, instance.get("backups") or ()))),
    )


def _copied(label: str) -> str:
    number = label.removeprefix(_BEFORE)
    return f"before release {int(number)}" if number.isdecimal() else label


def _put_releases(instance: Row, releases: list[Row]) -> None:
    for n, release in enumerate(releases[:_RELEASES]):
        current = "  current" if release["number"] == instance.get("release") else ""
        label = "Releases:" if n == 0 else ""
        created = shown("created", release.get("created"))
        put(f"{label:<{_WIDTH}} {release['number']}  {created}  {release['commit'][:10]}{current}")
    if len(releases) > _RELEASES:
        put(f"{'':<{_WIDTH}} `edm releases {instance['name']}` lists all {len(releases)}.")
