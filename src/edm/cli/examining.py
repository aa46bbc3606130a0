"""``edm doctor``: what is wrong with the platform, what to do, and what was put right."""

import asyncio
import sys
from dataclasses import asdict

import typer

from edm.cli.talk import put, put_json, put_message, say
from edm.core.doctor import Finding
from edm.core.problems import Level
from edm.settings import Settings

_STYLES = {Level.ERROR: "bold red", Level.WARNING: "yellow", Level.INFO: ""}


def doctor(settings: Settings, *, fix: bool, json: bool) -> None:
    """Examine a platform and print what was found.

    Raises:
        typer.Exit: There are errors, after what could be put right was.
    """
    from edm.wiring.doctor import diagnose, mend  # noqa: PLC0415 - slow to import

    findings = asyncio.run(diagnose(settings))
    mended: tuple[tuple[Finding, str], ...] = ()
    if fix:
        mended = asyncio.run(mend(findings))
    fixed = tuple(finding for finding, failure in mended if not failure)
    left = tuple(finding for finding in findings if finding not in fixed)
    if json:
        put_json({"home": str(settings.home), "findings": _data(left), "fixed": _data(fixed)})
    else:
        _show(left, fixed)
    for finding, failure in mended:
        if failure:
            say(f"{finding.problem.where} could not be put right: {failure}.")
    if any(finding.problem.level is Level.ERROR for finding in left):
        raise typer.Exit(1)


def _data(findings: tuple[Finding, ...]) -> list[dict[str, object]]:
    return [
        asdict(finding.problem) | {"fixable": finding.repair is not None} for finding in findings
    ]


def _show(left: tuple[Finding, ...], fixed: tuple[Finding, ...]) -> None:
    for finding in fixed:
        put(f"fixed    {finding.problem.code} {finding.problem.message}")
    for finding in left:
        one = finding.problem
        style = _STYLES[one.level]
        put_message(f"{one.level.value:<8} {one.code} {one.message}", sys.stdout, style)
        put_message(f"-> {one.hint}", sys.stdout, indent="         ")
    if not any(finding.problem.level is not Level.INFO for finding in left):
        put("Nothing is wrong.")
    elif any(finding.repair for finding in left):
        say("-> `edm doctor --fix` puts right what it can without touching data.")
