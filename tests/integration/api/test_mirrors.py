"""Mirrors over the REST API."""

import pytest

from edm.services.mirror import Mirrors, wait
from tests.integration.api.conftest import Api

pytestmark = pytest.mark.integration

PATH = "/api/v1/instances/shop/mirror"
WISH = {"url": "https://git.example.org/me/shop.git", "username": "me", "secret": "hush-hush"}


async def test_a_mirror_from_its_setting_to_its_removal(api: Api) -> None:
    await api.deploy()
    assert (await api.client.get(PATH, headers=api.alice)).status_code == 404
    made = await api.client.put(PATH, json=WISH, headers=api.alice)
    assert made.status_code == 200
    shown = await api.client.get(PATH, headers=api.alice)
    assert shown.json() == made.json()
    assert "hush" not in shown.text
    assert shown.json()["url"] == WISH["url"]
    assert (shown.json()["commit"], shown.json()["tried"]) == ("", None)
    for method in ("GET", "PUT", "DELETE"):
        answer = await api.client.request(method, PATH, json=WISH, headers=api.bob)
        assert answer.status_code == 404
    await Mirrors(api.stage.world).settle()
    head = await api.stage.repositories.head("shop")
    assert api.stage.repositories.sent == [(WISH["url"], "hush-hush", head)]
    assert (await api.client.get(PATH, headers=api.alice)).json()["commit"] == head
    for _ in range(2):
        assert (await api.client.delete(PATH, headers=api.alice)).status_code == 204
    await api.deploy(words="title price")
    await Mirrors(api.stage.world).settle()
    assert len(api.stage.repositories.sent) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"url": url}
        for url in (
            "",
            "http://git.example.org/x",
            "ext::sh -c touch% evil",
            "file:///etc",
            "/etc/passwd",
            "--upload-pack=evil",
            "https://-oProxyCommand=evil/x y",
            "https://me:secret@git.example.org/x",
            "https://git.example.org/x?y=z",
            "https://git.example.org:0/x",
            "https://git.example.org:99999/x",
            "https://git.example.org/x\nhttps://evil",
            "https://" + "a" * 64 + "/x",
            "https://a..b/x",
            "https://" + "a." * 130 + "b/x",
            "https://git.example.org/" + "x" * 600,
        )
    ]
    + [{"username": "a:b"}, {"username": "a\nb"}, {"secret": ""}, {"secret": "a\r\nHost: x"}],
)
async def test_what_cannot_be_a_mirror(api: Api, changed: dict[str, str]) -> None:
    await api.deploy()
    answer = await api.client.put(PATH, json=WISH | changed, headers=api.alice)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["code"] in {"R010", "R011"}
    assert await api.stage.store.mirrors() == ()


async def test_failures_are_tried_again_later_and_later(api: Api) -> None:
    await api.deploy()
    await api.client.put(PATH, json=WISH, headers=api.alice)
    api.stage.repositories.unreachable = "git.example.org cannot be found"
    pauses = []
    for _ in range(12):
        await Mirrors(api.stage.world).settle()
        (mirror,) = await api.stage.store.mirrors()
        pauses.append(wait(mirror, api.stage.clock.now()))
        api.stage.clock.advance(pauses[-1])
    assert pauses[:4] == [60, 120, 240, 480]
    assert pauses[-1] == 6 * 3600
    shown = (await api.client.get(PATH, headers=api.alice)).json()
    assert (shown["failures"], shown["reason"]) == (12, "git.example.org cannot be found")
    # A clock that was set back makes nobody wait longer.
    api.stage.clock.advance(-1e9)
    assert wait(mirror, api.stage.clock.now()) == 6 * 3600
