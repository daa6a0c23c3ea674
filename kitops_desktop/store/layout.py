"""Where things are inside the store's folder.

``storage/`` is `kit`'s: an OCI image layout whose index files are named after the repositories (URL-safe
base64 with padding). What is ours alone lies in ``kitops-desktop/``, on the same file system, so that
publishing is a rename; never in ``storage/`` (`kit` takes any ``index.json`` below its top level for its
old layout and deletes the folder), nor in ``storage/ingest`` and ``cache/``, which `kit` empties.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from pathlib import Path

from kitops_desktop.errors import InvalidReference
from kitops_desktop.oci.digest import Digest, algorithm_of, hex_of, is_digest

OWN_FOLDER = "kitops-desktop"
INDEX_SUFFIX = "-index.json"
TAGS_SUFFIX = "-tags.json"
LAYOUT_CONTENT = b'{"imageLayoutVersion":"1.0.0"}'
EMPTY_INDEX = b'{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}'
TEMPORARY_PREFIX = ".kitops-desktop-"
"""Index files are written under such a name first. `kit` ignores it, as it does not end in ``-index.json``.
"""
_MAX_FILE_NAME = 255
_BASE64 = re.compile(r"[-A-Za-z0-9_]+={0,2}")


class Layout:
    """The paths of one store. Makes nothing until ``prepare``."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.storage = home / "storage"
        self.blobs = self.storage / "blobs"
        self.shared_index = self.storage / "index.json"
        self.oci_layout = self.storage / "oci-layout"
        self.kit_ingest = self.storage / "ingest"
        self.own = home / OWN_FOLDER
        self.partial = self.own / "partial"
        self.leases = self.own / "leases"
        self.trash = self.own / "trash"
        self.imports = self.own / "imports"
        self.lock = self.own / "store.lock"

    def blob(self, digest: Digest) -> Path:
        return self.blobs / algorithm_of(digest) / hex_of(digest)

    def digest_at(self, path: Path) -> Digest | None:
        """The digest a file below ``blobs`` is named by, None when it is no blob."""
        text = f"{path.parent.name}:{path.name}"
        return Digest(text) if is_digest(text) else None

    def repository_index(self, repository: str) -> Path:
        return self.storage / _file_name(repository, INDEX_SUFFIX)

    def repository_tags(self, repository: str) -> Path:
        return self.storage / _file_name(repository, TAGS_SUFFIX)

    def prepare(self) -> None:
        """Make what `kit` makes on first use. Raises ``OSError``."""
        for folder in (self.blobs / "sha256", self.own):
            folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        _create(self.oci_layout, LAYOUT_CONTENT)
        _create(self.shared_index, EMPTY_INDEX)


def repository_of(file_name: str, suffix: str) -> str | None:
    """The repository an index or tags file belongs to; None when the name is not one of `kit`'s."""
    encoded = file_name.removesuffix(suffix)
    if encoded == file_name or not _BASE64.fullmatch(encoded):
        return None
    try:
        name = base64.urlsafe_b64decode(encoded).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name if _encoded(name) == encoded else None


def _file_name(repository: str, suffix: str) -> str:
    """Raises ``InvalidReference`` when the name is longer than a file's name can be."""
    name = _encoded(repository) + suffix
    if len(name) > _MAX_FILE_NAME:
        longest = (_MAX_FILE_NAME - len(INDEX_SUFFIX)) // 4 * 3
        raise InvalidReference(
            repository,
            f"the name of the repository is too long: {len(repository.encode())} bytes, and at most {longest}"
            " can be stored",
        )
    return name


def _encoded(repository: str) -> str:
    return base64.urlsafe_b64encode(repository.encode("utf-8", "surrogateescape")).decode("ascii")


def _create(path: Path, content: bytes) -> None:
    """Make a file that appears whole or not at all; one that is there stays as it is."""
    if path.exists():
        return
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{os.getpid()}-{os.urandom(4).hex()}.tmp")
    temporary.write_bytes(content)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        temporary.replace(path)
        return
    temporary.unlink()
