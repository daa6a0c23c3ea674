"""Tagging and copying a version that somebody looked at, not one that its tag was moved to meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.browser.add_tag_sheet import AddTagSheet
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.browser.copy_sheet import CopySheet
from kitops_desktop.workspace import Workspace
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.recording_navigator import RecordingNavigator

PATH = "team/churn"


@pytest.fixture
def odd(golden: Path, workspace: Workspace) -> Iterator[OddRegistry]:
    with OddRegistry() as registry:
        registry.add_golden(golden / "01-all-sections", PATH, "v1")
        workspace.save_registry(registry.host, HostOptions(plain_http=True))
        yield registry


@pytest.mark.parametrize("action", ["Add tag…", "Copy to…"])
@pytest.mark.parametrize("place", ["row", "page"])
def test_a_tag_that_was_moved_is_shown_anew_first(
    qtbot: QtBot,
    page: BrowserPage,
    navigator: RecordingNavigator,
    odd: OddRegistry,
    golden: Path,
    action: str,
    place: str,
) -> None:
    if place == "row":
        page.show_detail(f"{odd.host}/{PATH}")
        qtbot.waitUntil(page.tag_actions.is_known)
    else:
        page.show_detail(f"{odd.host}/{PATH}:v1")
        qtbot.waitUntil(lambda: page.kit.kit.loaded is not None)
    now = odd.add_golden(golden / "06-tags-shared", PATH, "v1")
    actions = page.tag_actions.menu() if place == "row" else page.kit.commands()
    next(one for one in actions if one.text == action).run()
    qtbot.waitUntil(lambda: "by now, and no longer" in " ".join(navigator.notices))
    assert not page.findChildren(AddTagSheet)
    assert not page.findChildren(CopySheet)

    def shown() -> str:
        if place == "page":
            return page.kit.kit.loaded.kit.descriptor.digest if page.kit.kit.loaded else ""
        row = page.registry.tags.selected()
        return row.version.digest if row is not None and row.version is not None else ""

    qtbot.waitUntil(lambda: shown() == now)
    actions = page.tag_actions.menu() if place == "row" else page.kit.commands()
    next(one for one in actions if one.text == action).run()
    sheets = AddTagSheet if action == "Add tag…" else CopySheet
    qtbot.waitUntil(lambda: bool(page.findChildren(sheets)))


def test_of_a_slow_registry_it_is_said_what_is_waited_for(
    qtbot: QtBot, page: BrowserPage, navigator: RecordingNavigator, odd: OddRegistry
) -> None:
    page.show_detail(f"{odd.host}/{PATH}:v1")
    qtbot.waitUntil(lambda: page.kit.kit.loaded is not None)
    odd.rules.append(Rule("HEAD", "/manifests/v1$", delay=2.5))
    next(one for one in page.kit.commands() if one.text == "Add tag…").run()
    qtbot.waitUntil(lambda: navigator.notices[-1:] == [f"Looking at {odd.host}/{PATH}:v1…"])
    qtbot.waitUntil(lambda: bool(page.findChildren(AddTagSheet)))


def test_a_tag_is_added_without_asking_for_signatures(
    qtbot: QtBot, page: BrowserPage, odd: OddRegistry
) -> None:
    """Where they are listed slowly, or not at all, that has no part in it."""
    page.show_detail(f"{odd.host}/{PATH}:v1")
    qtbot.waitUntil(lambda: page.kit.kit.loaded is not None)
    loaded = page.kit.kit.loaded
    qtbot.waitUntil(lambda: page.kit.kit.loaded.referrers is not None)
    assert loaded is not None
    before = odd.count("GET", "/referrers/")
    next(one for one in page.kit.commands() if one.text == "Add tag…").run()
    qtbot.waitUntil(lambda: bool(page.findChildren(AddTagSheet)))
    assert odd.count("GET", "/referrers/") == before
