"""The server with one of everything, and its description."""

import json

import pytest

from tests.functional.description.schema import Json
from tests.functional.server.client import Client
from tests.functional.server.conftest import client, main, tree

__all__ = ["client", "main", "tree"]


@pytest.fixture
def api(client: Client) -> Json:
    """The description, as the server itself answers it."""
    return json.loads(client.get("/openapi.json").body)
