"""Two kits side by side: what is the same, what differs in the Kitfile, in layers and in files."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from kitops_desktop.compare.compare import Comparison, FileChanges, compare_files, compare_kits
from kitops_desktop.jobs.background import Background
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.preview.files import ListingCache
from kitops_desktop.preview.reading_limits import ON_DISK, OVER_NETWORK
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.compare.change_table import ChangeTable
from kitops_desktop.ui.compare.comparison_rows import file_rows, kitfile_rows, layer_rows, side_text, summary
from kitops_desktop.ui.error_text import as_explanation
from kitops_desktop.ui.library.kit_source import KitSource
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.badge import Badge
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.page_header import PageHeader
from kitops_desktop.ui.widgets.parts import button, frame, label

_FILES = 2
_MOST_FETCHED = 16 << 20
"""Bytes of layers in registries that are read to compare what is in files of one size."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Both kits and what came of comparing them."""

    left: ModelKit
    right: ModelKit
    comparison: Comparison


class ComparePage(QWidget):
    """``show_sources`` compares two kits; their files are listed once somebody looks at that tab."""

    def __init__(
        self, background: Background, cache: ListingCache | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._reader = Reader(background, self)
        self._file_reader = Reader(background, self)
        self._cache = cache
        self._sources: tuple[KitSource, KitSource] | None = None
        self._compared: Compared | None = None
        self._files_asked = False
        self._header = PageHeader("Compare")
        swap = button("Swap sides", "compare")
        swap.clicked.connect(self._swap)
        self._header.add(swap)
        self._badges = QHBoxLayout()
        self._badges.setSpacing(6)
        self._names = (ElidedLabel("", "strong"), ElidedLabel("", "strong"))
        self._sizes = (label("", "muted"), label("", "muted"))
        self.kitfile, self.layers, self.files = (
            ChangeTable("Field"),
            ChangeTable("Layer"),
            ChangeTable("File"),
        )
        self.tabs = self._make_tabs()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._header)
        layout.addLayout(self._make_sides())
        layout.addLayout(self._badges)
        layout.addWidget(self.tabs, 1)

    def show_sources(self, left: KitSource, right: KitSource) -> None:
        """Read and compare two kits."""
        self._sources, self._compared, self._files_asked = (left, right), None, False
        self._file_reader.cancel()
        for name, source in zip(self._names, self._sources, strict=True):
            name.setText(source.reference.short)
        for size in self._sizes:
            size.setText("")
        self._show_badges(())
        for table in (self.kitfile, self.layers, self.files):
            table.say("Reading…")
        self._reader.read(lambda token: _compare(left, right, token), self._on_compared, self._on_failed)

    # -- building

    def _make_sides(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        for side, name, size in zip(("Left", "Right"), self._names, self._sizes, strict=True):
            inside = QVBoxLayout()
            inside.setContentsMargins(14, 10, 14, 10)
            inside.setSpacing(2)
            for widget in (label(side, "caption"), name, size):
                inside.addWidget(widget)
            row.addWidget(frame("card", inside), 1)
        return row

    def _make_tabs(self) -> QTabWidget:
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.setAccessibleName("Differences")
        for table, name in (
            (self.kitfile, "&Kitfile"),
            (self.layers, "&Layers"),
            (self.files, "&Files"),
        ):
            page = QWidget()
            inside = QVBoxLayout(page)
            inside.setContentsMargins(0, 12, 0, 0)
            inside.addWidget(table)
            tabs.addTab(page, name)
        tabs.currentChanged.connect(self._on_tab)
        return tabs

    # -- showing

    def _on_compared(self, compared: Compared) -> None:
        self._compared = compared
        comparison, left, right = compared.comparison, compared.left, compared.right
        self._sizes[0].setText(side_text(left, comparison.only_a))
        self._sizes[1].setText(side_text(right, comparison.only_b))
        self._show_badges(summary(comparison))
        names = self._short_names()
        self.kitfile.show_rows(kitfile_rows(comparison), *names, "The Kitfiles are the same.")
        layers = layer_rows(comparison, left, right)
        self.layers.show_rows(layers, *names, "Neither ModelKit has a layer.")
        self._on_tab()

    def _on_failed(self, error: Exception) -> None:
        explanation = as_explanation(error)
        text = f"{explanation.what_and_why} {explanation.next_step}".strip()
        for table in (self.kitfile, self.layers, self.files):
            table.say(text)

    @Slot()
    def _on_tab(self) -> None:
        if self.tabs.currentIndex() == _FILES and self._compared is not None and not self._files_asked:
            self._files_asked = True
            self.files.say("Listing files…")
            self._file_reader.read(self._compare_files, self._on_files, self._on_files_failed)

    def _compare_files(self, token: CancelToken) -> FileChanges:
        assert self._compared is not None
        assert self._sources is not None
        left, right = self._sources
        kits, is_remote = self._compared, left.is_remote or right.is_remote
        return compare_files(
            kits.left,
            left.fetcher(token),
            kits.right,
            right.fetcher(token),
            cache=self._cache,
            limits=OVER_NETWORK if is_remote else ON_DISK,
            most_read=_MOST_FETCHED if is_remote else None,
            token=token,
        )

    def _on_files(self, changes: FileChanges) -> None:
        same = count_text(changes.same, "file")
        unlisted = count_text(changes.unlisted, "large or compressed layer")
        limits = f" {unlisted} in the registry not listed to the end." if changes.unlisted else ""
        nothing = f"No file differs: {same} on both sides.{limits}"
        self.files.show_rows(file_rows(changes), *self._short_names(), nothing)

    def _on_files_failed(self, error: Exception) -> None:
        self.files.say(as_explanation(error).what_and_why)

    def _show_badges(self, badges: tuple[tuple[str, str], ...]) -> None:
        while (item := self._badges.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for text, tone in badges:
            self._badges.addWidget(Badge(text, tone))  # type: ignore[arg-type]
        self._badges.addStretch(1)

    def _short_names(self) -> tuple[str, str]:
        assert self._sources is not None
        left, right = (source.reference.short for source in self._sources)
        return left, right

    def _swap(self) -> None:
        if self._sources is not None:
            left, right = self._sources
            self.show_sources(right, left)


def _compare(left: KitSource, right: KitSource, token: CancelToken) -> Compared:
    a, b = left.load(token), right.load(token)
    return Compared(a, b, compare_kits(a, b))
