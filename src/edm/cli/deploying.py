"""Deploying: send a model, show the work, and say how to call what came of it."""

import shlex
import time
from typing import Any

from edm.cli.client import Client, fetch
from edm.cli.files import read_model
from edm.cli.progress import follow
from edm.cli.talk import put, put_json, say
from edm.cli.target import connect
from edm.cli.text import segment
from edm.cli.upload import Upload

Json = dict[str, Any]

_NO_COLLECTIONS = ("/-/", "/health", "/docs", "/openapi")


def deploy(file: str, name: str, access: str, *, json: bool) -> None:
    """Deploy a file, or the head of ``main`` without one, and print what runs now."""
    began = time.monotonic()
    model = read_model(file) if file else None
    client = connect()
    fields = {"name": name} | ({"access": access} if access else {})
    upload = Upload(model.name, model.content) if model else None
    started = client.send("/instances", fields, upload)
    operation = follow(client, started["operation"])
    deployed = _deployed(client, name, operation, started.get("api_key"), began)
    if json:
        put_json(deployed)
    else:
        _put(deployed)


def _deployed(
    client: Client, name: str, operation: Json, api_key: str | None, began: float
) -> Json:
    instance: Json = client.get(f"/instances/{segment(name)}")
    return instance | {
        "commit": operation.get("commit"),
        "api_key": api_key,
        "operation": operation["id"],
        "seconds": round(time.monotonic() - began, 3),
    }


def _put(deployed: Json) -> None:
    say(f"{deployed['name']} is {deployed['state']} after {deployed['seconds']:.2f} s.")
    put(f"API:            {deployed['url']}")
    put(f"Documentation:  {deployed['docs_url']}")
    if deployed["api_key"]:
        put(f"API key:        {deployed['api_key']}")
        say("The key is shown this once; keep it.")
    put(f"Try:            {_curl(deployed)}")


def _curl(deployed: Json) -> str:
    key = deployed["api_key"]
    header = f" -H {shlex.quote(f'Authorization: Bearer {key}')}" if key else ""
    url = f"{deployed['url']}{_first_collection(deployed)}"
    return f"curl{header} {shlex.quote(url)}"


def _first_collection(deployed: Json) -> str:
    """Return the path of a list to try; nothing if the instance does not tell."""
    # By path, because programs other than browsers and curl do not resolve NAME.localhost.
    document = fetch(f"{deployed.get('path_url', '')}openapi.json", deployed["api_key"])
    for path, operations in (document.get("paths") or {}).items():
        is_list = "get" in operations and "{" not in path
        if is_list and not path.startswith(_NO_COLLECTIONS):
            return str(path).lstrip("/")
    return ""
