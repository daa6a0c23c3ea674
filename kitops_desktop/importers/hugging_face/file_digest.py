"""Whether bytes are the file that Hugging Face says they are: by their sha256, or by git's id of them."""

from __future__ import annotations

import hashlib

from kitops_desktop.importers.hugging_face.values import HfFile

_GIT = "git"
"""git's id of a blob is the sha1 of its content and of its size before that."""


def digest_of(file: HfFile) -> str:
    """What the content of a file must have, with its kind in front; "" when that is not known."""
    if file.is_lfs:
        return f"sha256:{file.sha256}"
    return f"{_GIT}:{file.oid}" if file.oid else ""


class FileDigest:
    """Takes the bytes of a file, from its first to its last."""

    def __init__(self, file: HfFile) -> None:
        self._expected = digest_of(file)
        self._kind = self._expected.partition(":")[0]
        if self._kind == _GIT:
            self._hash = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
        else:
            self._hash = hashlib.sha256()

    def update(self, content: bytes | memoryview) -> None:
        self._hash.update(content)

    @property
    def found(self) -> str:
        return f"{self._kind}:{self._hash.hexdigest()}"

    def is_right(self) -> bool:
        return self.found == self._expected
