"""Flags for what the content of a file gives away: secrets by their patterns, pickles by what they import."""

from __future__ import annotations

from collections.abc import Iterable

from kitops_desktop.classification.file_look import FileLook
from kitops_desktop.classification.secret_patterns import SecretFound
from kitops_desktop.kitfile.ignore import literal_pattern
from kitops_desktop.kitfile.secrets import Flag, FlagKind

_MOST_NAMED = 3


def secret_flag(look: FileLook) -> Flag | None:
    if not look.secrets:
        return None
    return Flag(FlagKind.SECRET, f"{secrets_text(look.secrets)}.", literal_pattern(look.path), look.path)


def pickle_flag(look: FileLook) -> Flag | None:
    """For a file whose loading would import what is not known to be harmless."""
    if not look.imports:
        return None
    names = _named(look.imports)
    if look.dangerous_imports:
        reason = f"Loading it can run any program: it imports {names}."
    else:
        reason = f"Loading it imports what is not known to be harmless: {names}."
    return Flag(FlagKind.PICKLE, reason, literal_pattern(look.path), look.path)


def secrets_text(secrets: Iterable[SecretFound]) -> str:
    """What was found and where: "Line 3: AWS access key; line 9: GitHub token"."""
    texts = [one.what if one.line is None else f"line {one.line}: {one.what}" for one in secrets]
    shown = "; ".join(texts[:_MOST_NAMED])
    if len(texts) > _MOST_NAMED:
        shown += f"; {len(texts) - _MOST_NAMED} more"
    return shown[:1].upper() + shown[1:]


def joined(by_name: Flag, by_content: Flag) -> Flag:
    """One flag for a file that is doubtful for both reasons."""
    return Flag(by_name.kind, f"{by_name.reason} {by_content.reason}", by_name.pattern, by_name.path)


def _named(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_MOST_NAMED])
    return shown if len(names) <= _MOST_NAMED else f"{shown} and {len(names) - _MOST_NAMED} more"
