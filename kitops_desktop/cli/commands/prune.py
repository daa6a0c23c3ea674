"""``prune``: move blobs that no kit refers to into the trash, from where they can be restored."""

from __future__ import annotations

import argparse
import time

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.cli.table import table
from kitops_desktop.errors import InvalidArgument
from kitops_desktop.store.local_store import LocalStore

SUMMARY = "Find blobs that no ModelKit refers to and move them to the trash"


def configure(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--dry-run", action="store_true", help="only say what would be moved")
    what.add_argument("--list-trash", action="store_true", help="list what can be restored")
    what.add_argument("--restore", metavar="ID", help="put an entry of the trash back")
    what.add_argument("--empty-trash", action="store_true", help="delete everything in the trash")


def run(invocation: Invocation) -> int:
    arguments, store, say = invocation.arguments, invocation.workspace.store, invocation.console.result
    if arguments.list_trash:
        say(_trash(store))
    elif arguments.restore:
        _restore(store, arguments.restore)
        say(f"Restored {arguments.restore}")
    elif arguments.empty_trash:
        say(f"Freed {kit_size(store.empty_trash(None))}")
    elif arguments.dry_run:
        say(f"{kit_size(store.plan_prune().frees)} would be moved to the trash")
    else:
        removal = store.prune()
        moved = f"Moved {kit_size(removal.freed)} to the trash (restore with ID {removal.id})"
        say(moved if removal.id else "There is nothing to prune")
    return 0


def _trash(store: LocalStore) -> str:
    rows = [("ID", "REMOVED", "SIZE", "WHAT")]
    for entry in store.trash():
        removed = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.removed_at))
        rows.append((entry.id, removed, kit_size(entry.size), entry.description))
    return table(rows)


def _restore(store: LocalStore, wanted: str) -> None:
    if wanted not in {entry.id for entry in store.trash()}:
        raise InvalidArgument(f"there is no entry {wanted!r} in the trash; --list-trash shows what is there")
    store.restore(wanted)
