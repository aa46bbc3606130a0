"""The control plane, started in the background and awaited."""

import http.client
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from edm.adapters.system.control import Running, running
from edm.cli.choosing import unusable
from edm.cli.failure import Failure
from edm.settings import Settings, to_environment

COMMAND = (sys.executable, "-P", "-m", "edm.api")
FOREGROUND = "--foreground"
"""Has the control plane log to the terminal too."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_TRUNC
"""What a control plane says beside its log, which it keeps itself, is of its last start only."""

_READY_SECONDS = 60.0
"""How long a control plane may take until it answers; it takes one or two."""

_PAUSE_SECONDS = 0.02
_LAST_LINES = 8

_ROOM = 64 * 1024
"""Bytes without which a control plane cannot even say what it lacks."""

_OK = 200


def start(settings: Settings) -> Running:
    """Start a control plane that outlives this process, and return when it answers.

    Raises:
        Failure: It cannot be started, ended, or did not answer in time.
    """
    output = settings.home / "control.out"
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(output, _NEW, 0o600), "ab") as stream:
            process = _spawn(settings, stream.fileno())
    except OSError as error:
        raise unusable(settings, error) from error
    return _await(settings, process, output)


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment of a control plane with these settings."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        # What clients read is not the control plane's, which may outlive it.
        if name not in {"EDM_URL", "EDM_TOKEN"}
    }
    return inherited | to_environment(settings)


def answers(found: Running) -> bool:
    """Return whether a control plane answers."""
    connection = http.client.HTTPConnection(urlsplit(found.local_url).netloc, timeout=1)
    try:
        connection.request("GET", "/api/v1/health")
        return connection.getresponse().status == _OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _spawn(settings: Settings, output: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - an argument list without a word of others
        COMMAND,
        env=environment(settings),
        cwd=settings.home,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )


def _await(settings: Settings, process: "subprocess.Popen[bytes]", output: Path) -> Running:
    deadline = time.monotonic() + _READY_SECONDS
    hint = f"Its log is {settings.log_file}."
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failure(f"The control plane did not start: {_reason(settings, output)}", hint)
        found = running(settings)
        if found is not None and found.pid == process.pid and answers(found):
            return found
        time.sleep(_PAUSE_SECONDS)
    process.terminate()
    raise Failure(f"The control plane did not answer within {_READY_SECONDS:.0f} s.", hint)


def _reason(settings: Settings, output: Path) -> str:
    """Return why a control plane ended; on a full disk it could not say so itself."""
    if shutil.disk_usage(settings.home).free < _ROOM:
        return f"the disk of {settings.home} is full. Free some space, then try again."
    return _last_words(output) or "it ended without a word."


def _last_words(output: Path) -> str:
    lines = output.read_bytes().decode("utf-8", "replace").split("\n")
    return " ".join(line.strip() for line in lines[-_LAST_LINES:] if line.strip())
