"""Which files surround the server: README, project files, tests. Paths, templates and contexts."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from edm.core.generate.testing.cases import view_tests
from edm.core.generate.testing.recipes import Kitchen, Recipe
from edm.core.generate.views import ServerView
from edm.core.generate.views.readme import article, view_readme


@dataclass(frozen=True, slots=True)
class Page:
    """A file to render.

    Attributes:
        path: Where it lies in the generated repository.
        template: Path of its template below ``templates``.
        context: What the template shows, besides ``server``.
        seeded: Written once, then the owner's.
    """

    path: str
    template: str
    context: dict[str, object] = field(default_factory=dict)
    seeded: bool = False


# Copied as they are; a leading dot would hide them among the templates.
STATIC = {
    ".dockerignore": "dot_dockerignore",
    ".gitignore": "dot_gitignore",
    "tests/__init__.py": "tests/__init__.py",
    "tests/client.py": "tests/client.py",
    "tests/entities/__init__.py": "tests/entities/__init__.py",
    "tests/make.py": "tests/make.py",
    "tests/recipes/__init__.py": "tests/recipes/__init__.py",
}


def pages(server: ServerView, source: str) -> Iterator[Page]:
    """Return the files around a server.

    Args:
        server: The server.
        source: Path of the model's file in the generated repository.
    """
    readme = view_readme(server)
    yield Page("README.md", "README.md.j2", {"readme": readme, "source": source})
    for name in ("Dockerfile", "compose.yaml", "pyproject.toml"):
        yield Page(name, f"{name}.j2")
    yield from _tests(server)


def _tests(server: ServerView) -> Iterator[Page]:
    kitchen = Kitchen(server)
    for name in ("conftest", "test_server"):
        yield Page(f"tests/{name}.py", f"tests/{name}.py.j2")
    for recipe in kitchen.recipes:
        path = f"tests/recipes/{recipe.name}.py"
        yield Page(path, "tests/recipes/entity.py.j2", _made(recipe))
    for test in view_tests(kitchen):
        path = f"tests/entities/test_{test.entity.snake}.py"
        yield Page(path, "tests/entities/test_entity.py.j2", {"test": test})


def _made(recipe: Recipe) -> dict[str, object]:
    return {"recipe": recipe, "named": article(recipe.entity.singular)}
