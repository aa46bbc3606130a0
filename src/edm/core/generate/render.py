"""From views to files: templates are laid out, and imports that nothing uses are left away."""

import re
import textwrap
import unicodedata
from functools import cache
from importlib.resources import files

import jinja2

from edm.core.generate.views.schemas import A, Input, a

# Docstrings stay plain: nothing in them can end them, and nothing needs an escape.
_QUOTES = str.maketrans({'"': "'", "\\": "/"})
_WIDTH = 92
_TEXT = re.compile(r'"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|#[^\n]*')
# What tools take as an order to them where a comment begins with it.
_ORDER = re.compile(
    r"\b(?:no(?=qa\b)|(flake8|fmt|isort|mypy|nosec|pragma|pylint|pyright|ruff|type|yapf)\s*:)",
    re.IGNORECASE,
)
_IMPORT = re.compile(r"(?:from \S+ )?import [^(]+$")
_WORD = re.compile(r"[A-Za-z_]\w*")
_NOT_LINE_END = re.compile(r"[^\n]")


def clean(text: str) -> str:
    """Return a text in one line, without characters that are not seen or turn the line around."""
    spaced = " ".join(text.split())
    return "".join(c for c in spaced if unicodedata.category(c)[0] != "C")


def doc(text: str) -> str:
    """Return a text that is safe in a docstring."""
    lines = textwrap.wrap(clean(text).translate(_QUOTES), _WIDTH, break_long_words=False)
    return "\n    ".join(lines)


def summary(text: str) -> str:
    """Return a text that is safe as the first line of a docstring: one line, of bounded length."""
    line = clean(text).translate(_QUOTES)
    return line if len(line) <= _WIDTH else line[:_WIDTH].rstrip() + "…"


def comment(text: str) -> str:
    """Return a text that is safe behind ``#``, in as many lines as it needs."""
    harmless = _ORDER.sub(lambda found: f"{found[1] or 'no'} -", clean(text).replace("#", "№"))
    lines = textwrap.wrap(harmless, _WIDTH, break_long_words=False)
    return "\n    # ".join(lines)


def source(value: str) -> str:
    """Return a text as Python source that reads the same in every file."""
    return repr(value)


def forward(annotation: str, structs: tuple[Input, ...]) -> str:
    """Return an annotation, quoted where it names a class of its own module."""
    names = {struct.name for struct in structs}
    return f'"{annotation}"' if names & set(re.findall(r"\w+", annotation)) else annotation


def tuple_of(sources: tuple[str, ...]) -> str:
    """Return the source of a tuple."""
    return "(" + "".join(f"{each}, " for each in sources) + ")"


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("edm.core.generate"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # What is made is Python, Markdown and YAML; each place escapes as its language wants.
        autoescape=False,  # noqa: S701 - no HTML is made
    )
    environment.filters |= {
        "doc": doc,
        "summary": summary,
        "comment": comment,
        "source": source,
        "forward": forward,
        "a": a,
        "A": A,
    }
    environment.globals["tuple_of"] = tuple_of
    return environment


def compile_templates() -> None:
    """Compile every template now, so that nobody waits for it later."""
    environment = _environment()
    for template in environment.list_templates(["j2"]):
        environment.get_template(template)


def render(template: str, **values: object) -> bytes:
    """Return a template filled in; of Python, only the imports that are used."""
    text = _environment().get_template(template).render(**values)
    if ".py" in template:
        text = without_unused_imports(text)
    return text.encode()


def read(template: str) -> bytes:
    """Return a file that is the same in every tree."""
    return (files("edm.core.generate") / "templates" / template).read_bytes()


def without_unused_imports(text: str) -> str:
    """Return Python source without the imported names that it does not use.

    Templates import in single lines all that their module may need. Whole syntax trees would
    take most of the time of generating, so this looks at words outside texts and comments.
    """
    bare = _TEXT.sub(_blank, text).split("\n")
    used = {word for line in bare if not _IMPORT.match(line) for word in _WORD.findall(line)}
    lines = (
        _pruned(line, used) if _IMPORT.match(outside) else line
        for line, outside in zip(text.split("\n"), bare, strict=True)
    )
    return "\n".join(line for line in lines if line is not None)


def _blank(text: re.Match[str]) -> str:
    return _NOT_LINE_END.sub(" ", text[0])


def _pruned(line: str, used: set[str]) -> str | None:
    start, _, names = line.rpartition("import ")
    kept = [each for each in names.split(", ") if each.rpartition(" ")[2] in used]
    return f"{start}import {', '.join(kept)}" if kept else None


def names_in(directory: str) -> tuple[str, ...]:
    """Return the names of a directory's files that are copied as they are."""
    place = files("edm.core.generate") / "templates" / directory
    names = (each.name for each in place.iterdir() if each.is_file())
    return tuple(sorted(name for name in names if not name.endswith((".j2", ".pyc"))))
