"""Answers that come when something else is shown, or is true, by then: they change nothing of that."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.credentials.lookup import Keep
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.browser import registry_reads
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.browser.registry_rows import Answers
from kitops_desktop.workspace import Workspace
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.planted import PASSWORD, USERNAME
from support.registry_server import RegistryServer

PATH = "team/churn"
Keep_ = Callable[..., str]


class Held:
    """Stands before a function of ``registry_reads``: the first call of it waits until ``go_on`` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        self.go_on, self.reached = threading.Event(), threading.Event()
        self._turn, self._function = threading.Lock(), getattr(registry_reads, name)
        monkeypatch.setattr(registry_reads, name, self)

    def __call__(self, *arguments: object) -> Any:  # noqa: ANN401 - as the function
        if self._turn.acquire(blocking=False):
            found = self._function(*arguments)  # what is true now is told later
            self.reached.set()
            self.go_on.wait(60)
            return found
        return self._function(*arguments)


class TwoKits(OddRegistry):
    """A registry that has two."""

    def __init__(self, golden: Path) -> None:
        super().__init__()
        self.add_golden(golden / "01-all-sections", PATH)
        self.other = self.add_golden(golden / "06-tags-shared", "vision/resnet")

    def hold(self, path: str) -> threading.Event:
        """Requests of that are not answered before this is set."""
        go_on = threading.Event()
        self.rules.append(Rule("*", path, times=None, held=go_on))
        return go_on


@pytest.fixture
def two_kits(golden: Path, workspace: Workspace) -> Iterator[TwoKits]:
    with TwoKits(golden) as made:
        workspace.save_registry(made.host, HostOptions(plain_http=True))
        yield made


def sign_in(workspace: Workspace, host: str) -> None:
    workspace.credentials.save(host, Credential(USERNAME, PASSWORD), Keep.SESSION)
    workspace.registries.forget(host)


# -- how a registry stands


def test_what_was_asked_before_the_sign_in_does_not_undo_it(
    qtbot: QtBot,
    page: BrowserPage,
    workspace: Workspace,
    private: RegistryServer,
    keep: Keep_,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    standing, host = page.standing, keep(private)
    asked = Held(monkeypatch, "ask")
    standing.ask(host)
    qtbot.waitUntil(asked.reached.is_set)
    sign_in(workspace, host)
    standing.ask(host)
    qtbot.waitUntil(lambda: standing.row(host).answers is Answers.YES)
    asked.go_on.set()
    qtbot.waitUntil(lambda: not standing.busy)
    assert standing.row(host).problem is None
    assert standing.row(host).signed_in is not None


def test_who_is_signed_in_is_told_beside_how_it_answers(
    qtbot: QtBot, page: BrowserPage, filled: RegistryServer, keep: Keep_, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A keyring may take longer than the registry."""
    standing, host = page.standing, keep(filled)
    read = Held(monkeypatch, "read_row")
    page.show_detail(host)
    qtbot.waitUntil(read.reached.is_set)
    qtbot.waitUntil(lambda: standing.row(host).answers is Answers.YES)
    read.go_on.set()
    qtbot.waitUntil(lambda: not standing.busy)
    assert standing.row(host).answers is Answers.YES


def test_a_repository_that_is_opened_right_after_the_sign_in_does_not_hide_it(
    qtbot: QtBot,
    page: BrowserPage,
    workspace: Workspace,
    private: RegistryServer,
    keep: Keep_,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    standing, host = page.standing, keep(private)
    page.show_detail(host)
    qtbot.waitUntil(lambda: standing.row(host).problem is not None and not standing.busy)
    asked = Held(monkeypatch, "ask")
    sign_in(workspace, host)
    page.care.changed.emit(host)
    qtbot.waitUntil(asked.reached.is_set)
    page.show_detail(f"{host}/{PATH}")
    asked.go_on.set()
    qtbot.waitUntil(lambda: not standing.busy)
    assert standing.row(host).signed_in is not None


def test_a_registry_that_was_taken_off_does_not_come_back(
    qtbot: QtBot, page: BrowserPage, filled: RegistryServer, keep: Keep_, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing, host = page.standing, keep(filled)
    asked = Held(monkeypatch, "ask")
    standing.ask(host)
    qtbot.waitUntil(asked.reached.is_set)
    page.care.remove(host)
    asked.go_on.set()
    qtbot.waitUntil(lambda: not standing.busy)
    assert standing.row(host).answers is Answers.UNKNOWN


# -- tags


def test_tags_that_come_when_no_repository_is_chosen_any_more_are_not_shown(
    qtbot: QtBot, page: BrowserPage, two_kits: TwoKits
) -> None:
    go_on = two_kits.hold(f"{PATH}/tags/list")
    page.show_detail(f"{two_kits.host}/{PATH}")
    qtbot.waitUntil(lambda: bool(two_kits.rules[-1].met))
    page.show_detail(two_kits.host)
    go_on.set()
    qtbot.waitUntil(lambda: not page.reading.busy)
    assert page.registry.tags.model.all.tags == ()


def test_versions_of_another_repository_are_not_taken_for_its_own(
    qtbot: QtBot, page: BrowserPage, two_kits: TwoKits
) -> None:
    """Both have a v1, and its first answer comes when the other is being read."""
    reading = two_kits.hold(f"{PATH}/manifests/v1")
    page.show_detail(f"{two_kits.host}/{PATH}")
    qtbot.waitUntil(lambda: bool(two_kits.rules[-1].met))
    model = page.registry.tags.model
    go_on = two_kits.hold("vision/resnet/tags/list")
    page.show_detail(f"{two_kits.host}/vision/resnet")
    reading.set()
    qtbot.waitUntil(lambda: not page.registry.tags.resolver.reader.busy)
    assert model.known.rows == ()
    go_on.set()
    qtbot.waitUntil(lambda: model.known.digests() == {two_kits.other})


def test_a_repository_of_the_same_name_elsewhere_is_another_one(
    qtbot: QtBot, page: BrowserPage, two_kits: TwoKits, golden: Path, workspace: Workspace
) -> None:
    page.show_detail(f"{two_kits.host}/{PATH}")
    model = page.registry.tags.model
    qtbot.waitUntil(lambda: bool(model.known.rows))
    with TwoKits(golden) as elsewhere:
        workspace.save_registry(elsewhere.host, HostOptions(plain_http=True))
        elsewhere.hold("/tags/list")
        page.show_detail(f"{elsewhere.host}/{PATH}")
        assert model.all.tags == ()
        assert model.known.rows == ()
