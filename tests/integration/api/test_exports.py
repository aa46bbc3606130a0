"""The model of what serves, as text that others can draw."""

import pytest

from tests.integration.api.conftest import Api

pytestmark = pytest.mark.integration

MODEL = "/api/v1/instances/shop/model"


async def test_the_model_that_serves_is_written(api: Api) -> None:
    await api.deploy()
    written = await api.client.get(MODEL, headers=api.alice)
    assert written.headers["content-type"].startswith("text/plain")
    assert written.text.startswith("@startuml")
    drawn = await api.client.get(f"{MODEL}?notation=mermaid", headers=api.alice)
    assert drawn.text.startswith("classDiagram")


async def test_a_notation_that_is_none_is_refused(api: Api) -> None:
    await api.deploy()
    refused = await api.client.get(f"{MODEL}?notation=crayon", headers=api.alice)
    assert refused.status_code == 400
