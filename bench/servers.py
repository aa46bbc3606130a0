"""The generated server beside its peers: start, memory, and requests a second.

All serve the last entity of the 20-entity shop from SQLite with 10,000 rows in it.
"""

import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from measure import Load, Started, free_port, load, resident, running

ROWS, SHELVES = 10_000, 20
HERE = Path(__file__).parent
SHOP = HERE.parent / "examples" / "shop.xml"
ONE, MANY, NEW = "/products/5000", "/products?limit=50", "/products"


@dataclass(frozen=True, slots=True)
class Server:
    """A server to measure.

    Attributes:
        label: Its row in the table.
        command: How to start it.
        environment: What it reads besides ``PORT``.
        database: The file it serves, kept as it was between runs.
        directory: Where it is started.
    """

    label: str
    command: Sequence[str]
    environment: Mapping[str, str]
    database: Path
    directory: Path


@dataclass(frozen=True, slots=True)
class Figures:
    """A row of the table: milliseconds, MiB, and three loads."""

    label: str
    start: float
    memory: float
    one: Load
    many: Load
    create: Load


def ours(folder: Path) -> Server:
    """Generate the shop's server, let it make its database and fill it."""
    target = folder / "shop"
    edm = Path(sys.executable).with_name("edm")
    subprocess.run(
        [str(edm), "generate", str(SHOP), "-o", str(target)], check=True, capture_output=True
    )
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(target / "src")], check=True)
    environment = {
        "DATABASE_URL": f"sqlite:///{folder / 'ours.db'}",
        "PYTHONPATH": str(target / "src"),
        "ACCESS": "public",
    }
    command = [sys.executable, "-m", "shop"]
    server = Server("EDM, generated", command, environment, folder / "ours.db", target)
    with start(server, "/health/ready"):
        pass
    fill(server.database)
    return server


def peer(label: str, python: Path, module: str, path: Path, folder: Path) -> Server:
    """Return a peer under uvicorn, with a database like ours."""
    database = folder / f"{module}.db"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(
            "CREATE TABLE category(id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
            "CREATE TABLE product(id INTEGER PRIMARY KEY, name TEXT NOT NULL, price REAL NOT NULL"
            " CHECK (price >= 0), created TEXT NOT NULL, category_id INTEGER"
            " REFERENCES category(id));"
            "CREATE INDEX product_category ON product(category_id);"
        )
    connection.close()
    fill(database)
    code = (
        "import os, uvicorn; uvicorn.run('" + module + ":app', port=int(os.environ['PORT']),"
        " access_log=False, log_level='warning')"
    )
    environment = {"PYTHONPATH": str(path), "DB": str(database)}
    return Server(label, [str(python), "-c", code], environment, database, folder)


def fill(database: Path) -> None:
    """Put the same shelves and products into any of the databases."""
    shelves = [(number, f"Shelf {number}") for number in range(1, SHELVES + 1)]
    products = [
        (
            number,
            f'Product "{number}" name',
            number % 997 + 0.95,
            f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}T10:30:00+00:00",
            number % SHELVES + 1,
        )
        for number in range(1, ROWS + 1)
    ]
    with sqlite3.connect(database) as connection:
        connection.executemany("INSERT INTO category(id, name) VALUES (?, ?)", shelves)
        connection.executemany(
            "INSERT INTO product(id, name, price, created, category_id) VALUES (?, ?, ?, ?, ?)",
            products,
        )
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copy(database, database.with_suffix(".base"))


def start(server: Server, path: str) -> AbstractContextManager[Started]:
    """Run a server on a free port."""
    environment = {**server.environment, "PORT": str(free_port()), "HOST": "127.0.0.1"}
    return running(server.command, environment, path, server.directory)


def restore(server: Server) -> None:
    """Put the database back as it was filled."""
    for suffix in ("-wal", "-shm"):
        Path(f"{server.database}{suffix}").unlink(missing_ok=True)
    shutil.copy(server.database.with_suffix(".base"), server.database)


def measure(server: Server, starts: int, seconds: int) -> Figures:
    """Start a server several times, then weigh it and load it."""
    restore(server)
    times = []
    for _ in range(starts + 1):
        with start(server, ONE) as started:
            times.append(started.milliseconds)
    with start(server, ONE) as started:
        # taskset has replaced itself by the server.
        memory = resident(started.process.pid)
        one, many = (best(started, path, seconds) for path in (ONE, MANY))
        create = best(started, NEW, seconds, post=True)
    # The first start warms the page cache and is not counted.
    return Figures(server.label, statistics.median(times[1:]), memory, one, many, create)


def best(started: Started, path: str, seconds: int, *, post: bool = False) -> Load:
    """Load once to warm up and twice to count; the machine's noise only ever slows."""
    load(started.port, path, 1, post=post)
    loads = [load(started.port, path, seconds, post=post) for _ in range(2)]
    return max(loads, key=lambda each: each.rate)


def measured(folder: Path, starts: int, seconds: int) -> list[Figures]:
    """Measure ours and each peer, one after the other, in one run."""
    python = HERE.parent / ".cache" / "bench" / "bin" / "python"
    servers = [
        ours(folder),
        peer("FastAPI + SQLAlchemy ORM + uvicorn", python, "fastapi_orm", HERE / "peers", folder),
    ]
    outside = os.environ.get("PEERS")
    if outside and (Path(outside) / "apps" / "a_fastapi_orm.py").is_file():
        label = "FastAPI + SQLAlchemy ORM, another author's"
        servers.append(peer(label, python, "a_fastapi_orm", Path(outside) / "apps", folder))
    return [measure(server, starts, seconds) for server in servers]
