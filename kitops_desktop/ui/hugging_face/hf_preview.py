"""The preview of a file on Hugging Face."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from kitops_desktop.importers.hugging_face.looking import ORIGIN, HfLooking, LookingBytes
from kitops_desktop.importers.hugging_face.values import HfFile
from kitops_desktop.preview.memory_need import size_of_parts
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.library.preview_request import PreviewRequest


def of_hf_file(looking: HfLooking, file: HfFile, siblings: Iterable[tuple[str, int]] = ()) -> PreviewRequest:
    """``siblings`` are names and sizes of the files in its folder."""
    opened: list[LookingBytes] = []

    @contextmanager
    def open_file(token: CancelToken) -> Iterator[LookingBytes]:
        opened[:] = [looking.open(file, token)]
        yield opened[0]

    return PreviewRequest(
        file.path,
        file.size,
        open_file,
        lambda: opened[0].bytes_read if opened else 0,
        ORIGIN,
        f"It cannot be looked into: {file.unsafe}." if file.unsafe else "",
        size_of_parts(file.path.rpartition("/")[2], siblings),
    )
