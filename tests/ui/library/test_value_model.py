"""Rows of values: sorted by any column, filtered by the first, copied as lines."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.ui.library.value_model import MOST_ROWS, ValueColumn, ValueModel
from kitops_desktop.ui.library.value_table import ValueTable
from kitops_desktop.ui.theme import Theme

COLUMNS = (
    ValueColumn("Name", lambda row: row[0]),
    ValueColumn("Size", lambda row: f"{row[1]} bytes", lambda row: row[1], True),
)
ROWS = [("layer.10", 5), ("layer.9", 200), ("Head", 30)]
ASCENDING, DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


@pytest.fixture
def model(qtmodeltester: ModelTester) -> ValueModel:
    made = ValueModel()
    qtmodeltester.check(made)
    made.show(COLUMNS, ROWS)
    return made


def names(model: ValueModel) -> list[str]:
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_rows_come_as_they_were_given(model: ValueModel) -> None:
    assert names(model) == ["layer.10", "layer.9", "Head"]
    assert model.index(1, 1).data() == "200 bytes"
    assert [model.headerData(place, Qt.Orientation.Horizontal) for place in range(2)] == ["Name", "Size"]


def test_sorting_counts_numbers_as_numbers_and_keeps_what_is_held(model: ValueModel) -> None:
    held = QPersistentModelIndex(model.index(0, 1))
    model.sort(0, ASCENDING)
    assert names(model) == ["Head", "layer.9", "layer.10"]
    assert held.data() == "5 bytes"
    model.sort(1, DESCENDING)
    assert names(model) == ["layer.9", "Head", "layer.10"]
    model.sort(-1)
    assert names(model) == ["layer.10", "layer.9", "Head"]


def test_filtering(model: ValueModel) -> None:
    model.set_filter(" LAYER ")
    assert names(model) == ["layer.10", "layer.9"]
    model.sort(1, DESCENDING)
    assert names(model) == ["layer.9", "layer.10"]
    model.show(COLUMNS, ROWS[:1])
    assert names(model) == ["layer.10"]
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.data(QModelIndex()) is None


def test_no_more_rows_than_anybody_looks_through(qtbot: QtBot, theme: Theme) -> None:
    table = ValueTable("Tensors", filtered=True)
    qtbot.addWidget(table)
    table.show_rows(COLUMNS, [(f"t{number}", number) for number in range(MOST_ROWS + 5)])
    assert table.model.count == MOST_ROWS


def test_the_filter_and_copying_by_keyboard(qtbot: QtBot, theme: Theme) -> None:
    table = ValueTable("Tensors", filtered=True)
    qtbot.addWidget(table)
    table.show()
    table.show_rows(COLUMNS, ROWS)
    qtbot.keyClicks(table.search, "head")
    qtbot.waitUntil(lambda: table.model.rowCount() == 1)
    table.view.setFocus()
    table.view.selectAll()
    qtbot.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Head\t30 bytes"
    table.show_rows(COLUMNS, ROWS[:2])
    assert (table.search.text(), table.model.rowCount()) == ("", 2)


def test_the_first_column_gives_way_to_others_that_are_whole_then(qtbot: QtBot, theme: Theme) -> None:
    columns = (COLUMNS[0], *(ValueColumn(title, lambda row: "BF16, 1,280") for title in ("Type", "Shape")))
    rows = [("encoder.layers.0.self_attn.k_proj.weight", 1)]
    table = ValueTable("Tensors")
    qtbot.addWidget(table)
    table.resize(420, 300)
    table.show()
    table.show_rows(columns, rows, stretch=-1, yielding=True)
    view, header = table.view, table.view.header()
    right = [header.sectionPosition(place) + header.sectionSize(place) for place in range(3)]
    assert right[2] == view.viewport().width(), "all are whole, and no room is left over"
    index = table.model.index(0, 0)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == rows[0][0]
    table.resize(300, 300)
    qtbot.waitUntil(lambda: view.viewport().width() < 310)
    assert header.sectionPosition(1) + header.sectionSize(1) <= view.viewport().width()
    assert header.sectionSize(0) >= 120
    header.resizeSection(0, 90)
    table.resize(500, 300)
    assert header.sectionSize(0) == 90, "a width that somebody chose stays"
