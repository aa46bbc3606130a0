"""What stands beside an element about it: comments, applied stereotypes, rules."""

from collections import defaultdict
from dataclasses import dataclass, field

from edm.core.importers import notation
from edm.core.importers.markup import Element, attribute, children, local
from edm.core.importers.uml2.outline import name_of
from edm.core.importers.uml2.vocabulary import Vocabulary
from edm.core.importers.words import plain
from edm.core.model.draft import Tag

_SIMPLE = frozenset({"unique", "id", "required", "readonly", "mandatory", "optional"})
_MOST = 500
"""How many attributes a stereotype may have."""
_DOCUMENTATION = frozenset({"documentation", "gmm-documentation"})


@dataclass(slots=True)
class Annotations:
    """Comments, stereotypes and tags by the id of the element that they are about."""

    notes: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    stereotypes: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    tags: defaultdict[str, list[Tag]] = field(default_factory=lambda: defaultdict(list))


def annotations(root: Element, models: list[Element], words: Vocabulary) -> Annotations:
    """Return all annotations of a document."""
    result = Annotations()
    for model in models:
        for comment in model.iter("{*}ownedComment", "ownedComment"):
            _comment(comment, words, result)
        for rule in model.iter("{*}ownedRule", "ownedRule"):
            _rule(rule, words, result)
        for detail in model.iter("{*}details", "details"):
            _detail(detail, words, result)
        _applications(model, result)
    if root not in models:
        _applications(root, result)
    return result


def text_of(element: Element, name: str) -> str:
    """Return a text that is either an attribute or a child element."""
    if (value := element.get(name)) is not None:
        return value
    return "\n".join(child.text or "" for child in children(element) if local(child) == name)


def _comment(comment: Element, words: Vocabulary, result: Annotations) -> None:
    body = plain(text_of(comment, "body"))
    if body:
        for target in words.references(comment, "annotatedElement") or _owner(comment, words):
            result.notes[target].append(body)


def _owner(element: Element, words: Vocabulary) -> list[str]:
    owner = element.getparent()
    # A comment inside a package is a remark on a diagram, not documentation of the package.
    return [] if owner is None or owner.get(words.id) is None else [words.identity(owner)]


def _rule(rule: Element, words: Vocabulary, result: Annotations) -> None:
    targets = words.references(rule, "constrainedElement") or _owner(rule, words)
    name, body = name_of(rule), _specification(rule)
    for target in targets:
        result.tags[target].extend(constraint_tags(name, body))


def constraint_tags(name: str, body: str) -> tuple[Tag, ...]:
    """Return the tags that a constraint is: a known notation, or ``constraint`` and its text."""
    for text in (body, name):
        tags = notation.constraints(text.strip().strip("{}"))
        if tags and all(_known(tag) for tag in tags):
            return tags
    text = ": ".join(part for part in (name.strip(), body.strip()) if part)
    return (Tag("constraint", text),) if text else ()


def _known(tag: Tag) -> bool:
    word = tag.name.replace("_", "").replace("-", "").lower()
    return word in (notation.VALUED if tag.value else _SIMPLE)


def _specification(rule: Element) -> str:
    for child in children(rule):
        if local(child) == "specification":
            return text_of(child, "body") or attribute(child, "value")
    return ""


def _detail(detail: Element, words: Vocabulary, result: Annotations) -> None:
    key, value = attribute(detail, "key"), attribute(detail, "value")
    holder = detail.getparent()
    if key in _DOCUMENTATION and value.strip() and holder is not None:
        for target in _owner(holder, words):
            result.notes[target].append(plain(value))


def _applications(parent: Element, result: Annotations) -> None:
    for child in children(parent):
        # Listing attributes costs the square of their number.
        if len(child.attrib) > _MOST:
            continue
        targets = [value for name, value in child.attrib.items() if str(name).startswith("base_")]
        for target in {str(value) for value in targets}:
            _application(child, target, result)


def _application(element: Element, target: str, result: Annotations) -> None:
    name = local(element)
    label = attribute(element, "__EAStereoName") or name
    # Enterprise Architect writes a tagged value as a stereotype with an attribute of its name.
    if name not in element.attrib:
        result.stereotypes[target].append(label)
    for key, value in element.attrib.items():
        word = str(key)
        if not word.startswith(("base_", "{", "__")):
            tag = Tag(label if word == name else word, str(value))
            result.tags[target].append(tag)
