"""What the README of a generated server shows, safe for Markdown and Mermaid."""

import re
from dataclasses import dataclass

from edm.core.generate.render import clean
from edm.core.generate.views import (
    EntityView,
    EnumerationView,
    FieldView,
    RelatedView,
    ServerView,
)

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$:@-])")
_LONGEST_NOTE = 120
_MOST_CLASSES = 60
_MOST_FIELDS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table of entities."""

    name: str
    path: str
    abstract: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class ReadmeView:
    """A README.

    Attributes:
        title: Markdown, escaped.
        notes: Markdown, escaped; empty for none.
        rows: The table of entities.
        diagram: Lines of Mermaid; none where the model is too large to be looked at.
        example: Path of a collection that objects can be created in.
    """

    title: str
    notes: str
    rows: tuple[Row, ...]
    diagram: tuple[str, ...]
    example: str


def view_readme(server: ServerView) -> ReadmeView:
    """Return what a server's README shows."""
    concrete = [entity for entity in server.entities if not entity.abstract]
    return ReadmeView(
        title=escaped(server.title) or server.name,
        notes=escaped(server.notes),
        rows=tuple(_row(entity) for entity in server.entities),
        diagram=_diagram(server) if len(server.entities) <= _MOST_CLASSES else (),
        example=(concrete or server.entities)[0].path,
    )


def article(words: str) -> str:
    """Return words with their indefinite article."""
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def escaped(text: str) -> str:
    """Return text on one line in which nothing means anything to Markdown."""
    words = clean(text)
    if len(words) > _LONGEST_NOTE:
        words = words[:_LONGEST_NOTE].rsplit(" ", 1)[0] + " …"
    return _MARKUP.sub(r"\\\1", words)


def _row(entity: EntityView) -> Row:
    return Row(entity.class_name, entity.path, entity.abstract, escaped(entity.notes))


def _diagram(server: ServerView) -> tuple[str, ...]:
    lines = [line for entity in server.entities for line in _class(entity)]
    lines += [
        f"{server.entity(entity.parent).class_name} <|-- {entity.class_name}"
        for entity in server.entities
        if entity.parent is not None
    ]
    drawn: set[str] = set()
    for entity in server.entities:
        for related in entity.related:
            name = related.reference or related.link or ""
            if name not in drawn:
                drawn.add(name)
                lines.append(_relation(server, entity, related))
    return tuple(lines)


def _class(entity: EntityView) -> list[str]:
    shown = [field for field in entity.own_fields if field.target is None]
    lines = [f"class {entity.class_name} {{"]
    lines += ["  <<abstract>>"] if entity.abstract else []
    lines += [f"  {_type(field)} {field.json}" for field in shown[:_MOST_FIELDS]]
    lines += ["  ..."] if len(shown) > _MOST_FIELDS else []
    # Mermaid has no empty bodies.
    return [*lines, "}"] if len(lines) > 1 else [f"class {entity.class_name}"]


def _type(field: FieldView) -> str:
    kind = field.type
    name = kind.class_name if isinstance(kind, EnumerationView) else kind.value
    return f"{name}[]" if field.many else name


def _relation(server: ServerView, entity: EntityView, related: RelatedView) -> str:
    other = server.entity(related.entity)
    if related.link is not None:
        return f'{entity.class_name} "*" -- "*" {other.class_name} : {_label(related)}'
    field = next(f for f in other.fields if f.reference == related.reference)
    arrow = "*--" if field.owned else "--"
    here, there = "1" if field.required else "0..1", "*" if related.many else "0..1"
    named = _label(related)
    return f'{entity.class_name} "{here}" {arrow} "{there}" {other.class_name} : {named}'


def _label(related: RelatedView) -> str:
    return related.segment.replace("-", " ")
