"""What the window does, as a command to paste into a terminal."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from kitops_desktop.modelkit.conflicts import OnExisting
from kitops_desktop.modelkit.unpack_plan import KITFILE_NAME

PROGRAM = "kitops-desktop"
_EXISTING: dict[OnExisting, list[str]] = {
    OnExisting.FAIL: [],
    OnExisting.OVERWRITE: ["--overwrite"],
    OnExisting.SKIP: ["--ignore-existing"],
    OnExisting.BOTH: ["--keep-both"],
}


def unpack_command(
    reference: str,
    target: str,
    *,
    filters: Sequence[str] = (),
    globs: Sequence[str] = (),
    existing: OnExisting = OnExisting.FAIL,
    decisions: Mapping[str, OnExisting] | None = None,
    profile: str = "",
    keep: bool = False,
    whole_layers: bool = False,
) -> str:
    """The `unpack` command that does the same; quoted for a POSIX shell."""
    words = [PROGRAM, "unpack", reference, "--dir", target]
    if profile:
        words += ["--profile", profile]
    for text in filters:
        words += ["--filter", text]
    for glob in globs:
        words += ["--path", glob]
    words += _EXISTING[existing]
    for path, decision in (decisions or {}).items():
        if decision is not existing or path == KITFILE_NAME:
            words += ["--decide", f"{path}={decision}"]
    words += ["--keep"] if keep else []
    words += ["--whole-layers"] if whole_layers else []
    return shlex.join(words)


def import_command(
    address: str,
    commit: str,
    target: str,
    *,
    globs: Sequence[str] = (),
    existing: OnExisting = OnExisting.FAIL,
    decisions: Mapping[str, OnExisting] | None = None,
) -> str:
    """The `import` command that downloads the same. ``address`` is ``hf://…`` without a revision."""
    words = [PROGRAM, "import", address, "--into", target]
    words += ["--ref", commit] if commit else []
    for glob in globs:
        words += ["--path", glob]
    words += _EXISTING[existing]
    for path, decision in (decisions or {}).items():
        words += ["--decide", f"{path}={decision}"]
    return shlex.join(words)


def push_command(source: str, target: str, expected: str | None = None, *, index: bool = False) -> str:
    """The `push` command that does the same. ``expected`` and ``index`` are as ``PushWork`` has them."""
    words = [PROGRAM, "push", source]
    if target and target != source:
        words.append(target)
    if index:
        words.append("--index")
    words += target_flags(expected)
    return shlex.join(words)


def copy_command(
    source: str, target: str, expected: str | None = None, *, recursive: bool = False, verify: bool = False
) -> str:
    """The `copy` command that does the same. ``expected`` is as ``CopyWork`` has it."""
    words = [PROGRAM, "copy", source, target]
    if recursive:
        words.append("--recursive")
    words += target_flags(expected)
    if verify:
        words.append("--verify")
    return shlex.join(words)


def target_flags(expected: str | None) -> list[str]:
    """What the tag in the registry was agreed to stand for, as ``PushWork`` has it, in flags."""
    if expected is None:
        return []
    return ["--if-target", expected] if expected else ["--no-overwrite"]


def pull_command(reference: str) -> str:
    return shlex.join([PROGRAM, "pull", reference])


def tag_command(source: str, target: str) -> str:
    return shlex.join([PROGRAM, "tag", source, target])


def remove_command(reference: str) -> str:
    return shlex.join([PROGRAM, "remove", reference])
