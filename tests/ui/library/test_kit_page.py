"""The page of one kit, from a store that kit wrote."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.background import Background
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.ui.library.card_frame import CardFrame
from kitops_desktop.ui.library.kit_page import KitPage
from kitops_desktop.ui.library.kit_source import StoredKitSource
from kitops_desktop.ui.library.readme_view import ReadmeView
from kitops_desktop.ui.library.text_view import MOST_SHOWN, TextView
from kitops_desktop.ui.widgets.error_panel import ErrorPanel

GoldenStore = Callable[..., Path]
ALL = "reg.example.com/team/all:v1"


@pytest.fixture
def background() -> Iterator[Background]:
    background = Background()
    yield background
    background.close()


@pytest.fixture
def page(qtbot: QtBot, background: Background) -> KitPage:
    page = KitPage(background, None)
    qtbot.addWidget(page)
    page.show()
    return page


def button(page: KitPage, text: str) -> QPushButton:
    return next(found for found in page.findChildren(QPushButton) if found.text() == text)


def source(home: Path, reference: str) -> StoredKitSource:
    return StoredKitSource(lambda: LocalStore(home), parse_reference(reference))


def show(qtbot: QtBot, page: KitPage, home: Path, reference: str = ALL) -> None:
    with qtbot.waitSignal(page.shown):
        page.show_source(source(home, reference))
    qtbot.waitUntil(lambda: not page.files.listing)


def test_the_overview_has_a_card_for_each_entry(
    qtbot: QtBot, page: KitPage, golden_store: GoldenStore
) -> None:
    show(qtbot, page, golden_store("01-all-sections"))
    assert page.loaded is not None
    names = {card.accessibleName() for card in page.overview.findChildren(CardFrame)}
    assert any(name.startswith("Model: ") for name in names)
    assert len(names) >= 1 + len(page.loaded.kit.layers)


def test_the_files_are_those_of_the_layers(
    qtbot: QtBot, page: KitPage, golden_store: GoldenStore, golden: Path
) -> None:
    show(qtbot, page, golden_store("01-all-sections"))
    expected = json.loads((golden / "01-all-sections" / "expected.json").read_text())
    layers = expected["modelkits"][0]["layers"]
    sizes = {
        entry["name"]: entry["size"]
        for layer in layers
        for entry in layer["entries_in_archive_order"]
        if entry["type"] != "dir"
    }
    nodes = page.files.model.tree.nodes[1:]
    assert {node.path: node.size for node in nodes if not node.is_dir} == sizes
    assert page.files.model.tree.root.size == sum(sizes.values())


def test_the_kitfile_reads_back_as_the_one_that_was_packed(
    qtbot: QtBot, page: KitPage, golden_store: GoldenStore, tmp_path: Path
) -> None:
    show(qtbot, page, golden_store("01-all-sections"))
    assert page.loaded is not None
    target = tmp_path / "Kitfile"
    with qtbot.waitSignal(page.kitfile.saved):
        page.kitfile.save(target)
    read = read_kitfile(target.read_text())
    assert read.package == page.loaded.kit.kitfile.package
    assert [entry.path for entry in read.code] == [entry.path for entry in page.loaded.kit.kitfile.code]


def test_a_kitfile_that_cannot_be_saved_is_an_error_with_its_path(
    qtbot: QtBot, page: KitPage, golden_store: GoldenStore, tmp_path: Path
) -> None:
    show(qtbot, page, golden_store("01-all-sections"))
    with qtbot.waitSignal(page.kitfile.failed) as failed:
        page.kitfile.save(tmp_path / "missing" / "Kitfile")
    assert failed.args is not None
    assert failed.args[0].path == tmp_path / "missing" / "Kitfile"


def test_the_manifest_is_shown_byte_for_byte(qtbot: QtBot, page: KitPage, golden_store: GoldenStore) -> None:
    show(qtbot, page, golden_store("01-all-sections"))
    assert page.loaded is not None
    kit = page.loaded.kit
    assert json.loads(page.manifest.text.toPlainText()) == json.loads(kit.manifest_bytes)
    page.manifest.show_raw(True)
    assert page.manifest.text.toPlainText().encode() == kit.manifest_bytes
    page.manifest.show_document(1)
    assert page.manifest.text.toPlainText().encode() == kit.config_bytes


def test_a_very_long_document_is_shown_in_part_and_copied_as_a_whole(qtbot: QtBot) -> None:
    view = TextView("Manifest")
    qtbot.addWidget(view)
    view.show()
    view.add_copy_button()
    text = "x" * (MOST_SHOWN + 5)
    view.show_text(text)
    assert len(view.text.toPlainText()) == MOST_SHOWN
    said = [label.text() for label in view.findChildren(QLabel) if label.isVisible()]
    assert len(said) == 1
    assert f"{MOST_SHOWN:,} of {len(text):,} characters" in said[0]
    copy = view.findChild(QPushButton)
    assert copy is not None
    copy.click()
    assert QGuiApplication.clipboard().text() == text
    view.show_text("short")
    assert not [label for label in view.findChildren(QLabel) if label.isVisible()]


def test_the_tag_switch_has_the_tags_of_the_repository(
    qtbot: QtBot, page: KitPage, golden_store: GoldenStore
) -> None:
    show(qtbot, page, golden_store("06-tags-shared"), "team/shared:v1")
    switch = page.header.findChild(QComboBox)
    assert switch is not None
    tags = [switch.itemText(row) for row in range(switch.count())]
    assert tags == ["prod", "stable", "tmp", "v1", "v2"]
    assert switch.currentText() == "v1"
    with qtbot.waitSignal(page.switched) as switched:
        switch.setFocus()
        qtbot.keyClick(switch, Qt.Key.Key_Down)
    assert switched.args is not None
    assert switched.args[0].reference.tag == "v2"


def test_a_kit_that_is_not_there_says_so_and_can_be_tried_again(
    qtbot: QtBot, page: KitPage, golden_store: GoldenStore
) -> None:
    home = golden_store("06-tags-shared")
    page.show_source(source(home, "team/shared:v9"))
    qtbot.waitUntil(lambda: page.findChild(ErrorPanel) is not None)
    panel = page.findChild(ErrorPanel)
    assert panel is not None
    assert "team/shared:v9" in " ".join(label.text() for label in panel.findChildren(QLabel))
    LocalStore(home).tag(parse_reference("team/shared:v1"), parse_reference("team/shared:v9"))
    with qtbot.waitSignal(page.shown):
        button(page, "Try again").click()


def test_a_missing_layer_is_told_on_the_files_tab_and_the_rest_is_shown(
    qtbot: QtBot, page: KitPage, golden_store: GoldenStore
) -> None:
    home = golden_store("01-all-sections")
    store = LocalStore(home)
    manifest = store.listing().kits[0].manifest
    store.blob_path(manifest.layers[-1].digest).unlink()
    show(qtbot, page, home)
    assert page.files.model.tree.root.files > 0
    assert page.files.status_kind == "danger"


def test_ticking_offers_to_unpack_just_that(qtbot: QtBot, page: KitPage, golden_store: GoldenStore) -> None:
    show(qtbot, page, golden_store("01-all-sections"))
    model = page.files.model
    index = next(
        model.index(row, 0) for row in range(model.rowCount()) if model.node(model.index(row, 0)).is_dir
    )
    model.setData(index, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert page.files.ticked_globs() == (model.node(index).path,)


@pytest.mark.parametrize(
    "text",
    ["![x](file:///etc/hostname.png)", "![x](http://127.0.0.1:9/x.png)", '<img src="file:///etc/x.png">'],
)
def test_a_readme_loads_nothing(qtbot: QtBot, text: str) -> None:
    view = ReadmeView()
    qtbot.addWidget(view)
    view.show_readme(text)
    url = QUrl("file:///etc/hostname.png")
    picture = view.loadResource(QTextDocument.ResourceType.ImageResource, url)
    assert (picture.width(), picture.height()) == (1, 1)
    assert view.loadResource(QTextDocument.ResourceType.StyleSheetResource, url) == ""


def test_markup_in_a_readme_is_text(qtbot: QtBot) -> None:
    view = ReadmeView()
    qtbot.addWidget(view)
    view.show_readme("# Title\n\n<b onclick='x'>bold</b> and **strong**")
    assert view.toPlainText() == "Title\n<b onclick='x'>bold</b> and strong"


def test_folders_are_open_again_after_a_search(
    qtbot: QtBot, page: KitPage, golden_store: GoldenStore
) -> None:
    show(qtbot, page, golden_store("01-all-sections"))
    tree, model = page.files.tree, page.files.model
    root = model.tree.root
    files = (node for node in model.tree.nodes if node.parent is not None and not node.is_dir)
    file = next(node for node in files if node.parent is not None and node.parent.parent is root)
    folder = file.parent
    assert folder is not None
    tree.expand(model.index_of(folder))
    page.files.search.setText(file.name)
    qtbot.waitUntil(lambda: model.rows.query.is_given)
    assert tree.isExpanded(model.index_of(folder))
    tree.collapse(model.index_of(folder))
    page.files.search.clear()
    qtbot.waitUntil(lambda: not model.rows.query.is_given)
    assert tree.isExpanded(model.index_of(folder))


def test_names_out_of_a_kit_are_never_markup(qtbot: QtBot, page: KitPage, golden_store: GoldenStore) -> None:
    show(qtbot, page, golden_store("01-all-sections"))
    labels = page.findChildren(QLabel)
    assert labels
    assert all(
        label.textFormat() == Qt.TextFormat.PlainText
        for label in labels
        if label.text() and not label.buddy()
    )


def test_copying_the_digest(qtbot: QtBot, page: KitPage, golden_store: GoldenStore) -> None:
    show(qtbot, page, golden_store("01-all-sections"))
    button(page, "Copy digest").click()
    assert page.loaded is not None
    assert QGuiApplication.clipboard().text() == page.loaded.kit.descriptor.digest


def test_space_ticks_the_current_file(qtbot: QtBot, page: KitPage, golden_store: GoldenStore) -> None:
    show(qtbot, page, golden_store("01-all-sections"))
    page.tabs.setCurrentWidget(page.files)
    tree = page.files.tree
    tree.setFocus()
    tree.setCurrentIndex(page.files.model.index(0, 0))
    qtbot.keyClick(tree, Qt.Key.Key_Space)
    assert page.files.ticked_globs()
    qtbot.keyClick(tree, Qt.Key.Key_Space)
    assert page.files.ticked_globs() == ()


def test_a_second_kit_takes_the_place_of_the_first_while_that_is_listed(
    qtbot: QtBot, page: KitPage, golden_store: GoldenStore
) -> None:
    home = golden_store("06-tags-shared")
    page.show_source(source(home, "team/shared:v1"))
    show(qtbot, page, home, "team/shared:v2")
    assert page.loaded is not None
    expected = LocalStore(home).resolve(parse_reference("team/shared:v2")).digest
    assert page.loaded.kit.descriptor.digest == expected
    paths = [node.path for node in page.files.model.tree.nodes]
    assert len(paths) == len(set(paths))
