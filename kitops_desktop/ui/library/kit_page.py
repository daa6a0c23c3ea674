"""One kit: Overview, Files, Kitfile, Manifest, History. Where it comes from is the source's affair, and what
can be done with it is handed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from kitops_desktop.jobs.background import Background
from kitops_desktop.kitfile.yaml_text import to_yaml
from kitops_desktop.preview.files import ListingCache
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.library.error_page import ErrorPage
from kitops_desktop.ui.library.files_tab import FilesTab
from kitops_desktop.ui.library.history_tab import HistoryTab
from kitops_desktop.ui.library.kit_actions import KitActions
from kitops_desktop.ui.library.kit_header import KitHeader
from kitops_desktop.ui.library.kit_source import KitSource, LoadedKit, Look
from kitops_desktop.ui.library.kitfile_tab import KitfileTab
from kitops_desktop.ui.library.manifest_tab import ManifestTab
from kitops_desktop.ui.library.overview_tab import OverviewTab
from kitops_desktop.ui.library.preview_look import PreviewLook
from kitops_desktop.ui.waiting import wait_text, worth_telling
from kitops_desktop.ui.widgets.parts import label

_COUNTED_EVERY = 300  # milliseconds
_LOW = 600
"""Pixels: in a page that is lower, its head gives way to what is shown below it."""


class KitPage(QWidget):
    """``show_source`` shows a kit; the signals carry what the user asked for.

    ``loaded`` is what is shown, None while it is read or when that failed.
    """

    unpack_wanted = Signal(object)  # globs of the ticked files
    switched = Signal(object)  # KitSource of another tag
    stored_wanted = Signal(object)  # Reference of the same kit on this computer
    version_wanted = Signal(object)  # Reference of another version of the repository, by its digest
    compare_wanted = Signal(object)  # the same, to be compared with what is shown
    remedy_wanted = Signal(str)  # the registry whose page helps
    shown = Signal(object)  # LoadedKit
    completed = Signal(object)  # LoadedKit, once all further looks are done

    def __init__(
        self,
        background: Background,
        cache: ListingCache | None,
        actions: KitActions | None = None,
        look: PreviewLook | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        actions = actions or KitActions()
        self._reader = Reader(background, self)
        self.source: KitSource | None = None
        self.loaded: LoadedKit | None = None
        self.header = KitHeader(actions)
        self.header.tag_chosen.connect(self._on_tag)
        self.header.stored_wanted.connect(self.stored_wanted)
        self.overview, self.kitfile, self.manifest = OverviewTab(), KitfileTab(), ManifestTab()
        self.files = FilesTab(background, cache, actions.ticked, look)
        self.files.preview.remedy_wanted.connect(self.remedy_wanted)
        self.files.preview.shown.connect(self.files.show_read)
        self.files.unpack_wanted.connect(self.unpack_wanted)
        self.history = HistoryTab(background)
        self.history.open_wanted.connect(self.version_wanted)
        self.history.compare_wanted.connect(self.compare_wanted)
        self.tabs = self._make_tabs()
        self._counting = QTimer(self, interval=_COUNTED_EVERY)
        self._counting.timeout.connect(self._show_read)
        self.tabs.currentChanged.connect(self._show_read)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.tabs)
        self._reading, self.problem = label("Reading…", "muted"), ErrorPage()
        self.problem.retry_wanted.connect(self._again)
        self.problem.remedy_wanted.connect(self.remedy_wanted)
        self._stack.addWidget(self._reading)
        self._stack.addWidget(self.problem)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.header)
        self._column.addWidget(self._stack, 1)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._counting.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        super().hideEvent(event)
        self._counting.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        low = event.size().height() < _LOW
        self._column.setSpacing(4 if low else 10)
        self.header.set_low(low)

    def show_source(self, source: KitSource) -> None:
        """Read a kit and show it. The tab stays what it was."""
        self.source, self.loaded = source, None
        self.header.show_source(source)
        self._reading.setText("Reading…")
        self._stack.setCurrentWidget(self._reading)
        self._reader.read(lambda token: _looked(source, token), self._on_loaded, self._on_failed)

    def reload(self) -> None:
        """Read the kit again, after something was done to its tags; what did not change is left alone."""
        source = self.source
        if source is not None:
            self._reader.read(lambda token: _looked(source, token), self._on_reloaded, self._on_failed)

    def _on_loaded(self, loaded: LoadedKit) -> None:
        assert self.source is not None
        self.loaded = loaded
        self.header.show_kit(loaded, self.source.reference, is_remote=self.source.is_remote)
        self.overview.show_kit(loaded)
        self.kitfile.show_text(loaded.kitfile_text)
        self.manifest.show_kit(loaded.kit)
        self.files.show_kit(loaded.kit, self.source)
        self.history.show_kit(loaded.kit, self.source)
        self._stack.setCurrentWidget(self.tabs)
        self._show_read()
        self.shown.emit(loaded)
        self._look_further(iter(self.source.further_looks))

    def _on_reloaded(self, loaded: LoadedKit) -> None:
        before = self.loaded
        if before is None or before.kit.descriptor.digest != loaded.kit.descriptor.digest:
            self._on_loaded(loaded)
            return
        assert self.source is not None
        looks = self.source.further_looks
        if looks:  # until they have been taken again
            loaded = replace(loaded, tags=before.tags, readme=before.readme, referrers=before.referrers)
        self.loaded = loaded
        self.header.show_kit(loaded, self.source.reference, is_remote=self.source.is_remote)
        self.history.show_kit(loaded.kit, self.source)
        self._look_further(iter(looks))

    def _look_further(self, looks: Iterator[Look]) -> None:
        """Take the next look, and show what it adds; then the one after it."""
        look, before = next(looks, None), self.loaded
        if before is None:
            return
        if look is None:
            self.completed.emit(before)
            return

        def looked(loaded: LoadedKit) -> None:
            self._show_more(loaded)
            self._look_further(looks)

        self._reader.read(lambda token: look(before, token), looked, self._on_failed)

    def _show_more(self, loaded: LoadedKit) -> None:
        assert self.source is not None
        before, self.loaded = self.loaded, loaded
        self.header.show_kit(loaded, self.source.reference, is_remote=self.source.is_remote)
        self.overview.show_more(loaded)
        if before is not None and before.indexes not in (None, loaded.indexes):
            self.files.list_again()
        self.files.show_read()

    @Slot()
    def _show_read(self) -> None:
        """Whatever reads of the kit: the files have the counter above them, the other tabs in the head. As
        long as there is nothing to show yet, what is waited for is said in its place.
        """
        wait = worth_telling((*self._reader.waits, *self.files.waits))
        if self.loaded is None:
            self._reading.setText("Reading…" if wait is None else wait_text(wait))
        if self.source is not None and self.source.is_remote and self.loaded is not None:
            self.header.show_read(self.source.bytes_read, self.loaded.kit.manifest.layers_size, wait)
            self.header.read.setVisible(self.tabs.currentWidget() is not self.files)
            self.files.show_read()

    def _on_failed(self, error: Exception) -> None:
        self.loaded = None
        self.header.set_ready(False)
        self.problem.show_error(error)
        self._stack.setCurrentWidget(self.problem)

    def _again(self) -> None:
        if self.source is not None:
            self.show_source(self.source)

    def _on_tag(self, tag: str) -> None:
        if self.source is not None and tag != self.source.reference.tag:
            self.switched.emit(self.source.at_tag(tag))

    def _make_tabs(self) -> QTabWidget:
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.setAccessibleName("Kit")
        for page, name in (
            (self.overview, "&Overview"),
            (self.files, "&Files"),
            (self.kitfile, "&Kitfile"),
            (self.manifest, "&Manifest"),
            (self.history, "&History"),
        ):
            tabs.addTab(page, name)
        return tabs


def _looked(source: KitSource, token: CancelToken) -> LoadedKit:
    """As the source has it, with its Kitfile as text: a long one takes long to be written."""
    loaded = source.look(token)
    return replace(loaded, kitfile_text=to_yaml(loaded.kit.kitfile, exact_integers=True))
