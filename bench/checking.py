"""Checking large files: seconds and memory against the number of classes."""

import sys
from dataclasses import dataclass
from pathlib import Path

from ea_file import Association, Attribute, Class, Model, Writer
from measure import timed

SIZES = (125, 250, 500, 1000, 2000)
KINDS = ("String", "Integer", "Decimal", "Date", "Boolean", "DateTime")
ATTRIBUTES = 8


@dataclass(frozen=True, slots=True)
class Check:
    """A row of the table."""

    classes: int
    mebibytes: float
    seconds: float
    memory: float


def large(classes: int) -> bytes:
    """Return a model file: each class has eight attributes and refers to the one before."""
    members = tuple(
        Class(
            f"Thing{number}",
            tuple(Attribute(f"value{i}", KINDS[i % len(KINDS)]) for i in range(ATTRIBUTES)),
            notes=f"The thing with number {number}.",
        )
        for number in range(classes)
    )
    relations = tuple(
        Association(f"Thing{number}", f"Thing{number + 1}", "0..1", "0..*")
        for number in range(classes - 1)
    )
    return Writer(Model("Large", members, associations=relations)).write()


def checked(folder: Path) -> list[Check]:
    """Time ``edm check`` as a whole process over files of growing size."""
    edm = str(Path(sys.executable).with_name("edm"))
    rows = []
    for classes in SIZES:
        path = folder / f"large{classes}.xml"
        path.write_bytes(large(classes))
        # Smallest first: the greatest memory so far is then that of the file at hand.
        runs = [timed([edm, "check", "--json", str(path)], {}) for _ in range(3)]
        seconds = sorted(run.seconds for run in runs)[1]
        rows.append(Check(classes, path.stat().st_size / 2**20, seconds, runs[-1].mebibytes))
    return rows
