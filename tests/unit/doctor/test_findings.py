"""Each thing that can be wrong is found, and nothing is where nothing is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from edm.core.doctor import Act, Facts, Finding, Repair, examine, kinds
from edm.core.doctor.facts import (
    Ailing,
    Certificate,
    Control,
    Disk,
    Entry,
    Leftover,
    Port,
    Proxy,
    Tool,
    Unit,
)
from edm.core.problems import Kind

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GIB = 1024**3
DISK = Disk("the home", "/home", 100 * GIB, 50 * GIB, 1_000_000, 900_000)
CONTROL = Control(7, True, "1.0", "1.0", True, "", True, NOW)  # noqa: FBT003 - positions of facts
PROXY = Proxy(running=True, answers=True, current=True)
DOWN = replace(CONTROL, pid=0, answers=False, locked=False, version="")
WELL = Facts(
    home="/home/edm",
    now=NOW,
    memory=8 * GIB,
    available=4 * GIB,
    disks=(DISK,),
    ports=(Port(8000, "the control plane", "--port", None),),
    tools=(Tool("git", "2.39.5", (2, 38)), Tool("caddy", "v2.11.7", (2, 8))),
    entries=(Entry("/home/edm", ours=True, mode=0o700),),
    longest_socket=70,
    proxy=PROXY,
    control=CONTROL,
    forks=True,
)


def ending(after: timedelta, *, short: bool = False) -> Proxy:
    return replace(PROXY, certificates=(Certificate("shop.example.org", NOW + after, short),))


ILLS: list[tuple[Kind, dict[str, object], str]] = [
    (kinds.MEMORY_LOW, {"available": 100 * 1024**2}, "100 of 8192 MiB"),
    (kinds.DISK_LOW, {"disks": (replace(DISK, free=GIB // 2),)}, "512 MiB are free for the home"),
    (kinds.DISK_FULL, {"disks": (replace(DISK, free=1000),)}, "0 MiB"),
    (kinds.READ_ONLY, {"disks": (replace(DISK, writable=False),)}, "cannot be written"),
    (kinds.FILES_LOW, {"disks": (replace(DISK, files_free=10),)}, "10 more files"),
    (kinds.CLOCK_WRONG, {"now": NOW - timedelta(days=1)}, "2026-02-28 12:00 by the clock"),
    (
        kinds.PORT_TAKEN,
        {"ports": (Port(443, "instances", "--ingress-port", "nginx (process 9)", fixed=True),)},
        "Port 443, for instances, is taken by nginx",
    ),
    (kinds.PORT_MOVES, {"ports": (Port(8080, "instances", "-", "python"),)}, "Port 8080"),
    (kinds.TOOL_MISSING, {"tools": (Tool("git", None, (2, 38)),)}, "git cannot be run"),
    (kinds.TOOL_OLD, {"tools": (Tool("git", "2.9.1", (2, 38)),)}, "at least 2.38"),
    (kinds.FOREIGN, {"entries": (Entry("/h", ours=False, mode=0o700),)}, "another user"),
    (kinds.SOCKET_LONG, {"longest_socket": 108}, "108 bytes"),
    (kinds.NO_TOKEN, {"control": replace(CONTROL, token=False)}, "no token"),
    (kinds.CONTROL_DOWN, {"control": DOWN, "proxy": replace(PROXY, running=False)}, "No control"),
    (kinds.CONTROL_GONE, {"control": DOWN}, "but its proxy does"),
    (kinds.CONTROL_SILENT, {"control": replace(CONTROL, answers=False)}, "Process 7"),
    (kinds.DATABASE_BROKEN, {"control": replace(CONTROL, database="malformed")}, "malformed"),
    (kinds.VERSION_OLD, {"control": replace(CONTROL, version="0.9")}, "0.9 runs, 1.0"),
    (kinds.PROXY_DOWN, {"proxy": replace(PROXY, running=False)}, "does not run"),
    (kinds.PROXY_SILENT, {"proxy": replace(PROXY, answers=False)}, "does not answer"),
    (kinds.PROXY_OUTDATED, {"proxy": replace(PROXY, current=False)}, "another one"),
    (kinds.CERTIFICATE_EXPIRES, {"proxy": ending(timedelta(days=5))}, "shop.example.org"),
    (kinds.CERTIFICATE_EXPIRED, {"proxy": ending(-timedelta(days=1))}, "2026-02-28"),
    (kinds.FORKS_DOWN, {"forks": False}, "fork server"),
    (kinds.INSTANCE_BROKEN, {"ailing": (Ailing("shop", "It is damaged."),)}, "damaged"),
    (kinds.UNCHECKED, {"unchecked": ("shop", "bar")}, "2 databases"),
    (kinds.UNKNOWN, {"unknown": (Leftover("/h/old.git", "the repository"),)}, "/h/old.git"),
    (kinds.UNIT_OUTDATED, {"units": (Unit("/etc/edm.service", current=False),)}, "edm.service"),
    (
        kinds.UNIT_DIFFERS,
        {"units": (Unit("/etc/edm.service", current=True, differing=("EDM_PORT",)),)},
        "EDM_PORT",
    ),
]

MENDABLE: list[tuple[Kind, dict[str, object], Repair]] = [
    (
        kinds.OPEN,
        {"entries": (Entry("/home/token", ours=True, mode=0o644),)},
        Repair(Act.CLOSE, "/home/token"),
    ),
    (kinds.SOCKET_STALE, {"stale": ("/run/s.sock",)}, Repair(Act.REMOVE, "/run/s.sock")),
    (kinds.TORN, {"torn": ("/home/x.part",)}, Repair(Act.REMOVE, "/home/x.part")),
    (kinds.STRAY, {"strays": (Leftover("12:3456", "sleep"),)}, Repair(Act.END, "12:3456")),
]


def code(one: object) -> str:
    """Return how a case is called."""
    return one.code if isinstance(one, Kind) else ""


def examined(changes: dict[str, object]) -> tuple[Finding, ...]:
    return examine(replace(WELL, **changes))  # type: ignore[arg-type]


def test_where_nothing_is_wrong_nothing_is_found() -> None:
    assert examine(WELL) == ()


@pytest.mark.parametrize(("kind", "changes", "words"), ILLS, ids=code)
def test_what_is_wrong_is_found_alone(kind: Kind, changes: dict[str, object], words: str) -> None:
    (finding,) = examined(changes)
    assert finding.problem.code == kind.code
    assert words in finding.problem.message
    assert finding.problem.hint
    assert finding.repair is None


@pytest.mark.parametrize(("kind", "changes", "repair"), MENDABLE, ids=code)
def test_what_harms_nobody_can_be_put_right(
    kind: Kind, changes: dict[str, object], repair: Repair
) -> None:
    (finding,) = examined(changes)
    assert (finding.problem.code, finding.repair) == (kind.code, repair)


def test_every_kind_has_a_case() -> None:
    kept = {value.code for value in vars(kinds).values() if isinstance(value, Kind)}
    assert kept == {kind.code for kind, *_ in (*ILLS, *MENDABLE)}


def test_short_certificates_are_given_until_the_last_hour() -> None:
    assert examined({"proxy": ending(timedelta(hours=4), short=True)}) == ()
    (finding,) = examined({"proxy": ending(timedelta(minutes=30), short=True)})
    assert finding.problem.code == kinds.CERTIFICATE_EXPIRES.code


def test_a_platform_that_is_down_lacks_nothing_else() -> None:
    """Neither the proxy nor the fork server is missed, nor the token."""
    changes = {
        "control": replace(DOWN, token=False),
        "proxy": Proxy(running=False, answers=False, current=False),
        "forks": False,
    }
    assert [finding.problem.code for finding in examined(changes)] == [kinds.CONTROL_DOWN.code]


def test_file_systems_without_a_count_of_files_are_not_out_of_them() -> None:
    assert examined({"disks": (replace(DISK, files=0, files_free=0),)}) == ()
