"""What the proxy is told on its own socket, and what a browser sees of it."""

import asyncio
import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from edm.adapters.memory import MemoryRuntime
from edm.api import waking
from edm.api.app import create_wake_app
from edm.api.pages import wanted
from edm.core.lifecycle import State
from edm.core.page import Page, render
from edm.ports.runtime import Handle, InstanceSpec
from tests.integration.api.conftest import Api

pytestmark = pytest.mark.integration

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
STATES = [
    (State.STOPPED, "I005", "shop is stopped"),
    (State.FAILED, "I007", "shop failed"),
]


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (BROWSER["Accept"], True),
        ("text/html", True),
        ("TEXT/HTML;q=0.9, */*;q=0.1", True),
        ("text/*", True),
        ("", False),
        ("*/*", False),
        ("application/json, text/html;q=0.5", False),
        ("application/json, text/html", False),
        ("text/html;q=0, */*", False),
        ("text/html;q=x", False),
        (";;q=,", False),
    ],
)
def test_a_page_is_for_who_would_rather_have_one(accept: str, *, page: bool) -> None:
    assert wanted(accept) is page


def test_what_a_page_says_is_text_and_nothing_else() -> None:
    hostile = '<script>alert("x")</script>&'
    found = render(Page(hostile, hostile, hostile, refresh=2))
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign] # noqa: ARG005
    parser.feed(found)
    assert "script" not in tags
    assert '<meta http-equiv="refresh" content="2">' in found
    assert "http://" not in found
    assert "https://" not in found


def test_a_page_shows_commands_as_such_and_says_nothing_twice() -> None:
    found = render(Page("shop is stopped", "", "Start it with `edm start <shop>`."))
    assert "<code>edm start &lt;shop&gt;</code>." in found
    assert found.count("<p") == 1
    assert "asks again" not in found
    assert "asks again by itself in 2 s" in render(Page("a", "b", "c", refresh=2))


@pytest.mark.parametrize(("state", "code", "title"), STATES)
async def test_who_does_not_serve_says_so_to_programs_and_to_browsers(
    api: Api, state: State, code: str, title: str
) -> None:
    await api.deploy()
    await api.stage.store.move("shop", state, api.stage.clock.now(), "Secrets in the log.")
    told = await api.wake.get("/wake/shop")
    assert (told.status_code, told.headers["Content-Type"]) == (503, "application/problem+json")
    assert [problem["code"] for problem in told.json()["problems"]] == [code]
    shown = await api.wake.get("/wake/shop", headers=BROWSER)
    assert (shown.status_code, shown.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert f"<h1>{title}</h1>" in shown.text
    assert "refresh" not in shown.text
    for answer in (told, shown):
        assert "Secrets" not in answer.text
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Vary"] == "accept"


async def test_a_page_runs_nothing_and_its_own_style_only(api: Api) -> None:
    shown = await api.wake.get("/wake/nothing", headers=BROWSER)
    (style,) = re.findall(r"<style>(.*?)</style>", shown.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = shown.headers["Content-Security-Policy"]
    assert shown.status_code == 404
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "script" not in policy + shown.text
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


async def test_what_passes_by_itself_is_looked_at_again(api: Api) -> None:
    await api.deploy()
    now = api.stage.clock.now()
    made = await api.stage.store.instance(api.stage.alice, "shop")
    await api.stage.store.activate(replace(made, release=None, changed=now))
    shown = await api.wake.get("/wake/shop", headers=BROWSER)
    again = shown.headers["Retry-After"]
    assert "<h1>shop is starting</h1>" in shown.text
    assert f'<meta http-equiv="refresh" content="{again}">' in shown.text


async def test_strangers_wake_a_few_and_are_counted_by_the_address_the_proxy_saw(api: Api) -> None:
    answer = await api.deploy()
    key = answer.json()["api_key"]
    api.platform.waker._rate._each = 60.0
    statuses = []
    for headers in (
        {"X-Forwarded-For": "198.51.100.9, 192.0.2.1"},
        {"X-Forwarded-For": "198.51.100.8, 192.0.2.1"},
        {"X-Forwarded-For": "192.0.2.1", "Authorization": f"bearer {key}"},
        {"X-Forwarded-For": "192.0.2.2"},
    ):
        api.stage.runtime.crash("shop")
        statuses.append((await api.wake.get("/wake/shop", headers=headers)).status_code)
    assert statuses == [204, 429, 204, 204]


async def test_a_monitor_is_told_of_a_sleeper_and_wakes_nothing(api: Api) -> None:
    await api.deploy()
    api.stage.runtime.crash("shop")
    await api.stage.store.move("shop", State.SLEEPING, api.stage.clock.now())
    told = await api.wake.get("/health/shop")
    assert (told.status_code, told.json()) == (200, {"status": "sleeping"})
    assert (await api.wake.head("/health/shop")).content == b""
    await api.stage.store.move("shop", State.STOPPED, api.stage.clock.now())
    assert (await api.wake.get("/health/shop")).status_code == 503
    assert (await api.wake.get("/health/nothing")).status_code == 404
    assert "shop" not in api.stage.runtime.specs


@pytest.mark.parametrize("name", ["", "..", "a/b", "%2e%2e", "SHOP", "a" * 41, "x<script>"])
async def test_what_is_no_name_is_no_instance(api: Api, name: str) -> None:
    for what in ("wake", "health"):
        found = await api.wake.get(f"/{what}/{name}", headers=BROWSER)
        assert found.status_code == 404
        assert "<script" not in found.text


async def test_a_defect_is_an_answer_that_tells_strangers_nothing(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError("secret words")

    monkeypatch.setattr("edm.services.wake.Waker.wake", fail)
    answer = await api.wake.get("/wake/shop")
    assert answer.status_code == 503
    assert "secret words" not in answer.text


async def test_a_browser_is_shown_that_it_takes_long_and_the_start_goes_on(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await api.deploy()
    api.stage.runtime.fall_asleep("shop")
    await api.stage.store.move("shop", State.SLEEPING, api.stage.clock.now())
    start, going = MemoryRuntime.start, asyncio.Event()

    async def hold(self: MemoryRuntime, spec: InstanceSpec, deadline: float) -> Handle:
        await going.wait()
        return await start(self, spec, deadline)

    monkeypatch.setattr(MemoryRuntime, "start", hold)
    monkeypatch.setattr(waking, "_PATIENCE", 0.01)
    shown = await api.wake.get("/wake/shop", headers=BROWSER)
    assert shown.status_code == 503
    assert "<h1>shop is starting</h1>" in shown.text
    assert f'http-equiv="refresh" content="{shown.headers["Retry-After"]}"' in shown.text
    programs = [BROWSER | {"Content-Type": "application/x-www-form-urlencoded"}, {}]
    waiting = [asyncio.ensure_future(api.wake.get("/wake/shop", headers=one)) for one in programs]
    going.set()
    assert [(await one).status_code for one in waiting] == [204, 204]
    assert (await api.wake.get("/wake/shop", headers=BROWSER)).status_code == 204


async def test_who_leaves_has_no_place_any_more(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    await api.deploy()
    api.stage.runtime.fall_asleep("shop")
    await api.stage.store.move("shop", State.SLEEPING, api.stage.clock.now())
    begun, messages = asyncio.Event(), asyncio.Queue[dict[str, str]]()

    async def hold(*_: object) -> Handle:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def answer(message: dict[str, object]) -> None:
        raise AssertionError(message)

    monkeypatch.setattr(MemoryRuntime, "start", hold)
    scope = {"type": "http", "method": "GET", "path": "/wake/shop", "headers": []}
    messages.put_nowait({"type": "http.request"})
    waiting = asyncio.ensure_future(create_wake_app(api.platform)(scope, messages.get, answer))
    async with asyncio.timeout(5):
        await begun.wait()
        assert api.platform.waker._waiting["shop"] == 1
        messages.put_nowait({"type": "http.disconnect"})
        await waiting
    assert api.platform.waker._waiting["shop"] == 0
    await api.platform.waker.shut()
