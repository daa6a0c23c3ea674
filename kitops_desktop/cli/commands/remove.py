"""``remove``: take a tag, a kit, or all kits out of the local store, from where they can be restored for some
days; or a tag or a kit out of a registry, from where they can be put back until it collects its garbage.
"""

from __future__ import annotations

import argparse

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.network_flags import add_network_flags, use_network
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.errors import InvalidArgument, ReferenceNotFound
from kitops_desktop.explanation.words import listed
from kitops_desktop.jobs.delete_remote_job import DeleteRemoteWork, delete_remote
from kitops_desktop.jobs.remote import remote_reference
from kitops_desktop.jobs.restore_remote_job import RestoreRemoteWork, restore_remote
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.reference import Reference, parse_reference_with_tags
from kitops_desktop.store.local_store import Removal

SUMMARY = "Remove a ModelKit from local storage or from a registry"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("modelkit", nargs="?", metavar="[registry/]repository[:tag|@digest]")
    parser.add_argument("-f", "--force", action="store_true", help="remove the kit and all its tags")
    parser.add_argument(
        "-a", "--all", action="store_true", help="remove all untagged kits (with --force: all kits)"
    )
    parser.add_argument(
        "-r",
        "--remote",
        action="store_true",
        help="in its registry: the tag; by digest or with --force the kit and all its tags",
    )
    parser.add_argument(
        "--undo",
        action="store_true",
        help="put back what was removed from its registry from here",
    )
    add_network_flags(parser)


def run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    if arguments.undo:
        return _undo(invocation)
    if arguments.remote and arguments.all:
        raise InvalidArgument("cannot use --all with --remote")
    if arguments.all:
        if arguments.modelkit:
            raise InvalidArgument("modelkit should not be specified when --all flag is used")
        return _remove_all(invocation)
    if not arguments.modelkit:
        raise InvalidArgument("modelkit is required for remove unless --all is specified")
    return _remove_remote(invocation) if arguments.remote else _remove_named(invocation)


def _remove_remote(invocation: Invocation) -> int:
    """As with newer `kit`: a tag is taken away alone. (1.7.0 deletes the kit with all its tags.)"""
    reference, extra = parse_reference_with_tags(invocation.arguments.modelkit)
    use_network(invocation, reference.registry)
    for target in (reference, *(reference.with_tag(tag) for tag in extra)):
        whole = invocation.arguments.force or target.tag is None
        work = DeleteRemoteWork(str(target), "version" if whole else "tag")
        deleted = delete_remote(work, invocation.workspace.tools, token=invocation.token)
        if whole:
            invocation.console.info(f"Deleted remote ModelKit {target.with_digest(deleted.digest)}")
            if set(deleted.tags) - {target.tag}:
                invocation.console.note(f"Its tags went with it: {listed(deleted.tags)}")
        else:
            invocation.console.info(f"Untagged remote ModelKit {target}")
        if deleted.undo:
            undo = f"kitops-desktop remove --undo {target}"
            invocation.console.note(f"`{undo}` puts it back, as long as its layers are there")
    return 0


def _undo(invocation: Invocation) -> int:
    """The latest that the reference names, whether or not its tags were removed with it."""
    arguments, console = invocation.arguments, invocation.console
    if not arguments.modelkit or arguments.all or arguments.force:
        raise InvalidArgument("--undo is for one modelkit in a registry")
    reference = remote_reference(arguments.modelkit, "undoing")
    use_network(invocation, reference.registry)
    deleted = invocation.workspace.deleted_versions.recent(reference.repository_name)
    named = (one for one in deleted if reference.tag in one.tags or reference.digest == one.digest)
    found = next(named, None)
    if found is None:
        raise InvalidArgument(f"nothing is kept that was removed as {reference}")
    work = RestoreRemoteWork(found.id, found.text)
    restored = restore_remote(work, invocation.workspace.tools, token=invocation.token)
    for tag in restored.taken:
        console.warn(f"{tag} means something else by now, and was left alone")
    console.info(f"Put back {reference.repository_name}@{restored.digest}")
    for tag in restored.tags:
        console.info(f"Tagged remote ModelKit {reference.with_tag(tag)}")
    return 0


def _remove_named(invocation: Invocation) -> int:
    """The first tag decides the exit code, as with `kit`; later ones that fail are only told."""
    reference, extra = parse_reference_with_tags(invocation.arguments.modelkit)
    _remove(invocation, reference)
    for tag in extra:
        try:
            _remove(invocation, reference.with_tag(tag))
        except ReferenceNotFound as error:
            invocation.console.error(f"Failed to remove tag {tag}: {error}")
    return 0


def _remove(invocation: Invocation, reference: Reference) -> None:
    store = invocation.workspace.store
    digest = store.resolve(reference).digest
    removal = store.remove([reference], force=invocation.arguments.force)
    invocation.console.info(f"Removed {reference.short} (digest {digest})")
    _say_how_to_restore(invocation, removal)


def _remove_all(invocation: Invocation) -> int:
    store, force = invocation.workspace.store, bool(invocation.arguments.force)
    tags = {kit.descriptor.digest: kit.tags for kit in store.listing().kits} if force else {}
    removal = store.remove_all(force=force)
    for reference in removal.removed:
        for tag in tags.get(Digest(reference.digest or ""), ()):
            invocation.console.info(f"Untagged {reference.with_tag(tag).short}")
        invocation.console.info(f"Removed {reference.short}")
    _say_how_to_restore(invocation, removal)
    return 0


def _say_how_to_restore(invocation: Invocation, removal: Removal) -> None:
    if removal.id:
        size = kit_size(removal.freed)
        invocation.console.debug(f"{size} moved to the trash; `prune --restore {removal.id}` puts it back")
