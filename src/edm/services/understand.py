"""From a file to what it means. Pure and at module level: it runs in the sandbox."""

import re
from dataclasses import dataclass, replace

from edm.core.model.migration import History
from edm.core.model.report import Report
from edm.core.model.serial import load
from edm.core.model.tree import File, FileTree
from edm.core.problems import Level, Problem, usable

_ORDER = {Level.ERROR: 0, Level.WARNING: 1, Level.INFO: 2}
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Base:
    """What a model goes on from.

    Attributes:
        model: The model before it, as JSON.
        scripts: The migrations that lead to it.
    """

    model: bytes
    scripts: tuple[File, ...]


def understand(content: bytes, filename: str) -> Report:
    """Return what a file means and every problem with it, errors first."""
    # Imported where they run, in the sandbox: the control plane itself never needs them.
    from edm.core.checks import check  # noqa: PLC0415
    from edm.core.importers import read  # noqa: PLC0415

    reading = read(content, filename)
    if reading.draft is None:
        return Report("", "", 0, 0, 0, 0, 0, _sorted(reading.problems), None)
    draft = reading.draft
    report = check(draft if draft.name else replace(draft, name=_stem(filename)))
    problems = _sorted(reading.problems + report.problems)
    return replace(report, problems=problems, model=report.model if usable(problems) else None)


def draw(content: bytes, filename: str, base: Base | None = None) -> tuple[Report, FileTree | None]:
    """Return what a file means, and the server's source, not yet laid out, if it was usable.

    Args:
        content: The file.
        filename: Its name.
        base: What the repository has already; None for a new one. Where the model does not go on
            from it the report says so, and there is no source.
    """
    from edm.core.evolve import evolve  # noqa: PLC0415 - as above
    from edm.core.generate import generate  # noqa: PLC0415

    report = understand(content, filename)
    if report.model is None:
        return report, None
    source = File(f"model/{safe_filename(filename)}", content)
    if base is None:
        return report, generate(report.model, source)
    before = load(base.model)
    evolved = evolve(before, report.model)
    if isinstance(evolved, tuple):
        return replace(report, problems=evolved, model=None), None
    # The package keeps its name: its owner's code lies in it.
    name = replace(before.name, original=report.model.name.original)
    model = replace(report.model, name=name)
    return replace(report, model=model), generate(model, source, History(base.scripts, evolved))


def differ(serving: bytes, other: bytes) -> tuple[Problem, ...]:
    """Return where the data of one model cannot be served by another one; none if it all can.

    Args:
        serving: The model of the data there is, as JSON.
        other: The other one.
    """
    from edm.core.evolve import differences  # noqa: PLC0415 - as above

    return differences(load(serving), load(other))


def safe_filename(filename: str) -> str:
    """Return a file's name that is safe as a path's last part, as like the given one as can be."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    safe = _UNSAFE.sub("-", last).strip("-.")[-_LONGEST:].lstrip("-.")
    return safe or "model.xml"


def _stem(filename: str) -> str:
    """Return what a model without a name is called: its file."""
    return safe_filename(filename).partition(".")[0]


def _sorted(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: _ORDER[problem.level]))
