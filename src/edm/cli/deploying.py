"""Deploying: send a model, show the work, and say how to call what came of it."""

import shlex
import sys
import time
from pathlib import Path
from typing import Any

import typer

from edm.cli.client import Client
from edm.cli.failure import Failure
from edm.cli.files import read_model
from edm.cli.progress import follow
from edm.cli.refusal import to_problems
from edm.cli.talk import put, put_json, say
from edm.cli.target import connect
from edm.cli.text import segment
from edm.cli.upload import Upload
from edm.cli.waiting import begin
from edm.ports.names import well_formed

Json = dict[str, Any]

_HOW = "edm deploy FILE --name NAME, or edm deploy NAME to release the head of main."
_SERVING = frozenset({"running", "sleeping"})
_UNCHANGED = "R004"
"""Code of the remark that what was deployed serves already."""

_OF_FILES = ("F", "M")
"""What codes of problems begin with that a model file has by itself, and `edm check` shows."""


def subject(source: str, name: str) -> tuple[str, str]:
    """Return the file (empty for none) and the name that an argument and ``--name`` mean.

    Raises:
        typer.BadParameter: It is not clear which instance is meant.
    """
    if name or not source:
        if not name:
            raise typer.BadParameter(f"Say what to deploy: {_HOW}")
        return source, name
    path, is_name = Path(source), well_formed(source)
    # A directory is never deployed; it may well be the clone of the instance.
    is_file = source == "-" or (path.exists() and not path.is_dir())
    if is_file and is_name:
        raise typer.BadParameter(
            f"{source} is a file here and may be an instance's name. `edm deploy ./{source} --name"
            f" NAME` deploys the file, `edm deploy --name {source}` releases the head of main."
        )
    if not is_file and not is_name:
        raise typer.BadParameter(f"There is no file {source}, nor can that be an instance's name.")
    if is_file:
        raise typer.BadParameter(f"Under which name? {_HOW}")
    return "", source


def deploy(file: str, name: str, access: str, *, wait: bool, json: bool) -> None:
    """Deploy a file, or the head of ``main`` without one, and print what runs now."""
    began = time.monotonic()
    model = read_model(file) if file else None
    client = connect()
    fields = {"name": name} | ({"access": access} if access else {})
    upload = Upload(model.name, model.content) if model else None
    started = begin(client, name, lambda: client.send("/instances", fields, upload), wait=wait)
    try:
        operation = _followed(client, name, started["operation"])
    except typer.Exit:
        _put_left(started, json=json)
        raise
    deployed = _deployed(client, name, operation, started.get("api_key"), began)
    if json:
        put_json(deployed)
    else:
        _put(deployed, access)
        _say_problems(deployed, file)


def _put_left(started: Json, *, json: bool) -> None:
    """Print what the user needs of a deploy that goes on: nothing shows a key again."""
    if json:
        put_json({"api_key": started["api_key"], "operation": started["operation"]["id"]})
    elif started["api_key"]:
        put(f"API key:        {started['api_key']}")


def _followed(client: Client, name: str, operation: Json) -> Json:
    """Follow a deploy; if it fails, say also what that means for who calls the instance."""
    try:
        return follow(client, operation)
    except Failure as failure:
        serving = _serving(client, name)
        raise Failure(f"{failure} {serving}".rstrip(), failure.hint, failure.problems) from None


def _serving(client: Client, name: str) -> str:
    try:
        instance: Json = client.get(f"/instances/{segment(name)}")
    except Failure:
        return ""
    if instance["state"] not in _SERVING or instance["release"] is None:
        return ""
    return f"Release {instance['release']} goes on serving."


def _deployed(
    client: Client, name: str, operation: Json, api_key: str | None, began: float
) -> Json:
    instance: Json = client.get(f"/instances/{segment(name)}")
    return instance | {
        "changed": all(problem["code"] != _UNCHANGED for problem in operation["problems"]),
        "commit": operation.get("commit"),
        "api_key": api_key,
        "operation": operation["id"],
        "problems": operation["problems"],
        "seconds": round(time.monotonic() - began, 3),
    }


def _put(deployed: Json, access: str) -> None:
    say(_outcome(deployed, access))
    put(f"API:            {deployed['url']}")
    put(f"Documentation:  {deployed['docs_url']}")
    if deployed["api_key"]:
        put(f"API key:        {deployed['api_key']}")
        say("The key is shown this once; keep it.")
    put(f"Try:            {_curl(deployed)}")


def _outcome(deployed: Json, access: str) -> str:
    if deployed["changed"]:
        return f"{deployed['name']} is {deployed['state']} after {deployed['seconds']:.2f} s."
    goes_on = f"release {deployed['release']} goes on serving"
    # Whoever said so may have changed who may call it.
    return f"No new release: {goes_on}, {access}." if access else f"Nothing changed: {goes_on}."


def _curl(deployed: Json) -> str:
    key = deployed["api_key"] or ("YOUR_KEY" if deployed["access"] == "private" else "")
    header = f" -H {shlex.quote(f'Authorization: Bearer {key}')}" if key else ""
    return f"curl{header} {shlex.quote(deployed.get('try_url') or deployed['url'])}"


def _say_problems(deployed: Json, file: str) -> None:
    # What serves already has said what it left to guess when it was released.
    problems = to_problems(deployed["problems"]) if deployed["changed"] else ()
    if not problems:
        return
    # Slow to import, and most models are understood without a doubt.
    from edm.cli.remarks import put_remarks  # noqa: PLC0415

    known = file not in {"", "-"} and all(one.code.startswith(_OF_FILES) for one in problems)
    command = f"edm check {shlex.quote(file)}" if known else f"edm show {deployed['name']} --json"
    put_remarks(problems, sys.stderr, f"see them with: {command}")
