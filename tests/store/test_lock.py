"""The lock: one at a time, given up by the dead, and not for ever waited for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kitops_desktop.errors import StoreBusy
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.store.lock import LockFile, StoreLock
from support.stored_kits import add_kit, rows, write_kit

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from pathlib import Path
from kitops_desktop.store.lock import StoreLock
path = Path(sys.argv[1])
with StoreLock(path, path.parent).held():
    sys.stdout.write("held\\n")
    sys.stdout.flush()
    sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock of the store in ``tmp_path``."""
    lock = tmp_path / "kitops-desktop" / "store.lock"
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(lock)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_another_process_keeps_us_waiting(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        store = LocalStore(tmp_path, lock_timeout=0.2)
        manifest = write_kit(store, b"blobs need no lock")
        with pytest.raises(StoreBusy) as caught:
            store.add_manifest("localhost/a", manifest, ("1",))
        assert caught.value.seconds == 0.2
        assert store.listing().kits == (), "reading needs no lock"
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        store.add_manifest("localhost/a", manifest, ("1",))
    assert {row[:2] for row in rows(store)} == {("localhost/a", "1")}


def test_threads_wait_for_one_another(tmp_path: Path) -> None:
    path = tmp_path / "store.lock"
    inside: list[int] = []
    most = 0

    def work(number: int) -> None:
        nonlocal most
        for _ in range(20):
            with StoreLock(path, tmp_path).held():
                inside.append(number)
                most = max(most, len(inside))
                inside.remove(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_thread_does_not_wait_for_ever(tmp_path: Path) -> None:
    with (
        StoreLock(tmp_path / "store.lock", tmp_path).held(),
        pytest.raises(StoreBusy),
        StoreLock(tmp_path / "store.lock", tmp_path, timeout=0.05).held(),
    ):
        pass


def test_the_file_that_stands_in_for_a_lock(tmp_path: Path) -> None:
    one, other = LockFile(tmp_path / "held"), LockFile(tmp_path / "held")
    assert one.try_create()
    assert not other.try_create()
    one.remove()
    assert other.try_create()
    os.utime(tmp_path / "held", (0, 0))
    assert not one.try_create(), "its holder has died: away with it"
    assert one.try_create()


def test_the_lock_is_not_in_the_way_of_kit(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "kitops")
    add_kit(store, "localhost/a", ["1"], b"layer")
    store.remove([parse_reference("a:1")])
    assert sorted(path.name for path in (store.home / "storage").iterdir()) == [
        "blobs",
        "index.json",
        "oci-layout",
    ]
