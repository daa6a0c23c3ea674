"""A page of Harbor that somebody pasted opens the repository it is about."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.credentials.lookup import Keep
from kitops_desktop.errors import SignInNeeded
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.browser.registry_sheet import RegistrySheet
from kitops_desktop.ui.finder import Finder
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator
from support.registry_clients import RIGHT
from support.vendor_server import VendorServer

HARBOR = 'Bearer realm="{origin}/service/token",service="harbor-registry"'


def into_the_field(qtbot: QtBot, page: BrowserPage, text: str) -> None:
    field = page.list.open_field.field
    field.setText(text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize("scheme", ["http://", ""])
def test_it_leads_to_the_repository(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, navigator: RecordingNavigator, scheme: str
) -> None:
    with VendorServer("harbor", challenge=HARBOR) as server:
        workspace.save_registry(server.host, HostOptions(plain_http=True))
        into_the_field(qtbot, page, f"{scheme}{server.host}/harbor/projects/1/repositories/base")
        place = ("registries", f"{server.host}/library/base")
        qtbot.waitUntil(lambda: place in navigator.places)


@pytest.fixture
def palette(qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator) -> Callable[[str], None]:
    """palette(text): what is typed after Ctrl+K, and Return."""
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(900, 600)
    host.show()

    def enter(text: str) -> None:
        finder = Finder(workspace, navigator, host)
        finder.open_with(())
        field = finder.palette.findChild(QLineEdit)
        assert field is not None
        field.setText(text)
        qtbot.keyClick(field, Qt.Key.Key_Return)

    return enter


def test_the_palette_takes_it_too(
    qtbot: QtBot,
    page: BrowserPage,
    workspace: Workspace,
    navigator: RecordingNavigator,
    palette: Callable[[str], None],
) -> None:
    with VendorServer("harbor", challenge=HARBOR) as server:
        workspace.save_registry(server.host, HostOptions(plain_http=True))
        palette(f"{server.host}/harbor/projects/1/repositories/base")
        place = ("registries", f"{server.host}/library/base")
        qtbot.waitUntil(lambda: place in navigator.places)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("docker login 127.0.0.1:9", [("registries", "127.0.0.1:9")]),
        ("https://127.0.0.1:9", [("registries", "127.0.0.1:9")]),
        ("readme.md", []),
        ("kit import team/churn --ref v1", [("registries", "hf://team/churn@v1")]),
    ],
)
def test_the_palette_opens_a_registry_that_is_surely_meant(
    page: BrowserPage,
    navigator: RecordingNavigator,
    palette: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    places: list[tuple[str, str]],
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    palette(text)
    assert navigator.places == places


def test_where_it_is_private_the_registry_is_shown_to_sign_in_at(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, navigator: RecordingNavigator
) -> None:
    with VendorServer("harbor", challenge=HARBOR) as server:
        workspace.save_registry(server.host, HostOptions(plain_http=True))
        into_the_field(qtbot, page, f"{server.host}/harbor/projects/2/repositories/churn")
        qtbot.waitUntil(lambda: ("registries", server.host) in navigator.places)
        (error,) = navigator.errors
        assert isinstance(error, SignInNeeded)


@pytest.mark.parametrize(("signed_in", "repository"), [(True, "acme/churn/releases"), (False, "acme/churn")])
def test_a_page_of_gitlab_leads_to_the_repository_behind_its_number(
    qtbot: QtBot,
    page: BrowserPage,
    workspace: Workspace,
    navigator: RecordingNavigator,
    signed_in: bool,
    repository: str,
) -> None:
    """Who is not told gets the project's own."""
    challenge = 'Bearer realm="{origin}/jwt/auth",service="container_registry"'
    with VendorServer("gitlab", challenge=challenge) as server:
        workspace.save_registry(server.host, HostOptions(plain_http=True))
        if signed_in:
            workspace.credentials.save(server.host, RIGHT, Keep.SESSION)
        page.show_detail("")
        into_the_field(qtbot, page, "https://localhost/Acme/churn/container_registry/2")
        qtbot.waitUntil(lambda: bool(navigator.places))
        assert navigator.places == [("registries", f"{server.host}/{repository}")]


def test_where_the_registry_is_new_it_is_added_first(
    qtbot: QtBot, page: BrowserPage, navigator: RecordingNavigator
) -> None:
    with VendorServer("harbor", challenge=HARBOR) as server:
        into_the_field(qtbot, page, f"http://{server.host}/harbor/projects/1/repositories/base")
        sheet = page.findChild(RegistrySheet)
        assert sheet is not None
        next(one for one in sheet.findChildren(QPushButton) if one.text() == "Add").click()
        place = ("registries", f"{server.host}/library/base")
        qtbot.waitUntil(lambda: place in navigator.places)
