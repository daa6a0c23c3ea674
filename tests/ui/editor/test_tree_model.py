"""The tree of the folder as a model: by Qt's own tester, and by what views show of it."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from kitops_desktop.classification.file_look import look_at
from kitops_desktop.classification.folder_lister import Batch, FolderLister
from kitops_desktop.classification.folder_tree import FILE, Listing
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.modelkit.destination import Destinations
from kitops_desktop.modelkit.tree_filter import Wanted, find_entries
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.editor.dragged import dragged_files, dragged_paths
from kitops_desktop.ui.editor.tree_cells import Column
from kitops_desktop.ui.editor.tree_model import BATCH, TreeModel, topmost
from kitops_desktop.ui.editor.tree_order import SortBy, sorted_numbers

Made = Callable[[Path], TreeModel]


@pytest.fixture(autouse=True)
def gui(qtbot: QtBot) -> None:
    """Icons and colours need an application."""


def batches(folder: Path, paths: tuple[str, ...] = ("",), known: frozenset[str] = frozenset()) -> list[Batch]:
    found: list[Batch] = []
    ended = threading.Event()

    def take(batch: Batch) -> None:
        found.append(batch)
        if batch.ended:
            ended.set()

    FolderLister(folder, take).start(paths, known)
    assert ended.wait(20)
    return found


def fill(model: TreeModel, *paths: str) -> None:
    """List the folder, or these folders of it anew."""
    known = frozenset(model.tree.listings) if paths else frozenset()
    for batch in batches(model.folder, paths or ("",), known):
        for listing in batch.listings:
            model.take(listing)


@pytest.fixture
def model(folder: Path) -> TreeModel:
    made = TreeModel(folder)
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    tester.setUseFetchMore(False)  # it would fetch in the midst of a reset, and call that wrong
    fill(made)
    return made


def texts(model: TreeModel, parent: QModelIndex | None = None, column: int = Column.NAME) -> list[str]:
    parent = parent or QModelIndex()
    while model.canFetchMore(parent):
        model.fetchMore(parent)
    return [model.index(row, column, parent).data() for row in range(model.rowCount(parent))]


def text(model: TreeModel, path: str, column: Column) -> str:
    found = model.index_of(path).siblingAtColumn(column).data()
    assert isinstance(found, str)
    return found


def test_folders_first_then_files_by_name(model: TreeModel) -> None:
    assert texts(model) == ["data", "src", ".kitignore", "Kitfile", "model.safetensors", "notes.log"]
    assert texts(model, model.index_of("src")) == ["__pycache__", "id_rsa", "run.py"]
    assert text(model, "data", Column.SIZE) == "8 bytes"
    assert text(model, "data/train.csv", Column.KIND) == "CSV"
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)  # fetches all


def test_says_where_each_path_goes_or_why_not(model: TreeModel) -> None:
    kitfile = read_kitfile("model: {path: model.safetensors}\ndatasets: [{path: data}]")
    model.show_destinations(Destinations.of_kitfile(kitfile, IgnoreRules.parse("**/*.log\n")))
    assert text(model, "model.safetensors", Column.GOES_TO) == "Model"
    assert text(model, "data/train.csv", Column.GOES_TO) == "Dataset: data"
    assert text(model, "notes.log", Column.GOES_TO) == "Ignored: **/*.log"
    assert text(model, "src", Column.GOES_TO) == "In no entry"
    about = model.index_of("notes.log").data(Qt.ItemDataRole.AccessibleTextRole)
    assert about == "notes.log, Log, 1 byte, Ignored by **/*.log"
    model.show_destinations(Destinations.of_kitfile(read_kitfile("code: [{path: .}]"), IgnoreRules()))
    assert text(model, "data/train.csv", Column.GOES_TO) == "Code"


def test_bytes_say_more_than_the_name(model: TreeModel, folder: Path) -> None:
    (folder / "data" / "table.bin").write_bytes((folder / "data" / "train.csv").read_bytes())
    fill(model, "data")
    assert text(model, "model.safetensors", Column.KIND) == "safetensors"
    model.cells.take_look(look_at(folder, "model.safetensors"))
    about = model.index_of("model.safetensors").data(Qt.ItemDataRole.ToolTipRole)
    assert look_at(folder, "model.safetensors").problem in about


def test_odd_names_links_and_what_cannot_be_read_are_shown_as_what_they_are(folder: Path) -> None:
    (folder / "caf\udce9\n").write_text("1")
    (folder / "round").symlink_to(".")
    model = TreeModel(folder)
    fill(model)
    names = texts(model)
    assert "caf\\xe9\\n" in names
    assert "round → ." in names
    assert text(model, "round", Column.KIND) == "Link"
    model.take(Listing("data", error="permission denied"))
    assert "permission denied" in model.index_of("data").data(Qt.ItemDataRole.ToolTipRole)


def test_many_rows_come_in_batches(tmp_path: Path) -> None:
    names = [f"{number:05}" for number in range(BATCH + 20)]
    listing = Listing("", names, bytearray([FILE] * len(names)), array("q", range(len(names))))
    listing.order = array("I", range(len(names)))
    model = TreeModel(tmp_path)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    tester.setUseFetchMore(False)
    model.take(listing)
    assert model.rowCount() == BATCH
    assert model.canFetchMore(QModelIndex())
    assert model.index_of(names[-1]).row() == BATCH + 19
    assert not model.canFetchMore(QModelIndex())


@pytest.mark.parametrize(
    ("column", "order", "wanted"),
    [
        (Column.NAME, "Descending", "src data notes.log model.safetensors Kitfile .kitignore"),
        (Column.SIZE, "Ascending", "src data notes.log .kitignore Kitfile model.safetensors"),
        (Column.SIZE, "Descending", "data src model.safetensors Kitfile .kitignore notes.log"),
        (Column.KIND, "Ascending", "data src .kitignore Kitfile notes.log model.safetensors"),
    ],
)
def test_sorts_and_keeps_what_is_opened(model: TreeModel, column: Column, order: str, wanted: str) -> None:
    kept = QPersistentModelIndex(model.index_of("data/train.csv"))
    model.sort(column, Qt.SortOrder[f"{order}Order"])
    assert texts(model) == wanted.split()
    assert model.path(kept) == "data/train.csv"
    model.sort(Column.NAME)
    assert texts(model)[0] == "data"
    assert model.path(kept) == "data/train.csv"


def test_a_long_folder_is_sorted_elsewhere(tmp_path: Path, qtbot: QtBot) -> None:
    names = [f"{number:05}" for number in range(12_000)]
    listing = Listing("", names, bytearray([FILE] * len(names)), array("q", range(len(names))))
    listing.order = array("I", range(len(names)))
    model = TreeModel(tmp_path)
    model.take(listing)
    with qtbot.waitSignal(model.order_wanted) as asked:
        model.sort(Column.SIZE, Qt.SortOrder.DescendingOrder)
    assert model.index(0, 0).data() == "00000", "as it was, until it is sorted"
    by = SortBy(Column.SIZE, descending=True)
    model.show_order(asked.args[0], by, sorted_numbers(model.tree, listing, model.numbers(""), by))
    assert model.index(0, 0).data() == "11999"


def test_what_changed_is_shown_and_the_rest_stays(model: TreeModel, folder: Path) -> None:
    kept = QPersistentModelIndex(model.index_of("src/run.py"))
    gone = QPersistentModelIndex(model.index_of("data/train.csv"))
    (folder / "data" / "train.csv").unlink()
    (folder / "data" / "more").mkdir()
    (folder / "data" / "more" / "new.csv").write_text("12345")
    (folder / "a-first.txt").write_text("x")
    fill(model, "", "data")
    assert texts(model)[2] == ".kitignore"
    assert "a-first.txt" in texts(model)
    assert texts(model, model.index_of("data")) == ["more", "test.csv"]
    assert model.path(kept) == "src/run.py"
    assert not gone.isValid()
    assert text(model, "data", Column.SIZE) == "9 bytes"


def test_only_what_was_found_is_shown_then_all_again(model: TreeModel, folder: Path) -> None:
    found = find_entries(model.tree.listings, Wanted("csv"), None, CancelToken())
    model.show_found(found)
    assert texts(model) == ["data"]
    assert texts(model, model.index_of("data")) == ["test.csv", "train.csv"]
    (folder / "data" / "a.txt").write_text("x")
    fill(model, "data")
    assert texts(model, model.index_of("data")) == ["test.csv", "train.csv"], "by name, not by number"
    model.show_found(None)
    assert "a.txt" in texts(model, model.index_of("data"))


def test_an_opened_folder_that_goes_takes_its_rows_along(model: TreeModel, folder: Path) -> None:
    inside = QPersistentModelIndex(model.index_of("src/__pycache__/run.pyc"))
    for path in ("src/__pycache__/run.pyc", "src/id_rsa", "src/run.py"):
        (folder / path).unlink()
    (folder / "src" / "__pycache__").rmdir()
    (folder / "src").rmdir()
    fill(model, "")
    assert texts(model)[0:2] == ["data", ".kitignore"]
    assert not inside.isValid()
    assert not model.index_of("src").isValid()


@pytest.mark.parametrize("name", ["train.csv", "caf\udce9.csv", "two\nlines", "a %41#?.csv"])
def test_dragged_rows_are_paths_here_and_files_elsewhere(name: str, folder: Path) -> None:
    (folder / "data" / name).write_text("x")
    model = TreeModel(folder)
    fill(model)
    mime = model.mimeData([model.index_of(f"data/{name}")])
    assert dragged_paths(mime, folder) == (f"data/{name}",)
    assert dragged_files(mime) == (folder / "data" / name,)
    assert dragged_paths(mime, folder.parent) == ()
    assert model.supportedDragActions() == Qt.DropAction.CopyAction


def test_a_folder_stands_for_what_is_dragged_out_of_it() -> None:
    assert topmost(["a/b", "a", "ab/c", "a/b/c", "ab/c"]) == ("a", "ab/c")
