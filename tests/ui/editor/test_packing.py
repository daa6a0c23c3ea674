"""From the sheet to the kit in the store: refusals, secrets, saving first, and the word at the end."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.ui.editor.pack_sheet import PackSheet
from kitops_desktop.ui.editor.packing import Packing
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.project_page import ProjectPage
from kitops_desktop.workspace import Workspace
from support.recording_navigator import RecordingNavigator


@pytest.fixture
def packing(page: ProjectPage, workspace: Workspace, navigator: RecordingNavigator) -> Packing:
    workspace.projects.add(page.project.folder)
    return Packing(page, workspace, navigator)


def opened(packing: Packing, page: ProjectPage, qtbot: QtBot) -> PackSheet:
    qtbot.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    sheet = packing.sheet
    assert sheet is not None
    qtbot.waitUntil(lambda: sheet.facts is not None)
    return sheet


def named(sheet: QWidget, name: str) -> QWidget:
    (found,) = [one for one in sheet.findChildren(QWidget) if one.accessibleName() == name]
    return found


def button(sheet: QWidget, text: str) -> QAbstractButton:
    found = [one for one in sheet.findChildren(QAbstractButton) if text in (one.text(), one.accessibleName())]
    assert len(found) == 1, f"{text}: {found}"
    return found[0]


def reference(sheet: PackSheet) -> QLineEdit:
    found = named(sheet, "Reference")
    assert isinstance(found, QLineEdit)
    return found


def allow_secret(sheet: PackSheet) -> None:
    box = next(one for one in sheet.findChildren(QCheckBox) if one.accessibleName() == "src/id_rsa")
    box.click()


def digest_of(workspace: Workspace, name: str) -> str:
    return workspace.store.resolve(parse_reference(name)).digest


def pack_as(packing: Packing, page: ProjectPage, qtbot: QtBot, name: str) -> None:
    sheet = opened(packing, page, qtbot)
    reference(sheet).setText(name)
    if not button(sheet, "Pack").isEnabled():
        allow_secret(sheet)
    navigator = packing._navigator
    before = len(navigator.notices)  # type: ignore[attr-defined]
    button(sheet, "Pack").click()
    qtbot.waitUntil(lambda: any("Packed" in text for text in navigator.notices[before:]))  # type: ignore[attr-defined]


def test_a_secret_stands_in_the_way_until_it_is_ticked(
    packing: Packing, page: ProjectPage, qtbot: QtBot, workspace: Workspace
) -> None:
    sheet = opened(packing, page, qtbot)
    assert reference(sheet).text() == "churn:v1"
    assert reference(sheet).hasFocus()
    pack = button(sheet, "Pack")
    assert not pack.isEnabled()
    allow_secret(sheet)
    assert pack.isEnabled()
    assert page.allowed_secrets == ("src/id_rsa",), "one tick counts in both places"
    pack.click()
    assert packing.sheet is None
    qtbot.waitUntil(lambda: len(workspace.store.listing().kits) == 1)


def test_or_until_it_is_ignored(packing: Packing, page: ProjectPage, folder: Path, qtbot: QtBot) -> None:
    sheet = opened(packing, page, qtbot)
    button(sheet, "Add all to .kitignore").click()
    qtbot.waitUntil(button(sheet, "Pack").isEnabled)
    assert "**/id_rsa" in page.project.text(Part.IGNORE)
    button(sheet, "Pack").click()
    assert "**/id_rsa" in (folder / ".kitignore").read_text(), "saved first"


def test_what_is_packed_is_said_and_can_be_shown(
    packing: Packing,
    page: ProjectPage,
    qtbot: QtBot,
    workspace: Workspace,
    navigator: RecordingNavigator,
) -> None:
    pack_as(packing, page, qtbot, "team/churn:v7")
    assert navigator.notices[-1] == "Packed team/churn:v7; the reference is on the clipboard."
    assert QGuiApplication.clipboard().text() == "team/churn:v7"
    text, callback = navigator.offers[-1]
    assert text == "Show in library"
    assert callback is not None
    callback()
    assert navigator.places[-1] == ("library", "team/churn:v7")
    assert digest_of(workspace, "team/churn:v7").startswith("sha256:")
    record = workspace.projects.find(page.project.folder)
    assert record is not None
    assert record.last_reference == "team/churn:v7"
    assert reference(opened(packing, page, qtbot)).text() == "team/churn:v8", "the next tag is proposed"


def test_a_tag_that_would_move_is_named(
    packing: Packing, page: ProjectPage, qtbot: QtBot, workspace: Workspace
) -> None:
    pack_as(packing, page, qtbot, "churn:v1")
    digest = digest_of(workspace, "churn:v1").removeprefix("sha256:")[:12]
    sheet = opened(packing, page, qtbot)
    assert not any(digest in label.text() for label in sheet.findChildren(QLabel) if label.isVisible())
    reference(sheet).setText("churn:v1")
    assert any(
        f"v1 (now {digest}) exists already" in label.text()
        for label in sheet.findChildren(QLabel)
        if label.isVisible()
    )


@pytest.mark.parametrize("text", ["", "Upper:v1", "churn:v 1"])
def test_a_reference_that_cannot_be_used_is_refused_with_an_example(
    packing: Packing, page: ProjectPage, qtbot: QtBot, text: str
) -> None:
    sheet = opened(packing, page, qtbot)
    allow_secret(sheet)
    reference(sheet).setText(text)
    assert not button(sheet, "Pack").isEnabled()
    assert "For example: myteam/churn:v1" in reference(sheet).accessibleDescription()
    reference(sheet).setText("churn:v1")
    assert button(sheet, "Pack").isEnabled()


def test_more_tags_compression_and_the_command(
    packing: Packing, page: ProjectPage, qtbot: QtBot, workspace: Workspace, navigator: RecordingNavigator
) -> None:
    sheet = opened(packing, page, qtbot)
    allow_secret(sheet)
    named(sheet, "More tags").setText("latest")  # type: ignore[attr-defined]
    compression = named(sheet, "Compression")
    assert isinstance(compression, QComboBox)
    compression.setCurrentIndex(compression.findData(Compression.ZSTD))
    button(sheet, "Copy as command").click()
    assert QGuiApplication.clipboard().text().endswith("--tag churn:v1,latest --compression zstd")
    assert navigator.notices[-1] == "The command is on the clipboard."
    button(sheet, "Copy the reference when it is packed").click()
    button(sheet, "Pack").click()
    qtbot.waitUntil(lambda: navigator.notices[-1] == "Packed churn:v1.")
    assert digest_of(workspace, "churn:v1") == digest_of(workspace, "churn:latest")
    manifest = workspace.store.listing().kits[0].manifest
    assert all(layer.media_type.endswith("+zstd") for layer in manifest.layers)


def test_the_size_is_exact_before_packing(
    packing: Packing, page: ProjectPage, qtbot: QtBot, workspace: Workspace
) -> None:
    texts = [label.text() for label in opened(packing, page, qtbot).findChildren(QLabel)]
    assert packing.sheet is not None
    packing.sheet.close_sheet()
    pack_as(packing, page, qtbot, "churn:v1")
    total = sum(layer.size for layer in workspace.store.listing().kits[0].manifest.layers)
    assert any(f"({total:,} bytes) before compression" in text for text in texts)


def test_a_kitfile_with_errors_is_not_packed(packing: Packing, page: ProjectPage, qtbot: QtBot) -> None:
    page.text_pane.typed.emit(
        Part.KITFILE, page.project.text(Part.KITFILE).replace("path: src", "path: gone")
    )
    sheet = opened(packing, page, qtbot)
    assert not button(sheet, "Pack").isEnabled()
    assert "A path of the Kitfile is not in the folder" in [
        label.text() for label in sheet.findChildren(QLabel)
    ]


def test_what_others_wrote_meanwhile_is_asked_about_first(
    packing: Packing, page: ProjectPage, folder: Path, qtbot: QtBot
) -> None:
    page.editor.replace_text(Part.KITFILE, page.project.text(Part.KITFILE) + "# mine\n", "edit")
    sheet = opened(packing, page, qtbot)
    allow_secret(sheet)
    (folder / "Kitfile").write_text("# theirs\n")
    button(sheet, "Pack").click()
    qtbot.waitUntil(page.outside.isVisible)
    assert packing.sheet is None
    assert (folder / "Kitfile").read_text() == "# theirs\n"


def test_where_nothing_can_be_saved_the_text_as_edited_is_packed(
    packing: Packing,
    page: ProjectPage,
    folder: Path,
    qtbot: QtBot,
    navigator: RecordingNavigator,
    workspace: Workspace,
) -> None:
    page.editor.replace_text(
        Part.KITFILE, page.project.text(Part.KITFILE).replace("name: churn", "name: edited"), "edit"
    )
    sheet = opened(packing, page, qtbot)
    allow_secret(sheet)
    (folder / "Kitfile").rename(folder / "gone")
    (folder / "Kitfile").mkdir()
    button(sheet, "Pack").click()
    button(sheet, "Pack without saving").click()
    qtbot.waitUntil(lambda: "Packed edited:v1" in navigator.notices[-1])
    assert workspace.store.listing().kits[0].kitfile_name == "edited"


def test_the_author_of_the_settings_is_offered(
    packing: Packing, page: ProjectPage, qtbot: QtBot, workspace: Workspace
) -> None:
    workspace.change_settings(author="DataLab")
    page.editor.replace_text(
        Part.KITFILE, page.project.text(Part.KITFILE).replace("  authors: [MLTeam]\n", ""), "edit"
    )
    sheet = opened(packing, page, qtbot)
    offer = button(sheet, "Name DataLab as the author")
    assert offer.isVisible()
    offer.click()
    assert page.project.document.value(("package", "authors")) == ("DataLab",)
    qtbot.waitUntil(lambda: not offer.isVisible())


def test_links_are_packed_when_asked(
    packing: Packing, page: ProjectPage, folder: Path, qtbot: QtBot, workspace: Workspace
) -> None:
    (folder / "src" / "link.py").symlink_to("run.py")
    sheet = opened(packing, page, qtbot)
    box = button(sheet, "Pack 1 link as what they point to")
    box.click()
    qtbot.waitUntil(lambda: sheet.facts is not None)
    assert sheet.facts is not None
    assert sheet.facts.prepared is not None
    assert [link.path for link in sheet.facts.prepared.plan.followed] == ["src/link.py"]


def test_escape_closes_the_sheet_and_gives_the_focus_back(
    packing: Packing, page: ProjectPage, qtbot: QtBot
) -> None:
    name = next(one for one in page.findChildren(QLineEdit) if one.accessibleName() == "Package name")
    name.setFocus()
    sheet = opened(packing, page, qtbot)
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert packing.sheet is None
    assert name.hasFocus()
    assert isinstance(
        next(b for b in page.header.findChildren(QPushButton) if b.text() == "Pack…"), QPushButton
    )
