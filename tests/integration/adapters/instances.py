"""Instances whose server does what it is asked, however bad, and how to look at them."""

from pathlib import Path

from edm.adapters.process import ProcessRuntime, record
from edm.adapters.system import detached
from edm.adapters.system.http import status_of_socket
from edm.ports.runtime import InstanceSpec

SERVER = """
import os, socket, sys

def notify():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
        notices.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])

def answer(path):
    if path == "/sleep":
        sys.exit(0)
    if path == "/fail":
        sys.exit(3)
    if path == "/crash":
        raise RuntimeError("a fault of its own")
    if path == "/hog":
        kept.append(bytearray(b"x") * (200 * 1024 * 1024))
    if path == "/fork":
        while True:
            if os.fork() == 0:
                socket.socketpair()[0].recv(1)
    if path == "/files":
        try:
            held = [open("/dev/null") for _ in range(1000)]
        except OSError as error:
            print("files:", error.strerror, flush=True)

kept = []
server = socket.socket(socket.AF_UNIX)
server.bind(os.environ["SOCKET"])
server.listen()
if os.environ["MODE"] == "notify":
    notify()
while True:
    connection, _ = server.accept()
    path = connection.recv(65536).split()[1].decode()
    if path == "/health/ready" and os.environ["MODE"] == "faulty":
        status = b"500 Oh"
    else:
        status = b"200 OK"
    connection.sendall(b"HTTP/1.1 " + status + b"\\r\\nContent-Length: 0\\r\\n\\r\\n")
    connection.close()
    answer(path)
"""


def release(home: Path) -> Path:
    """Return a release with that server."""
    directory = home / "artefact"
    (directory / "src" / "tiny").mkdir(parents=True)
    (directory / "src" / "tiny" / "__main__.py").write_text(SERVER)
    return directory


def spec(artefact: Path, mode: str = "", release: int = 7, name: str = "shop") -> InstanceSpec:
    return InstanceSpec(name, release, str(artefact), "sqlite:///x", (("MODE", mode),))


def of_artefact(artefact: Path) -> list[int]:
    """Return the ids of all processes that run a release, whoever knows of them."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").readlink() == artefact:
                found.append(int(entry.name))
        except OSError:
            continue
    return sorted(found)


def server_of(runtime: ProcessRuntime) -> detached.Record:
    found = detached.find(runtime.places.home / "forkserver.json")
    assert found is not None
    return found


async def ask(runtime: ProcessRuntime, path: str, name: str = "shop") -> int | None:
    return await status_of_socket(runtime.places.socket(name), path)


def lone_record(runtime: ProcessRuntime) -> Path:
    """Return the record of the one process that runs."""
    (path,) = record.paths(runtime.places.sockets("shop"))
    return path


def runs(process: int) -> bool:
    """Return whether there is such a process, and not only its exit code."""
    try:
        return ") Z" not in Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        # It may end between opening and reading.
        return False


def pid(handle_id: str) -> int:
    return int(handle_id.partition("-")[0])
