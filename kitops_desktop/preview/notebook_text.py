"""The cells of a notebook as one text with colours."""

from __future__ import annotations

from collections.abc import Sequence

from kitops_desktop.formats.code_languages import Language, language_of
from kitops_desktop.formats.code_spans import Span, coloured
from kitops_desktop.formats.notebook_cells import NotebookCell

_MARKDOWN = language_of("a.md")
_SUFFIXES = {
    "python": ".py",
    "r": ".r",
    "julia": ".jl",
    "javascript": ".js",
    "scala": ".scala",
    "rust": ".rs",
}
_MOST_LINES = 4_000
_MOST_LINE = 2_000
_MOST_LETTERS = 256 << 10


def notebook_text(
    cells: Sequence[NotebookCell], language: str
) -> tuple[str, tuple[tuple[Span, ...], ...], bool]:
    """Text, the spans of each of its lines, and whether that is all. ``language`` is the notebook's word for
    it, "python 3.11" say."""
    code = language_of("a" + _SUFFIXES.get(language.casefold().partition(" ")[0], ".py"))
    lines: list[str] = []
    spans: list[tuple[Span, ...]] = []
    letters = 0
    is_whole = True
    for number, cell in enumerate(cells, 1):
        letters += len(cell.source) + len(cell.output)
        if len(lines) > _MOST_LINES or letters > _MOST_LETTERS:
            is_whole = False
            break
        kind = {"code": "code", "markdown": "text"}.get(cell.kind, cell.kind)
        _add_head(f"── {number} · {kind} ──", lines, spans)
        _add(cell.source, {"code": code, "markdown": _MARKDOWN}.get(cell.kind), lines, spans)
        if cell.output:
            _add_head("── printed ──", lines, spans)
            _add(cell.output, None, lines, spans)
        lines.append("")
        spans.append(())
    return "\n".join(lines[:_MOST_LINES]), tuple(spans[:_MOST_LINES]), is_whole and len(lines) <= _MOST_LINES


def _add_head(text: str, lines: list[str], spans: list[tuple[Span, ...]]) -> None:
    lines.append(text)
    spans.append((Span(0, len(text), "comment"),))


def _add(text: str, language: Language | None, lines: list[str], spans: list[tuple[Span, ...]]) -> None:
    cut = "\n".join(
        line if len(line) <= _MOST_LINE else line[:_MOST_LINE] + "…"
        for line in text.split("\n")[:_MOST_LINES]
    )
    own = cut.split("\n")
    lines += own
    spans += coloured(cut, language) if language is not None else [()] * len(own)
