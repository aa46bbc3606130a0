"""From a draft to a domain model: each step decides one thing and hands it to the next."""

from dataclasses import dataclass

from edm.core.checks.assembly import Parts, assemble
from edm.core.checks.associations import admit
from edm.core.checks.attributes import Contents, read_attributes
from edm.core.checks.classify import Classified, classify
from edm.core.checks.constraints import tell_constraints
from edm.core.checks.cycles import relax
from edm.core.checks.enumerations import read_enumerations
from edm.core.checks.fields import Fields, name_attributes, name_roles
from edm.core.checks.identity import identify
from edm.core.checks.inheritance import inherit
from edm.core.checks.naming import name_classes
from edm.core.checks.order import arrange
from edm.core.checks.shapes import shape
from edm.core.checks.sizes import count_references
from edm.core.model.draft import Draft
from edm.core.model.report import Report
from edm.core.problems import Problem, usable


@dataclass(frozen=True, slots=True)
class _Decided:
    """What a draft amounts to, and how much of it was understood."""

    parts: Parts
    contents: Contents
    relations: int
    problems: tuple[Problem, ...]


def check(draft: Draft) -> Report:
    """Return what was understood of a draft, and the domain model unless an error prevents it.

    The same draft always gives the same report. Nothing is raised for anything in a draft.
    """
    distinct, repeated = identify(draft)
    classified, told = classify(distinct)
    if not usable(told):
        return _refuse(draft, classified, (*repeated, *told))
    decided = _decide(distinct, classified)
    problems = (*repeated, *told, *decided.problems)
    return Report(
        format=draft.format,
        tool=draft.tool,
        entities=len(classified.entities),
        attributes=decided.contents.understood,
        enums=len(classified.enumerations),
        relations=decided.relations,
        generalizations=decided.parts.family.understood,
        problems=arrange(problems, draft),
        model=assemble(draft, decided.parts) if usable(problems) else None,
    )


def _refuse(draft: Draft, classified: Classified, problems: tuple[Problem, ...]) -> Report:
    return Report(
        format=draft.format,
        tool=draft.tool,
        entities=len(classified.entities),
        attributes=0,
        enums=len(classified.enumerations),
        relations=0,
        generalizations=0,
        problems=arrange(problems, draft),
        model=None,
    )


def _decide(draft: Draft, classified: Classified) -> _Decided:
    names, naming = name_classes(classified)
    enumerations, literals = read_enumerations(classified, names)
    family, hierarchy = inherit(draft, classified)
    contents, contained = read_attributes(classified, family, enumerations)
    drawn, refused = admit(draft.associations, classified)
    typed, unfit = admit(contents.associations, classified)
    shaped, middles, shaping = shape((*drawn, *typed), names.singular)
    crowded = count_references(shaped, classified, family)
    relaxed, obstacles = relax(shaped, classified, family)
    fields = Fields(classified.entities, family)
    attributes, repeated = name_attributes(contents.attributes, family, fields)
    relations, clashes = name_roles(relaxed, fields)
    return _Decided(
        Parts(classified, names, family, enumerations, attributes, relations, middles),
        contents,
        len(drawn),
        (
            *tell_constraints(classified),
            *(*naming, *literals, *hierarchy, *contained, *refused, *unfit),
            *(*shaping, *crowded, *obstacles, *repeated, *clashes),
        ),
    )
