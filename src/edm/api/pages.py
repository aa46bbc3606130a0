"""What the control plane tells a browser whose instance does not answer: one small page.

It needs nothing from anywhere else, runs nothing, and says in its policy that it may not.
"""

import base64
import hashlib
from dataclasses import dataclass
from html import escape
from string import Template

_STYLE = (
    ":root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}"
    "body{margin:0 auto;max-width:34rem;padding:18vh 1.5rem 2rem}"
    "h1{font-size:1.5rem;line-height:1.25;margin:0 0 .75rem;overflow-wrap:anywhere}"
    "p{margin:0 0 .75rem;overflow-wrap:anywhere}.more{opacity:.7}"
)

_DOCUMENT = Template(
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="robots" content="noindex">\n'
    f"$refresh<title>$title</title>\n<style>{_STYLE}</style>\n</head>\n"
    '<body>\n<main>\n<h1>$title</h1>\n<p>$message</p>\n<p class="more">$hint</p>\n</main>\n'
    "</body>\n</html>\n"
)

_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
"""The content security policy of a page: its own style, and nothing else."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says, as plain text.

    Attributes:
        title: What is the matter, in a few words.
        message: What is wrong.
        hint: What to do next.
        refresh: Seconds after which the browser asks again by itself; 0 for never.
    """

    title: str
    message: str
    hint: str
    refresh: int = 0


def render(page: Page) -> bytes:
    """Return the HTML of a page."""
    again = f'<meta http-equiv="refresh" content="{page.refresh}">\n' if page.refresh else ""
    texts = {"title": page.title, "message": page.message, "hint": page.hint}
    escaped = {name: escape(text) for name, text in texts.items()}
    return _DOCUMENT.substitute(escaped, refresh=again).encode()


def wanted(accept: str) -> bool:
    """Return whether who sends this ``Accept`` header would rather have a page than data."""
    weights = dict(map(_weight, accept.lower().split(",")))
    page = _best(weights, "text/html", "application/xhtml+xml", "text/*")
    data = _best(weights, "application/problem+json", "application/json", "application/*", "*/*")
    return page > data


def _best(weights: dict[str, float], *kinds: str) -> float:
    return max(weights.get(kind, 0.0) for kind in kinds)


def _weight(part: str) -> tuple[str, float]:
    kind, *parameters = (word.strip() for word in part.split(";"))
    texts = [word[2:] for word in parameters if word.startswith("q=")]
    try:
        return kind, float(texts[0]) if texts else 1.0
    except ValueError:
        return kind, 0.0
