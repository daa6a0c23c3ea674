"""Several processes at once, and processes that are killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.store.local_store import LocalStore
from support.stored_kits import add_kit, blob, broken_rules, rows, write_blob
from support.storing_process import OPERATIONS

ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
PROCESSES, KITS_EACH = 24, 3


def test_24_processes_packing_at_once(tmp_path: Path) -> None:
    home = tmp_path / "kitops"
    argv = [sys.executable, "-m", "support.storing_process", "pack", str(home)]
    processes = [
        subprocess.Popen(
            [*argv, f"p{number}", str(KITS_EACH)],
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    failed = [error for process in processes if (error := process.communicate()[1])]
    assert failed == []
    assert all(process.returncode == 0 for process in processes)
    listing = LocalStore(home).listing()
    assert listing.damage == ()
    assert {kit.repository for kit in listing.kits} == {"localhost/all"}
    assert len(listing.kits) == PROCESSES * KITS_EACH
    tags = sorted(tag for kit in listing.kits for tag in kit.tags)
    expected = [f"p{number}-{kit}" for number in range(PROCESSES) for kit in (*range(KITS_EACH), "last")]
    assert tags == sorted(expected)
    assert broken_rules(home) == []
    assert LocalStore(home).verify().damage == ()
    assert list((home / "kitops-desktop" / "partial").iterdir()) == []


def test_threads_of_one_process(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "kitops")
    errors: list[Exception] = []

    def pack(number: int) -> None:
        try:
            for kit in range(5):
                name = f"{number}-{kit}"
                add_kit(store, "localhost/all", [name], b"shared", name.encode(), name=name)
                if kit % 2:
                    store.remove([parse_reference(f"all:{name}")])
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=pack, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert {tag for _, tag, _ in rows(store)} == {f"{n}-{kit}" for n in range(12) for kit in (0, 2, 4)}
    assert broken_rules(store.home) == []


def original(home: Path, operation: str) -> LocalStore:
    store = LocalStore(home)
    add_kit(store, "localhost/kept", ["1"], b"shared", b"own of kept")
    add_kit(store, "localhost/other", ["1"], b"shared", b"own of other")
    if operation == "restore":
        store.remove([parse_reference("other:1")])
    if operation == "prune":
        os.utime(store.blob_path(write_blob(store, b"orphan").digest), (0, 0))
    if operation == "repair":
        add_kit(store, "localhost/damaged", ["1"], b"own of damaged")
        store.blob_path(blob(b"own of damaged").digest).write_bytes(b"own of damagex")
    return store


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_killed_at_every_change(operation: str, tmp_path: Path) -> None:
    """After SIGKILL before any rename, removal or opening for writing: the rules hold, nothing that was
    kept is lost, and the operation can be done again.
    """
    first = original(tmp_path / "original", operation)
    kept = first.resolve(parse_reference("kept:1"))
    homes = tmp_path / "killed"
    homes.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "support.storing_process", operation, str(first.home), str(homes)],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) >= 5, "it makes several changes"
    for home in sorted(homes.iterdir()):
        missing = [rule for rule in broken_rules(home) if operation != "repair" or "missing" not in rule]
        assert missing == [], home
        store = LocalStore(home, settle=0)
        assert store.resolve(parse_reference("kept:1")) == kept
        store.heal()
        if operation == "restore" and not store.trash():
            assert ("localhost/other", "1") in {row[:2] for row in rows(store)}
        elif operation == "remove" and ("localhost/other", "1") not in {row[:2] for row in rows(store)}:
            store.restore(store.trash()[0].id)
            assert rows(store) == rows(first)
        else:
            OPERATIONS[operation](store)
        report = store.verify()
        assert [item for item in report.damage if operation != "repair"] == [], home
        assert kept.digest in {kit.descriptor.digest for kit in store.listing().kits}
        assert not list(home.glob("**/.kitops-desktop-*")), home
    shutil.rmtree(homes)
