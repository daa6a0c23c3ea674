"""What registries are called and are for, wherever one has to do with them; rows of slow and busy ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.registry.abilities import RANGES, REFERRERS, SURVIVES
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.host_label import HostLabel
from kitops_desktop.registry.well_known import REGISTRIES
from kitops_desktop.ui.browser import registry_reads as reads
from kitops_desktop.ui.browser import registry_rows
from kitops_desktop.ui.browser.browser_page import BrowserPage
from kitops_desktop.ui.browser.copy_sheet import CopySheet
from kitops_desktop.ui.browser.delete_sheet import DeleteSheet
from kitops_desktop.ui.browser.places import place_title
from kitops_desktop.ui.browser.registries_model import Column, RegistriesModel
from kitops_desktop.ui.browser.registry_kind import KindFacts
from kitops_desktop.ui.browser.registry_mark import MARK_COLOURS, RegistryMark, label_text
from kitops_desktop.ui.browser.registry_rows import RegistryRow
from kitops_desktop.ui.browser.registry_sheet import RegistrySheet
from kitops_desktop.ui.widgets.badge import Badge
from kitops_desktop.workspace import Workspace
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.recording_navigator import RecordingNavigator
from support.registry_server import RegistryServer

PROD = HostLabel("Acme models", "red", "prod")


def press(parent: QWidget, text: str) -> None:
    next(one for one in parent.findChildren(QPushButton) if one.text() == text and one.isVisible()).click()


def cell(page: BrowserPage, host: str, column: Column) -> str:
    model = page.list.model
    return str(model.index([row.host for row in model.rows].index(host), column).data())


def choose(page: BrowserPage, host: str) -> None:
    sheet = page.care.edit(host)
    sheet.labels.name.setText("Acme  models\n")
    for choice, value in ((sheet.labels.stage, "prod"), (sheet.labels.colour, "red")):
        choice.setCurrentIndex(choice.findData(value))
    press(sheet, "Save")


def test_a_label_is_given_without_asking_the_registry(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace
) -> None:
    with OddRegistry() as server:
        host = server.host
        workspace.save_registry(host, HostOptions(plain_http=True))
        choose(page, host)
        assert workspace.host_label(host) == PROD
        assert workspace.host_options(host) == HostOptions(plain_http=True)
        assert cell(page, host, Column.HOST) == f"Acme models ({host})"
        assert cell(page, host, Column.STAGE) == "Production"
        qtbot.waitUntil(lambda: "Reachable" in cell(page, host, Column.STATE))


def test_it_is_shown_with_the_registry_its_kits_and_what_is_sent_there(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, filled: RegistryServer, keep: Callable[..., str]
) -> None:
    host = keep(filled)
    workspace.label_registry(host, PROD)
    page.show_detail(f"{host}/team/churn")
    shown = [one.text for one in page.registry.findChildren(Badge) if one.isVisible()]
    assert shown[0] == "Production"
    page.show_detail(f"{host}/team/churn:v1")
    qtbot.waitUntil(lambda: page.kit.kit.loaded is not None)
    mark = next(one for one in page.findChildren(RegistryMark) if one.isVisible())
    assert mark.accessibleName() == "Registry: Acme models, Production"
    next(action for action in page.commands() if action.text == "Copy to…").run()
    qtbot.waitUntil(lambda: page.findChild(CopySheet) is not None)
    sheet = page.findChild(CopySheet)
    sheet.target.setText(f"{host}/team/other:v1")
    assert sheet.mark.isVisible()
    assert sheet.mark.accessibleName() == "Registry: Acme models, Production"
    sheet.target.setText("elsewhere.example/team/other:v1")
    assert not sheet.mark.isVisible()
    qtbot.waitUntil(lambda: not sheet.looking)
    sheet.close_sheet()
    next(action for action in page.commands() if action.text == "Delete from registry…").run()
    deleting = page.findChild(DeleteSheet)
    assert deleting.mark.isVisible()
    assert deleting.mark.accessibleName() == "Registry: Acme models, Production"
    deleting.close_sheet()
    workspace.label_registry(host, HostLabel())
    next(action for action in page.commands() if action.text == "Delete from registry…").run()
    assert not page.findChildren(DeleteSheet)[-1].mark.isVisible(), "for a registry without a label"
    assert place_title(f"{host}/team", label_text(PROD)) == f"{host}/team (Acme models, Production)"


def test_registries_stand_in_the_order_of_what_they_are_called(workspace: Workspace) -> None:
    for host, name in (("b.invalid", ""), ("a.invalid", "zoo"), ("z.invalid", "Acme")):
        workspace.save_registry(host, HostOptions())
        workspace.label_registry(host, HostLabel(name))
    assert reads.registry_hosts(workspace) == ("z.invalid", "b.invalid", "a.invalid")


def test_taking_a_registry_off_the_list_can_be_undone_as_a_whole(
    page: BrowserPage, workspace: Workspace, navigator: RecordingNavigator
) -> None:
    entry = {"plain_http": True, "name": "Mine", "stage": "dev", "of_another_version": [1]}
    workspace.restore_registry("localhost:1", entry)
    page.care.remove("localhost:1")
    assert workspace.settings.registries == {}
    text, undo = navigator.offers[-1]
    assert text == "Undo"
    assert undo is not None
    undo()
    assert workspace.settings.registries == {"localhost:1": entry}
    workspace.save_registry("localhost:1", HostOptions(ca_file="/ca.pem"))
    workspace.label_registry("localhost:1", HostLabel("Other"))
    assert workspace.settings.registries["localhost:1"] == {
        "ca_file": "/ca.pem",
        "name": "Other",
        "of_another_version": [1],
    }


def test_a_registry_that_wants_a_pause_says_how_long_and_is_asked_again(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace
) -> None:
    busy = Rule("GET", "/v2/$", status=429, headers={"Retry-After": "2"}, times=None)
    with OddRegistry([busy]) as server:
        host = server.host
        workspace.save_registry(host, HostOptions(plain_http=True))
        page.show_detail("")
        qtbot.waitUntil(lambda: "left" in cell(page, host, Column.STATE))
        assert cell(page, host, Column.STATE).startswith("Wants a pause: ")
        asked = server.count()
        server.rules.clear()
        qtbot.waitUntil(lambda: cell(page, host, Column.STATE) == "Reachable, http")
        assert server.count() > asked


def test_a_registry_that_is_slow_says_so(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_rows, "SLOW_SECONDS", 0.2)
    with OddRegistry([Rule("GET", "/v2/$", delay=0.3, times=None)]) as server:
        workspace.save_registry(server.host, HostOptions(plain_http=True))
        page.show_detail("")
        qtbot.waitUntil(lambda: "Slow: answers in " in cell(page, server.host, Column.STATE))


def test_a_registry_that_does_not_answer_counts_the_seconds(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_rows, "SLOW_SECONDS", 0.5)
    with OddRegistry([Rule("GET", "/v2/$", delay=60.0)]) as server:
        workspace.save_registry(server.host, HostOptions(plain_http=True))
        page.show_detail("")
        qtbot.waitUntil(lambda: "No answer for 1 s" in cell(page, server.host, Column.STATE))
        page.show_detail("elsewhere.example")


def test_rows_with_labels_are_a_sound_model(qtmodeltester: ModelTester) -> None:
    model = RegistriesModel()
    qtmodeltester.check(model)
    model.show_rows([RegistryRow("a.example", label=PROD), RegistryRow("b.example")])
    model.touch("a.example")
    assert all(len(colour) == 7 for colour in MARK_COLOURS.values())


def test_a_well_known_registry_is_chosen_and_said_what_it_wants(page: BrowserPage) -> None:
    sheet = page.care.add()
    sheet.kind.setCurrentIndex(sheet.kind.findText("Amazon ECR"))
    sheet.kind.activated.emit(sheet.kind.currentIndex())
    assert sheet.address.text() == "ACCOUNT.dkr.ecr.REGION.amazonaws.com"
    assert sheet.address.selectedText() == "ACCOUNT.dkr.ecr.REGION"
    assert sheet.address.accessibleDescription() == "Fill in your ACCOUNT and REGION."
    said = next(one for one in sheet.findChildren(QLabel) if one.text().startswith("Fill in"))
    assert said.property("kind") == "muted", "nothing was typed that could be wrong"
    assert not sheet.address.property("invalid")
    add = next(one for one in sheet.findChildren(QPushButton) if one.text() == "Add")
    assert not add.isEnabled()
    assert "aws ecr get-login-password" in sheet.facts.text
    sheet.address.setText("123.dkr.ecr.eu-west-1.amazonaws.com/team/churn:v1")
    assert add.isEnabled()
    assert sheet.kind.currentText() == "Amazon ECR"
    assert "does not offer a list of repositories" in sheet.facts.text
    sheet.address.setText("ACCOUNT.dkr ecr")
    assert said.property("kind") == "danger"
    sheet.address.setText("localhost:5000")
    assert sheet.kind.currentText() == "Another registry"
    assert not sheet.facts.isVisible()
    sheet.close_sheet()
    signing = page.care.sign_in("ghcr.io")
    assert any("personal access token" in one.text() for one in signing.findChildren(QLabel))
    signing.close_sheet()


def test_what_a_well_known_registry_wants_is_plain_text(qtbot: QtBot) -> None:
    facts = KindFacts()
    qtbot.addWidget(facts)
    for known in REGISTRIES:
        facts.show_kind(known)
        assert "`" not in facts.text


def can_do(sheet: RegistrySheet) -> dict[str, str]:
    """What it can do, as somebody who does not see it hears it."""
    names = (one.accessibleName() for one in sheet.abilities.findChildren(QLabel))
    return dict(name.split(": ", 1) for name in names if ": " in name)


def test_what_is_documented_stands_beside_what_was_measured_here(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace
) -> None:
    workspace.abilities.put("quay.io", REFERRERS, "no")
    workspace.abilities.put("quay.io", RANGES, "no")
    sheet = page.care.edit("quay.io")
    qtbot.waitUntil(sheet.abilities.isVisible)
    said = can_do(sheet)
    assert said["Signatures by the referrers API, documented"] == "yes"
    assert said["Signatures by the referrers API, measured here"] == "no (they are kept under tags instead)"
    assert said["Reading parts of a layer, measured here"] == "no (a layer is read as a whole)"
    assert "Reading parts of a layer, documented" not in said
    assert "A list of repositories, measured here" not in said
    sheet.close_sheet()


def test_of_a_registry_that_nobody_documents_there_is_what_was_measured(
    qtbot: QtBot, page: BrowserPage, workspace: Workspace, filled: RegistryServer, keep: Callable[..., str]
) -> None:
    host = keep(filled)
    sheet = page.care.edit(host)
    qtbot.waitUntil(sheet.abilities.isVisible)
    assert can_do(sheet) == {}
    assert any("Nothing was measured here" in one.text() for one in sheet.abilities.findChildren(QLabel))
    sheet.close_sheet()
    workspace.abilities.put(host, SURVIVES, "border")
    sheet = page.care.edit(host)
    qtbot.waitUntil(sheet.abilities.isVisible)
    said = "partly (as far as a whole chunk had come)"
    assert can_do(sheet) == {"Going on with interrupted uploads, measured here": said}
    sheet.close_sheet()
