"""Makes objects for tests, and what they cannot be without."""

from collections import Counter
from importlib import import_module
from typing import Any, Protocol

from tests.client import Client

Body = dict[str, Any]


class Recipe(Protocol):
    """What the modules in ``recipes`` have."""

    PATH: str
    FAMILY: str
    NEEDS: dict[str, str]
    NEEDS_OWN: dict[str, str]

    def values(self, n: int) -> Body:
        """Return the attributes of the ``n``-th object."""
        ...


class Make:
    """Makes objects by recipe: ``make("order", {"customer_id": 1})``. The same in every run."""

    def __init__(self, client: Client) -> None:
        """Keep the client that asks for the objects."""
        self._client = client
        self._counts: Counter[str] = Counter()
        self._shared: dict[str, int] = {}

    def __call__(self, recipe: str, given: Body | None = None) -> Body:
        """Create an object and return it as the server shows it.

        Args:
            recipe: The module in ``recipes``.
            given: Fields whose values are not the recipe's.
        """
        path = _recipe(recipe).PATH
        answer = self._client.post(path, self.body(recipe, given))
        assert answer.status == 201, answer.body
        created: Body = answer.json()
        return created

    def body(self, recipe: str, given: Body | None = None) -> Body:
        """Return what creates an object; what it must refer to is created now."""
        found, given = _recipe(recipe), given or {}
        self._counts[found.FAMILY] += 1
        body = found.values(self._counts[found.FAMILY])
        for field, target in found.NEEDS.items():
            if field not in given:
                body[field] = self._any(target)
        for field, target in found.NEEDS_OWN.items():
            if field not in given:
                body[field] = self(target)["id"]
        return body | given

    def _any(self, recipe: str) -> int:
        if recipe not in self._shared:
            self._shared[recipe] = self(recipe)["id"]
        return self._shared[recipe]


def _recipe(name: str) -> Recipe:
    module: Any = import_module(f"tests.recipes.{name}")
    recipe: Recipe = module
    return recipe
