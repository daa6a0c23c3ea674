"""Explanations of what stops unpacking. That of ``UnpackFailed`` contains the one of its cause."""

from __future__ import annotations

from kitops_desktop import errors
from kitops_desktop.explanation.explanation import Explanation
from kitops_desktop.explanation.words import UNPACK_KEPT, listed, sentence, shortened


def unpack(error: errors.UnpackError) -> Explanation:
    return Explanation(
        "Unpacking stopped", sentence(str(error)), UNPACK_KEPT, "Correct the cause and unpack again."
    )


def files_exist(error: errors.FilesExist) -> Explanation:
    many = len(error.paths) != 1
    return Explanation(
        f"{len(error.paths):,} files are in the way" if many else "A file is in the way",
        f"The folder has already {listed(error.paths)}.",
        "The files that were there are untouched.",
        "Choose another folder, or say what happens to files that exist: overwrite them (--overwrite) or"
        " leave them (--ignore-existing).",
    )


def unsafe_entry(error: errors.UnsafeEntry) -> Explanation:
    return Explanation(
        "The kit has an entry that may not be unpacked",
        f"“{shortened(error.name)}”: {error.reason}.",
        UNPACK_KEPT,
        "Do not trust this kit until its maker has explained the entry. Other layers can be unpacked alone.",
    )


def archive_damaged(error: errors.ArchiveDamaged) -> Explanation:
    return Explanation(
        "A layer cannot be read",
        sentence(error.reason),
        UNPACK_KEPT,
        "The layer was made so, or is damaged: verify the store, then pack or get the kit again.",
    )


def archive_too_large(error: errors.ArchiveTooLarge) -> Explanation:
    return Explanation(
        "A layer holds more than it may",
        sentence(error.reason),
        UNPACK_KEPT,
        "Do not trust this kit until whoever made it has explained its size.",
    )


def unpack_failed(error: errors.UnpackFailed, cause: Explanation) -> Explanation:
    done = (
        f"In place and complete: {listed(error.in_place)}." if error.in_place else "No layer is in place yet."
    )
    missing = f" Not unpacked: {listed(error.missing)}." if error.missing else ""
    return Explanation(
        f"Unpacking stopped at {error.layer}",
        cause.what_and_why,
        f"{done}{missing} Nothing unfinished stands under a final name.",
        cause.next_step,
    )
