"""Pieces of sentences that several explanations share."""

from __future__ import annotations

import re
from collections.abc import Sequence

NOTHING_CHANGED = "Nothing was changed."
PACK_KEPT = "Your files are untouched. Layers already packed stay in the store, so packing again goes faster."
UNPACK_KEPT = "Nothing was written under its final name, and the kit in the store is untouched."
STORE_KEPT = "All other kits stay usable."
REFERENCE_EXAMPLE = "for example `myteam/churn:v1` or `registry.example.com/team/model:v1`"

_SIGN_IN_COMMAND = re.compile(r" \(kitops-desktop login [^()]*\)")
_OTHER_COMMAND = re.compile(r" \(kitops-desktop (?!login )[^()]*\)")
_UNITS = ("KiB", "MiB", "GiB", "TiB", "PiB")
_LISTED = 10
_LONGEST_NAME = 160


def size(count: int) -> str:
    """A number of bytes in binary units: ``12 bytes``, ``1.5 KiB``."""
    if count < 1024:
        return f"{count} byte" if count == 1 else f"{count} bytes"
    value = float(count)
    for unit in _UNITS:
        value /= 1024
        if value < 1024 or unit == _UNITS[-1]:
            return f"{value:.1f} {unit}"
    raise AssertionError("unreachable")


def sign_in_command(host: str) -> str:
    """What signs in there, in brackets, to stand behind "sign in"."""
    return f" (kitops-desktop login {host})"


def without_sign_in_command(text: str) -> str:
    """The same text for where a button that signs in stands beside it."""
    return _SIGN_IN_COMMAND.sub("", text)


def without_commands(text: str) -> str:
    """The same text for the window, where there are other ways to do what a command in brackets does; but
    not always to sign in.
    """
    return _OTHER_COMMAND.sub("", text)


def listed(items: Sequence[object], joint: str = ", ") -> str:
    """The items in a row; of many only the first ten, and how many more."""
    shown = joint.join(str(item) for item in items[:_LISTED])
    more = len(items) - _LISTED
    return f"{shown}{joint}and {more:,} more" if more > 0 else shown


def shortened(name: str) -> str:
    """A name of any length as people can read it: of a long one the beginning and the end."""
    if len(name) <= _LONGEST_NAME:
        return name
    half = _LONGEST_NAME // 2
    return f"{name[:half]}…{name[-half:]}"


def sentence(text: str) -> str:
    """``text`` with a full stop, beginning with a capital unless its first word may be a name or a path."""
    return _capitalised(with_stop(text))


def with_stop(text: str) -> str:
    """``text`` ending as a sentence does."""
    text = text.strip()
    return text + ("" if not text or text[-1] in ".!?" else ".")


def _capitalised(text: str) -> str:
    word = text.partition(" ")[0].rstrip(".,:;")
    return text[0].upper() + text[1:] if word.isalpha() and word.islower() else text
