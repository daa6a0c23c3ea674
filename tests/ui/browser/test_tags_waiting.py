"""Rows of a registry that is slow or wants a pause say so; what it lists of a version is folded below it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from kitops_desktop import errors
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.manifest import MANIFEST_TYPE
from kitops_desktop.registry.abilities import REFERRERS
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui import waiting
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.browser.tag_cells import Column
from kitops_desktop.ui.browser.tag_rows import stopped_text
from kitops_desktop.ui.browser.tags_model import TagsModel
from kitops_desktop.ui.units import clock_text
from kitops_desktop.workspace import Workspace
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.referrers import ReferringRegistry

PATH = "team/churn"
MANIFESTS = f"{PATH}/manifests/"


@pytest.fixture
def server(golden: Path, workspace: Workspace) -> Iterator[ReferringRegistry]:
    """Two kits."""
    with ReferringRegistry() as made:
        made.add_golden(golden / "01-all-sections", PATH, "v1")
        made.add_golden(golden / "06-tags-shared", PATH, "v2")
        workspace.save_registry(made.host, HostOptions(plain_http=True))
        yield made


def kind(model: TagsModel, tag: str) -> str:
    return str(model.index_of(tag).siblingAtColumn(Column.KIND).data())


def opened(page: BrowserPage, server: OddRegistry) -> TagsModel:
    page.show_detail(f"{server.host}/{PATH}")
    return page.registry.tags.model


def test_rows_of_a_registry_that_wants_a_pause_say_until_when(
    qtbot: QtBot, page: BrowserPage, server: ReferringRegistry
) -> None:
    server.rules.append(Rule("GET", MANIFESTS, status=429, headers={"Retry-After": "3000"}, times=None))
    model = opened(page, server)
    qtbot.waitUntil(lambda: kind(model, "v1").startswith("Waits until"))
    assert re.fullmatch(r"Waits until (\S+ )?\d\d:\d\d", kind(model, "v2"))
    spoken = model.index_of("v2").siblingAtColumn(Column.KIND).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == kind(model, "v2")


def test_rows_of_a_slow_registry_say_so_until_it_answers(
    qtbot: QtBot, page: BrowserPage, server: ReferringRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "SLOW_SECONDS", 0.1)
    server.rules.append(Rule("GET", MANIFESTS, delay=1.5, times=2))
    model = opened(page, server)
    qtbot.waitUntil(lambda: kind(model, "v1").startswith("No answer for "))
    assert kind(model, "v2") == kind(model, "v1")
    qtbot.waitUntil(lambda: kind(model, "v1") == kind(model, "v2") == "ModelKit")


def test_a_row_says_in_few_words_why_it_is_not_read() -> None:
    until = time.time() + 60
    assert stopped_text(errors.RateLimited("one.example", until)) == f"Waits until {clock_text(until)}"
    assert stopped_text(errors.RateLimited("one.example", None)) == "Asked to wait"
    assert stopped_text(errors.RegistryUnreachable("one.example", "connect", "no route")) == "No answer"
    assert stopped_text(errors.SignInNeeded("one.example", "")) == "Wants a sign-in"
    assert stopped_text(errors.NoKeyring()) == "Not read"


def test_what_a_registry_lists_is_folded_below_its_version(
    qtbot: QtBot,
    page: BrowserPage,
    server: ReferringRegistry,
    workspace: Workspace,
) -> None:
    content = server.blobs[server.tags[f"{PATH}:v1"]]
    subject = Descriptor(MANIFEST_TYPE, server.tags[f"{PATH}:v1"], len(content))
    listed = server.add_referrer(PATH, subject, "application/vnd.dev.cosign.artifact.sig.v1+json", b"signed")
    model = opened(page, server)
    qtbot.waitUntil(lambda: model.rowCount(model.index_of("v1")) == 1)
    assert model.index_of("v1").siblingAtColumn(Column.LICENCE).data() == "Apache-2.0"
    assert model.index_of("v1").siblingAtColumn(Column.FRAMEWORK).data() == "pytorch"
    assert model.rowCount(model.index_of("v2")) == 0
    table = page.registry.tags.table
    table.expandAll()
    table.choose(listed.digest)
    assert model.index_of(listed.digest).data() == "Signature"
    next(action for action in page.commands() if action.text == "Copy reference").run()
    assert QGuiApplication.clipboard().text() == f"{server.host}/{PATH}@{listed.digest}"
    asked = server.count("GET", "/referrers/")
    assert asked == 2, "one request for each version on view"
    assert workspace.abilities.get(server.host, REFERRERS) is None


def test_rows_may_come_when_nobody_looks_any_more(
    qtbot: QtBot, page: BrowserPage, server: ReferringRegistry
) -> None:
    server.rules.append(Rule("GET", MANIFESTS, delay=0.3, times=2))
    model = opened(page, server)
    qtbot.waitUntil(lambda: server.count("GET", MANIFESTS) == 2)
    page.show_detail("")
    qtbot.waitUntil(lambda: len(model.known.rows) == 2)
    assert page.list.isVisible()
