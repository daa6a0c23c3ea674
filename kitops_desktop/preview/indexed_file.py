"""A file that a file index describes, held against it."""

from __future__ import annotations

import hashlib
from collections.abc import Generator

from kitops_desktop.errors import NotAsIndexed
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.preview.contents import file_content
from kitops_desktop.preview.files import KitFile
from kitops_desktop.preview.layer_stream import Agree
from kitops_desktop.progress import CancelToken


def matching_content(
    fetcher: Fetcher,
    found: KitFile,
    index: Digest,
    *,
    agree: Agree | None = None,
    token: CancelToken | None = None,
) -> Generator[bytes, None, None]:
    """As ``file_content``, of a file with a ``digest``: when all has been taken, its bytes were those that
    the index ``index`` says. That is no verification, since anybody who may push can attach an index.

    Raises ``NotAsIndexed`` at the end when they are not.
    """
    made = hashlib.sha256()
    for block in file_content(fetcher, found.layer, found.file, agree=agree, token=token):
        made.update(block)
        yield block
    if found.digest != f"sha256:{made.hexdigest()}":
        raise NotAsIndexed(found.file.path, index)


def matches_text(index: Digest) -> str:
    """What may be said of a file whose bytes were."""
    return f"It matches the index of {index}, which anybody who may push could have attached."
