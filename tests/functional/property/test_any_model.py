"""Any model that checks accept becomes a server that imports, answers and passes its own tests.

A few examples, always the same, run each time. ``EDM_SOAK=200`` runs that many new ones.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from edm.core.checks import check
from edm.core.evolve import evolve
from edm.core.generate import generate
from edm.core.model.domain import Entity
from edm.core.model.draft import Draft
from edm.core.model.migration import History, Migration
from edm.core.model.tree import MIGRATIONS
from tests.functional.property.project import SOURCE, lint, run_own_tests, write_project
from tests.functional.server.models import EVERYTHING
from tests.strategies.drafts import tidy_drafts

pytestmark = [pytest.mark.functional, pytest.mark.timeout(0 if "EDM_SOAK" in os.environ else 120)]
_SOAK = int(os.environ.get("EDM_SOAK", "0"))


def few(examples: int) -> settings:
    """Settings for examples that cost seconds: no shrinking, the same ones in every run."""
    return settings(
        max_examples=_SOAK or examples,
        deadline=None,
        derandomize=not _SOAK,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any") / "project"


@few(8)
@given(draft=tidy_drafts())
def test_passes_its_own_tests(place: Path, draft: Draft) -> None:
    model = check(draft).model
    assume(model is not None and len(model.entities) > 1)
    assert model is not None
    run_own_tests(write_project(model, place))


def test_everything_passes_its_own_tests(place: Path) -> None:
    """Among it a part that is a kind of something, which chance seldom draws."""
    run_own_tests(write_project(EVERYTHING, place))


def test_what_grew_to_everything_passes_its_own_tests(place: Path) -> None:
    """With the tables of a first model and what was added to them since."""
    first = replace(EVERYTHING, entities=_bare(EVERYTHING.entities), references=(), links=())
    migration = evolve(first, EVERYTHING)
    assert isinstance(migration, Migration)
    files = generate(first, SOURCE).files
    scripts = tuple(file for file in files if file.path.startswith(MIGRATIONS))
    # Those of tables that got columns, kinds, links and parts.
    names = ("customer", "course", "dog", "order_line", "puppy", "room")
    tests = (f"tests/entities/test_{name}.py" for name in names)
    run_own_tests(write_project(EVERYTHING, place, History(scripts, migration)), *tests)


def _bare(entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """Return roots that nothing has to refer to, with no more than they need."""
    return tuple(
        replace(entity, attributes=tuple(each for each in entity.attributes if each.required))
        for entity in entities
        if entity.id in {"Customer", "Course", "Room", "Animal", "Folder", "Deed", "Person"}
    )


@few(3)
@given(draft=tidy_drafts())
def test_is_tidy_and_typed(place: Path, draft: Draft) -> None:
    model = check(draft).model
    assume(model is not None and len(model.entities) > 2)
    assert model is not None
    lint(write_project(model, place))
