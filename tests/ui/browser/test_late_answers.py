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
from support.http_server import Answer, Question
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


class HeldRegistry(OddRegistry):
    """Has two kits. Does not answer a request whose path has ``held`` in it before ``go_on`` is set."""

    def __init__(self, golden: Path) -> None:
        self.held, self.go_on, self.reached = "nothing", threading.Event(), threading.Event()
        super().__init__()
        self.kit = self.add_golden(golden / "01-all-sections", PATH)
        self.other = self.add_golden(golden / "06-tags-shared", "vision/resnet")

    def answer(self, question: Question) -> Answer:
        if self.held in question.path:
            self.reached.set()
            self.go_on.wait(60)
        return super().answer(question)

    def close(self) -> None:
        self.go_on.set()
        super().close()


@pytest.fixture
def held(golden: Path, workspace: Workspace) -> Iterator[HeldRegistry]:
    with HeldRegistry(golden) as made:
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
    qtbot: QtBot, page: BrowserPage, held: HeldRegistry
) -> None:
    held.held = f"{PATH}/tags/list"
    page.show_detail(f"{held.host}/{PATH}")
    qtbot.waitUntil(held.reached.is_set)
    page.show_detail(held.host)
    held.go_on.set()
    qtbot.waitUntil(lambda: not page.reading.busy)
    assert page.registry.tags.model.all.tags == ()


def test_versions_of_another_repository_are_not_taken_for_its_own(
    qtbot: QtBot, page: BrowserPage, held: HeldRegistry
) -> None:
    """Both have a v1, and its first answer comes when the other is being read."""
    held.held = f"{PATH}/manifests/v1"
    page.show_detail(f"{held.host}/{PATH}")
    qtbot.waitUntil(held.reached.is_set)
    model = page.registry.tags.model
    held.held = "vision/resnet/tags/list"
    reading, held.go_on = held.go_on, threading.Event()
    page.show_detail(f"{held.host}/vision/resnet")
    reading.set()
    qtbot.waitUntil(lambda: not page.registry.tags.resolver.reader.busy)
    assert model.known.rows == ()
    held.go_on.set()
    qtbot.waitUntil(lambda: model.known.digests() == {held.other})


def test_a_repository_of_the_same_name_elsewhere_is_another_one(
    qtbot: QtBot, page: BrowserPage, held: HeldRegistry, golden: Path, workspace: Workspace
) -> None:
    page.show_detail(f"{held.host}/{PATH}")
    model = page.registry.tags.model
    qtbot.waitUntil(lambda: bool(model.known.rows))
    with HeldRegistry(golden) as elsewhere:
        workspace.save_registry(elsewhere.host, HostOptions(plain_http=True))
        elsewhere.held = "/tags/list"
        page.show_detail(f"{elsewhere.host}/{PATH}")
        assert model.all.tags == ()
        assert model.known.rows == ()
