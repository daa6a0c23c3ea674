"""A packed kit is edited as a project: as much of it as is wanted, in a folder that stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.job import Job
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.ui.library.edit_choice import free_folder, layer_options, wiped_place, wiped_places
from kitops_desktop.ui.library.edit_sheet import EditSheet
from kitops_desktop.ui.library.kit_source import StoredKitSource
from kitops_desktop.ui.library.library_page import LibraryPage
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator

ALL = "reg.example.com/team/all:v1"


@pytest.fixture
def library(
    qtbot: QtBot,
    golden_store: Callable[..., Path],
    workspace: Workspace,
    navigator: RecordingNavigator,
) -> Iterator[LibraryPage]:
    golden_store("01-all-sections")
    page = LibraryPage(workspace, navigator)
    qtbot.addWidget(page)
    page.resize(1100, 750)
    page.show()
    with qtbot.waitSignal(page.kit.shown):
        page.show_detail(ALL)
    yield page
    workspace.close()


def settled(library: LibraryPage, qtbot: QtBot) -> EditSheet:
    next(action for action in library.commands() if action.text == "Edit as a project…").run()
    qtbot.waitUntil(lambda: bool(library.findChildren(EditSheet)))
    (sheet,) = library.findChildren(EditSheet)
    qtbot.waitUntil(lambda: not sheet.looking)
    return sheet


def button(sheet: QWidget, text: str) -> QPushButton:
    return next(one for one in sheet.findChildren(QPushButton) if one.text().replace("&&", "&") == text)


def choose(sheet: EditSheet, text: str, qtbot: QtBot) -> None:
    found = (one for one in sheet.findChildren(QRadioButton) if one.text().replace("&", "") == text)
    next(found).setChecked(True)
    qtbot.waitUntil(lambda: not sheet.looking)


def unpack(sheet: EditSheet, navigator: RecordingNavigator, qtbot: QtBot) -> UnpackWork:
    def done(job: Job) -> bool:
        return job.state.is_finished

    with (
        qtbot.waitSignal(navigator.job_signals.changed, check_params_cb=done),
        qtbot.waitSignal(sheet.unpack_wanted) as given,
    ):
        button(sheet, "Unpack & edit").click()
    assert given.args is not None
    work: UnpackWork = given.args[0]
    return work


def test_the_kitfile_alone(
    library: LibraryPage, navigator: RecordingNavigator, home: Path, qtbot: QtBot
) -> None:
    sheet = settled(library, qtbot)
    assert sheet.accessibleName() == f"Edit {ALL} as a project"
    choose(sheet, "Only the Kitfile", qtbot)
    work = unpack(sheet, navigator, qtbot)
    assert work.filters == ("kitfile",)
    folder = home / "ModelKits" / "all"
    assert [path.name for path in folder.iterdir()] == ["Kitfile"]
    assert navigator.places[-1] == ("projects", str(folder))


def test_some_layers_and_never_over_what_is_there(
    library: LibraryPage, navigator: RecordingNavigator, home: Path, qtbot: QtBot
) -> None:
    (home / "ModelKits" / "all").mkdir(parents=True)
    sheet = settled(library, qtbot)
    choose(sheet, "Some layers, with the Kitfile", qtbot)
    layers = sheet.layers
    rows = [layers.item(row) for row in range(layers.count())]
    for row in rows:
        if not row.text().startswith("Docs"):
            row.setCheckState(Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: not sheet.looking)
    work = unpack(sheet, navigator, qtbot)
    assert work.filters[0] == "kitfile"
    assert {one.partition(":")[0] for one in work.filters[1:]} == {"docs"}
    folder = home / "ModelKits" / "all-2"
    assert work.target == folder
    assert (folder / "Kitfile").is_file()
    assert list((home / "ModelKits" / "all").iterdir()) == []


def test_all_files_are_asked_for_as_by_kit(library: LibraryPage, qtbot: QtBot) -> None:
    sheet = settled(library, qtbot)
    assert sheet.choice.filters == ()
    sheet.close_sheet()


def test_no_place_that_is_wiped(library: LibraryPage, workspace: Workspace, home: Path, qtbot: QtBot) -> None:
    sheet = settled(library, qtbot)
    field = sheet.findChild(QLineEdit)
    field.setText(str(workspace.store.home / "storage" / "mine"))
    qtbot.waitUntil(lambda: not sheet.looking)
    assert not button(sheet, "Unpack & edit").isEnabled()
    assert "deleted sooner or later" in " ".join(one.text() for one in sheet.findChildren(QLabel))
    field.setText(str(home / "kept"))
    qtbot.waitUntil(button(sheet, "Unpack & edit").isEnabled)


def test_who_went_elsewhere_is_told_only(
    library: LibraryPage, navigator: RecordingNavigator, qtbot: QtBot
) -> None:
    sheet = settled(library, qtbot)
    choose(sheet, "Only the Kitfile", qtbot)
    library.hide()
    unpack(sheet, navigator, qtbot)
    assert navigator.places == []
    text, go = navigator.offers[-1]
    assert text == "Open project"
    assert go is not None
    go()
    assert navigator.places[-1][0] == "projects"


def test_a_layer_that_no_filter_can_name_comes_with_its_kind(
    golden_store: Callable[..., Path], workspace: Workspace
) -> None:
    golden_store("01-all-sections")
    kit = StoredKitSource(lambda: workspace.store, parse_reference(ALL)).load()
    filters = [option.filter for option in layer_options(kit)]
    assert len(filters) == len(kit.layers)
    layers = tuple(
        replace(layer, path="a,b") if layer.kind is not None and layer.kind.value == "docs" else layer
        for layer in kit.layers
    )
    odd = [option.filter for option in layer_options(replace(kit, layers=layers))]
    assert [one for one in odd if one.startswith("docs")] == ["docs"]


def test_which_places_are_wiped(tmp_path: Path) -> None:
    home = tmp_path / "home"
    cache, store = home / ".cache" / "kitops-desktop", home / "kitops"
    store.mkdir(parents=True)
    places = wiped_places(store, cache, home)
    assert wiped_place(home / ".cache" / "other", places) == home / ".cache"
    assert wiped_place(store, places) == store
    assert wiped_place(home / "projects", places) is None
    (home / "link").symlink_to(store)
    assert wiped_place(home / "link" / "x", places) == store
    assert Path("/tmp") in wiped_places(store, cache, Path("/home/me"))


def test_a_free_folder_is_proposed(tmp_path: Path) -> None:
    assert free_folder(tmp_path / "churn") == tmp_path / "churn"
    (tmp_path / "churn").mkdir()
    (tmp_path / "churn-2").write_text("x")
    assert free_folder(tmp_path / "churn") == tmp_path / "churn-3"
