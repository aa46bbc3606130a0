"""Starting instances: forked with everything imported, beside a plain process of its own."""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from checking import large
from edm.adapters.process import Places, ProcessRuntime, SystemClock
from edm.adapters.system import processes
from edm.adapters.system.http import status_of_socket
from edm.ports.runtime import InstanceSpec
from measure import MEBIBYTE

SHOP = Path(__file__).parent.parent / "examples" / "shop.xml"
DEADLINE = 30.0
PROBE_PAUSE = 0.001


@dataclass(frozen=True, slots=True)
class Starts:
    """A row of the table: medians in milliseconds and MiB of proportional set size.

    Attributes:
        entities: Of the model.
        running: How many run when they are weighed.
        forked: From the request for a start to the first 200.
        plain: The same, where each instance is a Python started for it.
        forked_memory: Of an instance among those that run.
        plain_memory: Of the plain process.
    """

    entities: int
    running: int
    forked: float
    plain: float
    forked_memory: float
    plain_memory: float


def started(folder: Path, *, quick: bool) -> list[Starts]:
    """Measure a model of 20 entities and one of 250."""
    big = folder / "large.xml"
    big.write_bytes(large(250))
    models = ((SHOP, 20, 10 if quick else 50), (big, 250, 3 if quick else 10))
    return [
        asyncio.run(_measured(folder / f"starts{entities}", model, entities, running))
        for model, entities, running in models
    ]


async def _measured(home: Path, model: Path, entities: int, running: int) -> Starts:
    release = _release(home, model)
    runtime = ProcessRuntime(Places(home, home / "run"), SystemClock())
    specs = [_spec(home, release, f"i{number}") for number in range(running)]
    try:
        await runtime.ensure(DEADLINE)
        await _all_started(runtime, specs)
        for spec in specs:
            await runtime.stop(spec.name, DEADLINE)
        times = await _all_started(runtime, specs)
        weights = [(await _observed(runtime, spec.name)) for spec in specs]
    finally:
        for spec in specs:
            await runtime.stop(spec.name, DEADLINE)
        await runtime.shut(DEADLINE)
    plain = [await _plain(specs[0], home / "p.sock") for _ in range(min(running, 10))]
    return Starts(
        entities,
        running,
        statistics.median(times),
        statistics.median(milliseconds for milliseconds, _ in plain),
        statistics.median(weights),
        statistics.median(weight for _, weight in plain),
    )


async def _all_started(runtime: ProcessRuntime, specs: list[InstanceSpec]) -> list[float]:
    times = []
    for spec in specs:
        began = time.perf_counter()
        await runtime.start(spec, DEADLINE)
        times.append((time.perf_counter() - began) * 1000)
    return times


async def _observed(runtime: ProcessRuntime, name: str) -> float:
    observed = await runtime.inspect(name)
    return (observed.memory if observed and observed.memory else 0) / MEBIBYTE**2


def _release(home: Path, model: Path) -> Path:
    """Generate a server and compile it as a release is compiled."""
    target, edm = home / "release", Path(sys.executable).with_name("edm")
    home.mkdir()
    subprocess.run(
        [str(edm), "generate", str(model), "-o", str(target)], check=True, capture_output=True
    )
    how = ("--invalidation-mode", "unchecked-hash")
    argv = [sys.executable, "-m", "compileall", "-q", *how, str(target / "src")]
    subprocess.run(argv, check=True)
    return target


def _spec(home: Path, release: Path, name: str) -> InstanceSpec:
    data = home / "data" / name
    data.mkdir(parents=True)
    url = f"sqlite:///{data / 'data.sqlite3'}"
    return InstanceSpec(name, 1, str(release), url, (("ACCESS", "public"),))


async def _plain(spec: InstanceSpec, socket: Path) -> tuple[float, float]:
    """Return the milliseconds to the first 200 of a plain process, and the MiB it has then."""
    began = time.perf_counter()
    with _process(spec, socket) as process:
        while await status_of_socket(socket, "/health/ready") != HTTPStatus.OK:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(PROBE_PAUSE)
        milliseconds = (time.perf_counter() - began) * 1000
        return milliseconds, (processes.memory(process.pid) or 0) / MEBIBYTE**2


@contextmanager
def _process(spec: InstanceSpec, socket: Path) -> Iterator[subprocess.Popen[bytes]]:
    source = Path(spec.artefact) / "src"
    (package,) = (path.parent.name for path in source.glob("*/__main__.py"))
    environment = {
        **os.environ,
        **dict(spec.environment),
        "PYTHONPATH": str(source),
        "DATABASE_URL": spec.database_url,
        "SOCKET": str(socket),
        "KEEPALIVE_SECONDS": "0",
    }
    argv = [sys.executable, "-P", "-m", package]
    process = subprocess.Popen(argv, env=environment, cwd=spec.artefact, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
