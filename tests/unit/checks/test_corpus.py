"""Real models from real tools: what is not understood is explained, and every model is sound."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from edm.core.checks import check
from edm.core.importers import read
from edm.core.model.report import Report
from tests.strategies.soundness import assert_sound

pytestmark = pytest.mark.unit

MODELS = Path(__file__).parents[3].parent / "shared" / "models"
FAMILIES = ("ea", "eclipse_uml2", "papyrus", "plantuml")

# Which problems explain that fewer were understood than the file has, or more.
EXPLAINED_BY = {
    "classes": {"M010", "M011", "M017"},
    "attributes": {"M010", "M011", "M017", "M035", "M038"},
    "associations": {"M050", "M051"},
    "enums": {"M011", "M017"},
    "generalizations": {"M021", "M025"},
}

# The index counts these too: generalisations between the stereotypes of a profile.
STEREOTYPES = {("ea/NCIP__cacore-sdk__hydra_xmi2ecore_sdkexample.xmi", "generalizations"): 2}


def _index() -> list[dict[str, str]]:
    path = MODELS / "INDEX.tsv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return [row for row in rows if row["file"].split("/")[0] in FAMILIES]


def _understood(report: Report) -> dict[str, int]:
    return {
        "classes": report.entities,
        "attributes": report.attributes,
        "associations": report.relations,
        "enums": report.enums,
        "generalizations": report.generalizations,
    }


def test_the_corpus_is_there() -> None:
    if not MODELS.exists():
        pytest.skip("the folder of sample models is not beside this checkout")
    assert _index()


@pytest.mark.parametrize("row", _index(), ids=lambda row: row["file"])
def test_every_difference_is_explained(row: dict[str, str]) -> None:
    path = MODELS / row["file"]
    draft = read(path.read_bytes(), path.name).draft
    assert draft is not None
    report = check(draft)
    said = Counter(problem.code for problem in report.problems)
    for what, number in _understood(report).items():
        expected = int(row[what]) - STEREOTYPES.get((row["file"], what), 0)
        missing = abs(expected - number)
        explanations = sum(said[code] for code in EXPLAINED_BY[what])
        # One class that is no entity explains all of its attributes.
        enough = bool(explanations) if what == "attributes" else explanations >= missing
        assert missing == 0 or enough, f"{what}: {number} of {expected}"


@pytest.mark.parametrize("row", _index(), ids=lambda row: row["file"])
def test_every_model_is_sound(row: dict[str, str]) -> None:
    path = MODELS / row["file"]
    draft = read(path.read_bytes(), path.name).draft
    assert draft is not None
    report = check(draft)
    assert (report.model is None) == (row["classes"] == "0")
    if report.model:
        assert_sound(report.model)
