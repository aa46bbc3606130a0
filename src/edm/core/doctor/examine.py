"""Facts to findings: the machine first, then the home, then what runs on it."""

from collections.abc import Iterator
from datetime import timedelta

from edm.core.doctor import kinds
from edm.core.doctor.facts import Disk, Entry, Facts, Port, Tool
from edm.core.doctor.findings import Act, Finding, found, mendable
from edm.core.doctor.running import examine_running

_MEBIBYTE = 1024**2

_MEMORY_LOW = 200 * _MEBIBYTE
"""Bytes below which the next few instances that wake could be too many."""

_DISK_LOW = 1024 * _MEBIBYTE
_DISK_FULL = 64 * _MEBIBYTE
_FILES_LOW = 2000
"""What a deploy and a backup need, and a little more."""

_SKEW = timedelta(minutes=2)
"""How far a file's time may be ahead: file systems round, clocks are adjusted."""

_LONGEST_SOCKET = 107
"""Bytes the kernel takes, the last one apart."""


def examine(facts: Facts) -> tuple[Finding, ...]:
    """Return what is wrong or worth knowing, in the order in which it is best seen to."""
    return (
        *_machine(facts),
        *_tools(facts.tools),
        *_home(facts),
        *examine_running(facts),
        *_leftovers(facts),
    )


def _machine(facts: Facts) -> Iterator[Finding]:
    if facts.available < min(_MEMORY_LOW, facts.memory // 10):
        text = f"{facts.available // _MEBIBYTE} of {facts.memory // _MEBIBYTE} MiB are left."
        yield found(kinds.MEMORY_LOW, "memory", text)
    for disk in facts.disks:
        yield from _disk(disk)
    last = facts.control.last
    if last is not None and facts.now + _SKEW < last:
        said, known = (f"{one:%Y-%m-%d %H:%M}" for one in (facts.now, last))
        text = f"It is {said} by the clock; the home has something of {known}."
        yield found(kinds.CLOCK_WRONG, "clock", text)
    for port in facts.ports:
        yield from _port(port)


def _port(port: Port) -> Iterator[Finding]:
    if port.holder is None:
        return
    text = f"Port {port.number}, for {port.use}, is taken by {port.holder}."
    if port.fixed:
        hint = f"Stop that program, or choose another port with {port.option}."
        yield found(kinds.PORT_TAKEN, f"port {port.number}", text, hint)
    else:
        yield found(kinds.PORT_MOVES, f"port {port.number}", text)


def _disk(disk: Disk) -> Iterator[Finding]:
    if not disk.writable:
        yield found(kinds.READ_ONLY, disk.path, f"{disk.path} cannot be written, for {disk.use}.")
    text = f"{disk.free // _MEBIBYTE} MiB are free for {disk.use}."
    if disk.free < _DISK_FULL:
        yield found(kinds.DISK_FULL, disk.path, text)
    elif disk.free < min(_DISK_LOW, disk.size // 10):
        yield found(kinds.DISK_LOW, disk.path, text)
    # File systems that make inodes as they need them say that they have none at all.
    if disk.files and disk.files_free < _FILES_LOW:
        text = f"{disk.files_free} more files fit, for {disk.use}."
        yield found(kinds.FILES_LOW, disk.path, text)


def _tools(tools: tuple[Tool, ...]) -> Iterator[Finding]:
    for tool in tools:
        if tool.version is None:
            yield found(kinds.TOOL_MISSING, tool.name, f"{tool.name} cannot be run.")
        elif _numbers(tool.version) < tool.least:
            least = ".".join(map(str, tool.least))
            text = f"{tool.name} is {tool.version}; at least {least} is needed."
            yield found(kinds.TOOL_OLD, tool.name, text)


def _numbers(version: str) -> tuple[int, ...]:
    digits = (part for part in version.lstrip("v").split("."))
    return tuple(int(part) for part in digits if part.isdigit())


def _home(facts: Facts) -> Iterator[Finding]:
    for entry in facts.entries:
        yield from _entry(entry)
    if facts.longest_socket > _LONGEST_SOCKET:
        text = f"It may have {facts.longest_socket} bytes; {_LONGEST_SOCKET} are allowed."
        yield found(kinds.SOCKET_LONG, facts.home, text)
    if facts.control.answers and not facts.control.token:
        yield found(kinds.NO_TOKEN, facts.home, "There is no token in the home.")


def _entry(entry: Entry) -> Iterator[Finding]:
    if not entry.ours:
        yield found(kinds.FOREIGN, entry.path, f"{entry.path} belongs to another user.")
    elif entry.mode & 0o077:
        text = f"Others may use {entry.path}: its mode is {entry.mode:o}."
        yield mendable(kinds.OPEN, entry.path, text, Act.CLOSE)


def _leftovers(facts: Facts) -> Iterator[Finding]:
    for path in facts.stale:
        yield mendable(kinds.SOCKET_STALE, path, f"Nobody listens at {path}.", Act.REMOVE)
    for path in facts.torn:
        yield mendable(kinds.TORN, path, f"{path} is a part of something unfinished.", Act.REMOVE)
    for stray in facts.strays:
        pid = stray.target.partition(":")[0]
        text = f"Process {pid} runs and no record knows it: {stray.what}."
        yield mendable(kinds.STRAY, f"process {pid}", text, Act.END, stray.target)
    for one in facts.unknown:
        yield found(kinds.UNKNOWN, one.target, f"{one.target} is {one.what} of no instance.")
