"""Pull and unpack with one click, once it is known where a kit goes; and single files by range."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.pack_job import PackWork, pack_folder
from kitops_desktop.modelkit.unpack_plan import UnpackPlan
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.ui.browser.remote_kit_view import RemoteKitView
from kitops_desktop.ui.library import unpacking
from kitops_desktop.ui.library.kit_source import KitSource
from kitops_desktop.ui.library.unpack_sheet import UnpackSheet
from kitops_desktop.ui.transfers.job_panel import JobPanel
from kitops_desktop.workspace import Workspace, open_workspace
from support.computers import computer, write_project
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.recording_navigator import RecordingNavigator
from support.repositories import MIB, noise


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[OddRegistry]:
    """A registry with a kit of a small model, code, and a dataset of five large files."""
    project = write_project(tmp_path / "churn", model=noise(100))
    (project / "data").mkdir()
    for number in range(5):
        (project / "data" / f"{number}.bin").write_bytes(noise(MIB + number))
    with (project / "Kitfile").open("a") as kitfile:
        kitfile.write("datasets:\n  - name: d\n    path: data\n")
    with ExitStack() as opened:
        packer = opened.enter_context(computer(tmp_path / "packer"))
        packed = pack_folder(PackWork(project, "churn:v1"), packer.tools).packed
        made = opened.enter_context(OddRegistry())
        made.add_stored(packer.store.home / "storage" / "blobs", packed.manifest.digest, "team/churn")
        yield made


@pytest.fixture
def workspace(home: Path, odd: OddRegistry, tmp_path: Path) -> Iterator[Workspace]:
    made = open_workspace()
    made.save_registry(odd.host, HostOptions(plain_http=True))
    yield made
    made.close()


@pytest.fixture
def view(
    qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator, odd: OddRegistry
) -> Iterator[RemoteKitView]:
    made = RemoteKitView(workspace, navigator)
    qtbot.addWidget(made)
    made.resize(1100, 800)
    made.show()
    with qtbot.waitSignal(made.kit.completed):
        made.show_reference(parse_reference(f"{odd.host}/team/churn:v1"))
    yield made
    workspace.close()


def button(parent: QWidget, text: str) -> QPushButton:
    return next(found for found in parent.findChildren(QPushButton) if found.text() == text)


def press(parent: QWidget, text: str) -> None:
    next(one for one in parent.findChildren(QRadioButton) if one.text().replace("&", "") == text).click()


def words(parent: QWidget) -> str:
    return "\n".join(one.text() for one in parent.findChildren(QLabel) if one.isVisibleTo(parent))


def sheet_of(qtbot: QtBot, view: RemoteKitView) -> UnpackSheet:
    qtbot.waitUntil(lambda: any(one.isVisible() for one in view.findChildren(UnpackSheet)))
    sheet = next(one for one in view.findChildren(UnpackSheet) if one.isVisible())
    qtbot.waitUntil(lambda: not sheet.looking)
    return sheet


def unpacked(qtbot: QtBot, navigator: RecordingNavigator) -> str:
    """What was said when it was done."""
    qtbot.waitUntil(lambda: "Open folder" in [text for text, _ in navigator.offers[-1:]])
    return navigator.notices[-1]


def test_one_click_where_it_is_known_where_kits_go(
    qtbot: QtBot, view: RemoteKitView, workspace: Workspace, navigator: RecordingNavigator, tmp_path: Path
) -> None:
    button(view, "Pull && unpack…").click()
    sheet_of(qtbot, view).close_sheet()  # that is not known yet
    workspace.change_settings(unpack_folder=str(tmp_path / "kits"))
    with qtbot.waitSignal(view.kit.shown):
        view.kit.show_source(view.kit.source)
    click = button(view, "Pull && unpack")
    assert f"Everything into {tmp_path / 'kits' / 'churn'}" in click.toolTip()
    click.click()
    assert unpacked(qtbot, navigator).startswith("Unpacked 8 files of ")
    assert (tmp_path / "kits" / "churn" / "data" / "4.bin").read_bytes() == noise(MIB + 4)
    button(view, "Pull && unpack").click()  # now that is in its way
    sheet = sheet_of(qtbot, view)
    assert "7 files are there already" in words(sheet)
    assert "Nothing is written: all files are there already." in words(sheet)
    assert "Nothing has to be fetched." in words(sheet)
    press(sheet, "Replace with what is unpacked")
    assert "7 files, 5.0 MiB" in words(sheet)
    assert "Fetches 5.0 MiB." in words(sheet)
    press(sheet, "Keep what is there")
    button(sheet, "Pull && unpack").click()
    qtbot.waitUntil(lambda: navigator.notices[-1].endswith("; 7 files that were there were kept."))


def test_what_is_ticked_and_kept_is_not_announced_as_fetched(
    qtbot: QtBot, view: RemoteKitView, workspace: Workspace, tmp_path: Path
) -> None:
    workspace.change_settings(unpack_folder=str(tmp_path / "kits"))
    there = tmp_path / "kits" / "churn" / "data" / "3.bin"
    there.parent.mkdir(parents=True)
    there.write_text("mine")
    view.kit.unpack_wanted.emit(("data/3.bin",))
    sheet = sheet_of(qtbot, view)
    assert "Nothing is written: the file is there already." in words(sheet)
    assert "fetched by range" not in words(sheet)
    press(sheet, "Keep both, the new one with a number")
    assert "1 file, 1.0 MiB, is fetched by range" in words(sheet)
    assert "Fetches 1.0 MiB of 5.0 MiB." in words(sheet)


def test_one_click_too_many_begins_nothing(
    qtbot: QtBot,
    view: RemoteKitView,
    workspace: Workspace,
    navigator: RecordingNavigator,
    odd: OddRegistry,
    tmp_path: Path,
) -> None:
    workspace.change_settings(unpack_folder=str(tmp_path / "kits"))
    large = max(odd.blobs, key=lambda digest: len(odd.blobs[digest]))
    odd.rules.append(Rule("GET", large, times=None, stall=MIB))
    button(view, "Pull && unpack…").click()
    qtbot.waitUntil(lambda: len(workspace.jobs.jobs()) == 1)
    button(view, "Pull && unpack").click()
    qtbot.waitUntil(lambda: "is being unpacked into" in navigator.notices[-1])
    assert len(workspace.jobs.jobs()) == 1
    workspace.jobs.cancel(workspace.jobs.jobs()[0])


def test_with_alt_the_sheet_opens_in_any_case(
    qtbot: QtBot, view: RemoteKitView, workspace: Workspace, tmp_path: Path
) -> None:
    workspace.change_settings(unpack_folder=str(tmp_path / "kits"))
    qtbot.mouseClick(
        button(view, "Pull && unpack…"), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier
    )
    assert sheet_of(qtbot, view).choice.target == str(tmp_path / "kits" / "churn")


def test_what_is_ticked_comes_by_range_once_that_was_agreed_to(
    qtbot: QtBot,
    view: RemoteKitView,
    workspace: Workspace,
    navigator: RecordingNavigator,
    odd: OddRegistry,
    tmp_path: Path,
) -> None:
    workspace.change_settings(unpack_folder=str(tmp_path / "kits"))
    view.kit.unpack_wanted.emit(("data/3.bin",))
    sheet = sheet_of(qtbot, view)
    assert "1 file, 1.0 MiB, is fetched by range: it is not covered by its layer's digest." in words(sheet)
    assert "Fetches 1.0 MiB of 5.0 MiB." in words(sheet)
    whole = next(one for one in sheet.findChildren(QCheckBox) if "whole layer" in one.text())
    assert whole.text() == "Fetch the whole layer instead, &verified (5.0 MiB)"
    whole.click()
    assert "Fetches 5.0 MiB" in words(sheet)
    assert "is fetched by range" not in words(sheet)
    whole.click()
    button(sheet, "Pull && unpack").click()
    assert unpacked(qtbot, navigator).endswith(" by range, not covered by a layer's digest.")
    panel = JobPanel()
    qtbot.addWidget(panel)
    panel.show_job(workspace.jobs.jobs()[0])
    panel.show()
    qtbot.waitUntil(lambda: "1 file; it is not covered by a layer's digest" in words(panel))
    button(panel, "Copy as command").click()
    reference, target = f"{odd.host}/team/churn:v1", tmp_path / "kits" / "churn"
    command = f"kitops-desktop unpack {reference} --dir {target} --path data/3.bin"
    assert QGuiApplication.clipboard().text() == command
    view.kit.unpack_wanted.emit(("data/1.bin",))  # agreed to already, and nothing in the way
    qtbot.waitUntil((tmp_path / "kits" / "churn" / "data" / "1.bin").exists)
    assert sum(one.bytes for one in odd.asked("GET", "/blobs/")) < 3 * MIB


def test_without_ranges_the_sheet_says_that_layers_come_whole(
    qtbot: QtBot, view: RemoteKitView, odd: OddRegistry
) -> None:
    odd.rules.append(Rule("GET", "/blobs/", times=None, ignore_range=True))
    view.kit.unpack_wanted.emit(("data/3.bin",))
    said = words(sheet_of(qtbot, view))
    assert "The registry gives no parts of layers: they are fetched as a whole." in said


@pytest.mark.parametrize(
    "chosen", [{"what": "profile", "profile": "that was removed"}, {"what": "kinds", "kinds": ["docs"]}]
)
def test_where_less_was_wanted_than_there_can_be_now_it_is_asked(
    qtbot: QtBot,
    view: RemoteKitView,
    workspace: Workspace,
    odd: OddRegistry,
    tmp_path: Path,
    chosen: dict[str, object],
) -> None:
    """A profile that is gone does not mean everything: that may be a hundred gigabytes."""
    target = tmp_path / "kits" / "churn"
    workspace.unpack_choices.put(f"{odd.host}/team/churn", {"target": str(target), **chosen})
    with qtbot.waitSignal(view.kit.shown):
        view.kit.show_source(view.kit.source)
    button(view, "Pull && unpack").click()
    assert sheet_of(qtbot, view).choice.target == str(target)
    assert not target.exists()


def test_what_is_begun_for_another_kit_meanwhile_does_not_end_it(
    qtbot: QtBot,
    view: RemoteKitView,
    workspace: Workspace,
    odd: OddRegistry,
    golden: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It takes a while to see what a kit needs."""
    reached, go_on, plan_choice = threading.Event(), threading.Event(), unpacking.plan_choice

    def slow(source: KitSource, *arguments: Any) -> UnpackPlan:  # noqa: ANN401 - as the function
        if source.reference.repository == "team/churn":
            reached.set()
            go_on.wait(60)
        return plan_choice(source, *arguments)

    monkeypatch.setattr(unpacking, "plan_choice", slow)
    odd.add_golden(golden / "01-all-sections", "team/other")
    workspace.change_settings(unpack_folder=str(tmp_path / "kits"))
    view.unpacking.remembered.emit()
    button(view, "Pull && unpack").click()
    qtbot.waitUntil(reached.is_set)
    with qtbot.waitSignal(view.kit.completed):
        view.show_reference(parse_reference(f"{odd.host}/team/other:v1"))
    button(view, "Pull && unpack").click()
    qtbot.waitUntil(lambda: len(workspace.jobs.jobs()) == 1)
    go_on.set()
    qtbot.waitUntil(lambda: len(workspace.jobs.jobs()) == 2)
