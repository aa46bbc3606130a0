"""What commands print: data on stdout, talk on stderr. All of it passes through ``clean``."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

from edm.cli.text import clean, clean_head, clean_lines

if TYPE_CHECKING:
    from rich.console import Console

_LONG = 4_000


def console(stream: TextIO) -> "Console":
    """Return a Rich console that takes text literally: no markup, no emoji codes."""
    from rich.console import Console  # noqa: PLC0415 - slow to import, and often not needed

    return Console(file=stream, markup=False, emoji=False, highlight=False)


def put_line(line: str, stream: TextIO, style: str = "") -> None:
    """Print a line, in colour on a terminal."""
    text = clean(line, _LONG)
    if style and stream.isatty():
        console(stream).print(text, style=style, soft_wrap=True)
    else:
        print(text, file=stream, flush=True)


def put_message(message: str, stream: TextIO, style: str = "", *, indent: str = "") -> None:
    """Print a message that may have several lines, those after the first one further in."""
    first, *rest = clean_lines(message.strip("\n"), _LONG)
    put_line(f"{indent}{first}", stream, style)
    for line in rest:
        put_line(f"{indent}  {line}", stream)


def put(line: str = "") -> None:
    """Print a line of data."""
    put_line(line, sys.stdout)


def say(message: str, style: str = "") -> None:
    """Talk to whoever watches."""
    put_message(message, sys.stderr, style)


def put_json(value: object) -> None:
    """Print data as JSON, in ASCII: it holds in every locale and no name can steer a terminal."""
    print(json.dumps(value, indent=2), flush=True)  # noqa: T201 - this prints


def put_json_line(value: object) -> None:
    """Print one of many values, each on a line of its own."""
    print(json.dumps(value), flush=True)  # noqa: T201 - this prints


def put_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under headings, as wide as the terminal or, elsewhere, as wide as the data.

    A cell shows the first line of its text.
    """
    cells = [[clean_head("" if cell is None else cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _put_rich_table(columns, cells)
    else:
        _put_plain_table(columns, cells)


def _put_rich_table(columns: Sequence[str], rows: list[list[str]]) -> None:
    from rich.table import Table  # noqa: PLC0415 - slow to import, and only terminals need it

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        # An address in pieces cannot be copied.
        table.add_column(column.upper(), no_wrap=column == "url", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console(sys.stdout).print(table)


def _put_plain_table(columns: Sequence[str], rows: list[list[str]]) -> None:
    # The columns of a terminal are no reason to cut what goes into a file.
    table = [[column.upper() for column in columns], *rows]
    widths = [max(len(row[n]) for row in table) for n in range(len(columns))]
    for row in table:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(padded).rstrip())  # noqa: T201 - this prints
    sys.stdout.flush()
