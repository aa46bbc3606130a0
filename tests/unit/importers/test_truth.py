"""Real files of the families that are read, against counts made by other means."""

import csv
from functools import cache
from pathlib import Path

import pytest

from edm.core.importers import read
from edm.core.model.draft import ClassKind, Draft
from tests.unit.importers.drafts import all_ids

pytestmark = pytest.mark.unit

MODELS = Path(__file__).parents[3].parent / "shared" / "models"
FAMILIES = frozenset({"ea", "eclipse_uml2", "papyrus", "plantuml"})
COLUMNS = ("classes", "attributes", "associations", "enums", "generalizations")
KINDS = frozenset({ClassKind.CLASS, ClassKind.ASSOCIATION_CLASS})

# Where the table counts something else, the reason.
DIFFERENT = {
    # Two of the 67 are between stereotypes of a profile, which are no classes.
    "ea/NCIP__cacore-sdk__hydra_xmi2ecore_sdkexample.xmi": {"generalizations": 65},
    # The two static attributes of the data type Date are counted here as for the other files.
    "eclipse_uml2/dresden-ocl__dresdenocl__royalandloyal.uml": {"attributes": 27},
}


def _rows() -> list[dict[str, str]]:
    index = MODELS / "INDEX.tsv"
    if not index.exists():
        return []
    with index.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return [row for row in rows if row["file"].partition("/")[0] in FAMILIES]


@cache
def _draft(file: str) -> Draft:
    draft = read((MODELS / file).read_bytes(), file).draft
    assert draft is not None
    return draft


def _counts(draft: Draft) -> dict[str, int]:
    counts = (
        sum(each.kind in KINDS for each in draft.classes),
        # The attributes of data types are counted too, and of associations those of their class.
        sum(len(each.attributes) for each in draft.classes),
        len(draft.associations),
        len(draft.enumerations),
        # The realisation of an interface is drawn differently and not counted.
        sum("realization" not in each.origin.stereotypes for each in draft.generalizations),
    )
    return dict(zip(COLUMNS, counts, strict=True))


@pytest.mark.skipif(not _rows(), reason="the collection of real models is not beside the project")
@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["file"])
def test_counts(row: dict[str, str]) -> None:
    expected = {name: int(row[name]) for name in COLUMNS} | DIFFERENT.get(row["file"], {})
    assert _counts(_draft(row["file"])) == expected


@pytest.mark.skipif(not _rows(), reason="the collection of real models is not beside the project")
@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["file"])
def test_ids_are_unique_and_references_resolve(row: dict[str, str]) -> None:
    draft = _draft(row["file"])
    ids = all_ids(draft)
    assert len(ids) == len(set(ids))
    types = [each.type_id for cls in draft.classes for each in cls.attributes if each.type_id]
    assert set(types) <= set(ids)
