"""What a browser is shown where an instance does not answer: one small page.

It needs nothing from anywhere else, runs nothing, and says in its policy that it may not.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from html import escape
from string import Template

_STYLE = (
    ":root{color-scheme:light dark;--ink:#1c2024;--soft:#5b6570;--edge:#d9dee3;--paper:#fff;"
    "--ground:#f4f6f8;--mark:#8b95a1;font:1rem/1.55 system-ui,sans-serif}"
    "@media(prefers-color-scheme:dark){:root{--ink:#eceff2;--soft:#a3adb8;--edge:#343b43;"
    "--paper:#1d2126;--ground:#14171a}}"
    "body{margin:0;padding:16vh 1rem 2rem;background:var(--ground);color:var(--ink)}"
    "main{box-sizing:border-box;max-width:34rem;margin:0 auto;padding:1.75rem 2rem;"
    "background:var(--paper);border:1px solid var(--edge);border-left:4px solid var(--mark);"
    "border-radius:6px}"
    ".waiting{--mark:#d98e04}.wrong{--mark:#d1453b}"
    "h1{font-size:1.5rem;line-height:1.25;margin:0;overflow-wrap:anywhere;"
    "text-wrap:balance}"
    "p{margin:.75rem 0 0;overflow-wrap:anywhere;white-space:pre-line}.more{color:var(--soft)}"
    "code{font:.92em ui-monospace,monospace;background:var(--ground);border:1px solid var(--edge);"
    "border-radius:4px;padding:.05em .35em;white-space:nowrap}"
)

_DOCUMENT = Template(
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="robots" content="noindex">\n'
    f"$refresh<title>$title</title>\n<style>{_STYLE}</style>\n</head>\n"
    "<body>\n<main$look>\n<h1>$title</h1>\n$texts</main>\n</body>\n</html>\n"
)

_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_QUOTED = re.compile(r"`([^`]+)`")

POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
"""The content security policy of a page: its own style, and nothing else."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says, as plain text; what stands between backquotes is a command.

    Attributes:
        title: What is the matter, in a few words.
        message: What is wrong; empty if the title says it.
        hint: What to do next.
        refresh: Seconds after which the browser asks again by itself; 0 for never.
        wrong: Whether something failed, rather than being as somebody wants it.
    """

    title: str
    message: str
    hint: str
    refresh: int = 0
    wrong: bool = False


def render(page: Page) -> str:
    """Return the HTML of a page."""
    again = f'<meta http-equiv="refresh" content="{page.refresh}">\n' if page.refresh else ""
    asks = f"This page asks again by itself in {page.refresh} s." if page.refresh else ""
    texts = _paragraph(page.message, "") + _paragraph(f"{page.hint} {asks}", ' class="more"')
    title = escape(page.title)
    return _DOCUMENT.substitute(title=title, texts=texts, refresh=again, look=_look(page))


def _look(page: Page) -> str:
    if page.refresh:
        return ' class="waiting"'
    return ' class="wrong"' if page.wrong else ""


def _paragraph(text: str, attribute: str) -> str:
    if not text.strip():
        return ""
    marked = _QUOTED.sub(r"<code>\1</code>", escape(text.strip()))
    return f"<p{attribute}>{marked}</p>\n"
