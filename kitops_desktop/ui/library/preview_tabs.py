"""What there is to see of a file, in tabs: only those that have something are on view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from kitops_desktop.formats.values import Kind, Recognised, Tensor, clean
from kitops_desktop.preview.file_preview import FilePreview, Table, hex_lines
from kitops_desktop.preview.memory_need import tensor_size
from kitops_desktop.ui.library.code_view import CodeView
from kitops_desktop.ui.library.memory_view import MemoryView
from kitops_desktop.ui.library.picture import BY, PictureView
from kitops_desktop.ui.library.preview_loading import LoadedPreview
from kitops_desktop.ui.library.value_model import ValueColumn
from kitops_desktop.ui.library.value_table import ValueTable
from kitops_desktop.ui.units import size_text

_NAMES = ("About", "Tensors", "Columns", "Rows", "Imports", "Members", "Cells", "Picture", "Text", "Bytes")
_FIRST = ("Picture", "Cells", "Rows", "Columns", "Text", "About", "Tensors", "Members", "Bytes")
_JUDGEMENTS = ("can run programs", "not known to be safe", "known to be harmless")

_FACTS = (ValueColumn("Fact", lambda pair: pair[0]), ValueColumn("Value", lambda pair: pair[1]))
_TENSORS = (
    ValueColumn("Name", lambda tensor: clean(tensor.name, 1000) or "(unnamed)"),
    ValueColumn("Shape", lambda tensor: _shape(tensor), lambda tensor: tensor.elements),
    ValueColumn("Type", lambda tensor: clean(tensor.dtype, 40)),
    ValueColumn("Size", lambda tensor: _size(tensor), lambda tensor: tensor_size(tensor) or -1, True),
    ValueColumn("Elements", lambda tensor: f"{tensor.elements:,}", lambda tensor: tensor.elements, True),
)
_MEMBERS = (
    ValueColumn("Name", lambda member: member.name),
    ValueColumn("Size", lambda member: size_text(member.size), lambda member: member.size, True),
)
_IMPORTS = (
    ValueColumn("Loading it would import", lambda found: clean(found[0], 300)),
    ValueColumn("What it can do", lambda found: _JUDGEMENTS[found[1]], lambda found: found[1]),
)


class PreviewTabs(QTabWidget):
    """``memory_changed`` is that of the ``MemoryView``."""

    memory_changed = Signal(object)  # int

    def __init__(self, memory: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self.setAccessibleName("Parts of the preview")
        self.setUsesScrollButtons(True)
        self.memory = MemoryView(memory)
        self.memory.memory_changed.connect(self.memory_changed)
        self.facts = ValueTable("Facts")
        self.facts.view.setHeaderHidden(True)
        self.tensors = ValueTable("Tensors", filtered=True)
        self.columns, self.rows = ValueTable("Columns", filtered=True), ValueTable("Rows")
        self.imports, self.members = (
            ValueTable("Imports", filtered=True),
            ValueTable("Members", filtered=True),
        )
        self.cells, self.text, self.bytes = CodeView("Cells"), CodeView("Text"), CodeView("Bytes")
        self.picture = PictureView()
        about = QWidget()
        column = QVBoxLayout(about)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.memory)
        column.addWidget(self.facts, 1)
        pages = (
            about, self.tensors, self.columns, self.rows, self.imports, self.members, self.cells,
            self.picture, self.text, self.bytes,
        )  # fmt: skip
        for page, name in zip(pages, _NAMES, strict=True):
            self.addTab(page, name)
        self._wanted = ""
        self._filling = False
        self.currentChanged.connect(self._on_changed)

    def show_preview(self, loaded: LoadedPreview) -> None:
        """Fill the tabs; the one that was chosen last is kept if it has something, else the best is shown."""
        preview, known = loaded.preview, loaded.preview.known
        self._filling = True
        has = {
            "About": self._show_about(preview),
            "Tensors": self._show_tensors(known),
            "Columns": self._show_table(self.columns, preview.tables, "Columns", 0),
            "Rows": self._show_table(self.rows, preview.tables, "Rows", -1),
            "Imports": _filled(self.imports, _IMPORTS, _judged(known)),
            "Members": _filled(self.members, _MEMBERS, known.members if known else ()),
            "Cells": _shown(self.cells, loaded.cells.content if loaded.cells else "", loaded.cells),
            "Picture": loaded.picture.image is not None,
            "Text": _shown(self.text, preview.text.content if preview.text else "", preview.text),
            "Bytes": _shown(self.bytes, hex_lines(preview.head), None),
        }
        self.picture.show_picture(loaded.picture)
        count = len(known.tensors) if known else 0
        self.setTabText(_NAMES.index("Tensors"), f"Tensors ({count:,})")
        self._show_tabs(has, known)
        self._filling = False

    @property
    def shown(self) -> tuple[str, ...]:
        """The tabs on view, without counts."""
        return tuple(name for number, name in enumerate(_NAMES) if self.isTabVisible(number))

    def _show_tabs(self, has: dict[str, bool], known: Recognised | None) -> None:
        order = list(_FIRST)
        if known is not None and (known.kind is Kind.MODEL or known.tensors):
            order.insert(0, "About")
        if known is not None and known.dangerous_imports:
            order.insert(0, "Imports")
        best = next((name for name in (self._wanted, *order) if has.get(name)), "")
        for number, name in enumerate(_NAMES):
            if self.isTabVisible(number) != has[name]:  # or Qt takes the places of all tabs to be right still
                self.setTabVisible(number, has[name])
        if best:
            self.setCurrentIndex(_NAMES.index(best))

    def _show_about(self, preview: FilePreview) -> bool:
        known = preview.known
        self.memory.show_needs(preview.needs)
        pairs = [] if known is None else _pairs(known)
        return _filled(self.facts, _FACTS, pairs, 1) or bool(preview.needs)

    def _show_tensors(self, known: Recognised | None) -> bool:
        tensors = known.tensors if known else ()
        self.tensors.show_rows(_TENSORS, tensors, stretch=-1, yielding=True)
        return bool(tensors)

    def _show_table(self, table: ValueTable, tables: Sequence[Table], title: str, stretch: int) -> bool:
        found = next((one for one in tables if one.title == title), None)
        if found is None:
            return _filled(table, (), ())
        # The names of the columns alone say something too.
        _filled(table, tuple(map(_column, range(len(found.headers)), found.headers)), found.rows, stretch)
        return True

    def _on_changed(self, place: int) -> None:
        if not self._filling and place >= 0:
            self._wanted = _NAMES[place]


def _filled(table: ValueTable, columns: Sequence[ValueColumn], rows: Sequence[Any], stretch: int = 0) -> bool:
    table.show_rows(columns, rows, stretch=stretch)
    return bool(rows)


def _shown(view: CodeView, content: str, text: Any) -> bool:  # noqa: ANN401
    view.show_text(content, text.spans if text is not None else ())
    return text is not None or bool(content)


def _column(number: int, header: str) -> ValueColumn:
    return ValueColumn(header, lambda row: clean(row[number], 300) if number < len(row) else "")


def _pairs(known: Recognised) -> list[tuple[str, str]]:
    pairs = [("format", known.format)]
    if known.framework:
        pairs.append(("framework", known.framework))
    if known.parameter_count is not None:
        pairs.append(("parameters", f"{known.parameter_count:,}"))
    if known.precision:
        pairs.append(("precision", clean(known.precision)))
    for fact in known.facts:
        value = f"{fact.value:,}" if isinstance(fact.value, int) else fact.value
        pairs.append((fact.name.removeprefix("metadata "), value))
    return pairs


def _judged(known: Recognised | None) -> list[tuple[str, int]]:
    """Imports, the worst first."""
    if known is None:
        return []
    dangerous, unknown = frozenset(known.dangerous_imports), frozenset(known.unknown_imports)
    judged = [(name, 0 if name in dangerous else 1 if name in unknown else 2) for name in known.imports]
    return sorted(judged, key=lambda found: found[1])


def _shape(tensor: Tensor) -> str:
    return BY.join(f"{size:,}" for size in tensor.shape) or "single"


def _size(tensor: Tensor) -> str:
    size = tensor_size(tensor)
    return "" if size is None else size_text(size)
