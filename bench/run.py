"""Print the figures of this project beside its peers', all from one run on one machine.

Usage: ``python bench/run.py [--quick] [PART ...]``, each of ``PARTS``. Environment: ``PEERS``
names a folder with another author's peers (``apps/a_fastapi_orm.py``).
"""

import os
import platform
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from checking import checked
from crowd import crowded
from deploying import deployed
from ingress import Latency, added
from servers import Figures, measured
from starting import Starts, started
from using import used
from waking import woken

PARTS = ("servers", "starting", "checking", "deploying", "crowd", "ingress", "waking", "using")


def main() -> None:
    """Run the parts that were asked for, all by default."""
    quick = "--quick" in sys.argv
    asked = [part for part in sys.argv[1:] if part in PARTS] or PARTS
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}\n")
    with tempfile.TemporaryDirectory(prefix="edm-bench-") as folder:
        for part in asked:
            SECTIONS[part](Path(folder), quick=quick)


def servers(folder: Path, *, quick: bool) -> None:
    """Compare the servers."""
    rows = measured(folder, starts=3 if quick else 10, seconds=2 if quick else 5)
    heading = ("server", "start ms", "RSS MiB", "get one/s", "list 50/s", "create/s", "p99 ms")
    print_table(heading, [server_row(row) for row in rows])
    print_table(
        ("ours against", "get one", "list 50", "create"),
        [(row.label, *(f"{ratio:.1f} x" for ratio in ratios(rows[0], row))) for row in rows[1:]],
    )


def server_row(row: Figures) -> tuple[str, ...]:
    """Return a server's figures as text."""
    loads = (row.one, row.many, row.create)
    rates = (f"{each.rate:,.0f}" for each in loads)
    slowest = " / ".join(f"{each.p99:.1f}" for each in loads)
    return (row.label, f"{row.start:.0f}", f"{row.memory:.0f}", *rates, slowest)


def ratios(ours: Figures, peer: Figures) -> tuple[float, float, float]:
    """Return how many times as many requests ours answers."""
    return (
        ours.one.rate / peer.one.rate,
        ours.many.rate / peer.many.rate,
        ours.create.rate / peer.create.rate,
    )


def starting(folder: Path, *, quick: bool) -> None:
    """Start instances from the fork server, and as plain processes."""
    heading = ("entities", "forked, ms", "plain process, ms", "running", "PSS, MiB", "plain, MiB")
    print_table(heading, [starting_row(row) for row in started(folder, quick=quick)])


def starting_row(row: Starts) -> tuple[str, ...]:
    """Return the figures of a model's starts as text."""
    times = (f"{row.forked:.0f}", f"{row.plain:.0f}")
    weights = (f"{row.forked_memory:.1f}", f"{row.plain_memory:.1f}")
    return (str(row.entities), *times, str(row.running), *weights)


def checking(folder: Path, *, quick: bool) -> None:
    """Check files of growing size."""
    rows = checked(folder)[: 3 if quick else None]
    heading = ("classes", "file MiB", "edm check, s", "greatest process, MiB")
    print_table(
        heading,
        [
            (str(r.classes), f"{r.mebibytes:.1f}", f"{r.seconds:.2f}", f"{r.memory:.0f}")
            for r in rows
        ],
    )


def deploying(folder: Path, *, quick: bool) -> None:
    """Deploy the 20-entity shop."""
    row = deployed(folder, times=3 if quick else 10)
    print_table(
        ("edm deploy, 20 entities, to the first 200", "s"),
        [("first after edm up", f"{row.first:.2f}"), ("median of the next", f"{row.median:.2f}")],
    )


def crowd(folder: Path, *, quick: bool) -> None:
    """List many instances."""
    row = crowded(folder, 50 if quick else 500)
    heading = ("instances", "control plane RSS MiB", "list p50 ms", "list p95 ms", "processes")
    figures = (f"{row.memory:.0f}", f"{row.p50:.1f}", f"{row.p95:.1f}", str(row.processes))
    print_table(heading, [(str(row.instances), *figures)])


def using(folder: Path, *, quick: bool) -> None:
    """Weigh instances of which everything was used."""
    count = 5 if quick else 50
    heading = ("running", "PSS MiB of one, each of its 20 collections listed once")
    print_table(heading, [(str(count), f"{used(folder, count):.1f}")])


def waking(folder: Path, *, quick: bool) -> None:
    """Wake sleeping instances, one by one and a crowd at once."""
    row = woken(folder, *((40, 10) if quick else (300, 50)))
    print_table(
        ("a request to a sleeping instance, through the proxy", "p50 ms", "p95 ms"),
        [
            ("GET", f"{row.get[0]:.0f}", f"{row.get[1]:.0f}"),
            ("POST", f"{row.post[0]:.0f}", f"{row.post[1]:.0f}"),
            ("GET, awake, for comparison", f"{row.warm:.1f}", ""),
        ],
    )
    heading = (
        "woken at once",
        "s until all have answered",
        "of them not with 200",
        "control plane, MiB",
    )
    cells = str(row.crowd), f"{row.all_in:.1f}", str(row.failed), f"{row.memory:.0f}"
    print_table(heading, [cells])


def ingress(folder: Path, *, quick: bool) -> None:
    """Weigh the proxy on the way of a request."""
    row = added(folder, seconds=2 if quick else 10)
    ways = (("straight to the socket", row.direct), ("through the proxy", row.proxied))
    print_table(
        ("1,000 requests a second", "p50 ms", "p99 ms"),
        [(label, *milliseconds(latency)) for label, latency in ways],
    )
    print(f"The proxy adds {row.proxied.p50 - row.direct.p50:.2f} ms at p50.\n")


def milliseconds(latency: Latency) -> tuple[str, str]:
    """Return percentiles as text."""
    return f"{latency.p50:.2f}", f"{latency.p99:.2f}"


def print_table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Print a table in Markdown."""
    for row in (heading, tuple("---" for _ in heading), *rows):
        print("| " + " | ".join(row) + " |", flush=True)
    print()


SECTIONS = {
    "servers": servers,
    "starting": starting,
    "checking": checking,
    "deploying": deploying,
    "crowd": crowd,
    "ingress": ingress,
    "waking": waking,
    "using": using,
}

if __name__ == "__main__":
    main()
