"""Checking a model, and writing the server's source."""

import sys
from pathlib import Path

import msgspec
import typer

from edm.cli.failure import Failure
from edm.cli.files import read_model
from edm.cli.remarks import MOST, put_problems
from edm.cli.talk import put, put_json
from edm.cli.understood import problem_counts, put_report
from edm.cli.writing import refuse_unfit, write
from edm.core.problems import Level
from edm.wiring.models import check_file, generate_tree


def check(file: str, *, json: bool) -> None:
    """Print what is understood of a file.

    Raises:
        typer.Exit: It is not usable.
    """
    model = read_model(file)
    report = check_file(model.content, model.name)
    if json:
        put_json(msgspec.to_builtins(report))
    else:
        put_report(report, model.name)
    if report.model is None:
        raise typer.Exit(1)


def generate(file: str, output: str, *, force: bool, json: bool) -> None:
    """Write the server's source of a file into a directory.

    Raises:
        Failure: The file is not usable, or the directory is not.
    """
    directory = Path(output)
    refuse_unfit(directory, force=force)
    model = read_model(file)
    report, tree = generate_tree(model.content, model.name)
    if tree is None:
        message = f"{file} cannot be used: {problem_counts(report.problems)}."
        raise Failure(message, "", report.problems)
    write(tree, directory, force=force)
    remarks = tuple(one for one in report.problems if one.level is not Level.INFO)
    put_problems(remarks, sys.stderr, MOST, f"`edm check {file}` shows all.")
    if json:
        made = {"dir": str(directory.absolute()), "files": len(tree.files)}
        put_json(made | {"entities": report.entities})
    else:
        put(f"{len(tree.files)} files for {report.entities} entities in {directory}")
        put(f"Its README says how to run it: {directory / 'README.md'}")
