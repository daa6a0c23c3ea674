"""The model beneath the tables: a row for each value, a column for each heading."""

from __future__ import annotations

from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester

from kitops_desktop.ui.widgets.row_model import AnyIndex, RowModel


class Sizes(RowModel[tuple[str, int]]):
    HEADINGS = ("Name", "Size")
    NUMBERS = frozenset({1})

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index)
        return str(row[index.column()]) if row and role == Qt.ItemDataRole.DisplayRole else None


def heading(model: Sizes, column: int, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> object:
    return model.headerData(column, Qt.Orientation.Horizontal, role)


def test_rows_and_headings_follow_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    model = Sizes()
    qtmodeltester.check(model)
    model.show_rows([("a", 1), ("b", 2)])
    assert (model.rowCount(), model.columnCount()) == (2, 2)
    assert model.index(1, 1).data() == "2"
    assert [heading(model, column) for column in range(3)] == ["Name", "Size", None]
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    model.show_rows(())
    assert model.rowCount() == 0


def test_headings_of_numbers_stand_at_the_right() -> None:
    model, role = Sizes(), Qt.ItemDataRole.TextAlignmentRole
    assert heading(model, 0, role) == Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    assert heading(model, 1, role) == Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def test_a_place_that_is_held_stays_when_rows_are_replaced_and_not_when_others_are_shown() -> None:
    model = Sizes()
    model.show_rows([("a", 1), ("b", 2)])
    held = QPersistentModelIndex(model.index(1, 0))
    model.replace_rows([("a", 3), ("c", 4)])
    assert held.data() == "c"
    model.show_rows([("a", 3), ("c", 4)])
    assert not held.isValid()
    assert model.row_at(held) is None
