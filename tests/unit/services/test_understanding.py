"""What the services add to what importers and checks understand."""

import pytest

from edm.core.model.tree import MODEL
from edm.services.understand import Base, draw, understand

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("head", "filename", "name"),
    [("@startuml", "my-shop.puml", "my_shop"), ("@startuml Stall", "my-shop.puml", "stall")],
)
def test_a_model_without_a_name_is_called_after_its_file(
    head: str, filename: str, name: str
) -> None:
    report = understand(f"{head}\nclass A {{\n x : String\n}}\n@enduml\n".encode(), filename)
    assert report.model is not None
    assert report.model.name.snake == name


def test_a_package_keeps_its_name_whatever_the_next_file_is_called() -> None:
    first = b"@startuml\nclass Book {\n title : String\n}\n@enduml\n"
    _, tree = draw(first, "shop-2025.puml")
    assert tree is not None
    found = {file.path: file.content for file in tree.files}
    base = Base(found[MODEL], tuple(file for file in tree.files if file.path.endswith(".sql")))
    report, again = draw(first, "shop-2026.puml", base)
    assert again is not None
    assert report.model is not None
    assert report.model.name.original == "shop-2026"
    assert {path for path in found if path.startswith("src/")} == {
        file.path for file in again.files if file.path.startswith("src/")
    }
