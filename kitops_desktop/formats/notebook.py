"""Jupyter notebooks: kernel, language, and how many cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.json_text import text, whole
from kitops_desktop.formats.values import Kind, Recognised, facts

FORMAT = "Jupyter notebook"


@dataclass(frozen=True, slots=True)
class Notebook:
    kernel: str
    language: str
    version: str
    code_cells: int
    markdown_cells: int
    other_cells: int
    has_outputs: bool

    def recognised(self) -> Recognised:
        return Recognised(
            Kind.CODE,
            FORMAT,
            facts=facts(
                ("kernel", self.kernel),
                ("language", self.language),
                ("notebook format", self.version),
                ("code cells", self.code_cells),
                ("text cells", self.markdown_cells),
                ("other cells", self.other_cells or None),
                ("outputs kept", "yes" if self.has_outputs else "no"),
            ),
        )


def cells_of(document: Mapping[str, object]) -> list[dict[str, object]] | None:
    """All its cells, which stood in sheets up to format 3; None for what are none."""
    found = document.get("cells")
    sheets = document.get("worksheets")
    if found is None and isinstance(sheets, list):
        lists = [sheet.get("cells") if isinstance(sheet, dict) else None for sheet in sheets]
        found = [cell for cells in lists for cell in (cells if isinstance(cells, list) else [None])]
    if not isinstance(found, list) or not all(isinstance(cell, dict) for cell in found):
        return None
    return found


def is_notebook(document: Mapping[str, object]) -> bool:
    return "nbformat" in document and ("cells" in document or "worksheets" in document)


def read_notebook(document: Mapping[str, object]) -> Notebook:
    """Raises ``FormatError``."""
    cells, metadata = cells_of(document), _mapping(document.get("metadata"))
    if cells is None:
        raise FormatError(FORMAT, "its cells cannot be read")
    kinds = Counter(text(cell.get("cell_type")) for cell in cells)
    kernel, language = _mapping(metadata.get("kernelspec")), _mapping(metadata.get("language_info"))
    of_cells = (text(cell["language"]) for cell in cells if "language" in cell)
    named = text(language.get("name")) or next(of_cells, "")
    version = ".".join(str(whole(document.get(key)) or 0) for key in ("nbformat", "nbformat_minor"))
    return Notebook(
        text(kernel.get("display_name")) or text(kernel.get("name")),
        " ".join(filter(None, (named, text(language.get("version"))))),
        version,
        kinds["code"],
        kinds["markdown"] + kinds["heading"],
        len(cells) - kinds["code"] - kinds["markdown"] - kinds["heading"],
        any(cell.get("outputs") for cell in cells),
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
