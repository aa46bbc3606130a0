"""A platform with many instances: the control plane's memory, and how long listing them takes."""

import http.client
import json
import statistics
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, insert, select

from deploying import EDM, deploy, platform
from edm.adapters.sql.tables import instances, releases
from measure import MEBIBYTE

_LISTS = 200


@dataclass(frozen=True, slots=True)
class Crowd:
    """What a platform with many instances takes.

    Attributes:
        instances: How many there are; all but one sleep.
        memory: Resident memory of the control plane after the lists, MiB.
        p50: Milliseconds of a list of all instances, median.
        p95: As above, 95th percentile.
        processes: How many processes the home has: none is a sleeping instance's.
    """

    instances: int
    memory: float
    p50: float
    p95: float
    processes: int


def crowded(folder: Path, count: int) -> Crowd:
    """Make a platform with so many instances, and list them again and again."""
    home = folder / "crowd"
    with platform(home) as environment:
        deploy("shop", environment)
        subprocess.run([EDM, "down"], check=True, env=environment, capture_output=True)
        multiply(home / "control.db", "shop", count - 1)
        subprocess.run([EDM, "up"], check=True, env=environment, capture_output=True)
        running = json.loads((home / "platform.json").read_bytes())
        times = [_list(home, running["port"], count) for _ in range(_LISTS)]
        cuts = statistics.quantiles(times, n=20)
        memory = control_memory(running["pid"])
        return Crowd(count, memory, cuts[9], cuts[18], _processes(home))


def multiply(path: Path, name: str, count: int) -> list[str]:
    """Make sleeping copies of a deployed instance in a control database; return their names."""
    names = [f"{name}-{number}" for number in range(count)]
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        query = select(instances).where(instances.c.name == name)
        one = dict(connection.execute(query).mappings().one())
        made = dict(connection.execute(select(releases)).mappings().first() or {})
        rows = [one | {"name": each, "state": "sleeping"} for each in names]
        connection.execute(insert(instances), rows)
        copies = [made | {"instance": each, "operation": f"of {each}"[:32]} for each in names]
        connection.execute(insert(releases), copies)
    engine.dispose()
    return names


def _list(home: Path, port: int, count: int) -> float:
    """Return the milliseconds that a list of all instances takes."""
    headers = {"Authorization": f"Bearer {(home / 'token').read_text().strip()}"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(connection):
        began = time.perf_counter()
        connection.request("GET", "/api/v1/instances?limit=1000", headers=headers)
        answer = connection.getresponse()
        listed = json.loads(answer.read())
        taken = (time.perf_counter() - began) * 1000
    if len(listed) != count:
        raise RuntimeError(f"{len(listed)} of {count} instances were listed: {answer.status}")
    return taken


def control_memory(pid: int) -> float:
    """Return the resident memory of a control plane, MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / MEBIBYTE


def _processes(home: Path) -> int:
    """Return how many processes belong to a home: their environment or arguments name it."""
    return sum(str(home) in _words(entry) for entry in Path("/proc").iterdir())


def _words(entry: Path) -> str:
    try:
        return (entry / "environ").read_text() + (entry / "cmdline").read_text()
    except (OSError, UnicodeDecodeError):
        return ""
