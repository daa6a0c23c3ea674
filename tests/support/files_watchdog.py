"""Measure the longest pause of the window's event loop while the files of a large kit are listed, searched
and sorted: a program of its own.

    python -m support.files_watchdog

Prints for each of three runs the longest gap between two turns of the event loop, in milliseconds, from the
moment the files begin to be listed until they were filtered, sorted, scrolled through and ticked, with the
largest folder open; and what was done at that moment.
"""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt

from kitops_desktop.jobs.background import Background
from kitops_desktop.modelkit.inspect import ModelKit, load_kit
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.oci.manifest import MANIFEST_TYPE
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.progress import CancelToken
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.ui.application import make_application
from kitops_desktop.ui.library.file_tree_model import FileColumn
from kitops_desktop.ui.library.files_tab import FilesTab
from kitops_desktop.ui.library.kit_source import StoredKitSource
from kitops_desktop.ui.theme import Theme
from support.loop_gaps import Gaps
from support.synthetic_layer import CountingStorage, SyntheticLayer, kit_of_layers

RUNS = 3
SCROLLED = 5
"""So often one scrolls to the end of what has rows, and finds more."""
IN_ONE_FOLDER, FOLDERS, IN_EACH = 50_000, 500, 100


@dataclass(frozen=True, slots=True)
class Source(StoredKitSource):
    """A kit whose blobs are in no store."""

    blobs: Fetcher | None = None

    def fetcher(self, token: CancelToken) -> Fetcher:
        assert self.blobs is not None
        return self.blobs


def kit_of_many() -> tuple[ModelKit, CountingStorage]:
    """100,000 files: half of them in one folder."""
    large = SyntheticLayer([(f"data/f{number:05}.csv", number % 97) for number in range(IN_ONE_FOLDER)])
    small = SyntheticLayer(
        [(f"parts/{part:03}/{number:02}.json", 7) for part in range(FOLDERS) for number in range(IN_EACH)]
    )
    manifest, config = kit_of_layers((large, small))
    blobs: dict[str, bytes | SyntheticLayer] = {digest_of(text): text for text in (manifest, config)}
    blobs |= {layer.descriptor.digest: layer for layer in (large, small)}
    storage = CountingStorage(blobs)
    return load_kit(storage, Descriptor(MANIFEST_TYPE, digest_of(manifest), len(manifest))), storage


def use(tab: FilesTab, kit: ModelKit, source: StoredKitSource) -> Gaps:
    """List, search and sort the files as a person does."""
    gaps = Gaps()
    gc.collect()
    tab.show_kit(kit, source)
    gaps.until(lambda: tab.model.rowCount() > 0, "first rows")
    tab.tree.expand(tab.model.index(0, 0))
    gaps.until(lambda: not tab.listing, "listing")
    for text in ("7", "77", "parts", ""):
        tab.search.setText(text)
        gaps.until(lambda text=text: tab.model.rows.query.text == text, f"search {text}")  # type: ignore[misc]
    tab.tree.expand(tab.model.index(0, 0))
    bar = tab.tree.verticalScrollBar()
    for _ in range(SCROLLED):
        rows = bar.maximum()
        bar.setValue(rows)
        gaps.until(lambda rows=rows: bar.maximum() > rows, "scroll")  # type: ignore[misc]
    for column, order in (
        (FileColumn.SIZE, Qt.SortOrder.DescendingOrder),
        (FileColumn.NAME, Qt.SortOrder.AscendingOrder),
    ):
        tab.tree.sortByColumn(column, order)
        gaps.until(lambda: not tab.busy, f"sort {column}")
    tab.model.set_all_ticked(True)
    gaps.until(lambda: not tab.busy, "tick")
    tab.model.set_all_ticked(False)
    gaps.until(lambda: not tab.busy, "untick")
    return gaps


def main() -> None:
    application = make_application()
    theme = Theme(application, "light")
    background = Background()
    tab = FilesTab(background, None, "Unpack ticked…")
    tab.resize(900, 700)
    tab.show()
    kit, storage = kit_of_many()
    source = Source(lambda: LocalStore(Path()), parse_reference("many:v1"), blobs=storage)
    for _ in range(RUNS):
        gaps = use(tab, kit, source)
        sys.stdout.write(f"{gaps.longest * 1000:.1f} {gaps.worst}\n")
    background.close()
    theme.deleteLater()


if __name__ == "__main__":
    main()
