"""A database that is damaged, and a home with very many instances."""

import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, select

from edm.adapters.sql.tables import instances, releases
from tests.e2e.platforms import Home
from tests.faults.cutting import finished, instance
from tests.faults.processes import instance_process, kill
from tests.faults.test_steps import deploy
from tests.faults.traffic import answered, model, texts

pytestmark = pytest.mark.faults

MANY = 10_000


def database(home: Home, name: str) -> Path:
    """Return an instance's database."""
    return home.path / "instances" / name / "data" / "data.sqlite3"


def test_a_damaged_database_is_one_instances_trouble(home: Home) -> None:
    for name in ("hurt", "well"):
        finished(home, deploy(home, name, model()))
        assert home.call(name, "POST", "/notes", {"text": name}).status == 201
    untouched = instance_process(home, "well")
    # A migration makes a backup first: what there is to go back to.
    finished(home, deploy(home, "hurt", model(attributes=1)))
    victim = instance_process(home, "hurt")
    assert victim is not None
    # Before its end: it is started again at once.
    for path in database(home, "hurt").parent.glob("data.sqlite3*"):
        path.write_bytes(b"no database at all" * 1000)
    kill(victim)
    # Who comes just as it dies is told that it broke off.
    assert home.call("hurt", "GET", "/notes").status in {502, 503}
    until_failed(home, "hurt")
    shown = home.ok("show", "hurt", "--json").json
    assert "backup" in shown["reason"], shown
    assert home.call("well", "GET", "/notes").status == 200
    assert instance_process(home, "well") == untouched
    assert "well" in texts(home, "well")


def until_failed(home: Home, name: str) -> None:
    """Wait until what keeps crashing was given up."""
    deadline = time.monotonic() + 60
    while instance(home, name)["state"] != "failed":
        assert time.monotonic() < deadline, instance(home, name)
        home.call(name, "GET", "/notes")
        time.sleep(0.1)


def test_ten_thousand_instances_in_the_database(own_home: Home) -> None:
    own_home.up()
    finished(own_home, deploy(own_home, "real", model()))
    own_home.ok("down")
    multiply(own_home.path / "control.db", "real")
    own_home.up()
    assert own_home.call("real", "GET", "/notes").status == 200
    assert own_home.call("copy-77", "GET", "/health/ready").status == 200
    assert instance_process(own_home, "copy-77") is None
    page = answered(own_home, "GET", "/instances?limit=100")
    assert len(page) == 100
    assert instance(own_home, "copy-9999")["state"] == "sleeping"
    assert finished(own_home, deploy(own_home, "another", model()))["progress"] == "done"


def multiply(path: Path, name: str) -> None:
    """Make sleeping copies of an instance and its release in a control database."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        one = connection.execute(select(instances).where(instances.c.name == name)).mappings().one()
        made = connection.execute(select(releases)).mappings().one()
        connection.execute(insert(instances), [_asleep(dict(one), each) for each in range(MANY)])
        connection.execute(insert(releases), [_made(dict(made), each) for each in range(MANY)])
    engine.dispose()


def _asleep(row: dict[str, object], number: int) -> dict[str, object]:
    return row | {"name": f"copy-{number}", "state": "sleeping"}


def _made(row: dict[str, object], number: int) -> dict[str, object]:
    return row | {"instance": f"copy-{number}", "operation": f"{number:032x}"}
