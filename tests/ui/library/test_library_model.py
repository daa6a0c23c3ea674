"""The table of the Library: it changes only the rows that differ, and filters by whole kits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.ui.library.kit_table import KitTable
from kitops_desktop.ui.library.library_filter import LibraryFilter
from kitops_desktop.ui.library.library_model import Column, LibraryModel, Role
from kitops_desktop.ui.library.library_rows import KitRow, repository_rows

GoldenStore = Callable[..., Path]


@pytest.fixture
def store(golden_store: GoldenStore) -> LocalStore:
    return LocalStore(golden_store("06-tags-shared"))


def show(model: LibraryModel, store: LocalStore) -> None:
    model.show(repository_rows(store.listing()))


def texts(model: LibraryModel | LibraryFilter, column: Column = Column.NAME) -> list[str]:
    found = []
    for top in range(model.rowCount()):
        parent = model.index(top, 0)
        found.append(model.index(top, column).data())
        found += [model.index(row, column, parent).data() for row in range(model.rowCount(parent))]
    return found


def test_follows_the_rules_of_qt_through_all_changes(qtmodeltester: ModelTester, store: LocalStore) -> None:
    model = LibraryModel()
    qtmodeltester.check(model)
    show(model, store)
    store.tag(parse_reference("team/shared:v1"), parse_reference("other:1"))
    show(model, store)
    store.remove([parse_reference("team/shared:v1"), parse_reference("other:1")], force=True)
    show(model, store)
    model.show(())
    assert model.rowCount() == 0


def test_a_row_that_stays_keeps_its_index(qapp: object, store: LocalStore) -> None:
    model = LibraryModel()
    show(model, store)
    stored = store.resolve(parse_reference("team/shared:prod"))
    kept = QPersistentModelIndex(model.index_of(("localhost/team/shared", stored.digest)))
    store.tag(parse_reference("team/shared:prod"), parse_reference("aaa/first:1"))
    store.remove([parse_reference("team/shared:v1")], force=True)
    show(model, store)
    assert kept.isValid()
    row = model.row_at(kept)
    assert isinstance(row, KitRow)
    assert "prod" in row.kit.tags


def test_a_new_tag_changes_the_row_in_place(qtbot: QtBot, store: LocalStore) -> None:
    model = LibraryModel()
    show(model, store)
    store.tag(parse_reference("team/shared:prod"), parse_reference("team/shared:zz"))
    with qtbot.waitSignal(model.dataChanged):
        show(model, store)
    assert any("zz" in text for text in texts(model))


def test_the_filter_shows_a_repository_with_what_matches_in_it(qapp: object, store: LocalStore) -> None:
    model, shown = LibraryModel(), LibraryFilter()
    shown.setSourceModel(model)
    show(model, store)
    everything = shown.shown_kits()
    shown.set_text("prod")
    assert texts(shown)[0] == "team/shared"
    assert shown.shown_kits() == 1
    shown.set_text("no such thing")
    assert shown.rowCount() == 0
    shown.set_text("")
    assert shown.shown_kits() == everything == 6


@pytest.mark.parametrize("column", list(Column))
def test_every_column_sorts_by_its_raw_value(qapp: object, store: LocalStore, column: Column) -> None:
    model, shown = LibraryModel(), LibraryFilter()
    shown.setSourceModel(model)
    show(model, store)
    shown.sort(column, Qt.SortOrder.DescendingOrder)
    values = [shown.index(row, column).data(Role.SORT) for row in range(shown.rowCount())]
    assert values == sorted(values, reverse=True)


def test_a_chosen_repository_stands_for_its_kits(qtbot: QtBot, store: LocalStore) -> None:
    model, shown = LibraryModel(), LibraryFilter()
    table = KitTable(model, shown)
    qtbot.addWidget(table)
    show(model, store)
    table.select([("localhost/team/shared",)])
    rows = table.selected()
    assert {row.kit.repository for row in rows} == {"localhost/team/shared"}
    assert len(rows) == len({row.key for row in rows}) == 4


def test_kits_are_on_view_at_once_and_enter_opens_them(qtbot: QtBot, store: LocalStore) -> None:
    model, shown = LibraryModel(), LibraryFilter()
    table = KitTable(model, shown)
    qtbot.addWidget(table)
    show(model, store)
    assert all(table.isExpanded(shown.index(row, 0)) for row in range(shown.rowCount()))
    kit = shown.index(0, 0, shown.index(1, 0))
    table.setCurrentIndex(kit)
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [kit.data(Role.ROW)]
