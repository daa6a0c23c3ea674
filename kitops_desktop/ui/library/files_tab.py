"""The files inside a kit: a tree that fills while the layers are listed, with ticks for what to unpack."""

from __future__ import annotations

import time
from collections import deque

from PySide6.QtCore import QModelIndex, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from kitops_desktop.explanation import explain
from kitops_desktop.jobs.background import Background
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.preview.files import ListingCache
from kitops_desktop.preview.reading_limits import OVER_NETWORK
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.library.file_stream import MAX_FILES, FileStream
from kitops_desktop.ui.library.file_tree_model import FileTreeModel
from kitops_desktop.ui.library.file_view import FileView
from kitops_desktop.ui.library.globs import globs_of
from kitops_desktop.ui.library.kind_parts import kind_parts
from kitops_desktop.ui.library.kit_source import KitSource
from kitops_desktop.ui.library.preview_look import PreviewLook
from kitops_desktop.ui.library.preview_panel import PreviewPanel
from kitops_desktop.ui.library.preview_request import of_kit_file
from kitops_desktop.ui.library.preview_split import PreviewSplit
from kitops_desktop.ui.library.remote_reading import RemoteReading
from kitops_desktop.ui.units import count_text, size_text
from kitops_desktop.ui.widgets.parts import label, restyle
from kitops_desktop.ui.widgets.search_field import SearchField
from kitops_desktop.ui.widgets.share_bar import ShareBar

_TICK = 30  # milliseconds between two rounds of taking files
_MOMENT = 0.012  # seconds a round may take
_HELPING = 50
_EXPANDED_WHEN_FILTERED = 300
_AT_ONCE = 4
_LOW = 460
"""Pixels: in a tab that is lower, all gives way to the rows of the tree, so that some eight are left."""


class FilesTab(QWidget):
    """``unpack_wanted`` carries the globs of what is ticked; ``unpack_text`` is what the button says.

    A kit of this computer is listed at once, one that has to be fetched when somebody looks.
    """

    unpack_wanted = Signal(object)  # tuple[str, ...]
    ticks_changed = Signal()

    def __init__(
        self,
        background: Background,
        cache: ListingCache | None,
        unpack_text: str,
        look: PreviewLook | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look or PreviewLook()
        self.preview = PreviewPanel(background, self._look)
        self._reader = Reader(background, self)
        self._cache = cache
        self._unpack_text = unpack_text
        self._kit: ModelKit | None = None
        self._source: KitSource | None = None
        self._stream = FileStream()
        self._waiting = self._running = False
        self._by_index = True
        self._outcome: tuple[str, str] | None = None
        self._opened: tuple[str, ...] = ()
        self._is_dense: bool | None = None
        self.model = FileTreeModel(self)
        self._timer = QTimer(self, interval=_TICK)
        self._timer.timeout.connect(self._take)
        self._make_widgets()
        self._lay_out()
        self.model.ticks_changed.connect(self._show_ticks)
        self._show_ticks()

    @property
    def busy(self) -> bool:
        """Whether files are still arriving, or what is shown of them is being worked out."""
        return self._running or self.model.busy

    @property
    def listing(self) -> bool:
        """Whether files are still arriving, or are to be once somebody looks."""
        return self._running or self._waiting

    @property
    def status_kind(self) -> str:
        """``muted`` when all is well, ``warning`` or ``danger`` when not all files are listed."""
        return str(self._totals_label.property("kind"))

    def show_kit(self, kit: ModelKit, source: KitSource) -> None:
        """List the files of another kit."""
        self._reader.cancel()
        self._kit, self._source = kit, source
        self.preview.clear()
        self._opened = ()
        self.model.clear()
        self._fill_layers(kit)
        self.search.clear()
        self.model.set_filter("")
        self._stream, self._outcome = FileStream(), None
        self._by_index = True
        self.remote.show_unlisted(0, 0)
        self._set_running(False)
        self.remote.setVisible(source.is_remote)
        self._waiting = source.is_remote and not self.isVisible()
        if not self._waiting:
            self._list()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._split.refresh()
        if self._waiting:
            self._list()

    def stop(self) -> None:
        """Show no more than what has arrived."""
        self._reader.cancel()
        self._waiting = False
        self._set_running(False)
        self._say(f"Stopped. {self._totals()} so far.", "warning")

    def pause(self) -> None:
        """Nobody looks: what is being listed over a network is listed when somebody looks again."""
        if self._running and self._source is not None and self._source.is_remote:
            self._reader.cancel()
            self._set_running(False)
            self.model.clear()
            self._waiting = True
        self.preview.pause()

    def ticked_globs(self) -> tuple[str, ...]:
        return globs_of(self.model.tree.ticked_paths())

    # -- widgets

    def _make_widgets(self) -> None:
        self.search = SearchField("Filter files", "Filter files")
        self._layer = QComboBox()
        self._layer.setMaximumWidth(260)
        self._layer.currentIndexChanged.connect(self._filter)
        self._totals_label = label("", "muted")
        self._progress = QProgressBar()
        self._progress.setAccessibleName("Listing files")
        self._progress.setTextVisible(False)
        self._cancel = click_button("Stop", self.stop, "stop", "quiet")
        self._ticks = label("", "muted")
        self._clear = click_button("Untick all", lambda: self.model.set_all_ticked(False), kind="quiet")
        self._unpack = click_button(self._unpack_text.replace("&", "&&"), self._want_unpack, "unpack")
        self.kinds = ShareBar("Bytes by kind of file")
        self.remote = RemoteReading()
        self.remote.list_wanted.connect(self._list_all)
        self.remote.layers_wanted.connect(self._list_layers)
        self.tree = FileView(self.model)
        self.search.list_widget = self.tree
        self.tree.selectionModel().currentChanged.connect(self._show_preview)
        self.search.searched.connect(self._filter)
        self.model.modelReset.connect(self._open_found)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        layer = QLabel("&Layer")
        layer.setBuddy(self._layer)
        for widget in (self.search, layer, self._layer, self._totals_label):
            top.addWidget(widget)
        top.addStretch(1)
        top.addWidget(self._progress, 1)
        top.addWidget(self._cancel)
        card = QFrame()
        card.setProperty("kind", "card")
        self._inside = QVBoxLayout(card)
        self._inside.addWidget(self.tree)
        self._split = PreviewSplit(card, self.preview, self._look)
        top.addWidget(self._split.button)
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        bottom.addWidget(self._ticks, 1)
        bottom.addWidget(self._clear)
        bottom.addWidget(self._unpack)
        self._column = QVBoxLayout(self)
        self._column.addLayout(top)
        self._column.addWidget(self.remote)
        self._column.addWidget(self.kinds)
        self._column.addWidget(self._split, 1)
        self._column.addLayout(bottom)
        self._set_dense(False)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._set_dense(event.size().height() < _LOW)

    def _set_dense(self, dense: bool) -> None:
        if dense == self._is_dense:
            return
        self._is_dense = dense
        self._column.setContentsMargins(0, 6 if dense else 14, 0, 0)
        self._column.setSpacing(6 if dense else 10)
        self._inside.setContentsMargins(*[2 if dense else 6] * 4)
        self.kinds.set_legend(not dense)
        self.remote.set_dense(dense)
        self.tree.set_dense(dense)

    def _fill_layers(self, kit: ModelKit) -> None:
        self._layer.blockSignals(True)
        self._layer.clear()
        self._layer.addItem("All layers", "")
        for path in dict.fromkeys(layer.label for layer in kit.layers):
            self._layer.addItem(path, path)
        self._layer.blockSignals(False)

    # -- while files arrive

    @Slot()
    def _list_all(self) -> None:
        """What was listed comes from the memory of listings; the others are read as a whole."""
        self.model.clear()
        self.remote.show_unlisted(0, 0)
        self._list(whole=True)

    @Slot()
    def _list_layers(self) -> None:
        """What the file index says is not to be believed."""
        self._by_index = False
        self.preview.clear()
        self.model.clear()
        self.remote.show_unlisted(0, 0)
        self._list()

    def _list(self, *, whole: bool = False) -> None:
        """Begin to list; of a kit in a registry with all limits unless ``whole``."""
        kit, source = self._kit, self._source
        if kit is None or source is None:
            return
        limits = OVER_NETWORK.lifted if whole else OVER_NETWORK
        stream = FileStream(limits, _AT_ONCE) if source.is_remote else FileStream()
        self._stream, self._outcome, self._waiting = stream, None, False
        self._set_running(True)

        by_index = self._by_index

        def run(token: CancelToken) -> FileStream:
            index = source.file_index(kit, token) if by_index else None
            return stream.run(kit, source.fetcher(token), self._cache, token, index)

        self._reader.read(run, self._on_listed, self._on_failed)

    @Slot()
    def _take(self) -> None:
        """Take as many files as fit into a moment; end when the listing has ended and all are here."""
        if self.model.busy:  # what is being worked out is to find the files as they are
            return
        if self.tree.is_being_clicked:  # nothing moves away below the pointer
            return
        is_first = self.model.rowCount() == 0
        until = time.monotonic() + _MOMENT
        while (files := self._stream.take(_HELPING)) and time.monotonic() < until:
            self.model.add(files)
        if files:
            self.model.add(files)
        if is_first and self.model.rowCount() == 1:
            self.tree.expand(self.model.index(0, 0))
        self._show_progress()
        if self._outcome is not None and not files:
            self._end(*self._outcome)

    def _on_listed(self, stream: FileStream) -> None:
        if stream.truncated:
            text = f"The first {MAX_FILES:,} files; the others can be unpacked all the same."
            self._outcome = (text, "warning")
        else:
            self._outcome = ("", "muted")

    def _on_failed(self, error: Exception) -> None:
        explanation = explain(error)
        said = filter(None, (explanation.title, explanation.reason))
        self._outcome = (". ".join(said), "danger")

    def _end(self, text: str, kind: str) -> None:
        self._set_running(False)
        unread = self._stream.unread
        self.remote.show_unlisted(len(unread), sum(unread.values()), self._stream.without_ranges)
        self.tree.sort_again()
        self._show_ticks()
        if text:
            self._say(text, kind)

    def _set_running(self, running: bool) -> None:
        self._running = running
        self._progress.setVisible(running)
        self._cancel.setVisible(running)
        (self._timer.start if running else self._timer.stop)()
        self._show_progress()

    def _show_progress(self) -> None:
        progress = self._stream.progress
        self._progress.setRange(0, 1000 if progress.total else 0)
        if progress.total:
            self._progress.setValue(round(1000 * progress.done / progress.total))
        self._say(self._totals(), "muted")
        self.kinds.show_parts(kind_parts(self.model.tree.kinds.shares()))
        self.remote.show_index(self._stream.index)
        self.show_read()

    def show_read(self) -> None:
        """Say how much was fetched by now."""
        if self._kit is not None and self._source is not None and self._source.is_remote:
            self.remote.show_read(self._source.bytes_read, self._kit.manifest.layers_size)

    def _totals(self) -> str:
        root = self.model.tree.root
        return f"{count_text(root.files, 'file')}, {size_text(root.size)}"

    def _say(self, text: str, kind: str) -> None:
        self._totals_label.setText(text)
        if self._totals_label.property("kind") != kind:
            restyle(self._totals_label, kind=kind)

    @Slot(QModelIndex)
    def _show_preview(self, index: QModelIndex) -> None:
        """Look into the current file; what a filter hides stays shown."""
        node, source = self.model.node(index), self._source
        entry = node.entry
        if entry is not None and source is not None and node.parent is not None:
            siblings = node.parent.files_in_it()
            self.preview.show_request(of_kit_file(source, entry, siblings, self._stream.index))

    # -- filter and ticks

    @Slot()
    def _filter(self) -> None:
        if not self.model.rows.query.is_given:
            self._opened = self.tree.opened()
        self.model.set_filter(self.search.text(), self._layer.currentData() or "")

    @Slot()
    def _open_found(self) -> None:
        """Open the folders that what was found is in, unless it is a lot; without a filter those that were
        open before.
        """
        rows, opened = self.model.rows, 0
        if not rows.query.is_given:
            self.tree.open_again(self._opened)
            return
        pending = deque([self.model.tree.root])
        while pending and opened < _EXPANDED_WHEN_FILTERED:
            folder = pending.popleft()
            opened += rows.row_count(folder)
            self.tree.expand(self.model.index_of(folder))
            pending.extend(child for child in rows.children(folder)[:opened] if child.is_dir)

    @Slot()
    def _show_ticks(self) -> None:
        tree = self.model.tree
        ticked = tree.root.ticked
        of_all = f" of {size_text(tree.root.size)}"
        text = f"{count_text(ticked, 'file')} ticked, {size_text(tree.ticked_size)}{of_all}"
        self._ticks.setText(text if ticked else "Tick files or folders to unpack only those")
        self._clear.setEnabled(bool(ticked))
        self._unpack.setEnabled(bool(ticked))
        self.ticks_changed.emit()

    def _want_unpack(self) -> None:
        self.unpack_wanted.emit(self.ticked_globs())
