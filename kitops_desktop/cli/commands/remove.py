"""``remove``: take a tag, a kit, or all kits out of the local store. What was removed can be restored for
some days.
"""

from __future__ import annotations

import argparse

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.errors import InvalidArgument, ReferenceNotFound
from kitops_desktop.oci.reference import Reference, parse_reference_with_tags
from kitops_desktop.store.local_store import StoredKit

SUMMARY = "Remove a ModelKit from local storage"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("modelkit", nargs="?", metavar="[registry/]repository[:tag|@digest]")
    parser.add_argument("-f", "--force", action="store_true", help="remove the kit and all its tags")
    parser.add_argument(
        "-a", "--all", action="store_true", help="remove all untagged kits (with --force: all kits)"
    )


def run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    if arguments.all:
        if arguments.modelkit:
            raise InvalidArgument("modelkit should not be specified when --all flag is used")
        return _remove_all(invocation)
    if not arguments.modelkit:
        raise InvalidArgument("modelkit is required for remove unless --all is specified")
    return _remove_named(invocation)


def _remove_named(invocation: Invocation) -> int:
    """The first tag decides the exit code, as with `kit`; later ones that fail are only told."""
    store = invocation.workspace.store
    reference, extra = parse_reference_with_tags(invocation.arguments.modelkit)
    _remove(invocation, reference)
    for tag in extra:
        try:
            _remove(invocation, reference.with_tag(tag))
        except ReferenceNotFound as error:
            invocation.console.error(f"Failed to remove tag {tag}: {error}")
    _say_trash(invocation, store.disk_use().trash)
    return 0


def _remove(invocation: Invocation, reference: Reference) -> None:
    store = invocation.workspace.store
    descriptor = store.resolve(reference)
    store.remove([reference], force=invocation.arguments.force)
    invocation.console.info(f"Removed {reference.short} (digest {descriptor.digest})")


def _remove_all(invocation: Invocation) -> int:
    store = invocation.workspace.store
    chosen = [kit for kit in store.listing().kits if invocation.arguments.force or not kit.tags]
    for kit in chosen:
        for tag in kit.tags:
            invocation.console.info(f"Untagged {_name(kit)}:{tag}")
        registry, _, repository = kit.repository.partition("/")
        store.remove([Reference(registry, repository, digest=kit.descriptor.digest)], force=True)
        invocation.console.info(f"Removed {_name(kit)}@{kit.descriptor.digest}")
    _say_trash(invocation, store.disk_use().trash)
    return 0


def _name(kit: StoredKit) -> str:
    return kit.repository.removeprefix("localhost/").removeprefix("_")


def _say_trash(invocation: Invocation, size: int) -> None:
    if size:
        invocation.console.debug(f"{kit_size(size)} in the trash; `prune --empty-trash` frees it")
