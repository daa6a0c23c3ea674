"""Processes that work on a store of their own accord: many at once, or one that is killed in the midst."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.store.local_store import LocalStore
from support.stored_kits import add_kit

CHANGES = frozenset({"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.truncate", "open"})


def add(store: LocalStore) -> None:
    add_kit(store, "localhost/new", ["1", "latest"], b"shared", b"own of new", name="new")


def add_tag(store: LocalStore) -> None:
    store.tag(parse_reference("other:1"), parse_reference("elsewhere:1"))


def remove(store: LocalStore) -> None:
    store.remove([parse_reference("other:1")])


def restore(store: LocalStore) -> None:
    store.restore(store.trash()[0].id)


def prune(store: LocalStore) -> None:
    store.prune()


def repair(store: LocalStore) -> None:
    store.verify(repair=True)


OPERATIONS: dict[str, Callable[[LocalStore], None]] = {
    function.__name__: function for function in (add, add_tag, remove, restore, prune, repair)
}


def die_at_change(home: Path, number: int) -> None:
    """Kill this process when it is about to change the ``number``-th thing in the store's folder."""
    seen = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if event not in CHANGES or not str(arguments[0]).startswith(str(home)):
            return
        if event == "open" and not (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR):
            return
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    sys.addaudithook(watch)


def run_and_die(operation: str, home: Path, number: int) -> bool:
    """Run an operation in a child that dies at a change; whether it died before it was done."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            die_at_change(home, number)
            OPERATIONS[operation](LocalStore(home, settle=0))
            code = 0
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status):
        raise RuntimeError(f"{operation} failed in the child")
    return False


def pack_several(home: Path, name: str, kits: int) -> None:
    """Wait for a line, then add kits with a layer of their own and one that all share."""
    sys.stdin.readline()
    store = LocalStore(home)
    for number in range(kits):
        own = f"{name} {number}".encode() * 1000
        add_kit(
            store, "localhost/all", [f"{name}-{number}", f"{name}-last"], b"shared" * 1000, own, name=name
        )


def die_everywhere(operation: str, original: Path, folder: Path) -> int:
    """Run an operation on copies of a store, dying at each change in turn; gives how many there are."""
    number = 0
    while True:
        home = folder / f"{number:03}"
        shutil.copytree(original, home)
        if not run_and_die(operation, home, number):
            return number
        number += 1


if __name__ == "__main__":
    if sys.argv[1] == "pack":
        pack_several(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    else:
        sys.stdout.write(str(die_everywhere(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
