"""The eye on the store: what changes while it is looked at is not missed."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kitops_desktop.jobs.background import Background
from kitops_desktop.store.local_store import Listing, LocalStore
from kitops_desktop.ui.library.store_watch import StoreWatch


@pytest.fixture
def background() -> Iterator[Background]:
    made = Background()
    yield made
    made.close()


class SlowStore(LocalStore):
    """Its first listing is given when ``go_on`` is set."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.go_on, self.listed = threading.Event(), threading.Event()

    def listing(self) -> Listing:
        found = super().listing()
        self.listed.set()
        self.go_on.wait(60)
        return found


def test_what_is_stored_while_the_listing_is_read_is_listed_too(
    golden: Path, tmp_path: Path, background: Background, qtbot: QtBot
) -> None:
    """Nobody sees the library, so that it is not looked at every two seconds."""
    store = SlowStore(tmp_path / "kitops")
    listings: list[Listing] = []
    watch = StoreWatch(background, lambda: store)
    watch.listed.connect(listings.append)
    watch.look()
    qtbot.waitUntil(store.listed.is_set)
    shutil.copytree(golden / "06-tags-shared" / "storage", store.home / "storage", dirs_exist_ok=True)
    watch.look()  # as when a job has ended
    store.go_on.set()
    qtbot.waitUntil(lambda: bool(listings) and bool(listings[-1].kits))
