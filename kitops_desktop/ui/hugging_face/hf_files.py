"""The files of a repository: a tree that fills while they are listed, and the preview of the current one."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from kitops_desktop.explanation import explain
from kitops_desktop.importers.hugging_face.values import HfFile
from kitops_desktop.jobs.background import Background
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.hugging_face.hf_preview import of_hf_file
from kitops_desktop.ui.hugging_face.hf_reads import HfLook
from kitops_desktop.ui.hugging_face.hf_stream import HfStream
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.library.file_columns import note_column
from kitops_desktop.ui.library.file_tree import FileNode
from kitops_desktop.ui.library.files_pane import FilesPane, PaneExtras, PaneWords
from kitops_desktop.ui.library.preview_look import PreviewLook
from kitops_desktop.ui.library.preview_request import PreviewRequest
from kitops_desktop.ui.units import read_text
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import ICON, label

_WORDS = PaneWords(
    "Download ticked…",
    "Tick files or folders to download only those",
    "Will not be downloaded",
    "download",
    "Choose a file to see what is in it, without downloading it.",
)
_UNVERIFIED = "Read from Hugging Face as it is. Files are checked when they are downloaded."


class HfFiles(QWidget):
    """``listed`` tells of more files, and ``ended`` that no more will come; ``card_found`` of the model card,
    as soon as it was listed. ``download_wanted`` carries the globs of what is ticked.
    """

    listed = Signal()
    ended = Signal()
    card_found = Signal(object)  # HfFile
    download_wanted = Signal(object)  # tuple[str, ...]

    def __init__(
        self, background: Background, look: PreviewLook | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._reader = Reader(background, self)
        self._look: HfLook | None = None
        self._stream = HfStream()
        self._path = ""
        self._has_card = self._all_came = self._was_chosen = False
        self._problem: tuple[str, str] | None = None
        self.complete = False
        """Whether all files are there."""
        self._make_widgets()
        extras = PaneExtras(at_end=(self._progress, self._stop, self._again), below_search=(self._panel,))
        self.pane = FilesPane(
            background, _WORDS, self._request, (note_column("Kept in", least=420),), extras, look
        )
        self.pane.action_wanted.connect(lambda: self.download_wanted.emit(self.pane.ticked_globs()))
        self.pane.dense_changed.connect(self._set_dense)
        self.pane.feed.taken.connect(self._on_taken)
        self.pane.feed.ended.connect(self._on_ended)
        self.pane.model.settled.connect(self._on_settled)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pane)
        self._set_running(False)

    @property
    def running(self) -> bool:
        return self.pane.feed.running

    @property
    def files(self) -> tuple[HfFile, ...]:
        """Those that are there by now."""
        return tuple(self._stream.files.values())

    @property
    def card(self) -> HfFile | None:
        """The model card, once it was listed."""
        return self._stream.card

    @property
    def count(self) -> int:
        return self.pane.model.tree.root.files

    @property
    def total(self) -> int:
        """Bytes of all of them."""
        return self.pane.model.tree.root.size

    def show_repository(self, look: HfLook, path: str = "") -> None:
        """List the files of another repository or revision; ``path`` is a file or folder to begin with."""
        self._look = look
        self.list_files(path)

    def list_files(self, path: str = "") -> None:
        """List all anew."""
        look = self._look
        if look is None:
            return
        self.clear()
        self._look, self._path = look, path
        stream = self._stream
        self._set_running(True)
        self.pane.feed.start(stream.take, self.pane.model.add_files)
        self._reader.read(lambda token: stream.run(look, token), self._on_read, self._on_failed)

    def clear(self) -> None:
        """Show nothing, and ask for nothing."""
        self._reader.cancel()
        self._stream, self._look, self._path = HfStream(), None, ""
        self._has_card = self._all_came = self._was_chosen = self.complete = False
        self._problem = None
        self.pane.clear()
        self._set_running(False)

    def choose(self, path: str) -> None:
        """Make a file or folder the current one, as soon as it is there."""
        self._path = path
        if self.pane.model.rows.query.is_given:
            self.pane.search.clear()  # and it is chosen once all rows are there
        else:
            self._choose()
        if not self.running:
            self._say_missing()

    @Slot()
    def stop(self) -> None:
        """Show no more than what has arrived."""
        self._reader.cancel()
        self.pane.feed.stop()
        self._set_running(False)
        self.pane.say(f"Stopped. {self.pane.totals} so far.", "warning")
        self.ended.emit()

    def pause(self) -> None:
        """Nobody looks: nothing is asked for."""
        self._reader.cancel()
        self.pane.feed.stop()
        self._set_running(False)
        self.pane.preview.pause()

    def show_read(self) -> None:
        """Say how much was fetched by now."""
        if self._look is not None:
            text = f"{read_text(self._look.looking.bytes_read, self.total)}, nothing downloaded"
            self._read.setText(text)

    # -- widgets

    def _make_widgets(self) -> None:
        self._progress = QProgressBar()
        self._progress.setAccessibleName("Listing files")
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 0)
        self._progress.setMaximumWidth(120)
        self._stop = click_button("Stop", self.stop, "stop", "quiet")
        self._again = click_button("List again", self.list_files, "retry", "quiet")
        self._again.hide()
        self._read = label("", "strong")
        picture = QLabel()
        picture.setPixmap(icon("info", "accent").pixmap(ICON))
        self._panel = QFrame()
        self._panel.setProperty("kind", "info-panel")
        self._panel.setAccessibleName("Reading from Hugging Face")
        self._row = QHBoxLayout(self._panel)
        self._row.setSpacing(10)
        self._row.addWidget(picture)
        self._row.addWidget(self._read)
        self._row.addWidget(ElidedLabel(_UNVERIFIED, "muted", Qt.TextElideMode.ElideRight), 1)
        self._set_dense(False)

    @Slot(bool)
    def _set_dense(self, dense: bool) -> None:
        self._row.setContentsMargins(12, 3 if dense else 8, 12, 3 if dense else 8)

    def _set_running(self, running: bool) -> None:
        self._progress.setVisible(running)
        self._stop.setVisible(running)
        self._again.setVisible(not running and not self.complete and self._look is not None)

    # -- while files arrive

    def _on_read(self, stream: HfStream) -> None:
        if stream.truncated:
            count = len(stream.files) + stream.waiting
            self._problem = f"The first {count:,} files; there are more than are listed.", "warning"
        self._all_came = True
        stream.end()

    def _on_failed(self, error: Exception) -> None:
        explanation = explain(error)
        said = filter(None, ("Not all files were listed", explanation.title, explanation.reason))
        self._problem = ". ".join(said), "danger"
        self._stream.end()

    @Slot()
    def _on_taken(self) -> None:
        card = self._stream.card
        if card is not None and not self._has_card:
            self._has_card = True
            self.card_found.emit(card)
        self._choose()
        self.show_read()
        self.listed.emit()

    @Slot()
    def _on_ended(self) -> None:
        self.complete = self._all_came
        self._set_running(False)
        if self._problem is not None:
            self.pane.say(*self._problem)
        elif not self.count:
            self.pane.say("It has no files yet.")
        self._say_missing()
        self._show_current()
        self.ended.emit()

    def _say_missing(self) -> None:
        """Say that the file that was asked for is not among those that were listed."""
        if not self._path or self.pane.model.tree.find(self._path) is not None:
            return
        text = f"There is no “{self._path[-200:]}” in this revision."
        self._path = ""
        self.pane.say(text, "warning")

    def _request(self, node: FileNode) -> PreviewRequest | None:
        file, look = self._stream.files.get(node.path), self._look
        if file is None or look is None or node.parent is None:
            return None
        return of_hf_file(look.looking, file, node.parent.files_in_it())

    # -- a file that an address names

    def _choose(self) -> None:
        model, tree = self.pane.model, self.pane.tree
        node = model.tree.find(self._path) if self._path else None
        if node is None or model.busy:
            return
        index = model.made_index(node)
        if not index.isValid():
            self._show_below(node)
            return
        self._path, self._was_chosen = "", True
        tree.setCurrentIndex(index)
        if node.is_dir:
            tree.expand(index)
        tree.scrollTo(index)

    def _show_below(self, node: FileNode) -> None:
        """What is too far down to have a row is looked into all the same."""
        request = None if node.is_dir else self._request(node)
        if request is not None and not self.running and not self.pane.model.rows.query.is_given:
            self._path = ""
            self.pane.preview.show_request(request)

    @Slot()
    def _on_settled(self) -> None:
        """What was asked for may have been hidden by a filter."""
        self._choose()
        self._show_current()

    @Slot()
    def _show_current(self) -> None:
        """Once all is in its order, what was chosen is somewhere else."""
        if not self._was_chosen or self.pane.busy:
            return
        self._was_chosen = False
        QTimer.singleShot(0, self, lambda: self.pane.tree.scrollTo(self.pane.tree.currentIndex()))
