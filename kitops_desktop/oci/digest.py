"""Digests: ``algorithm:hex`` as the OCI image specification defines them (descriptor.md, "Digests")."""

from __future__ import annotations

import hashlib
import re
from typing import NewType

from kitops_desktop.errors import InvalidDigest

Digest = NewType("Digest", str)

_HEX_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_SHORT = 12
"""Hexadecimal digits that tell digests apart for people."""
_SHAPE = re.compile(r"(sha256|sha384|sha512):([0-9a-f]+)")

EMPTY_TAR_DIGEST = Digest("sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef")
"""The digest of a tar archive without entries: 1024 zero bytes."""


def is_digest(text: str) -> bool:
    """Whether ``text`` is a digest of a registered algorithm with the right length, in lower-case hex."""
    match = _SHAPE.fullmatch(text)
    return match is not None and len(match[2]) == _HEX_LENGTHS[match[1]]


def parse_digest(text: str) -> Digest:
    """``text`` as a digest; raises ``InvalidDigest`` when it is none."""
    if not is_digest(text):
        raise InvalidDigest(text)
    return Digest(text)


def digest_of(content: bytes) -> Digest:
    """The sha256 digest of ``content``."""
    return Digest(f"sha256:{hashlib.sha256(content).hexdigest()}")


def algorithm_of(digest: Digest) -> str:
    return digest.partition(":")[0]


def hex_of(digest: Digest) -> str:
    return digest.partition(":")[2]


def short_digest(digest: str) -> str:
    """As much of it as people compare by eye; a text that is no digest is given back as it is."""
    return digest.partition(":")[2][:_SHORT] if ":" in digest else digest
