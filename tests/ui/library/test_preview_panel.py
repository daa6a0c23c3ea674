"""The panel beside the files: what it shows of each kind, and what it leaves alone."""

from __future__ import annotations

import json
import pickle
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from kitops_desktop.errors import RangesUnsupported, ReadingNotAgreed, RegistryUnreachable
from kitops_desktop.formats.source import Bytes, MemoryBytes
from kitops_desktop.jobs.background import Background
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.preview.file_index import TensorSummary
from kitops_desktop.preview.index_claim import IndexClaim
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.library.kit_page import KitPage
from kitops_desktop.ui.library.kit_source import StoredKitSource
from kitops_desktop.ui.library.preview_look import PreviewLook
from kitops_desktop.ui.library.preview_panel import PreviewPanel
from kitops_desktop.ui.library.preview_request import Passage, PreviewRequest, of_local_file
from kitops_desktop.ui.library.preview_split import PreviewSplit
from kitops_desktop.ui.theme import Theme
from kitops_desktop.ui.widgets.badge import Badge
from kitops_desktop.ui.widgets.error_panel import ErrorPanel
from kitops_desktop.workspace import Workspace
from support.kit_commands import run_command
from support.model_files import gguf, small_safetensors, torch_zip
from support.previews import choose_file, through_button

Opener = Callable[[CancelToken], AbstractContextManager[Bytes]]


@pytest.fixture
def background() -> Iterator[Background]:
    made = Background()
    yield made
    made.close()


@pytest.fixture
def panel(qtbot: QtBot, background: Background, theme: Theme) -> PreviewPanel:
    made = PreviewPanel(background)
    qtbot.addWidget(made)
    made.resize(480, 600)
    made.show()
    return made


def of(content: bytes, name: str, *, refusal: str = "", claim: IndexClaim | None = None) -> PreviewRequest:
    def opened(_: CancelToken) -> AbstractContextManager[Bytes]:
        return nullcontext(MemoryBytes(content))

    return PreviewRequest(name, len(content), opened, lambda: 7, "Read from memory", refusal, claim=claim)


def show(qtbot: QtBot, panel: PreviewPanel, request: PreviewRequest) -> None:
    with qtbot.waitSignal(panel.shown):
        panel.show_request(request)


class Slow:
    """A file that is read until nobody wants it any more."""

    def __init__(self) -> None:
        self.begun, self.given_up = threading.Event(), threading.Event()

    @contextmanager
    def open(self, token: CancelToken) -> Iterator[Bytes]:
        token.on_cancel(self.given_up.set)
        self.begun.set()
        self.given_up.wait(20)
        yield MemoryBytes(b"slow")


def tab(panel: PreviewPanel) -> str:
    return panel.tabs.tabText(panel.tabs.currentIndex())


def png(width: int = 30, height: int = 20) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def png_of(width: int, height: int) -> bytes:
    """A picture that claims to be as large as that, with hardly any content."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def test_a_model_has_tensors_and_says_whether_it_fits(qtbot: QtBot, panel: PreviewPanel) -> None:
    show(qtbot, panel, of(small_safetensors(), "model/w.safetensors"))
    assert panel.tabs.shown == ("About", "Tensors")
    assert tab(panel) == "About"
    assert "2 tensors" in panel.words
    assert "Read from memory · 7 bytes of" in panel.words
    assert panel.tabs.tensors.model.line(panel.tabs.tensors.model.index(0, 0)).split("\t")[:3] == [
        "layer.weight",
        "3 \N{MULTIPLICATION SIGN} 4",
        "BF16",
    ]
    said = {badge.accessibleName() for badge in panel.tabs.memory.findChildren(type(panel._format))}
    assert "as it is (BF16): fits" in said


def test_in_a_low_panel_nothing_is_cut_off_it_is_scrolled(qtbot: QtBot, panel: PreviewPanel) -> None:
    panel.resize(290, 220)
    show(qtbot, panel, of(small_safetensors(), "model/w.safetensors"))
    scroll = panel.findChild(QScrollArea)
    assert scroll is not None
    bar = scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    texts = [one for one in panel.findChildren(QLabel) if one.isVisible() and one.wordWrap()]
    qtbot.waitUntil(lambda: all(one.height() >= one.heightForWidth(one.width()) for one in texts))
    assert scroll.widget().width() == scroll.viewport().width()
    bar.setValue(bar.maximum())
    table = panel.tabs
    assert table.visibleRegion().boundingRect().height() >= 150
    panel.resize(480, 600)
    qtbot.waitUntil(lambda: bar.maximum() == 0)


def test_in_a_narrow_panel_whether_it_fits_is_not_cut_off(qtbot: QtBot, panel: PreviewPanel) -> None:
    panel.resize(290, 600)
    show(qtbot, panel, of(gguf(tensors=[(b"w", [1 << 16, 1 << 16], 1)]), "big.gguf"))
    memory = panel.tabs.memory
    memory.field.setValue(2)

    def shown() -> list[QLabel | QPushButton | Badge]:
        found = [one for kind in (QLabel, QPushButton, Badge) for one in memory.findChildren(kind)]
        return [one for one in found if one.isVisible()]

    def fits(one: QLabel | QPushButton | Badge) -> bool:
        is_whole = one.width() >= one.sizeHint().width() or (isinstance(one, QLabel) and one.wordWrap())
        return is_whole and memory.rect().contains(one.geometry())

    def words() -> set[str]:
        return {one.text if isinstance(one, Badge) else one.text() for one in shown()}

    qtbot.waitUntil(lambda: all(fits(one) for one in shown()))
    assert {"as it is", "does not fit", "This computer's"} <= words()
    assert "Weights" not in words()
    panel.resize(480, 600)
    qtbot.waitUntil(lambda: {"Weights", "as it is (F16)"} <= words())


def test_an_empty_panel_is_not_as_high_as_what_was_shown(qtbot: QtBot, panel: PreviewPanel) -> None:
    panel.resize(290, 240)
    bar = panel.findChild(QScrollArea).verticalScrollBar()
    show(qtbot, panel, of(small_safetensors(), "model/w.safetensors"))
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    panel.clear()
    qtbot.waitUntil(lambda: bar.maximum() == 0)


def test_memory_that_is_too_small(qtbot: QtBot, panel: PreviewPanel) -> None:
    show(qtbot, panel, of(gguf(tensors=[(b"w", [1 << 16, 1 << 16], 1)]), "big.gguf"))
    panel.tabs.memory.field.setValue(2)
    said = {badge.accessibleName() for badge in panel.tabs.memory.findChildren(type(panel._format))}
    assert {"as it is (F16): does not fit", "4 bit: does not fit"} <= said
    with qtbot.waitSignal(panel.tabs.memory_changed) as chosen:
        panel.tabs.memory.field.setValue(4)
    assert chosen.args == [4 << 30]
    said = {badge.accessibleName() for badge in panel.tabs.memory.findChildren(type(panel._format))}
    assert {"as it is (F16): does not fit", "4 bit: fits"} <= said
    assert "claim more bytes than the file has" in panel.words


def test_what_loading_would_run_comes_first(qtbot: QtBot, panel: PreviewPanel) -> None:
    import os

    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, ("true",)

    show(qtbot, panel, of(pickle.dumps(Bomb(), 4), "a.pkl"))
    assert tab(panel) == "Imports"
    assert "Loading it could run any program" in panel.words
    model = panel.tabs.imports.model
    assert model.line(model.index(0, 0)) == "posix.system\tcan run programs"
    show(qtbot, panel, of(torch_zip(), "model.pt"))
    assert set(panel.tabs.shown) == {"About", "Tensors", "Imports", "Members"}


def test_rows_text_cells_and_bytes(qtbot: QtBot, panel: PreviewPanel) -> None:
    show(qtbot, panel, of(b"id,name\n1,first\n", "a.csv"))
    assert tab(panel) == "Rows"
    assert panel.tabs.rows.model.line(panel.tabs.rows.model.index(0, 0)) == "1\tfirst"
    show(qtbot, panel, of("def f():  # 😀 x\n    pass\n".encode(), "a.py"))
    assert tab(panel) == "Text"
    assert "def f()" in panel.tabs.text.toPlainText()
    cells = [
        {"cell_type": "code", "source": "print(1)", "outputs": [{"output_type": "stream", "text": "1\n"}]}
    ]
    show(qtbot, panel, of(json.dumps({"nbformat": 4, "metadata": {}, "cells": cells}).encode(), "a.ipynb"))
    assert tab(panel) == "Cells"
    assert panel.tabs.cells.toPlainText().split("\n")[1:4] == ["print(1)", "── printed ──", "1"]
    show(qtbot, panel, of(bytes(range(256)), "a.bin"))
    assert panel.tabs.shown == ("Bytes",)
    assert panel.tabs.bytes.toPlainText().startswith("00000000  00 01 02")


def test_the_tab_that_was_chosen_stays(qtbot: QtBot, panel: PreviewPanel) -> None:
    show(qtbot, panel, of(b"id,name\n1,first\n", "a.csv"))
    panel.tabs.setCurrentIndex(8)
    assert tab(panel) == "Text"
    show(qtbot, panel, of(b"id,name\n2,second\n", "b.csv"))
    assert tab(panel) == "Text"


def test_pictures_are_decoded_within_limits(qtbot: QtBot, panel: PreviewPanel) -> None:
    show(qtbot, panel, of(png(), "a.png"))
    assert tab(panel) == "Picture"
    assert panel.tabs.picture.accessibleName() == "Picture, 30 \N{MULTIPLICATION SIGN} 20 pixels"
    assert panel.tabs.picture.has_picture
    panel.grab()
    show(qtbot, panel, of(png_of(60_000, 60_000), "huge.png"))
    assert "too large to be shown" in panel.words
    assert not panel.tabs.picture.has_picture
    show(qtbot, panel, of(b"BM" + b"\xff" * 12 + b"\x28\0\0\0" + b"\xff" * 40, "bad.bmp"))
    assert "The picture is damaged" in panel.words
    large = png(3_000, 1_000)
    show(qtbot, panel, of(large, "large.png"))
    assert panel.loaded is not None
    assert panel.loaded.picture.image is not None
    assert panel.loaded.picture.image.width() == 1_600


def test_every_tab_on_view_has_its_place(qtbot: QtBot, panel: PreviewPanel) -> None:
    panel.resize(600, 500)
    bar = panel.tabs.tabBar()
    files = (
        ("m.ipynb", b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "1"}]}'),
        ("a.csv", b"a,b\n1,2\n"),
    )
    for name, content in (*files, ("w.safetensors", small_safetensors()), *files):
        show(qtbot, panel, of(content, name))
        shown = [bar.tabRect(number) for number in range(bar.count()) if bar.isTabVisible(number)]
        assert all(place.width() > 20 for place in shown)
        gaps = [after.left() - before.right() for before, after in pairwise(shown)]
        assert set(gaps) <= {1}


def test_colours_follow_the_appearance(qtbot: QtBot, panel: PreviewPanel, theme: Theme) -> None:
    show(qtbot, panel, of(b"import os\n", "a.py"))

    def ink() -> str:
        (found, *_) = panel.tabs.text.document().firstBlock().layout().formats()
        return found.format.foreground().color().name()  # type: ignore[attr-defined]

    light = ink()
    theme.set_appearance("dark")
    qtbot.waitUntil(lambda: ink() != light)


def test_a_drawing_is_text(qtbot: QtBot, panel: PreviewPanel) -> None:
    show(
        qtbot, panel, of(b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://x/"/></svg>', "a.svg")
    )
    assert panel.tabs.shown == ("Text",)


def test_what_is_damaged_is_explained_and_its_bytes_shown(qtbot: QtBot, panel: PreviewPanel) -> None:
    show(qtbot, panel, of(gguf(version=9), "a.gguf"))
    assert "The file is no GGUF that can be read. Version 9 is not known." in panel.words
    assert panel.tabs.shown == ("Bytes",)


def test_only_the_last_of_many_is_looked_into(qtbot: QtBot, panel: PreviewPanel) -> None:
    opened: list[str] = []

    def request(name: str) -> PreviewRequest:
        def open_it(_: CancelToken) -> AbstractContextManager[Bytes]:
            opened.append(name)
            return nullcontext(MemoryBytes(b"text"))

        return PreviewRequest(name, 4, open_it, lambda: 4, "here")

    with qtbot.waitSignal(panel.shown):
        for number in range(50):
            panel.show_request(request(f"{number}.txt"))
    assert opened == ["49.txt"]


def test_what_is_being_read_is_cancelled_by_the_next(qtbot: QtBot, panel: PreviewPanel) -> None:
    slow = Slow()
    panel.show_request(PreviewRequest("slow.txt", 4, slow.open, lambda: 0, "far away"))
    qtbot.waitUntil(slow.begun.is_set)
    assert panel.busy
    show(qtbot, panel, of(b"quick", "quick.txt"))
    assert slow.given_up.is_set()
    assert panel.tabs.text.toPlainText() == "quick"
    panel.clear()
    assert panel.request is None


def test_hidden_it_reads_nothing(qtbot: QtBot, panel: PreviewPanel) -> None:
    panel.hide()
    panel.show_request(of(b"text", "a.txt"))
    assert not panel.busy
    with qtbot.waitSignal(panel.shown):
        panel.show()
    assert panel.tabs.text.toPlainText() == "text"


def test_an_error_can_be_tried_again(qtbot: QtBot, panel: PreviewPanel) -> None:
    answers: list[Exception | None] = [RegistryUnreachable("registry.example", "connect", "refused"), None]

    def open_it(_: CancelToken) -> AbstractContextManager[Bytes]:
        error = answers.pop(0)
        if error is not None:
            raise error
        return nullcontext(MemoryBytes(b"text"))

    show(qtbot, panel, PreviewRequest("a.txt", 4, open_it, lambda: 0, "far away"))
    problem = panel.findChild(ErrorPanel)
    assert problem is not None
    again = next(one for one in problem.findChildren(QAbstractButton) if one.text() == "Try again")
    with qtbot.waitSignal(panel.shown):
        again.click()
    assert panel.tabs.text.toPlainText() == "text"


def costly(content: bytes, name: str, opened: Opener | None = None) -> PreviewRequest:
    """A file for which 3.2 GiB would be read, once that was agreed to."""
    passage = Passage()

    @contextmanager
    def open_it(token: CancelToken) -> Iterator[Bytes]:
        if not passage.is_agreed:
            raise ReadingNotAgreed("model", 3_435_973_837, without_ranges=True)
        passage.most = 3_435_973_837
        with opened(token) if opened is not None else nullcontext(MemoryBytes(content)) as source:
            yield source
        passage.is_verified = content == b"checked"

    return PreviewRequest(name, len(content), open_it, lambda: 1 << 30, "By range", passage=passage)


def test_what_takes_much_is_asked_first(qtbot: QtBot, panel: PreviewPanel) -> None:
    panel.show_request(costly(b"text", "a.txt"))
    agree = through_button(qtbot, panel)
    assert agree.text() == "Read it through (up to 3.2 GiB)"
    assert "Nothing of it was read yet" in panel.words
    assert not panel._format.isVisible(), "nothing is known of its format"
    assert panel.loaded is None
    said = "\n".join(one.text() for one in panel.findChildren(QLabel) if one.isVisible())
    assert "gives layers as a whole only, so up to 3.2 GiB have to be read" in said
    assert "once the kit is pulled" in said
    with qtbot.waitSignal(panel.shown):
        agree.click()
    assert panel.loaded is not None
    assert "not verified by the digest · 1.0 GiB of up to 3.2 GiB read" in panel.words


def test_what_was_checked_on_the_way_says_so(qtbot: QtBot, panel: PreviewPanel) -> None:
    panel.show_request(costly(b"checked", "a.txt"))
    with qtbot.waitSignal(panel.shown):
        through_button(qtbot, panel).click()
    assert "with all of its layer, which has its digest" in panel.words
    assert "not verified" not in panel.words
    show(qtbot, panel, of(b"text", "a.txt"))
    assert "digest" not in panel.words


def test_reading_through_shows_how_far_it_is_and_can_be_stopped(qtbot: QtBot, panel: PreviewPanel) -> None:
    slow = Slow()
    panel.show_request(costly(b"slow", "slow.txt", slow.open))
    agree = through_button(qtbot, panel)
    agree.click()
    qtbot.waitUntil(slow.begun.is_set)
    bar = next(one for one in panel.findChildren(QProgressBar) if one.isVisible())
    qtbot.waitUntil(lambda: bar.value() == 1000 * (1 << 30) // 3_435_973_837)
    assert not agree.isVisible()
    panel.hide()
    assert panel.busy, "what was agreed to goes on"
    panel.show()
    stop = next(one for one in panel.findChildren(QAbstractButton) if one.text() == "Stop")
    stop.click()
    assert slow.given_up.is_set()
    assert not panel.busy
    assert through_button(qtbot, panel) is agree
    assert panel.loaded is None


INDEX = digest_of(b"the manifest of an index")
SHORT = INDEX[:19]


def test_a_file_that_was_read_whole_is_held_against_the_index(qtbot: QtBot, panel: PreviewPanel) -> None:
    content = small_safetensors()
    show(qtbot, panel, of(content, "w.safetensors", claim=IndexClaim(INDEX, digest_of(content))))
    assert f"It matches the index of {SHORT}, which anybody who may push" in panel.words
    show(qtbot, panel, of(content, "w.safetensors", claim=IndexClaim(INDEX, digest_of(b"other"))))
    assert f"It does not match the index of {SHORT}" in panel.words
    assert "It matches" not in panel.words
    assert "2 tensors" in panel.words, "what there is is shown all the same"
    show(qtbot, panel, of(content, "w.safetensors"))
    assert "index" not in panel.words


def test_of_a_file_that_was_read_in_part_nothing_is_said(qtbot: QtBot, panel: PreviewPanel) -> None:
    content = b"a line\n" * 100_000
    show(qtbot, panel, of(content, "a.txt", claim=IndexClaim(INDEX, digest_of(b"other"))))
    assert "index" not in panel.words


def test_what_is_not_looked_into_is_told_from_the_index(qtbot: QtBot, panel: PreviewPanel) -> None:
    summary = TensorSummary(290, 7_241_732_096, (("BF16", 7_241_732_096),))
    claim = IndexClaim(INDEX, digest_of(b"other"), summary)
    told = ": 290 tensors, 7,241,732,096 parameters (BF16 7,241,732,096)."

    @contextmanager
    def fails(_: CancelToken) -> Iterator[Bytes]:
        raise RangesUnsupported("registry.example")
        yield

    panel.show_request(replace(costly(b"", "w.safetensors", fails), claim=claim))
    agree = through_button(qtbot, panel)
    assert f"From the index of {SHORT}, which anybody who may push" in panel.words
    assert told in panel.words
    with qtbot.waitSignal(panel.shown):
        agree.click()
    assert panel.findChild(ErrorPanel) is not None
    assert told in panel.words
    panel.show_request(of(b"text", "a.txt"))
    assert told not in panel.words


def test_what_cannot_be_read_says_why(panel: PreviewPanel) -> None:
    panel.show_request(of(b"", "../x", refusal="It cannot be looked into: it leaves the folder."))
    assert not panel.busy


def test_every_control_has_a_name(panel: PreviewPanel) -> None:
    for kind in (QAbstractItemView, QAbstractSpinBox, QPlainTextEdit):
        for one in panel.findChildren(kind):
            assert one.accessibleName() or isinstance(one, QHeaderView), one
    for made in panel.findChildren(QAbstractButton):
        assert made.text() or made.accessibleName() or not made.isVisibleTo(panel), made


def test_a_file_of_a_folder(qtbot: QtBot, panel: PreviewPanel, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("import os\n")
    show(qtbot, panel, of_local_file(tmp_path, "src/a.py"))
    assert panel.tabs.text.toPlainText() == "import os\n"
    assert "10 bytes of 10 bytes read" in panel.words
    show(qtbot, panel, of_local_file(tmp_path, "src"))
    assert panel.findChild(ErrorPanel) is not None


# -- on the page of a kit


@pytest.fixture
def page(qtbot: QtBot, workspace: Workspace, theme: Theme, tmp_path: Path) -> KitPage:
    folder = tmp_path / "churn"
    (folder / "model").mkdir(parents=True)
    (folder / "Kitfile").write_text(
        "manifestVersion: 1.0.0\npackage:\n  name: churn\nmodel:\n  path: model\n"
    )
    (folder / "model" / "w.safetensors").write_bytes(small_safetensors())
    (folder / "model" / "notes.md").write_text("# Notes\n")
    assert run_command("pack", str(folder), "-t", "churn:v1").code == 0
    made = KitPage(workspace.background, None, look=PreviewLook(workspace))
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    with qtbot.waitSignal(made.shown):
        made.show_source(StoredKitSource(lambda: workspace.store, parse_reference("churn:v1")))
    made.tabs.setCurrentWidget(made.files)
    qtbot.waitUntil(lambda: not made.files.listing)
    return made


def test_the_current_file_of_a_kit_is_shown(qtbot: QtBot, page: KitPage) -> None:
    preview = page.files.preview
    with qtbot.waitSignal(preview.shown):
        choose_file(page.files, "model/w.safetensors")
    assert "2 tensors" in preview.words
    assert "Read from the library" in preview.words
    with qtbot.waitSignal(preview.shown):
        choose_file(page.files, "model/notes.md")
    assert preview.tabs.text.toPlainText() == "# Notes\n"


def test_it_is_left_as_it_was(qtbot: QtBot, page: KitPage, workspace: Workspace) -> None:
    files = page.files
    button = next(one for one in files.findChildren(QAbstractButton) if one.accessibleName() == "Preview")
    assert files.preview.isVisible()
    button.click()
    assert not files.preview.isVisible()
    assert not workspace.settings.preview_shown
    choose_file(page.files, "model/notes.md")
    assert not files.preview.busy
    with qtbot.waitSignal(files.preview.shown):
        button.click()
    assert workspace.settings.preview_shown
    files.preview.tabs.memory.field.setValue(3)
    qtbot.waitUntil(lambda: workspace.settings.model_memory == 3 << 30)


def test_with_little_room_there_is_no_preview(qtbot: QtBot, panel: PreviewPanel) -> None:
    look = PreviewLook()
    split = PreviewSplit(QWidget(), panel, look)
    qtbot.addWidget(split)
    split.resize(600, 400)
    split.show()
    assert not panel.isVisible()
    assert not split.button.isEnabled()
    split.resize(1000, 400)
    assert panel.isVisible()
    assert split.button.isChecked()
    assert panel.width() == pytest.approx(986 * look.settings.preview_share / 100, abs=20)
