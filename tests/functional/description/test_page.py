"""The documentation page: served by the instance itself, harmless whatever the model says."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.functional.description.schema import Json
from tests.functional.server.client import Client
from tests.functional.server.models import HOSTILE

pytestmark = pytest.mark.functional
_FILES = ("index.html", "docs.css", "docs.js", "dom.js", "icon.svg", "schema.js", "try.js")


def page(client: Client, name: str) -> str:
    answer = client.get("/docs" if name == "index.html" else f"/docs/{name}")
    assert answer.status == 200
    return answer.body.decode()


def test_links_are_relative_and_answered(client: Client) -> None:
    links = re.findall(r'(?:href|src)="([^"#][^"]*)"', page(client, "index.html"))
    assert "docs/docs.js" in links
    for link in links:
        assert not link.startswith("/")
        assert client.get(f"/{link}").status == 200


def test_modules_import_what_is_served(client: Client) -> None:
    for name in _FILES:
        for module in re.findall(r'from "\./([^"]+)"', page(client, name)):
            assert client.get(f"/docs/{module}").status == 200


@pytest.mark.parametrize("name", _FILES)
def test_nothing_from_outside(client: Client, name: str) -> None:
    text = page(client, name).replace("http://www.w3.org/2000/svg", "")
    assert "://" not in text
    assert not re.search(r"\burl\(|@import", text)


@pytest.mark.parametrize("name", ["docs.js", "dom.js", "schema.js", "try.js"])
def test_text_stays_text(client: Client, name: str) -> None:
    danger = r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|srcdoc"
    assert not re.search(danger, page(client, name))


def test_nothing_inline(client: Client) -> None:
    text = page(client, "index.html")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text)
    policy = client.get("/docs").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_slash_too_many_leads_to_the_page(client: Client) -> None:
    answer = client.get("/docs/")
    assert answer.status == 308
    assert answer.headers["location"] == "../docs"


def test_page_is_open_where_the_api_is_not(main: Json, tmp_path: Path) -> None:
    with Client.of(main, f"sqlite:///{tmp_path}/data.db", access="private") as client:
        assert client.get("/docs").status == 200
        assert client.get("/openapi.json").status == 401


def test_readme_escapes_the_model(tree: Path, api: Json) -> None:
    text = (tree / "README.md").read_text()
    assert HOSTILE not in text
    assert "\x00" not in text
    assert "\u202e" not in text
    for tag in api["tags"]:
        assert f"| {tag['name']} " in text


def test_readme_names_every_setting(tree: Path) -> None:
    settings = (tree / "src/market/generated/settings.py").read_text()
    names = set(re.findall(r'get\(\s*"([A-Z0-9_]+)"', settings))
    text = (tree / "README.md").read_text()
    assert names
    assert {name for name in names if f"`{name}`" not in text} == set()


def test_project_files(tree: Path) -> None:
    project = tomllib.loads((tree / "pyproject.toml").read_text())
    assert project["tool"]["flit"]["module"]["name"] == "market"
    container = (tree / "Dockerfile").read_text()
    assert "USER server" in container
    assert '["python", "-m", "market"]' in container
    assert "127.0.0.1:8000:8000" in (tree / "compose.yaml").read_text()


def test_tables_fit_a_narrow_screen(client: Client) -> None:
    narrow = page(client, "docs.css").partition("@media (max-width")[2]
    for table in re.findall(r'el\("table", \{ class: "(\w+)" \}', page(client, "docs.js")):
        assert f".{table} tr" in narrow
    assert 'el("table", {}' not in page(client, "docs.js") + page(client, "schema.js")


def test_parts_are_among_the_fields(api: Json) -> None:
    """The page shows what creation takes beyond what reading shows."""
    schemas = api["components"]["schemas"]
    more = set(schemas["Order.Create"]["properties"]) - set(schemas["Order"]["properties"])
    assert more == {"lines"}
