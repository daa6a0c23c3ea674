"""What a registry was found to be able to do, remembered by whoever can: so it is not tried each time."""

from __future__ import annotations

from typing import Protocol

RANGES = "ranges"
"""Whether parts of blobs can be read: "no" when the registry answered a range with the whole."""
CHUNK = "chunk"
"""The largest chunk of an upload, in bytes, that a registry took after it had refused larger ones."""
PACE = "pace"
"""The size of chunks that suits the line to a registry, in bytes, when that is not the usual one."""
CHUNKING = "chunking"
"""Whether uploads can be sent in chunks: "no"."""
STATUS = "upload-status"
"""Whether a registry says how far an upload is: "no"."""
SURVIVES = "survives-midchunk"
"""What is left of an upload when the connection breaks inside a chunk: "yes" (every byte that came),
"border" (what was there before the chunk) or "no" (nothing).
"""
TAG_DELETE = "tag-delete"
"""Whether a tag can be deleted by its name: "no"."""

REFERRERS = "referrers"
"""Whether a registry lists itself what refers to a version: "no"."""


class AbilityMemory(Protocol):
    """Values by host and ability; None when it is not known (any more)."""

    def get(self, host: str, ability: str) -> str | None: ...
    def put(self, host: str, ability: str, value: str) -> None: ...


class NoAbilities:
    """Remembers nothing."""

    def get(self, host: str, ability: str) -> str | None:
        return None

    def put(self, host: str, ability: str, value: str) -> None:
        pass
