"""HTML pages that need no other file: their style, tables and pictures."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

_STYLE: Final = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1b1b1f; background: #fff;
  max-width: 1180px; margin: 2rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid #ccc; }
p, li { max-width: 54rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .82rem; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .5rem; border-bottom: 1px solid #ddd; text-align: right;
  white-space: nowrap; }
th { vertical-align: bottom; white-space: normal; border-bottom: 2px solid #555; }
td:first-child, th:first-child, .left, .words td, .words th { text-align: left; }
.words td { white-space: normal; vertical-align: top; }
tr.front td:first-child { font-weight: 700; }
tr.front td:first-child::before { content: "\\25C6\\00A0"; }
.doubt { border-left: 4px solid #D55E00; padding-left: .8rem; }
img { max-width: min(100%, 62rem); height: auto; }
code { font-size: .85em; overflow-wrap: anywhere; }
.muted { color: #555; }
@media print { body { margin: 0; max-width: none; } table { font-size: .6rem; } }
"""


def html_page(title: str, body: Iterable[str]) -> str:
    """A whole page.

    Args:
        title: Its title, plain text.
        body: HTML.
    """
    content = "\n".join(body)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{content}\n</body>\n</html>\n"
    )


def html_image(alt: str, png: bytes) -> str:
    """A PNG inside the page."""
    data = base64.b64encode(png).decode("ascii")
    return f'<img alt="{escape(alt)}" src="data:image/png;base64,{data}">'


def html_table(
    head: Sequence[str],
    lines: Iterable[tuple[str, Sequence[str]]],
    left: Sequence[bool],
    kind: str = "",
) -> str:
    """A table that scrolls sideways where the page is narrow.

    Args:
        head: Titles, plain text like all cells.
        lines: Attributes of each row, and its cells.
        left: Whether each column is aligned to the left.
        kind: Attributes of the table.
    """

    def line(tag: str, texts: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{' class=left' if words else ''}>{escape(text)}</{tag}>"
            for text, words in zip(texts, left, strict=True)
        )

    body = "\n".join(f"<tr{attributes}>{line('td', texts)}</tr>" for attributes, texts in lines)
    return f"<div class=scroll><table{kind}>\n<tr>{line('th', head)}</tr>\n{body}\n</table></div>"
