"""Short places, and hand-written servers in place of generated ones."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from edm.adapters.caddy import CaddyIngress
from edm.adapters.memory import MemoryClock
from edm.adapters.process import Places, ProcessRuntime, SystemClock
from edm.adapters.system.ports import free_port
from tests.integration.adapters.proxying import DEADLINE, World

SERVER = """
import os, signal, socket, subprocess, sys, time

mode = os.environ.get("MODE", "")
print("environment", sorted(os.environ), flush=True)
print("directory", os.getcwd(), flush=True)
if mode == "silent":
    time.sleep(60)
if mode == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if mode == "parent":
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env={})
    print("child", child.pid, flush=True)
if mode == "flood":
    print(("x" * 99 + "\\n") * 210_000, flush=True)
server = socket.socket(socket.AF_UNIX)
server.bind(os.environ["SOCKET"])
server.listen()
while True:
    connection, _ = server.accept()
    connection.recv(65536)
    if mode == "flood":
        print("a request", flush=True)
    status = {"unready": b"503 Not Ready", "broken": b"500 Oh"}.get(mode, b"200 OK")
    connection.sendall(b"HTTP/1.1 " + status + b"\\r\\nContent-Length: 0\\r\\n\\r\\n")
    connection.close()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """Return a directory with a short path: socket paths end at 108 bytes."""
    directory = Path(tempfile.mkdtemp(prefix="edm-"))
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def artefact(home: Path) -> Path:
    """Return a release whose server needs nothing but Python."""
    directory = home / "artefact"
    (directory / "src" / "tiny").mkdir(parents=True)
    (directory / "src" / "tiny" / "__main__.py").write_text(SERVER)
    return directory


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    """Return a function that waits until a condition holds, five seconds at most."""

    async def wait(condition: Callable[[], bool]) -> None:
        for _ in range(500):
            if condition():
                return
            await asyncio.sleep(0.01)
        pytest.fail("what was waited for did not happen within 5 s")

    return wait


@pytest.fixture
async def world(home: Path) -> AsyncIterator[World]:
    """Return the real proxy, and what it can be asked and be told."""
    port = free_port(18180)
    ingress = CaddyIngress(home / "ingress", home / "run", port, MemoryClock())
    async with AsyncExitStack() as stack:
        stack.push_async_callback(ingress.stop, 5)
        await ingress.ensure(DEADLINE)
        base, limit = f"http://127.0.0.1:{port}", httpx.Timeout(10)
        client = httpx.AsyncClient(base_url=base, timeout=limit, trust_env=False)
        await stack.enter_async_context(client)
        yield World(ingress, client, stack)


@pytest.fixture
async def runtime(home: Path) -> AsyncIterator[ProcessRuntime]:
    """Return a runtime; what it started is stopped at the end."""
    made = ProcessRuntime(Places(home, home / "run"), SystemClock())
    yield made
    for observed in await made.owned():
        await made.stop(observed.handle.name, 0.1)
    await made.shut(5)
