"""The control plane's log: a line of JSON each, bounded, and without secrets."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from edm.ports.log import about

_LARGEST = 10 * 1024 * 1024
"""Bytes of a file; a second one keeps what came before."""

_SECRETS = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), r"\1 ***"),
    (re.compile(r"://[^/\s@]+@"), "://***@"),
)
"""Nothing of ours logs these; a message of git or of a library might quote them."""

_READABLE = "%(asctime)s %(levelname)s %(name)s %(message)s"


class JsonLines(logging.Formatter):
    """Writes a record as a line of JSON, with what it is about where that is known."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        known = about()
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
            "operation": known.operation,
            "instance": known.instance,
        }
        if record.exc_info:
            fields["trace"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps({key: text for key, text in fields.items() if text})


class Readable(logging.Formatter):
    """Writes a record as people read it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return without_secrets(super().format(record))


def without_secrets(text: str) -> str:
    """Return a text with stars where it quotes a token or a password."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def log_to(path: Path, *, terminal: bool) -> None:
    """Have all that is logged written to a file, and to the terminal as people read it.

    Args:
        path: The file; made for this user alone.
        terminal: Whether somebody watches.

    Raises:
        OSError: It cannot be written.
    """
    # A full disk neither ends the control plane nor fills its terminal.
    logging.raiseExceptions = False
    path.touch(mode=0o600)
    path.chmod(0o600)
    file = RotatingFileHandler(path, maxBytes=_LARGEST, backupCount=1, encoding="utf-8")
    file.setFormatter(JsonLines())
    handlers: list[logging.Handler] = [file]
    if terminal:
        shown = logging.StreamHandler(sys.stderr)
        shown.setFormatter(Readable(_READABLE))
        handlers.append(shown)
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    for noisy in ("alembic", "httpx", "httpcore", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
