"""What is said of a kit that was packed, in the words of `kit`, and what one should know of it."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.classification.content_flags import pickle_flag
from kitops_desktop.cli.console import Console, printable
from kitops_desktop.errors import ReferenceNotFound
from kitops_desktop.jobs.pack_job import PackOutcome, PreparedPack
from kitops_desktop.oci.digest import EMPTY_TAR_DIGEST, Digest, hex_of
from kitops_desktop.oci.reference import parse_reference_with_tags
from kitops_desktop.store.local_store import LocalStore


@dataclass(frozen=True, slots=True)
class StoredBefore:
    """What the store had before: the names of sha256 blobs, and the manifest that had the tag."""

    blobs: frozenset[str]
    manifest: Digest | None


def stored_before(store: LocalStore, reference: str) -> StoredBefore:
    return StoredBefore(frozenset(_blobs(store)), _listed(store, reference))


def warn_of_packed(console: Console, prepared: PreparedPack) -> None:
    for warning in prepared.plan.warnings:
        console.warn(printable(warning))
    for secret in prepared.secrets:
        console.warn(f"packed a secret: {printable(secret.path)} ({secret.flag.reason})")
    for pickle in filter(None, map(pickle_flag, prepared.looked.looks)):
        console.warn(f"packed a pickle: {printable(pickle.path)} ({pickle.reason})")
    for left_out in prepared.plan.left_out:
        console.debug(
            f"left out {printable(left_out.path)}: {left_out.why} {printable(left_out.detail)}".rstrip()
        )


def saved_lines(outcome: PackOutcome, before: StoredBefore) -> list[str]:
    """What `kit pack` says of each blob, in its words."""
    packed, known, lines = outcome.packed, set(before.blobs), []
    for layer in packed.layers:
        name = hex_of(layer.descriptor.digest)
        lines.append(
            f"{'Already saved' if name in known else 'Saved'} {layer.kind} layer: {layer.descriptor.digest}"
        )
        known.add(name)
    config = packed.config.digest
    there = hex_of(config) in before.blobs
    lines.append(
        f"Configuration already exists in storage: {config}" if there else f"Saved configuration: {config}"
    )
    manifest = packed.manifest.digest
    again = (
        "Manifest already exists in storage" if manifest == before.manifest else "Saved manifest to storage"
    )
    return [*lines, f"{again}: {manifest}", f"Model saved: {manifest}"]


def _blobs(store: LocalStore) -> set[str]:
    """The names of all sha256 blobs that are in the store already."""
    folder = store.blob_path(EMPTY_TAR_DIGEST).parent
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _listed(store: LocalStore, name: str) -> Digest | None:
    """The manifest that has the tag now."""
    try:
        return store.resolve(parse_reference_with_tags(name)[0]).digest if name else None
    except ReferenceNotFound:
        return None
