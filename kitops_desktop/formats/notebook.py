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


def is_notebook(document: Mapping[str, object]) -> bool:
    return "nbformat" in document and ("cells" in document or "worksheets" in document)


def read_notebook(document: Mapping[str, object]) -> Notebook:
    """Raises ``FormatError``."""
    cells, metadata = document.get("cells"), _mapping(document.get("metadata"))
    if cells is None and document.get("worksheets"):
        raise FormatError(FORMAT, "it is of an old version that is no longer read")
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise FormatError(FORMAT, "its cells cannot be read")
    kinds = Counter(text(cell.get("cell_type")) for cell in cells)
    kernel, language = _mapping(metadata.get("kernelspec")), _mapping(metadata.get("language_info"))
    version = ".".join(str(whole(document.get(key)) or 0) for key in ("nbformat", "nbformat_minor"))
    return Notebook(
        text(kernel.get("display_name")) or text(kernel.get("name")),
        " ".join(filter(None, (text(language.get("name")), text(language.get("version"))))),
        version,
        kinds["code"],
        kinds["markdown"],
        len(cells) - kinds["code"] - kinds["markdown"],
        any(cell.get("outputs") for cell in cells),
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
