"""All of a preview that takes time, for a background thread."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kitops_desktop.preview.file_preview import (
    QUICK_DOCUMENT,
    FilePreview,
    PreviewText,
    preview_file,
)
from kitops_desktop.preview.index_claim import Witness
from kitops_desktop.preview.notebook_text import notebook_text
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.library.picture import Picture, decoded
from kitops_desktop.ui.library.preview_request import PreviewRequest


@dataclass(frozen=True, slots=True)
class LoadedPreview:
    """``cells`` are those of a notebook as one text; ``picture`` is decoded. ``format`` is a word or two.
    ``as_indexed``: whether the bytes are those that a file index says; None when it says nothing of the file,
    or not all of it was read.
    """

    preview: FilePreview
    format: str
    picture: Picture
    cells: PreviewText | None = None
    as_indexed: bool | None = None


def load_preview(request: PreviewRequest, token: CancelToken) -> LoadedPreview:
    """Raises what reading raises, and ``Cancelled``."""
    with request.open(token) as source:
        witness = None if request.claim is None else Witness(source)
        preview = preview_file(
            witness or source, request.name, most_document=QUICK_DOCUMENT, whole_model=request.whole_model
        )
    token.check()
    picture = Picture() if preview.image is None else decoded(preview.image)
    return LoadedPreview(
        replace(preview, image=None),
        preview.format,
        picture,
        _cells(preview),
        None if witness is None or request.claim is None else request.claim.matches(witness.digest),
    )


def _cells(preview: FilePreview) -> PreviewText | None:
    if not preview.cells or preview.known is None:
        return None
    facts = {fact.name: str(fact.value) for fact in preview.known.facts}
    text, spans, is_whole = notebook_text(preview.cells, facts.get("language", ""))
    return PreviewText(text, "", spans, is_whole)
