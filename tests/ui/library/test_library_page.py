"""What can be done in the Library, against a real store: nothing is asked twice, all can be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.ui.library.damage_sheet import DamageSheet
from kitops_desktop.ui.library.library_page import LibraryPage
from kitops_desktop.ui.library.places import compared
from kitops_desktop.ui.library.prune_sheet import PruneSheet
from kitops_desktop.ui.library.tag_sheet import TagSheet
from kitops_desktop.ui.library.trash_sheet import TrashSheet
from kitops_desktop.ui.widgets.empty_state import EmptyState
from kitops_desktop.ui.widgets.name_label import NameLabel
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator

GoldenStore = Callable[..., Path]


@pytest.fixture
def make_page(
    qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator
) -> Iterator[Callable[[], LibraryPage]]:
    """make_page(): the page over the store as it is by then, once it is read."""
    made: list[LibraryPage] = []

    def make() -> LibraryPage:
        page = LibraryPage(workspace, navigator)
        qtbot.addWidget(page)
        page.resize(1100, 700)
        made.append(page)
        with qtbot.waitSignal(page.count_changed):
            page.show()
        return page

    yield make
    workspace.close()


@pytest.fixture
def page(golden_store: GoldenStore, make_page: Callable[[], LibraryPage]) -> LibraryPage:
    golden_store("06-tags-shared")
    return make_page()


def choose(page: LibraryPage, *names: str) -> None:
    """Choose kits by ``repository:tag``, with the focus on the table."""
    page.activateWindow()
    page.list.focus_table()
    wanted = [parse_reference(name) for name in names]
    page.list.table.select(
        row.key
        for reference in wanted
        for repository in page.list.rows
        for row in repository.kits
        if row.kit.repository == reference.repository_name and reference.tag in row.kit.tags
    )


def press(parent: QWidget, text: str) -> None:
    button = next(found for found in parent.findChildren(QPushButton) if found.text() == text)
    assert button.isEnabled()
    button.click()


def undo(navigator: RecordingNavigator) -> None:
    text, callback = navigator.offers[-1]
    assert text == "Undo"
    assert callback is not None
    callback()


def tags(workspace: Workspace) -> set[str]:
    return {f"{kit.repository}:{tag}" for kit in workspace.store.listing().kits for tag in kit.tags}


def test_an_empty_library_leads_to_a_folder_and_to_the_sample(
    make_page: Callable[[], LibraryPage],
) -> None:
    page = make_page()
    empty = page.list.findChild(EmptyState)
    assert empty is not None
    assert empty.isVisible()
    assert {button.text() for button in empty.findChildren(QPushButton)} == {
        "Choose a folder…",
        "Try the sample…",
    }


def test_what_another_program_stores_appears_by_itself(
    qtbot: QtBot, make_page: Callable[[], LibraryPage], golden_store: GoldenStore
) -> None:
    page = make_page()
    golden_store("01-all-sections")
    with qtbot.waitSignal(page.count_changed) as counted:
        page.watch.look()
    assert counted.args == [1]


def test_removing_says_before_what_it_frees_and_after_what_it_freed(
    qtbot: QtBot, page: LibraryPage, workspace: Workspace, navigator: RecordingNavigator
) -> None:
    before = tags(workspace)
    with qtbot.waitSignal(page.removing.planned) as planned:
        choose(page, "team/shared:v2")
    assert planned.args is not None
    assert planned.args[0] > 0
    with qtbot.waitSignal(page.removing.changed):
        qtbot.keyClick(page.list.table, Qt.Key.Key_Delete)
    assert "localhost/team/shared:v2" not in tags(workspace)
    text, (undo_text, undo) = navigator.notices[-1], navigator.offers[-1]
    assert undo is not None
    assert text.startswith("Removed team/shared:")
    assert text.endswith(" freed.")
    assert undo_text == "Undo"
    with qtbot.waitSignal(page.removing.changed):
        undo()
    assert tags(workspace) == before
    assert not navigator.errors


def test_several_are_removed_at_once(
    qtbot: QtBot, page: LibraryPage, workspace: Workspace, navigator: RecordingNavigator
) -> None:
    choose(page, "team/shared:v2", "team/shared:tmp")
    with qtbot.waitSignal(page.removing.changed):
        qtbot.keyClick(page.list.table, Qt.Key.Key_Delete)
    assert navigator.notices[-1].startswith("Removed 2 ModelKits")
    assert not {"localhost/team/shared:v2", "localhost/team/shared:tmp"} & tags(workspace)


def test_a_new_tag_and_its_undo(
    qtbot: QtBot, page: LibraryPage, workspace: Workspace, navigator: RecordingNavigator
) -> None:
    choose(page, "team/shared:v1")
    qtbot.keyClick(page.list.table, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    sheet = page.findChild(TagSheet)
    assert sheet is not None
    field = sheet.findChild(QLineEdit)
    assert field is not None
    assert field.text() == "team/shared:"
    field.setText("team/shared:fresh")
    with qtbot.waitSignal(page.tagging.changed):
        press(sheet, "Add tag")
    assert workspace.store.resolve(parse_reference("team/shared:fresh"))
    with qtbot.waitSignal(page.removing.changed):
        undo(navigator)
    assert "localhost/team/shared:fresh" not in tags(workspace)


def test_moving_a_tag_is_said_beforehand_and_can_be_undone(
    qtbot: QtBot, page: LibraryPage, workspace: Workspace, navigator: RecordingNavigator
) -> None:
    held_by = workspace.store.resolve(parse_reference("team/shared:prod")).digest
    choose(page, "team/shared:v1")
    page.tagging.ask(*_asked(page, "team/shared:v1"))
    sheet = page.findChild(TagSheet)
    assert sheet is not None
    field = sheet.findChild(QLineEdit)
    assert field is not None
    field.setText("team/shared:prod")
    with qtbot.waitSignal(page.tagging.changed):
        press(sheet, "Move tag")
    assert workspace.store.resolve(parse_reference("team/shared:prod")).digest != held_by
    with qtbot.waitSignal(page.tagging.changed):
        undo(navigator)
    assert workspace.store.resolve(parse_reference("team/shared:prod")).digest == held_by


def test_one_of_several_tags_is_taken_away(qtbot: QtBot, page: LibraryPage, workspace: Workspace) -> None:
    sheet = page.tagging.ask(*_asked(page, "team/shared:prod"))
    away = next(
        button for button in sheet.findChildren(QPushButton) if button.accessibleName() == "Remove tag prod"
    )
    with qtbot.waitSignal(page.removing.changed):
        away.click()
    assert "localhost/team/shared:prod" not in tags(workspace)
    assert "localhost/team/shared:v2" in tags(workspace)


def test_the_only_tag_is_not_taken_away_from_under_a_kit(page: LibraryPage) -> None:
    sheet = page.tagging.ask(*_asked(page, "team/shared:v1"))
    away = [button for button in sheet.findChildren(QPushButton) if button.text() == "Remove tag"]
    assert [button.isEnabled() for button in away] == [False]


def test_references_digests_and_commands_are_copied(qtbot: QtBot, page: LibraryPage) -> None:
    choose(page, "team/shared:v1")
    (row,) = page.list.selected()
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(page.list.table, Qt.Key.Key_C, control)
    assert QGuiApplication.clipboard().text() == "team/shared:v1"
    qtbot.keyClick(page.list.table, Qt.Key.Key_C, control | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().text() == row.kit.descriptor.digest


def test_two_chosen_kits_are_compared(qtbot: QtBot, page: LibraryPage, navigator: RecordingNavigator) -> None:
    choose(page, "team/shared:v1", "team/shared:v2")
    qtbot.keyClick(page.list.table, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    place, detail = navigator.places[-1]
    assert place == "library"
    pair = compared(detail)
    assert pair is not None
    page.show_detail(detail)
    qtbot.waitUntil(lambda: page.compare.layers.model.rowCount() > 0)


def test_enter_opens_the_kit_and_the_place_leads_to_its_page(
    qtbot: QtBot, page: LibraryPage, navigator: RecordingNavigator
) -> None:
    choose(page, "team/shared:v1")
    qtbot.keyClick(page.list.table, Qt.Key.Key_Return)
    assert navigator.places == [("library", "team/shared:v1")]
    with qtbot.waitSignal(page.kit.shown):
        page.show_detail("team/shared:v1")


@pytest.mark.parametrize(("width", "height"), [(644, 721), (1024, 721)])  # in windows of 900 and 1280
def test_all_of_a_name_is_seen_and_the_buttons_stand_below_it(
    qtbot: QtBot, golden_store: GoldenStore, make_page: Callable[[], LibraryPage], width: int, height: int
) -> None:
    golden_store("01-all-sections")
    page = make_page()
    page.resize(width, height)
    with qtbot.waitSignal(page.kit.shown):
        page.show_detail("reg.example.com/team/all:v1")
    name = page.findChild(NameLabel)
    assert name is not None
    assert name.text() == "reg.example.com/team/all"
    qtbot.waitUntil(lambda: name.elided(name.width()) == name.text())
    unpack = next(one for one in page.kit.findChildren(QPushButton) if one.text() == "Unpack…")
    assert unpack.mapTo(page, unpack.rect().topLeft()).y() > name.mapTo(page, name.rect().bottomLeft()).y()


def test_an_untagged_kit_can_be_opened(
    qtbot: QtBot, page: LibraryPage, navigator: RecordingNavigator
) -> None:
    row = next(kit for row in page.list.rows for kit in row.kits if not kit.kit.tags)
    page.list.focus_table()
    page.list.table.select([row.key])
    qtbot.keyClick(page.list.table, Qt.Key.Key_Return)
    with qtbot.waitSignal(page.kit.shown):
        page.show_detail(navigator.places[-1][1])


def test_the_trash_puts_back_what_was_removed(qtbot: QtBot, page: LibraryPage, workspace: Workspace) -> None:
    before = tags(workspace)
    choose(page, "team/shared:v1")
    with qtbot.waitSignal(page.removing.changed):
        qtbot.keyClick(page.list.table, Qt.Key.Key_Delete)
    page.upkeep.show_trash()
    sheet = page.findChild(TrashSheet)
    assert sheet is not None
    qtbot.waitUntil(lambda: sheet.model.rowCount() == 1)
    with qtbot.waitSignal(page.removing.changed):
        press(sheet, "Put back")
    assert tags(workspace) == before
    qtbot.waitUntil(lambda: sheet.model.rowCount() == 0)


def test_the_trash_is_emptied_for_good(qtbot: QtBot, page: LibraryPage, workspace: Workspace) -> None:
    choose(page, "team/shared:v1")
    with qtbot.waitSignal(page.removing.changed):
        qtbot.keyClick(page.list.table, Qt.Key.Key_Delete)
    sheet = page.upkeep.show_trash()
    qtbot.waitUntil(lambda: sheet.model.rowCount() == 1)
    with qtbot.waitSignal(page.upkeep.changed):
        press(sheet, "Empty trash")
    assert workspace.store.trash() == ()


def test_pruning_says_what_would_go_and_has_nothing_to_take_from_a_clean_store(
    qtbot: QtBot, page: LibraryPage
) -> None:
    page.upkeep.ask_prune()
    sheet = page.findChild(PruneSheet)
    assert sheet is not None
    qtbot.waitUntil(lambda: "Nothing to prune" in sheet.sentence)


def test_verifying_finds_a_tampered_blob_and_names_the_kits(
    qtbot: QtBot, page: LibraryPage, workspace: Workspace, navigator: RecordingNavigator
) -> None:
    manifest = workspace.store.listing().kits[0].manifest
    blob = workspace.store.blob_path(manifest.layers[0].digest)
    content = bytearray(blob.read_bytes())
    content[600] ^= 1
    blob.write_bytes(content)
    with qtbot.waitSignal(page.upkeep.changed):
        page.upkeep.verify()
    assert "1 damaged" in navigator.notices[-1]
    action, show = navigator.offers[-1]
    assert action == "Show"
    assert show is not None
    show()
    assert page.findChild(DamageSheet) is not None
    assert page.list.banner.isVisible()
    damaged = {
        row.kit.descriptor.digest for repository in page.list.rows for row in repository.kits if row.damaged
    }
    concerned = {
        kit.descriptor.digest
        for kit in workspace.store.listing().kits
        if manifest.layers[0] in kit.manifest.layers
    }
    assert damaged == concerned


def test_damage_is_told_in_a_banner_and_the_rest_stays(
    golden_store: GoldenStore, make_page: Callable[[], LibraryPage]
) -> None:
    store = LocalStore(golden_store("06-tags-shared"))
    digest = store.resolve(parse_reference("team/shared:v2")).digest
    store.blob_path(digest).write_bytes(b"{}")
    page = make_page()
    assert page.list.banner.isVisible()
    assert len(page.list.rows) == 3


def test_a_reference_that_is_none_is_an_error_and_no_place(
    page: LibraryPage, navigator: RecordingNavigator
) -> None:
    page.show_detail("Not A Reference")
    assert len(navigator.errors) == 1


def _asked(page: LibraryPage, name: str) -> tuple[Any, ...]:
    choose(page, name)
    (row,) = page.list.selected()
    return row.reference, row.kit.descriptor.digest, row.kit.tags, page.list.rows


def test_a_trash_that_was_looked_at_is_left_alone_when_something_is_removed(
    page: LibraryPage, workspace: Workspace, navigator: RecordingNavigator, qtbot: QtBot
) -> None:
    sheet = page.upkeep.show_trash()
    sheet.close_sheet()
    qtbot.waitUntil(lambda: not page.findChildren(TrashSheet))
    choose(page, "team/shared:v1")
    press(page, "Remove")
    qtbot.waitUntil(lambda: bool(navigator.notices))
    assert navigator.errors == []
