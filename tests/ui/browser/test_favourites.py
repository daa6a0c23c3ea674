"""Registries without a list of their own: the vendor's, favourites, what was opened, and what they can do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.credentials.lookup import Keep
from kitops_desktop.errors import RegistryUnsupported, SignInNeeded
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.well_known import well_known
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.browser.favourites_list import FavouritesList
from kitops_desktop.ui.browser.repositories_pane import abilities_text, unlisted_text
from kitops_desktop.ui.browser.repository_model import RepositoryModel
from kitops_desktop.workspace import Workspace
from support.planted import PASSWORD, USERNAME
from support.recording_navigator import RecordingNavigator
from support.registry_server import RegistryServer
from support.vendor_server import VendorServer

HARBOR = 'Bearer realm="{origin}/service/token",service="harbor-registry"'


def shown(favourites: FavouritesList) -> list[str]:
    return [favourites.list.item(row).text() for row in range(favourites.list.count())]


def test_a_repository_and_a_version_are_made_favourites_by_keys(
    qtbot: QtBot,
    page: BrowserPage,
    workspace: Workspace,
    navigator: RecordingNavigator,
    filled: RegistryServer,
    keep: Callable[..., str],
) -> None:
    host = keep(filled)
    page.show_detail(host)
    pane = page.registry.repositories
    qtbot.waitUntil(lambda: pane.model.rowCount() == 2)
    assert not pane.favourites.isVisible()
    page.activateWindow()
    pane.choose("team/churn")
    pane.tree.setFocus()
    qtbot.keyClick(pane.tree, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shown(pane.favourites) == ["team/churn"])
    assert workspace.favourites.all() == (f"{host}/team/churn",)
    assert pane.tree.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole) == "team/churn, favourite"
    page.show_detail(f"{host}/team/churn:v2")
    star = next(one for one in page.findChildren(QToolButton) if one.accessibleName() == "Favourite")
    qtbot.waitUntil(star.isVisible)
    star.click()
    qtbot.waitUntil(star.isChecked)
    page.show_detail("")
    qtbot.waitUntil(lambda: shown(page.list.favourites) == [f"{host}/team/churn", f"{host}/team/churn:v2"])
    favourites = page.list.favourites.list
    favourites.setFocus()
    favourites.setCurrentRow(1)
    qtbot.keyClick(favourites, Qt.Key.Key_Return)
    assert navigator.places[-1] == ("registries", f"{host}/team/churn:v2")
    page.show_detail("")
    favourites.setFocus()
    favourites.setCurrentRow(0)
    qtbot.keyClick(favourites, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: shown(page.list.favourites) == [f"{host}/team/churn:v2"])
    text, undo = navigator.offers[-1]
    assert text == "Undo"
    assert undo is not None
    undo()
    qtbot.waitUntil(lambda: page.list.favourites.list.count() == 2)


def test_where_the_registry_lists_nothing_its_vendor_does_and_it_is_said(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace
) -> None:
    with VendorServer("harbor", challenge=HARBOR) as server:
        workspace.save_registry(server.host, HostOptions(plain_http=True))
        workspace.credentials.save(server.host, Credential(USERNAME, PASSWORD), Keep.SESSION)
        page.show_detail(server.host)
        pane = page.registry.repositories
        qtbot.waitUntil(lambda: len(pane.model.names) == 3)
        assert pane._says.text() == "3 repositories\nHarbor's list of projects"
        pane.search.setText("churn")
        qtbot.waitUntil(lambda: "Harbor" in pane._says.text() and "1 of 3" in pane._says.text())


def test_what_a_registry_without_a_list_can_do_is_said() -> None:
    error = RegistryUnsupported("ghcr.io", "list its repositories")
    assert unlisted_text(error).endswith("does not show it to you. Open them by name.")
    error.__cause__ = SignInNeeded("ghcr.io")
    assert "That of its vendor cannot be read: ghcr.io wants a sign-in." in unlisted_text(error)
    said = abilities_text(well_known("ghcr.io")).splitlines()
    assert said[0] == "What GitHub (ghcr.io) can and cannot do:"
    assert said[1] == "A list of repositories: no (open repositories by name)"
    assert "not measured" in said[-1]
    assert abilities_text(None) == ""


def test_docker_hub_and_the_like_show_favourites_and_what_they_can_do(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace
) -> None:
    page.favouring.toggle("ghcr.io/acme/churn")
    workspace.history.add("ghcr.io/acme/base:v1", "pull")
    page.show_detail("ghcr.io")
    pane = page.registry.repositories
    qtbot.waitUntil(lambda: shown(pane.favourites) == ["acme/churn"])
    qtbot.waitUntil(pane._unlisted.isVisible)
    assert pane._abilities.text().startswith("What GitHub (ghcr.io) can and cannot do:")
    qtbot.waitUntil(lambda: pane._history.count() == 1)
    assert pane._history.item(0).text() == "acme/base:v1"


def test_the_tree_with_favourites_is_a_sound_model(qtmodeltester: ModelTester) -> None:
    model = RepositoryModel()
    qtmodeltester.check(model)
    model.show(("a", "b/c", "b/d"))
    model.find("b/d")
    model.mark(["a", "b/d", "nowhere"])
    assert model.find("b/d").data(Qt.ItemDataRole.AccessibleTextRole) == "b/d, favourite"
