"""What the services add to what importers and checks understand."""

import pytest

from edm.services.understand import understand

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
