"""How a sign-in is written into a keyring whose entries may be short.

Windows' keyring holds 2,560 bytes of UTF-16 in an entry. A record that is longer is cut into parts of 1,200
units, and the entry itself then says how many there are and what they must give together.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.errors import InvalidArgument, KeyringFailed

PART_UNITS = 1200
"""UTF-16 units in an entry."""
MAX_PARTS = 64
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Record:
    """What is written: ``parts`` first, then ``head``; without parts the head has all."""

    head: str
    parts: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Record({len(self.parts)} parts)"


def to_record(credential: Credential) -> Record:
    """Raises ``InvalidArgument`` for a secret that is too long or no text."""
    text = json.dumps({"secret": credential.secret, "token": credential.is_identity_token, "v": _VERSION})
    if any("\ud800" <= letter <= "\udfff" for letter in credential.secret + credential.username):
        raise InvalidArgument("the user name or the password is no text that could be kept")
    if len(text) <= PART_UNITS:
        return Record(text, ())
    parts = tuple(text[start : start + PART_UNITS] for start in range(0, len(text), PART_UNITS))
    if len(parts) > MAX_PARTS:
        raise InvalidArgument("the password is too long to be kept")
    return Record(json.dumps({"n": len(parts), "sha256": _digest(text), "v": _VERSION}), parts)


def part_count(head: str) -> int:
    """How many parts belong to ``head``. Raises ``KeyringFailed`` for one that is not ours."""
    value = _object(head)
    count = value.get("n", 0)
    if value.get("v") != _VERSION or type(count) is not int or not 0 <= count <= MAX_PARTS:
        raise _foreign()
    return count


def from_record(account: str, head: str, parts: tuple[str, ...]) -> Credential:
    """The sign-in again. Raises ``KeyringFailed`` when the parts do not belong to the head."""
    text = "".join(parts) if parts else head
    if parts and _object(head).get("sha256") != _digest(text):
        raise KeyringFailed("what it has is incomplete")
    value = _object(text)
    secret, is_token = value.get("secret"), value.get("token")
    if not isinstance(secret, str) or not secret or not isinstance(is_token, bool):
        raise _foreign()
    return Credential(account, secret, is_identity_token=is_token)


def _object(text: str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise _foreign()
    return value


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _foreign() -> KeyringFailed:
    return KeyringFailed("what it has under our name is not what we wrote")
