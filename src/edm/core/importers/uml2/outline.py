"""Walking through packages and classes, to know what there is before reading any of it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from edm.core.importers import kinds
from edm.core.importers.journal import Journal
from edm.core.importers.markup import Element, attribute, children, line, local
from edm.core.importers.registry import Registry
from edm.core.importers.uml2.vocabulary import Vocabulary
from edm.core.importers.words import place, shown, step

PACKAGES = frozenset({"Package", "Model"})
CLASSES = frozenset({"Class", "AssociationClass", "DataType", "PrimitiveType", "Interface"})
DATA_TYPES = frozenset({"DataType", "PrimitiveType"})
ASSOCIATIONS = frozenset({"Association", "AssociationClass"})
_READ = PACKAGES | CLASSES | ASSOCIATIONS | {"Enumeration"}
_MEMBERS = frozenset(
    {"packagedElement", "ownedMember", "nestedClassifier", "nestedPackage", "ownedType"}
)
# They belong to profiles or say how packages depend on each other: nobody misses them.
_SILENT = frozenset(
    {
        "Usage",
        "Dependency",
        "Abstraction",
        "Realization",
        "InterfaceRealization",
        "Substitution",
        "Extension",
        "Stereotype",
        "Profile",
        "PackageImport",
        "Comment",
        "Constraint",
        "",
    }
)


@dataclass(frozen=True, slots=True)
class Found:
    """An element of the model with its place.

    Attributes:
        element: Its XML.
        kind: Its metaclass.
        id: Its identity in the draft.
        name: As written.
        path: Where it is, for problems.
        package: Names of the packages around it, outermost first.
    """

    element: Element
    kind: str
    id: str
    name: str
    path: str
    package: tuple[str, ...]

    @property
    def where(self) -> str:
        """The place for problems."""
        return place(self.path, line(self.element))


@dataclass(slots=True)
class Outline:
    """All classifiers and associations of a document, in the order of the file.

    Attributes:
        found: Everything.
        by_id: The same by the id that the file gives; the first one if it repeats.
        top: Names of the outermost packages.
        skipped: How many elements of which metaclass were left out.
    """

    found: list[Found] = field(default_factory=list)
    by_id: dict[str, Found] = field(default_factory=dict)
    top: list[str] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)

    def of(self, metaclasses: frozenset[str]) -> Iterator[Found]:
        """Return the elements of these metaclasses."""
        return (found for found in self.found if found.kind in metaclasses)


@dataclass(frozen=True, slots=True)
class _Visit:
    element: Element
    package: tuple[str, ...]
    path: str


@dataclass(frozen=True, slots=True)
class _Walk:
    words: Vocabulary
    result: Outline
    registry: Registry
    journal: Journal


def outline(
    models: list[Element], words: Vocabulary, registry: Registry, journal: Journal
) -> Outline:
    """Return what is in the models of a document."""
    walk = _Walk(words, Outline(), registry, journal)
    waiting = [_start(model) for model in reversed(models)]
    # A stack of our own: the depth of a hostile file must not become the depth of our calls.
    while waiting:
        visit = waiting.pop()
        inside = [_enter(child, visit, walk) for child in children(visit.element)]
        waiting.extend(reversed([each for each in inside if each]))
    _tell_skipped(walk.result, journal)
    return walk.result


def name_of(element: Element) -> str:
    """Return an element's name, from its attribute or from a child element."""
    if (name := element.get("name")) is not None:
        return name.strip()
    child = next((child for child in children(element) if local(child) == "name"), None)
    return (child.text or "").strip() if child is not None else ""


def _start(model: Element) -> _Visit:
    if local(model) == "Package":
        name = name_of(model)
        return _Visit(model, (name,), step("", name))
    return _Visit(model, (), "")


def _enter(element: Element, visit: _Visit, walk: _Walk) -> _Visit | None:
    words, result = walk.words, walk.result
    kind = _kind(element, words)
    if kind not in _READ:
        return _skip(element, kind, visit, result)
    name = name_of(element)
    path = step(visit.path, name)
    if kind in PACKAGES:
        if not visit.package:
            result.top.append(name)
        return _Visit(element, (*visit.package, name), path)
    _keep(Found(element, kind, "", name, path, visit.package), walk)
    return _Visit(element, visit.package, path)


def _skip(element: Element, kind: str | None, visit: _Visit, result: Outline) -> _Visit | None:
    if kind is not None and kind not in _SILENT:
        result.skipped[kind] += 1
    if kind != "Component":
        return None
    # A component is no class, but some tools keep classes in it.
    name = name_of(element)
    return _Visit(element, (*visit.package, name), step(visit.path, name))


def _kind(element: Element, words: Vocabulary) -> str | None:
    name = local(element)
    if name in _MEMBERS:
        return words.metaclass(element) or ("Package" if name == "nestedPackage" else "")
    # Some tools write the metaclass as the element's name.
    return name if name in _READ else None


def _keep(seen: Found, walk: _Walk) -> None:
    raw = walk.words.identity(seen.element)
    if raw and walk.registry.taken(raw):
        message = f'The id "{shown(raw)}" is already taken.'
        walk.journal.note(kinds.REPEATED_ID, seen.where, message)
    given = walk.registry.give(raw or "::".join((*seen.package, seen.name or seen.kind)))
    found = replace(seen, id=given)
    walk.result.found.append(found)
    if raw:
        walk.result.by_id.setdefault(raw, found)


def _tell_skipped(result: Outline, journal: Journal) -> None:
    if result.skipped:
        listed = ", ".join(
            f"{count} {shown(kind)}" for kind, count in result.skipped.most_common(12)
        )
        journal.note(kinds.IGNORED, "", f"Left out: {listed}.")


def flag(element: Element, name: str) -> bool:
    """Return whether a Boolean attribute is set."""
    return attribute(element, name).strip().lower() in {"true", "1"}
