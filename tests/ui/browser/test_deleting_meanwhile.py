"""What goes when something is deleted in a registry is told by what is there now, not by what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from kitops_desktop.explanation import Explanation
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.manifest import MANIFEST_TYPE
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.browser.delete_sheet import DeleteSheet
from kitops_desktop.workspace import Workspace
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.recording_navigator import RecordingNavigator
from support.referrers import SIGNATURE, ReferringRegistry

PATH = "team/churn"
PLAIN = HostOptions(plain_http=True)


@pytest.fixture
def odd(golden: Path) -> Iterator[OddRegistry]:
    with OddRegistry() as registry:
        registry.add_golden(golden / "01-all-sections", PATH, "v1")
        registry.add_golden(golden / "01-all-sections", PATH, "v2")
        registry.add_golden(golden / "09-empty", PATH, "v3")
        yield registry


def open_sheet(qtbot: QtBot, page: BrowserPage) -> DeleteSheet:
    """For v1, from its row or from the page of the kit."""
    if page.place.kit is None:
        page.registry.tags.table.choose("v1")
        qtbot.waitUntil(page.tag_actions.is_known)
        actions = page.tag_actions.menu()
    else:
        actions = page.kit.commands()
    next(action for action in actions if action.text.startswith("Delete")).run()
    sheet = page.findChild(DeleteSheet)
    assert sheet is not None
    qtbot.waitUntil(lambda: sheet.deletion.tags is not None)
    return sheet


def confirm(sheet: DeleteSheet) -> None:
    next(one for one in sheet.findChildren(QPushButton) if one.text() == "Delete").click()


def show_repository(qtbot: QtBot, page: BrowserPage, workspace: Workspace, odd: OddRegistry) -> None:
    workspace.save_registry(odd.host, PLAIN)
    page.show_detail(f"{odd.host}/{PATH}")
    model = page.registry.tags.model
    qtbot.waitUntil(lambda: {row.tag for row in model.known.rows} >= {"v1", "v2", "v3"})


def show_kit(qtbot: QtBot, page: BrowserPage, workspace: Workspace, odd: OddRegistry) -> None:
    workspace.save_registry(odd.host, PLAIN)
    page.show_detail(f"{odd.host}/{PATH}:v1")
    qtbot.waitUntil(lambda: page.kit.kit.loaded is not None)


def test_a_tag_that_was_put_on_the_version_meanwhile_is_named(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, odd: OddRegistry
) -> None:
    show_repository(qtbot, page, workspace, odd)
    odd.tags[f"{PATH}:v3"] = odd.tags[f"{PATH}:v1"]
    odd.tags[f"{PATH}:prod"] = odd.tags[f"{PATH}:v1"]
    sheet = open_sheet(qtbot, page)
    assert set(sheet.deletion.tags or ()) == {"prod", "v1", "v2", "v3"}


def test_the_tags_are_named_also_where_the_page_does_not_know_them(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, odd: OddRegistry
) -> None:
    """They could not be listed, or are still being read."""
    refused = Rule("GET", "/tags/list", status=403, times=None)
    odd.rules.append(refused)
    show_kit(qtbot, page, workspace, odd)
    qtbot.waitUntil(lambda: bool(page.kit.kit.loaded and page.kit.kit.loaded.notes))
    odd.rules.remove(refused)
    sheet = open_sheet(qtbot, page)
    assert set(sheet.deletion.tags or ()) == {"v1", "v2"}


def test_what_changes_while_the_sheet_is_open_stops_it(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, navigator: RecordingNavigator, odd: OddRegistry
) -> None:
    show_kit(qtbot, page, workspace, odd)
    sheet = open_sheet(qtbot, page)
    sheet.version.click()
    odd.tags[f"{PATH}:prod"] = odd.tags[f"{PATH}:v1"]
    before = dict(odd.tags)
    confirm(sheet)
    qtbot.waitUntil(lambda: bool(navigator.errors))
    (error,) = navigator.errors
    assert isinstance(error, Explanation)
    assert error.title == "Another tag stands for the version by now"
    assert "prod" in error.reason
    assert odd.tags == before


def test_where_deleting_is_refused_the_page_of_the_kit_stays(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, navigator: RecordingNavigator, odd: OddRegistry
) -> None:
    odd.rules.append(Rule("DELETE", status=405, times=None))
    show_kit(qtbot, page, workspace, odd)
    confirm(open_sheet(qtbot, page))
    qtbot.waitUntil(lambda: bool(navigator.errors))
    assert navigator.places == []
    assert page.place.kit is not None


def test_signatures_are_told_of_only_with_the_version(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, golden: Path
) -> None:
    with ReferringRegistry() as registry:
        digest = registry.add_golden(golden / "01-all-sections", PATH, "v1")
        content = registry.blobs[digest]
        subject = Descriptor(MANIFEST_TYPE, Digest(digest), len(content))
        registry.add_referrer(PATH, subject, SIGNATURE, b"signed")
        show_kit(qtbot, page, workspace, registry)
        qtbot.waitUntil(lambda: bool(page.kit.kit.loaded and page.kit.kit.loaded.referrers))
        sheet = open_sheet(qtbot, page)

        def says() -> str:
            return "\n".join(one.text() for one in sheet.findChildren(QLabel) if one.isVisibleTo(sheet))

        assert "signature or the like" not in says()
        sheet.version.click()
        assert "1 signature or the like of this version stays behind, or goes with it" in says()


def test_with_keys_one_goes_on_where_the_deleted_tag_was(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, navigator: RecordingNavigator, odd: OddRegistry
) -> None:
    show_repository(qtbot, page, workspace, odd)  # v3, v2, v1
    table = page.registry.tags.table
    table.choose("v2")
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    sheet = page.findChild(DeleteSheet)
    assert sheet is not None
    confirm(sheet)
    qtbot.waitUntil(lambda: page.registry.tags.model.shown.tags == ("v3", "v1"))
    assert [row.tag for row in table.selected()] == ["v1"]
    assert navigator.notices[-1] == f"Deleted v2 of {odd.host}/{PATH}."


def test_the_word_when_a_version_is_gone_names_its_tags(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, navigator: RecordingNavigator, odd: OddRegistry
) -> None:
    odd.tags |= {f"{PATH}:{tag}": odd.tags[f"{PATH}:v1"] for tag in ("live", "prod")}
    show_kit(qtbot, page, workspace, odd)
    sheet = open_sheet(qtbot, page)
    sheet.version.click()
    confirm(sheet)
    qtbot.waitUntil(lambda: navigator.offers[-1][0] == "Undo")
    assert navigator.notices[-1] == f"Deleted v1, live, prod and 1 more of {odd.host}/{PATH}."
