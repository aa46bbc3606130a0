"""What ``edm check`` shows of a report: a table of what was understood, and every problem."""

import sys
from collections import defaultdict
from collections.abc import Iterator

from edm.cli.remarks import counted, put_problems
from edm.cli.talk import put, put_table
from edm.core.model.domain import (
    Attribute,
    DomainModel,
    Entity,
    EnumerationType,
    Limits,
    Role,
    Value,
)
from edm.core.model.report import Report
from edm.core.problems import Level, Problem

_COUNTS = (
    ("entities", "entity"),
    ("attributes", "attribute"),
    ("enums", "enum"),
    ("relations", "relation"),
    ("generalizations", "generalization"),
)
_LITERALS = 12

Row = tuple[str, str, str, str]


def put_report(report: Report, filename: str) -> None:
    """Print a report for people."""
    about = ", ".join(part for part in (report.format or "not recognised", report.tool) if part)
    put(f"{filename}: {about}")
    if report.model is not None:
        put()
        put_table(("entity", "field", "type", "rules"), tuple(model_rows(report.model)))
        put_enumerations(report.model)
    put_problems(report.problems, sys.stdout)
    put()
    put(f"{counts(report)}; {problem_counts(report.problems)}")


def put_enumerations(model: DomainModel) -> None:
    """Print each enumeration with its literals."""
    rows = []
    for enumeration in model.enumerations:
        values = [literal.value for literal in enumeration.literals]
        more = f", and {len(values) - _LITERALS} more" if len(values) > _LITERALS else ""
        rows.append((enumeration.name.pascal, ", ".join(values[:_LITERALS]) + more))
    if rows:
        put()
        put_table(("enumeration", "literals"), rows)


def counts(report: Report) -> str:
    """Return what was understood, in numbers."""
    return ", ".join(counted(getattr(report, many), one, many) for many, one in _COUNTS)


def problem_counts(problems: tuple[Problem, ...]) -> str:
    """Return how many errors and warnings there are."""
    return ", ".join(
        counted(sum(problem.level is level for problem in problems), level.value)
        for level in (Level.ERROR, Level.WARNING)
    )


def model_rows(model: DomainModel) -> Iterator[Row]:
    """Yield the table of a model: a row for each entity, then one for each of its fields."""
    names = {entity.id: entity.name.pascal for entity in model.entities}
    names |= {enumeration.id: enumeration.name.pascal for enumeration in model.enumerations}
    relations = _relations(model, names)
    for entity in model.entities:
        yield (entity.name.pascal, "", f"/{entity.collection.kebab}", _nature(entity, names))
        for attribute in entity.attributes:
            yield ("", attribute.name.snake, _type(attribute, names), _rules(attribute))
        yield from relations[entity.id]


def _nature(entity: Entity, names: dict[str, str]) -> str:
    parent = f"kind of {names[entity.parent]}" if entity.parent else ""
    return ", ".join(part for part in ("abstract" if entity.abstract else "", parent) if part)


def _type(attribute: Attribute, names: dict[str, str]) -> str:
    kind = attribute.type
    name = names[kind.enumeration] if isinstance(kind, EnumerationType) else kind.value
    return f"{name} list" if attribute.many else name


def _rules(attribute: Attribute) -> str:
    flags = {
        # Who leaves it out gets the default.
        "required": attribute.required and attribute.default is None,
        "unique": attribute.unique,
        "read-only": attribute.read_only,
    }
    rules = [name for name, holds in flags.items() if holds]
    rules += _limits(attribute.limits)
    if attribute.max_items is not None:
        rules.append(f"at most {attribute.max_items} items")
    if attribute.default is not None:
        rules.append(f"default {_as_json(attribute.default)}")
    return ", ".join(rules)


def _as_json(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _limits(limits: Limits) -> list[str]:
    length = _range(limits.min_length, limits.max_length)
    value = _range(limits.minimum, limits.maximum)
    return [f"{length} characters"] * bool(length) + [value] * bool(value)


def _range(least: float | None, greatest: float | None) -> str:
    if least is None and greatest is None:
        return ""
    if least == greatest:
        return str(least)
    if greatest is None:
        return f"at least {least}"
    return f"at most {greatest}" if least is None else f"{least} to {greatest}"


def _relations(model: DomainModel, names: dict[str, str]) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = defaultdict(list)
    for reference in model.references:
        kind, holder, target = reference.kind.value, reference.holder, reference.target
        rows[holder].append(_relation(reference.role, names[target], kind, "_id"))
        rows[target].append(_relation(reference.inverse, names[holder], kind))
    for link in model.links:
        kind = link.kind.value
        rows[link.left].append(_relation(link.right_role, names[link.right], kind))
        rows[link.right].append(_relation(link.left_role, names[link.left], kind))
    return rows


def _relation(role: Role, other: str, kind: str, suffix: str = "") -> Row:
    many = f"{role.lower}..{'*' if role.upper is None else role.upper}"
    return ("", role.name.snake + suffix, f"-> {other}", f"{kind}, {many}")
