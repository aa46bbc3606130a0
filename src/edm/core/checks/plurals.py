"""English plurals for collections; right for most nouns and steady for all.

A word that already looks plural stays as it is, so a class ``Orders`` gives ``/orders``.
"""

import re

_IRREGULAR = {
    "person": "people", "child": "children", "man": "men", "woman": "women", "mouse": "mice",
    "foot": "feet", "tooth": "teeth", "goose": "geese", "criterion": "criteria",
    "hero": "heroes", "potato": "potatoes", "tomato": "tomatoes", "echo": "echoes",
    "quiz": "quizzes", "leaf": "leaves", "loaf": "loaves", "thief": "thieves", "wife": "wives",
    "knife": "knives", "life": "lives", "alias": "aliases", "atlas": "atlases",
    "canvas": "canvases", "gas": "gases", "bias": "biases", "lens": "lenses",
}  # fmt: skip
_UNCHANGED = frozenset({
    "data", "metadata", "series", "species", "information", "equipment", "news", "money", "staff",
    "media", "sheep", "fish", "software", "hardware", "menus", "people", "children", "men",
    "women", "mice", "feet", "teeth", "geese", "criteria",
})  # fmt: skip
# The first rule that fits decides.
_RULES = (
    (re.compile(r"(?<=[lo])sis$|(?<=.y)sis$"), "ses"),
    (re.compile(r"(ss|us|is|x|z|ch|sh)$"), r"\1es"),
    (re.compile(r"s$"), "s"),
    (re.compile(r"(?<=[^aeiou])y$"), "ies"),
    (re.compile(r"lf$"), "lves"),
    (re.compile(r"$"), "s"),
)


def plural(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words with the last one in the plural; a number stays at the end as it is."""
    if words[-1].isdigit() and len(words) > 1:
        return (*plural(words[:-1]), words[-1])
    return (*words[:-1], _plural(words[-1]))


def _plural(word: str) -> str:
    if word in _UNCHANGED:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    pattern, ending = next(rule for rule in _RULES if rule[0].search(word))
    return pattern.sub(ending, word, count=1)
