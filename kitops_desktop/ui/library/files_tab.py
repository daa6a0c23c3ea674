"""The files inside a kit: listed layer by layer, and ticked for what to unpack."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QLabel, QProgressBar, QVBoxLayout, QWidget

from kitops_desktop.explanation import explain
from kitops_desktop.jobs.background import Background
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.preview.files import KitFile, ListingCache
from kitops_desktop.preview.index_artifact import AttachedIndex
from kitops_desktop.preview.reading_limits import OVER_NETWORK
from kitops_desktop.progress import CancelToken, Wait
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.library.file_columns import KIT_COLUMNS
from kitops_desktop.ui.library.file_stream import MAX_FILES, FileStream
from kitops_desktop.ui.library.file_tree import FileNode
from kitops_desktop.ui.library.files_pane import FilesPane, PaneExtras, PaneWords
from kitops_desktop.ui.library.kit_source import KitSource
from kitops_desktop.ui.library.preview_look import PreviewLook
from kitops_desktop.ui.library.preview_request import PreviewRequest, of_kit_file
from kitops_desktop.ui.library.remote_reading import RemoteReading
from kitops_desktop.ui.waiting import worth_telling

_AT_ONCE = 4


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
        self._reader = Reader(background, self)
        self._cache = cache
        self._kit: ModelKit | None = None
        self._source: KitSource | None = None
        self._stream = FileStream()
        self._waiting = self._running = False
        self._by_index, self._is_whole = True, False
        self._aside: AttachedIndex | None = None
        self._outcome: tuple[str, str] | None = None
        self._make_widgets()
        self._pane = self._make_pane(background, unpack_text, look)
        self.search, self.tree, self.model = self._pane.search, self._pane.tree, self._pane.model
        self.kinds, self.preview = self._pane.kinds, self._pane.preview
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pane)

    @property
    def busy(self) -> bool:
        """Whether files are still arriving, or what is shown of them is being worked out."""
        return self._running or self.model.busy

    @property
    def listing(self) -> bool:
        """Whether files are still arriving, or are to be once somebody looks."""
        return self._running or self._waiting

    @property
    def waits(self) -> tuple[Wait, ...]:
        """What listing, and looking into files, wait for."""
        return (*self._reader.waits, *self.preview.waits)

    @property
    def status_kind(self) -> str:
        """``muted`` when all is well, ``warning`` or ``danger`` when not all files are listed."""
        return self._pane.status_kind

    def show_kit(self, kit: ModelKit, source: KitSource) -> None:
        """List the files of another kit."""
        self._reader.cancel()
        self._kit, self._source = kit, source
        self._fill_layers(kit)
        self._stream, self._outcome = FileStream(), None
        self._show_unlisted()
        self._pane.clear()
        self._by_index, self._aside = True, None
        self._set_running(False)
        self.remote.setVisible(source.is_remote)
        self._waiting = source.is_remote and not self.isVisible()
        if not self._waiting:
            self._list()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        if self._waiting:
            self._list()

    def list_again(self) -> None:
        """List the same kit anew: what says which files are in it may be another. What was chosen stays."""
        if self._kit is not None and not self._waiting:
            self._go_on()

    def stop(self) -> None:
        """Show no more than what has arrived."""
        self._reader.cancel()
        self._waiting = False
        self._set_running(False)
        self._pane.choose_again()
        self._pane.say(f"Stopped. {self._pane.totals} so far.", "warning")
        self._again.show()

    def pause(self) -> None:
        """Nobody looks: what is being listed over a network is listed when somebody looks again."""
        if self._running and self._source is not None and self._source.is_remote:
            self._reader.cancel()
            self._set_running(False)
            self._pane.empty()
            self._waiting = True
        self.preview.pause()

    def ticked_globs(self) -> tuple[str, ...]:
        return self._pane.ticked_globs()

    # -- widgets

    def _make_widgets(self) -> None:
        self._layer = QComboBox()
        self._layer.setMaximumWidth(260)
        self._layer.currentIndexChanged.connect(self._choose_layer)
        self._progress = QProgressBar()
        self._progress.setAccessibleName("Listing files")
        self._progress.setTextVisible(False)
        wide = self._progress.sizePolicy()
        wide.setHorizontalStretch(1)
        self._progress.setSizePolicy(wide)
        self._cancel = click_button("Stop", self.stop, "stop", "quiet")
        self._again = click_button("List again", self._go_on, "retry", "quiet")
        self._again.hide()
        self.remote = RemoteReading()
        self.remote.list_wanted.connect(self._list_all)
        self.remote.layers_wanted.connect(self._list_layers)
        self.remote.index_wanted.connect(self._list_index)

    def _make_pane(self, background: Background, unpack_text: str, look: PreviewLook | None) -> FilesPane:
        layer = QLabel("&Layer")
        layer.setBuddy(self._layer)
        words = PaneWords(
            unpack_text, "Tick files or folders to unpack only those", "Will not be unpacked", "unpack"
        )
        extras = PaneExtras((layer, self._layer), (self._progress, self._cancel, self._again), (self.remote,))
        pane = FilesPane(background, words, self._request_of, KIT_COLUMNS, extras, look)
        pane.action_wanted.connect(self._want_unpack)
        pane.ticks_changed.connect(self.ticks_changed)
        pane.dense_changed.connect(self.remote.set_dense)
        pane.feed.taken.connect(self._show_progress)
        pane.feed.ended.connect(self._on_ended)
        return pane

    def _fill_layers(self, kit: ModelKit) -> None:
        self._layer.blockSignals(True)
        self._layer.clear()
        self._layer.addItem("All layers", "")
        for path in dict.fromkeys(layer.label for layer in kit.layers):
            self._layer.addItem(path, path)
        self._layer.blockSignals(False)

    @Slot()
    def _choose_layer(self) -> None:
        self._pane.filter_by(self._layer.currentData() or "")

    # -- while files arrive

    @Slot()
    def _list_all(self) -> None:
        """What was listed comes from the memory of listings; the others are read as a whole."""
        self._empty()
        self._list(whole=True)

    @Slot()
    def _list_layers(self) -> None:
        """What the file index says is not to be believed."""
        self._by_index, self._aside = False, self._stream.index
        self.preview.clear()
        self._empty()
        self._list()

    @Slot()
    def _list_index(self) -> None:
        """What the file index says is good enough after all."""
        self._by_index, self._aside = True, None
        self.preview.clear()
        self._empty()
        self._list()

    @Slot()
    def _go_on(self) -> None:
        """After it was stopped or broke off; what was listed till then is remembered."""
        self._empty()
        self._list(whole=self._is_whole)

    def _empty(self) -> None:
        self._pane.empty()
        self._stream = FileStream()
        self._show_unlisted()

    def _list(self, *, whole: bool = False) -> None:
        """Begin to list; of a kit in a registry with all limits unless ``whole``."""
        kit, source = self._kit, self._source
        if kit is None or source is None:
            return
        limits = OVER_NETWORK.lifted if whole else OVER_NETWORK
        stream = FileStream(limits, _AT_ONCE) if source.is_remote else FileStream()
        self._stream, self._outcome, self._waiting = stream, None, False
        self._is_whole = whole
        self._set_running(True)

        by_index = self._by_index

        def run(token: CancelToken) -> FileStream:
            index = source.file_index(kit, token) if by_index else None
            return stream.run(kit, source.fetcher(token), self._cache, token, index)

        self._reader.read(run, self._on_listed, self._on_failed)

    def _more(self, limit: int) -> Sequence[KitFile] | None:
        """What has been listed by now; None when the listing has ended and all is here."""
        files = self._stream.take(limit)
        return None if not files and self._outcome is not None else files

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

    @Slot()
    def _on_ended(self) -> None:
        self._show_unlisted()
        self._set_running(False)
        if self._outcome is not None and self._outcome[0]:
            self._pane.say(*self._outcome)
            self._again.setVisible(self._outcome[1] == "danger")

    def _show_unlisted(self) -> None:
        """Say what the limits kept from being listed, once all others are."""
        unread = self._stream.unread
        self._pane.set_unlisted(sum(unread.values()))
        self.remote.show_unlisted(len(unread), sum(unread.values()), self._stream.without_ranges)

    def _set_running(self, running: bool) -> None:
        self._running = running
        self._progress.setVisible(running)
        self._cancel.setVisible(running)
        self._again.hide()
        if running:
            self._pane.feed.start(self._more, self.model.add)
        else:
            self._pane.feed.stop()
        self._pane.show_sums()
        self._show_progress()

    @Slot()
    def _show_progress(self) -> None:
        progress = self._stream.progress
        self._progress.setRange(0, 1000 if progress.total else 0)
        if progress.total:
            self._progress.setValue(round(1000 * progress.done / progress.total))
        self.remote.show_index(self._stream.index or self._aside, is_used=self._aside is None)
        self.show_read()

    def show_read(self) -> None:
        """Say how much was fetched by now."""
        if self._kit is not None and self._source is not None and self._source.is_remote:
            wait = worth_telling(self.waits)
            self.remote.show_read(self._source.bytes_read, self._kit.manifest.layers_size, wait)

    def _request_of(self, node: FileNode) -> PreviewRequest | None:
        entry, source = node.entry, self._source
        if entry is None or source is None or node.parent is None:
            return None
        return of_kit_file(source, entry, node.parent.files_in_it(), self._stream.index)

    def _want_unpack(self) -> None:
        self.unpack_wanted.emit(self.ticked_globs())
