"""The cells of a Jupyter notebook as text: no HTML, no scripts, no pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kitops_desktop.formats.json_text import text
from kitops_desktop.formats.values import clean_text

MOST_CELLS = 300
_MOST_SOURCE = 20_000
_MOST_OUTPUT = 4_000
_MOST_OUTPUTS = 20
_MOST_LINES = 20_000
_ESCAPE = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")
"""What colours a terminal, of which tracebacks are full."""


@dataclass(frozen=True, slots=True)
class NotebookCell:
    """``kind`` is "code", "markdown" or another word of the notebook; ``output`` is what was printed."""

    kind: str
    source: str
    output: str = ""


def read_cells(document: Mapping[str, object]) -> tuple[NotebookCell, ...]:
    """The first cells of a notebook that ``read_notebook`` took; long ones are cut off with ``…``."""
    cells = document.get("cells")
    if not isinstance(cells, list):
        return ()
    return tuple(
        NotebookCell(
            clean_text(text(cell.get("cell_type")) or "cell", 40),
            clean_text(_joined(cell.get("source")), _MOST_SOURCE),
            _outputs(cell.get("outputs")),
        )
        for cell in cells[:MOST_CELLS]
        if isinstance(cell, dict)
    )


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
    if kind == "error":
        return _joined(output.get("traceback"), "\n") or text(output.get("evalue"))
    data = output.get("data")
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
