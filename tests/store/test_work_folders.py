"""Folders in which something is gathered before it is packed."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

import pytest

from kitops_desktop.store.local_store import LocalStore

WEEK = 7 * 86_400


class Broken(Exception):
    """What breaks something off."""


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


def gather(store: LocalStore, name: str, *files: str) -> Path:
    """Begin, write files and be broken off; gives the folder."""
    with suppress(Broken), store.work_folder(name) as folder:
        assert folder is not None
        for file in files:
            (folder / file).write_bytes(b"content")
        raise Broken
    return folder


def test_what_was_broken_off_goes_on_and_goes_in_the_end(store: LocalStore) -> None:
    kept = gather(store, "churn", "a")
    with store.work_folder("churn") as folder:
        assert folder == kept
        assert (kept / "a").read_bytes() == b"content"
        (kept / "a").chmod(0o400)
    assert list(kept.parent.iterdir()) == []


def test_nothing_stays_of_what_had_nothing(store: LocalStore) -> None:
    kept = gather(store, "churn")
    assert list(kept.parent.iterdir()) == []


def test_one_at_a_time(store: LocalStore, tmp_path: Path) -> None:
    with store.work_folder("churn") as folder, LocalStore(tmp_path / "store").work_folder("churn") as other:
        assert folder is not None
        assert other is None
    with store.work_folder("churn") as folder:
        assert folder is not None


def test_its_bytes_count_as_begun(store: LocalStore) -> None:
    before = store.disk_use().partial
    gather(store, "churn", "a", "b")
    assert store.disk_use().partial == before + 2 * len(b"content")


def test_what_nobody_goes_on_with_goes_after_a_week(store: LocalStore) -> None:
    (store.home / "storage").mkdir(parents=True)
    young, old, used = (gather(store, name, "a") for name in ("young", "old", "used"))
    for folder in (old, used):
        os.utime(folder.with_name(f"{folder.name}.lock"), (0, time.time() - WEEK - 60))
    with store.work_folder("used"):
        os.utime(used.with_name("used.lock"), (0, time.time() - WEEK - 60))
        store.prune()
        assert used.exists()
    assert young.exists()
    assert not old.exists()
