"""A list of files that was stopped or broke off is gone on with from where that is said."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.browser.remote_kit_view import RemoteKitView
from kitops_desktop.ui.library.files_tab import FilesTab
from kitops_desktop.ui.theme import Theme
from kitops_desktop.workspace import Workspace
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.recording_navigator import RecordingNavigator


@pytest.fixture
def odd(golden: Path) -> Iterator[OddRegistry]:
    with OddRegistry() as made:
        made.add_golden(golden / "01-all-sections", "team/churn")
        yield made


@pytest.fixture
def files(
    qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator, odd: OddRegistry
) -> Iterator[FilesTab]:
    """The files of a kit in a registry, which are not on view yet."""
    workspace.save_registry(odd.host, HostOptions(plain_http=True))
    view = RemoteKitView(workspace, navigator)
    qtbot.addWidget(view)
    view.resize(1100, 750)
    view.show()
    with qtbot.waitSignal(view.kit.completed):
        view.show_reference(parse_reference(f"{odd.host}/team/churn:v1"))
    yield view.kit.files
    workspace.close()


def look(files: FilesTab) -> None:
    page = files.parentWidget()
    while page is not None and not hasattr(page, "tabs"):
        page = page.parentWidget()
    assert page is not None
    page.tabs.setCurrentWidget(files)


def again(files: FilesTab) -> QPushButton:
    return next(one for one in files.findChildren(QPushButton) if one.text() == "List again")


def test_after_the_registry_was_away(qtbot: QtBot, files: FilesTab, odd: OddRegistry) -> None:
    odd.rules.append(Rule("GET", "/blobs/", times=None, status=404))
    look(files)
    qtbot.waitUntil(lambda: files.status_kind == "danger" and not files.busy)
    assert again(files).isVisible()
    odd.rules.clear()
    again(files).click()
    qtbot.waitUntil(lambda: files.status_kind == "muted" and not files.busy)
    assert files.model.tree.root.files > 1
    assert not again(files).isVisible()


def test_after_it_was_stopped(qtbot: QtBot, files: FilesTab, odd: OddRegistry) -> None:
    odd.rules.append(Rule("GET", "/blobs/", times=None, stall=1))
    look(files)
    qtbot.waitUntil(lambda: files.listing)
    assert not again(files).isVisible()
    files.stop()
    assert again(files).isVisible()
    odd.rules.clear()
    again(files).click()
    qtbot.waitUntil(lambda: files.status_kind == "muted" and not files.busy)
    assert files.model.tree.root.files > 1


def test_in_a_narrow_window_nothing_overlaps_while_files_are_listed(
    qtbot: QtBot, theme: Theme, files: FilesTab, odd: OddRegistry
) -> None:
    odd.rules.append(Rule("GET", "/blobs/", times=None, stall=1))
    look(files)
    window = files.window()

    def is_narrow() -> bool:
        window.resize(644, 522)  # what gives way in a low window makes room for that first
        return files.listing and window.width() == 644

    qtbot.waitUntil(is_narrow)
    layer = next(one for one in files.findChildren(QLabel) if one.text() == "&Layer")
    progress = files.findChild(QProgressBar)
    stop = next(one for one in files.findChildren(QPushButton) if one.text() == "Stop")

    def apart() -> bool:
        shown = (files.search, layer, layer.buddy(), progress, stop)
        edges = [one.geometry() for one in shown]
        return all(left.right() < right.left() for left, right in pairwise(edges)) and progress.width() > 20

    qtbot.waitUntil(apart)
    files.stop()


def test_what_went_wrong_is_cut_off_where_that_shows(qtbot: QtBot, files: FilesTab, odd: OddRegistry) -> None:
    """In a narrow window the row of the search field keeps its width, and the whole text is the tool tip."""
    files.window().resize(640, 600)
    odd.rules.append(Rule("GET", "/blobs/", times=None, status=404))
    look(files)
    qtbot.waitUntil(lambda: again(files).isVisible())
    said = next(one for one in files.findChildren(QLabel) if one.text().startswith("The registry has lost"))
    assert files.search.geometry().right() < said.geometry().left()
    assert said.geometry().right() < again(files).geometry().left()
    assert said.toolTip() == said.text()
