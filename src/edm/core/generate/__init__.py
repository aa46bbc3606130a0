"""From a domain model to a server's source: pure, and the same bytes for the same model."""

from collections.abc import Iterator
from hashlib import sha256

from edm.core.generate.modules import entity_modules, server_modules
from edm.core.generate.openapi import describe
from edm.core.generate.pages import STATIC, pages
from edm.core.generate.render import read, render
from edm.core.generate.support import in_package, support_files
from edm.core.generate.views import ServerView
from edm.core.generate.views.server import view_server
from edm.core.model.domain import DomainModel
from edm.core.model.migration import History
from edm.core.model.serial import dump
from edm.core.model.tree import MODEL, File, FileTree

__all__ = ["generate"]

_TAGS = "src/package/generated/tags.py.j2"


def generate(model: DomainModel, source: File, history: History | None = None) -> FileTree:
    """Return the repository of a model's server, not yet laid out by a formatter.

    Args:
        model: A checked model.
        source: The file it was read from; its path is where it will lie, e.g. ``model/shop.xml``.
        history: What the repository has of migrations, and what the model adds; None for a server
            that begins with an empty database.
    """
    server = view_server(model)
    found = [source, File(MODEL, dump(model)), *_files(server, source.path, history)]
    return FileTree(tuple(sorted(found, key=lambda file: file.path)))


def _files(server: ServerView, source: str, history: History | None) -> Iterator[File]:
    described = describe(server)
    yield File("openapi.json", described)
    digest = sha256(described).hexdigest()[:8]
    yield File(in_package(server, _TAGS), render(_TAGS, digest=digest))
    for path, template in STATIC.items():
        yield File(path, read(template))
    for page in pages(server, source):
        content = render(page.template, server=server, **page.context)
        yield File(page.path, content, page.seeded)
    yield from support_files(server)
    yield from server_modules(server, history)
    for entity in server.entities:
        yield from entity_modules(server, entity)
