"""The cells of a Jupyter notebook as text: no HTML, no scripts, no pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kitops_desktop.formats.json_text import text, whole
from kitops_desktop.formats.notebook import cells_of
from kitops_desktop.formats.values import clean_text

MOST_CELLS = 300
_MOST_SOURCE = 20_000
_MOST_OUTPUT = 4_000
_MOST_OUTPUTS = 20
_MOST_LINES = 20_000
_ESCAPE = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")
"""What colours a terminal, of which tracebacks are full."""
_OLD_NAMES = {
    "text": "text/plain", "html": "text/html", "png": "image/png", "jpeg": "image/jpeg",
    "svg": "image/svg+xml", "latex": "text/latex", "javascript": "application/javascript",
    "json": "application/json",
}  # fmt: skip
"""What format 3 calls the contents of an output."""


@dataclass(frozen=True, slots=True)
class NotebookCell:
    """``kind`` is "code", "markdown" or another word of the notebook; ``output`` is what was printed."""

    kind: str
    source: str
    output: str = ""


def read_cells(document: Mapping[str, object]) -> tuple[NotebookCell, ...]:
    """The first cells of a notebook that ``read_notebook`` took; long ones are cut off with ``…``."""
    return tuple(_cell(cell) for cell in (cells_of(document) or ())[:MOST_CELLS])


def _cell(cell: Mapping[str, object]) -> NotebookCell:
    """Code of format 3 is an ``input``, and headings were cells of their own."""
    kind = text(cell.get("cell_type")) or "cell"
    source = _joined(cell.get("source", cell.get("input")))
    if kind == "heading":
        kind, source = "markdown", "#" * min(whole(cell.get("level")) or 1, 6) + " " + source
    return NotebookCell(clean_text(kind, 40), clean_text(source, _MOST_SOURCE), _outputs(cell.get("outputs")))


def _outputs(outputs: object) -> str:
    if not isinstance(outputs, list):
        return ""
    shown = [_output(output) for output in outputs[:_MOST_OUTPUTS] if isinstance(output, dict)]
    if len(outputs) > _MOST_OUTPUTS:
        shown.append("…")
    return clean_text(_ESCAPE.sub("", "\n".join(filter(None, shown))), _MOST_OUTPUT)


def _output(output: Mapping[str, object]) -> str:
    """The text of an output, or which kinds of contents it has that are not shown."""
    kind = output.get("output_type")
    if kind == "stream":
        return _joined(output.get("text")).rstrip("\n")
    if kind in ("error", "pyerr"):
        return _joined(output.get("traceback"), "\n") or text(output.get("evalue"))
    data = output.get("data")
    if data is None:
        data = {_OLD_NAMES[name]: value for name, value in output.items() if name in _OLD_NAMES}
    if not isinstance(data, dict):
        return ""
    plain = _joined(data.get("text/plain"))
    others = [name for name in data if isinstance(name, str) and name != "text/plain"][:5]
    return "\n".join(filter(None, (plain, f"[not shown: {', '.join(others)}]" if others else "")))


def _joined(value: object, between: str = "") -> str:
    """Text, which notebooks may keep as a list of lines."""
    if isinstance(value, str):
        return value[: _MOST_SOURCE * 2]
    return between.join(_few(value)) if isinstance(value, list) else ""


def _few(lines: list[object]) -> Iterator[str]:
    left = _MOST_SOURCE * 2
    for line in lines[:_MOST_LINES]:
        if isinstance(line, str) and left > 0:
            yield line[:left]
            left -= len(line)
