"""What is read of a registry that is busy, away or slow says what it waits for and until when, where it is
read; and no more of it once there is an answer.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop import errors
from kitops_desktop.progress import Wait
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui import waiting
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.browser.registry_rows import Answers, RegistryRow, state_pills
from kitops_desktop.ui.browser.tags_model import Column
from kitops_desktop.ui.units import moment_text
from kitops_desktop.ui.waiting import short_wait_text, wait_text, worth_telling
from kitops_desktop.ui.widgets.badge import Badge
from kitops_desktop.workspace import Workspace
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.previews import choose_file

PATH = "team/churn"
AT = r"\d\d:\d\d:\d\d"
ASKED = {"Retry-After": "2"}


@pytest.fixture
def server(golden: Path, workspace: Workspace) -> Iterator[OddRegistry]:
    with OddRegistry() as made:
        made.add_golden(golden / "01-all-sections", PATH)
        workspace.save_registry(made.host, HostOptions(plain_http=True))
        yield made


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes a moment is told of."""
    monkeypatch.setattr(waiting, "SLOW_SECONDS", 0.3)
    monkeypatch.setattr(waiting, "LEAST_PAUSE", 0.4)


def says(page: QWidget, pattern: str) -> bool:
    """Whether some text on view has the pattern."""
    return any(re.search(pattern, one.text()) for one in page.findChildren(QLabel) if one.isVisible())


def pill(page: BrowserPage, pattern: str) -> bool:
    """Whether the head of the registry that is shown has a pill with that pattern."""
    return any(re.search(pattern, one.text) for one in page.registry.findChildren(Badge) if one.isVisible())


BUSY = pytest.mark.parametrize(
    ("headers", "trouble"), [(ASKED, "is busy, asks to wait 2 s"), ({}, r"is busy \(503\)")]
)


@BUSY
def test_the_list_of_repositories_says_that_the_registry_is_busy(
    qtbot: QtBot, page: BrowserPage, server: OddRegistry, headers: dict[str, str], trouble: str
) -> None:
    server.rules.append(Rule("GET", "/_catalog", status=503, headers=headers, times=1 if headers else 2))
    page.show_detail(server.host)
    qtbot.waitUntil(
        lambda: says(page.registry.repositories, f"{server.host} {trouble} · tried again at {AT}")
    )
    qtbot.waitUntil(lambda: pill(page, f"Busy, again at {AT}"))
    qtbot.waitUntil(lambda: says(page.registry.repositories, "^1 repository"))
    qtbot.waitUntil(lambda: not pill(page, "Busy"))


@BUSY
def test_the_table_of_tags_says_that_the_registry_is_busy(
    qtbot: QtBot, page: BrowserPage, server: OddRegistry, headers: dict[str, str], trouble: str
) -> None:
    server.rules.append(Rule("GET", "/tags/list", status=503, headers=headers, times=1 if headers else 2))
    page.show_detail(f"{server.host}/{PATH}")
    qtbot.waitUntil(lambda: says(page.registry.tags, f"{server.host} {trouble} · tried again at {AT}"))
    qtbot.waitUntil(lambda: says(page.registry.tags, "^1 tag"))
    assert not says(page.registry, trouble)


@pytest.mark.parametrize("headers", [ASKED, {}])
def test_rows_of_tags_say_that_the_registry_is_busy(
    qtbot: QtBot, page: BrowserPage, server: OddRegistry, headers: dict[str, str]
) -> None:
    rule = Rule("GET", f"{PATH}/manifests/", status=503, headers=headers, times=1 if headers else 2)
    server.rules.append(rule)
    page.show_detail(f"{server.host}/{PATH}")
    model = page.registry.tags.model

    def kind() -> str:
        return str(model.index_of("v1").siblingAtColumn(Column.KIND).data())

    qtbot.waitUntil(lambda: bool(re.fullmatch(f"Busy, again at {AT}", kind())))
    qtbot.waitUntil(lambda: kind() == "ModelKit")


@BUSY
def test_the_page_of_a_kit_says_that_the_registry_is_busy(
    qtbot: QtBot, page: BrowserPage, server: OddRegistry, headers: dict[str, str], trouble: str
) -> None:
    rule = Rule("GET", f"{PATH}/manifests/", status=503, headers=headers, times=1 if headers else 2)
    server.rules.append(rule)
    page.show_detail(f"{server.host}/{PATH}:v1")
    qtbot.waitUntil(lambda: says(page.kit, f"{server.host} {trouble} · tried again at {AT}"))
    qtbot.waitUntil(lambda: page.kit.kit.tabs.isVisible())
    assert not says(page.kit, trouble)


def test_a_slow_registry_is_told_of_in_seconds(qtbot: QtBot, page: BrowserPage, server: OddRegistry) -> None:
    server.rules.append(Rule("GET", "/_catalog", delay=2.0))
    page.show_detail(server.host)
    qtbot.waitUntil(lambda: says(page.registry.repositories, rf"^{server.host} has not answered for \d s$"))
    qtbot.waitUntil(lambda: pill(page, r"No answer for \d s"))
    qtbot.waitUntil(lambda: says(page.registry.repositories, "^1 repository"))


def test_the_page_of_a_kit_whose_manifest_does_not_come_to_its_end_says_so(
    qtbot: QtBot, page: BrowserPage, server: OddRegistry
) -> None:
    server.rules.append(Rule("GET", f"{PATH}/manifests/", stall=10))
    page.show_detail(f"{server.host}/{PATH}:v1")
    qtbot.waitUntil(lambda: says(page.kit, rf"{server.host} has not answered for [1-9] s"))
    page.show_detail("")


def test_files_that_are_waited_for_say_so(qtbot: QtBot, page: BrowserPage, server: OddRegistry) -> None:
    with qtbot.waitSignal(page.kit.kit.completed):
        page.show_detail(f"{server.host}/{PATH}:v1")
    server.rules.append(Rule("GET", "/blobs/", delay=1.5, times=1))
    page.kit.kit.tabs.setCurrentWidget(page.kit.kit.files)
    remote = page.kit.kit.files.remote
    qtbot.waitUntil(lambda: "No answer for" in remote.text)
    qtbot.waitUntil(lambda: not page.kit.kit.files.busy and "No answer" not in remote.text)
    assert page.kit.kit.files.model.tree.root.files


def test_a_preview_that_is_waited_for_says_so(qtbot: QtBot, page: BrowserPage, server: OddRegistry) -> None:
    with qtbot.waitSignal(page.kit.kit.completed):
        page.show_detail(f"{server.host}/{PATH}:v1")
    files = page.kit.kit.files
    page.kit.kit.tabs.setCurrentWidget(files)
    qtbot.waitUntil(lambda: not files.listing and not files.busy)
    server.rules.append(Rule("GET", "/blobs/", delay=1.5, times=1))
    choose_file(files, "LICENSE")
    qtbot.waitUntil(lambda: says(files.preview, rf"{server.host} has not answered for \d s"))
    qtbot.waitUntil(lambda: files.preview.loaded is not None)
    assert not says(files.preview, "has not answered")


def test_another_registry_is_not_told_of_what_is_waited_for_at_the_one_before(
    qtbot: QtBot, page: BrowserPage, server: OddRegistry, workspace: Workspace
) -> None:
    server.rules.append(Rule("GET", "/_catalog", delay=60.0, times=None))
    with OddRegistry() as other:
        workspace.save_registry(other.host, HostOptions(plain_http=True))
        page.show_detail(server.host)
        qtbot.waitUntil(lambda: pill(page, "No answer for"))
        page.show_detail(other.host)
        qtbot.waitUntil(lambda: says(page.registry.repositories, "No repositories yet"))
        qtbot.waitUntil(lambda: not pill(page, "No answer for"))
        qtbot.waitUntil(lambda: page.standing.row(server.host).wait is None)


# -- the words


def test_what_says_most_is_told() -> None:
    asked = Wait("one", 100.0, 120.0, errors.RateLimited("one", 120.0))
    own = Wait("one", 100.0, 130.0, errors.RegistryFailed("one", 503, ""))
    short = Wait("one", 100.0, 100.2, errors.RegistryFailed("one", 503, ""))
    slow, new = Wait("one", 90.0), Wait("one", 99.9)
    assert worth_telling((slow, own, asked), now=101.0) is asked
    assert worth_telling((slow, own, short), now=101.0) is own
    assert worth_telling((new, slow, short), now=100.1) is slow
    assert worth_telling((new, short), now=100.1) is None
    assert worth_telling(()) is None


@pytest.mark.parametrize(
    ("problem", "sentence", "few"),
    [
        (errors.RateLimited("one", 20.0), "is busy, asks to wait 20 s", "Busy"),
        (errors.RateLimited("one", None), "wants fewer requests", "Busy"),
        (errors.RegistryFailed("one", 503, ""), "is busy (503)", "Busy"),
        (errors.RegistryFailed("one", 500, ""), "failed with 500", "Busy"),
        (errors.RegistryUnreachable("one", "connect", "refused"), "cannot be reached", "Away"),
    ],
)
def test_pauses_in_words(problem: Exception, sentence: str, few: str) -> None:
    wait = Wait("one", 0.0, 20.0, problem)
    at = moment_text(20.0)
    assert wait_text(wait) == f"one {sentence} · tried again at {at}"
    assert short_wait_text(wait) == f"{few}, again at {at}"


def test_a_missing_answer_in_words() -> None:
    wait = Wait("one", 100.0)
    assert wait_text(wait, 110.0) == "one has not answered for 10 s"
    assert short_wait_text(wait, 175.0) == "No answer for 1 min 15 s"


def test_a_registry_behind_which_nothing_is_there_says_so_in_its_row() -> None:
    row = RegistryRow("one", answers=Answers.NO, problem=errors.RegistryFailed("one", 503, "unavailable"))
    assert state_pills(row) == (("Not available (503)", "danger"),)
    now = time.time()
    asks = Wait("one", now, now + 20, errors.RateLimited("one", now + 20))
    waits = RegistryRow("one", answers=Answers.YES, wait=asks)
    assert state_pills(waits)[0] == (f"Busy, again at {moment_text(now + 20)}", "warning")
