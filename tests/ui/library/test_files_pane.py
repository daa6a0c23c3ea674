"""Files that are in no layer of a kit: the same tree, filter, ticks, sums and preview as those of a kit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QProgressBar
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.background import Background
from kitops_desktop.ui.library.file_columns import note_column
from kitops_desktop.ui.library.file_tree import FileNode, FileTree, PlainFile
from kitops_desktop.ui.library.file_tree_model import FileColumn, FileTreeModel
from kitops_desktop.ui.library.files_pane import FilesPane, PaneExtras, PaneWords
from kitops_desktop.ui.library.preview_request import PreviewRequest, of_local_file
from kitops_desktop.ui.theme import Theme

HINT = "Tick files or folders to download only those"
WORDS = PaneWords("Download ticked…", HINT, "Will not be downloaded", "download", "Choose a file to see it.")
STORED = note_column("Stored")
FILES = (
    PlainFile("README.md", 1_000, note="Git"),
    PlainFile("model/a.safetensors", 3_000_000, note="Git LFS"),
    PlainFile("model/b.safetensors", 1_000_000, note="Git LFS"),
    PlainFile("model/config.json", 500, note="Git"),
    PlainFile("onnx/model.onnx", 2_000_000, note="Git LFS"),
)


class Folder:
    """Makes the requests for the files of a folder, and writes down of which it was asked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.asked: list[str] = []
        self.withheld: set[str] = set()

    def request_of(self, node: FileNode) -> PreviewRequest | None:
        self.asked.append(node.path)
        return None if node.path in self.withheld else of_local_file(self.path, node.path)


@pytest.fixture
def background() -> Iterator[Background]:
    made = Background()
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "model").mkdir()
    (tmp_path / "README.md").write_text("# Read me\n")
    (tmp_path / "model" / "config.json").write_text('{"layers": 2}\n')
    return Folder(tmp_path)


@pytest.fixture
def pane(qtbot: QtBot, background: Background, folder: Folder, theme: Theme) -> FilesPane:
    made = FilesPane(background, WORDS, folder.request_of, (STORED,))
    show(qtbot, made)
    show_files(qtbot, made, *FILES)
    return made


def show(qtbot: QtBot, pane: FilesPane) -> None:
    qtbot.addWidget(pane)
    pane.resize(1100, 700)
    pane.show()


def show_files(qtbot: QtBot, pane: FilesPane, *files: PlainFile) -> None:
    with qtbot.waitSignal(pane.feed.ended):
        pane.show_files(files)
    qtbot.waitUntil(lambda: not pane.busy)


def rows(model: FileTreeModel, parent: QModelIndex | None = None) -> list[tuple[str, ...]]:
    """What every row says, in the order of the view."""
    parent, found = parent or QModelIndex(), []
    for row in range(model.rowCount(parent)):
        first = model.index(row, 0, parent)
        found.append(tuple(first.siblingAtColumn(column).data() for column in range(model.columnCount())))
        found += rows(model, first)
    return found


def index(pane: FilesPane, path: str) -> QModelIndex:
    return pane.model.index_of(next(node for node in pane.model.tree.nodes if node.path == path))


def tick(pane: FilesPane, *paths: str) -> None:
    for path in paths:
        pane.model.setData(index(pane, path), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)


def said(pane: FilesPane) -> set[str]:
    return {one.text() for one in pane.findChildren(QLabel) if one.isVisibleTo(pane)}


def button(pane: FilesPane, text: str) -> QAbstractButton:
    return next(one for one in pane.findChildren(QAbstractButton) if one.text() == text)


def list_anew(qtbot: QtBot, pane: FilesPane, *files: PlainFile) -> None:
    left = iter([files])
    with qtbot.waitSignal(pane.feed.ended):
        pane.empty()
        pane.feed.start(lambda limit: next(left, None), pane.model.add_files)
    qtbot.waitUntil(lambda: not pane.busy)


def test_what_was_chosen_is_so_again_when_the_files_are_listed_anew(qtbot: QtBot, pane: FilesPane) -> None:
    many = [PlainFile(f"data/{number:03}.csv", 10) for number in range(150)]
    show_files(qtbot, pane, *FILES, *many)
    pane.tree.expand(index(pane, "model"))
    pane.tree.expand(index(pane, "data"))
    tick(pane, "model/b.safetensors", "onnx")
    pane.model.show_more(pane.model.node(index(pane, "data")))
    pane.tree.setCurrentIndex(index(pane, "data/140.csv"))
    scrolled = pane.tree.verticalScrollBar().value()
    assert scrolled > 0
    list_anew(qtbot, pane, *reversed(many), PlainFile("new.txt", 1), *FILES)
    assert set(pane.ticked_paths()) == {"model/b.safetensors", "onnx/"}
    assert set(pane.tree.opened()) >= {"model", "data"}
    assert pane.model.node(pane.tree.currentIndex()).path == "data/140.csv"
    assert pane.tree.verticalScrollBar().value() == scrolled
    assert "2 files ticked, 2.9 MiB of 5.7 MiB" in said(pane)


def test_listed_anew_under_a_filter_what_it_hides_stays_ticked(qtbot: QtBot, pane: FilesPane) -> None:
    tick(pane, "README.md", "model/config.json")
    pane.search.setText("config")
    qtbot.waitUntil(lambda: pane.model.rows.query.is_given)
    list_anew(qtbot, pane, *FILES)
    assert [row[0] for row in rows(pane.model)] == ["model", "config.json"]
    assert pane.search.text() == "config"
    assert set(pane.ticked_paths()) == {"README.md", "model/config.json"}


def test_what_is_chosen_meanwhile_stays_chosen(qtbot: QtBot, pane: FilesPane) -> None:
    pane.tree.setCurrentIndex(index(pane, "README.md"))
    waiting = [FILES, ()]
    pane.empty()
    pane.feed.start(lambda limit: waiting.pop(0) if len(waiting) > 1 else waiting[0], pane.model.add_files)
    qtbot.waitUntil(lambda: pane.model.tree.root.files == len(FILES))
    pane.tree.setCurrentIndex(index(pane, "onnx"))
    with qtbot.waitSignal(pane.feed.ended):
        waiting[0] = None
    qtbot.waitUntil(lambda: not pane.busy)
    assert pane.model.node(pane.tree.currentIndex()).path == "onnx"


def test_a_file_of_no_layer_is_a_node_without_an_entry() -> None:
    tree = FileTree()
    node = tree.add_file(PlainFile("model/a.bin", 7, "its name is a device", "Git"))
    assert (node.path, node.size, node.unsafe, node.note) == (
        "model/a.bin",
        7,
        "its name is a device",
        "Git",
    )
    assert node.blob is None
    assert node.entry is None
    assert (tree.root.size, tree.root.files) == (7, 1)


def test_the_model_follows_the_rules_of_qt_with_columns_of_ones_own(qtmodeltester: ModelTester) -> None:
    model = FileTreeModel(columns=(STORED,))
    qtmodeltester.check(model)
    model.add_files(FILES[:2])
    model.sort(len(FileColumn), Qt.SortOrder.DescendingOrder)
    model.add_files(FILES[2:])
    model.set_filter("onnx")
    assert [row[0] for row in rows(model)] == ["onnx", "model.onnx"]


def test_the_tree_says_name_size_and_what_else_is_wanted(pane: FilesPane) -> None:
    headers = [
        pane.model.headerData(column, Qt.Orientation.Horizontal) for column in range(pane.model.columnCount())
    ]
    assert headers == ["Name", "Size", "Stored"]
    assert rows(pane.model) == [
        ("model", "3.8 MiB", ""),
        ("a.safetensors", "2.9 MiB", "Git LFS"),
        ("b.safetensors", "977 KiB", "Git LFS"),
        ("config.json", "500 bytes", "Git"),
        ("onnx", "1.9 MiB", ""),
        ("model.onnx", "1.9 MiB", "Git LFS"),
        ("README.md", "1000 bytes", "Git"),
    ]
    pane.tree.sortByColumn(len(FileColumn), Qt.SortOrder.AscendingOrder)
    assert [row[0] for row in rows(pane.model)][:4] == [
        "model",
        "config.json",
        "a.safetensors",
        "b.safetensors",
    ]


def test_in_a_narrow_tree_the_further_column_gives_way_to_names(qtbot: QtBot, pane: FilesPane) -> None:
    assert not pane.tree.isColumnHidden(len(FileColumn))
    pane.resize(380, 700)
    qtbot.waitUntil(lambda: pane.tree.isColumnHidden(len(FileColumn)))
    assert not pane.tree.isColumnHidden(FileColumn.SIZE)


def test_only_files_with_notes_to_show_have_a_further_column(
    qtbot: QtBot, background: Background, folder: Folder
) -> None:
    pane = FilesPane(background, WORDS, folder.request_of)
    show(qtbot, pane)
    show_files(qtbot, pane, *FILES)
    assert rows(pane.model)[-1] == ("README.md", "1000 bytes")


def test_the_filter_opens_what_it_found_and_closes_it_again(qtbot: QtBot, pane: FilesPane) -> None:
    pane.tree.expand(index(pane, "onnx"))
    pane.search.setText("config")
    qtbot.waitUntil(lambda: [row[0] for row in rows(pane.model)] == ["model", "config.json"])
    assert pane.tree.isExpanded(index(pane, "model"))
    pane.search.clear()
    qtbot.waitUntil(lambda: len(rows(pane.model)) == 7)
    assert pane.tree.isExpanded(index(pane, "onnx"))
    assert not pane.tree.isExpanded(index(pane, "model"))


def test_what_is_ticked_is_said_and_can_be_acted_on(qtbot: QtBot, pane: FilesPane) -> None:
    action, untick = button(pane, "Download ticked…"), button(pane, "Untick all")
    assert HINT in said(pane)
    assert not action.isEnabled()
    tick(pane, "model", "README.md")
    assert "4 files ticked, 3.8 MiB of 5.7 MiB" in said(pane)
    assert sorted(pane.ticked_paths()) == ["README.md", "model/"]
    assert sorted(pane.ticked_globs()) == ["README.md", "model"]
    with qtbot.waitSignal(pane.action_wanted):
        action.click()
    with qtbot.waitSignal(pane.ticks_changed):
        untick.click()
    assert pane.ticked_paths() == ()
    assert HINT in said(pane)
    assert not action.isEnabled()


def test_bytes_are_told_by_kind_of_file(pane: FilesPane) -> None:
    assert pane.status == "5 files, 5.7 MiB"
    assert [(part.name, part.amount, part.detail) for part in pane.kinds.parts] == [
        ("safetensors", 4_000_000, "2 files"),
        ("ONNX", 2_000_000, "1 file"),
        ("Text and configuration", 1_500, "2 files"),
    ]


def test_the_current_file_is_looked_into(qtbot: QtBot, pane: FilesPane, folder: Folder) -> None:
    assert "Choose a file to see it." in said(pane)
    with qtbot.waitSignal(pane.preview.shown):
        pane.tree.setCurrentIndex(index(pane, "README.md"))
    assert pane.preview.tabs.text.toPlainText() == "# Read me\n"
    pane.tree.setCurrentIndex(index(pane, "model"))
    with qtbot.waitSignal(pane.preview.shown):
        pane.tree.setCurrentIndex(index(pane, "model/config.json"))
    assert folder.asked == ["README.md", "model/config.json"], "a folder has no preview"
    assert "layers" in pane.preview.tabs.text.toPlainText()


def test_without_a_request_what_was_shown_stays(qtbot: QtBot, pane: FilesPane, folder: Folder) -> None:
    folder.withheld.add("onnx/model.onnx")
    with qtbot.waitSignal(pane.preview.shown):
        pane.tree.setCurrentIndex(index(pane, "README.md"))
    pane.tree.setCurrentIndex(index(pane, "onnx/model.onnx"))
    assert folder.asked == ["README.md", "onnx/model.onnx"]
    assert pane.preview.request is not None
    assert pane.preview.request.name == "README.md"


def test_a_file_with_an_unsafe_name_says_why_it_is_left_out(qtbot: QtBot, pane: FilesPane) -> None:
    show_files(qtbot, pane, PlainFile("con.txt", 1, "Windows keeps this name for itself"), FILES[0])
    tip = index(pane, "con.txt").data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "con.txt\nWill not be downloaded: Windows keeps this name for itself"
    icons = [index(pane, path).data(Qt.ItemDataRole.DecorationRole) for path in ("con.txt", "README.md")]
    assert icons[0].cacheKey() != icons[1].cacheKey()


def test_other_files_take_the_place_of_those_that_were_shown(qtbot: QtBot, pane: FilesPane) -> None:
    tick(pane, "README.md")
    pane.search.setText("readme")
    qtbot.waitUntil(lambda: len(rows(pane.model)) == 1)
    with qtbot.waitSignal(pane.preview.shown):
        pane.tree.setCurrentIndex(index(pane, "README.md"))
    pane.say("Not all of them", "warning")
    assert pane.status_kind == "warning"
    pane.show_files(PlainFile(f"data/{number}.csv", 1) for number in range(3_000))
    show_files(qtbot, pane, PlainFile("data/one.csv", 5), PlainFile("data/two.csv", 5))
    assert [row[0] for row in rows(pane.model)] == ["data", "one.csv", "two.csv"]
    assert pane.tree.isExpanded(index(pane, "data")), "the only folder is open at once"
    assert pane.ticked_paths() == ()
    assert {"Choose a file to see it.", HINT} <= said(pane)
    assert (pane.status, pane.status_kind) == ("2 files, 10 bytes", "muted")


def test_files_may_come_later(qtbot: QtBot, pane: FilesPane) -> None:
    arrived: list[PlainFile] = []
    ended = False

    def more(limit: int) -> list[PlainFile] | None:
        found = [arrived.pop() for _ in range(min(limit, len(arrived)))]
        return None if ended and not found else found

    pane.clear()
    with qtbot.waitSignal(pane.feed.taken):
        pane.feed.start(more, pane.model.add_files)
    assert pane.busy
    assert rows(pane.model) == []
    arrived.append(FILES[0])
    qtbot.waitUntil(lambda: pane.status == "1 file, 1000 bytes")
    assert pane.feed.running
    arrived.append(FILES[1])
    with qtbot.waitSignal(pane.feed.ended):
        ended = True
    assert not pane.feed.running
    assert pane.model.tree.root.files == 2


def test_who_uses_it_puts_widgets_of_its_own_into_it(
    qtbot: QtBot, background: Background, folder: Folder
) -> None:
    branch, progress, note = QLabel("main"), QProgressBar(), QLabel("Nothing is read yet")
    extras = PaneExtras((branch,), (progress,), (note,))
    pane = FilesPane(background, WORDS, folder.request_of, (STORED,), extras)
    show(qtbot, pane)
    show_files(qtbot, pane, *FILES)
    left, right = branch.geometry(), progress.geometry()
    assert pane.search.geometry().right() < left.left() < right.left()
    assert left.center().y() == pytest.approx(right.center().y(), abs=2)
    assert left.bottom() < note.geometry().top() < pane.kinds.geometry().top()


def test_in_a_low_window_all_gives_way_to_the_rows(qtbot: QtBot, pane: FilesPane) -> None:
    row = index(pane, "README.md")
    high = pane.tree.visualRect(row).height()
    with qtbot.waitSignal(pane.dense_changed, check_params_cb=lambda dense: bool(dense)):
        pane.resize(1100, 420)
    qtbot.waitUntil(lambda: pane.tree.visualRect(row).height() < high)
    with qtbot.waitSignal(pane.dense_changed, check_params_cb=lambda dense: not dense):
        pane.resize(1100, 700)
    qtbot.waitUntil(lambda: pane.tree.visualRect(row).height() == high)
