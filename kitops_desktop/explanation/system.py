"""Explanations of what the store, the disk and the operating system refuse."""

from __future__ import annotations

import errno

from kitops_desktop import errors
from kitops_desktop.explanation.explanation import Explanation
from kitops_desktop.explanation.words import NOTHING_CHANGED, STORE_KEPT, sentence, size

_DONE_IS_KEPT = "What was finished before is kept; nothing half-written stands under a final name."


def store(error: errors.StoreError) -> Explanation:
    return Explanation(
        "The local store cannot be used", sentence(str(error)), STORE_KEPT, "Verify the store."
    )


def store_damaged(error: errors.StoreDamaged) -> Explanation:
    return Explanation(
        "A file of the local store is damaged",
        sentence(f"{error.path}: {error.reason}"),
        f"{STORE_KEPT} The damaged file was not changed.",
        "Verify and repair the store: what can be told from the blobs is put back.",
    )


def store_read_only(error: errors.StoreReadOnly) -> Explanation:
    return Explanation(
        "The local store may not be written",
        f"{error.path} is read-only for you.",
        f"{NOTHING_CHANGED} Looking at kits and unpacking them works all the same.",
        "Choose another store folder in Settings (or KITOPS_HOME), or have the permission changed.",
    )


def store_busy(error: errors.StoreBusy) -> Explanation:
    return Explanation(
        "Another program is using the local store",
        f"It has held {error.path} for {error.seconds:.0f} seconds.",
        "Blobs already stored are kept, so the next attempt goes faster.",
        "Wait for the other program to finish, then try again.",
    )


def store_unavailable(error: errors.StoreUnavailable) -> Explanation:
    return Explanation(
        "The local store cannot be reached",
        sentence(f"{error.path}: {error.reason}"),
        NOTHING_CHANGED,
        "Connect the drive or network folder it is on, or choose another in Settings (or KITOPS_HOME).",
    )


def disk_full(error: errors.DiskFull) -> Explanation:
    if error.needed is None:
        room, more = f"{size(error.free)} are free at {error.path}.", "space"
    else:
        room = f"{size(error.needed)} are needed at {error.path}, {size(error.free)} are free."
        more = size(max(0, error.needed - error.free))
    return Explanation(
        "The disk is full",
        room,
        _DONE_IS_KEPT,
        f"Free {more} there (remove kits, empty the trash), or choose another folder; then try again.",
    )


def file_access(error: errors.FileAccessError) -> Explanation:
    return Explanation(
        f"The system refused to {error.action}",
        sentence(f"{error.path}: {error.reason}"),
        _DONE_IS_KEPT,
        f"See that {error.path} exists and that you may use it, then try again.",
    )


def settings(error: errors.SettingsError) -> Explanation:
    return Explanation(
        "The settings could not be saved",
        sentence(f"{error.path}: {error.reason}"),
        "They hold until the program is closed; the file is as it was.",
        f"See that you may write to {error.path.parent}, then change the setting again.",
    )


_KINDS: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("The disk is full", "Free some space there, or choose another folder; then try again."),
    errno.EDQUOT: (
        "Your share of the disk is used up",
        "Free some space, or ask for a larger quota; then try again.",
    ),
    errno.EROFS: ("The file system may only be read", "Choose a folder on another drive, then try again."),
    errno.EACCES: (
        "You may not use a file or folder",
        "Have the permission changed, or choose another; then try again.",
    ),
    errno.EPERM: (
        "The system does not allow it",
        "Have the permission changed, or choose another; then try again.",
    ),
    errno.ENOENT: (
        "A file or folder is not there",
        "See that it exists (it may have been moved), then try again.",
    ),
    errno.ENOTDIR: ("A folder was expected", "Choose a folder, then try again."),
    errno.EISDIR: ("A file was expected", "Choose a file, then try again."),
    errno.EEXIST: ("Something of that name exists", "Choose another name or folder, then try again."),
    errno.ENOTEMPTY: ("The folder is not empty", "Choose an empty folder, then try again."),
    errno.ENAMETOOLONG: (
        "A name is too long for the file system",
        "Choose a folder with a shorter path, then try again.",
    ),
    errno.ELOOP: ("Links lead round in a circle", "Correct the link, then try again."),
    errno.EFBIG: (
        "A file is too large for the file system",
        "Choose a folder on another drive, then try again.",
    ),
    errno.EMFILE: ("Too many files are open", "Close other programs or raise the limit, then try again."),
    errno.ENFILE: ("Too many files are open", "Close other programs or raise the limit, then try again."),
    errno.EBUSY: ("Another program is using the file", "Close the other program, then try again."),
    errno.EIO: ("The drive reports an error", "Check the drive and its cable, then try again."),
    errno.ESTALE: ("The network folder is gone", "Connect it again, then try again."),
    errno.ENOTCONN: ("The network folder is gone", "Connect it again, then try again."),
}


def os_error(error: OSError) -> Explanation:
    """By its number; the file is named when the system named it."""
    title, next_step = _KINDS.get(
        error.errno or 0, ("The system refused", "See to the cause, then try again.")
    )
    cause = error.strerror or type(error).__name__
    reason = f"{_name(error.filename)}: {cause}" if error.filename is not None else cause
    return Explanation(title, sentence(reason), _DONE_IS_KEPT, next_step)


def _name(filename: object) -> str:
    return filename.decode("utf-8", "replace") if isinstance(filename, bytes) else str(filename)
