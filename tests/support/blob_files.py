"""A storage that says where its blobs are, as the local store does."""

from __future__ import annotations

from pathlib import Path

from support.directory_storage import DirectoryStorage


class BlobFiles(DirectoryStorage):
    """Readers may open the files of blobs themselves."""

    def blob_path(self, digest: str, /) -> Path:
        return self.path(digest)
