"""The bytes of each kind of file as the parts of a bar."""

from __future__ import annotations

from collections.abc import Sequence

from kitops_desktop.preview.file_kinds import KindShare, joined_shares
from kitops_desktop.ui.units import count_text, size_text
from kitops_desktop.ui.widgets.share_bar import MOST_PARTS, Part


def kind_parts(shares: Sequence[KindShare], unlisted: int = 0) -> tuple[Part, ...]:
    """A part for each kind, the smallest of many as one; the last for bytes whose files are not listed."""
    total = sum(share.size for share in shares) + unlisted
    parts = tuple(
        Part(
            share.kind,
            share.size,
            f"{size_text(share.size)} ({_percent(share.size, total)})",
            _count(share),
        )
        for share in joined_shares(shares, MOST_PARTS - bool(unlisted))
    )
    text = f"{size_text(unlisted)} ({_percent(unlisted, total)})"
    return (*parts, Part("Not listed", unlisted, text, is_muted=True)) if unlisted else parts


def _count(share: KindShare) -> str:
    lacking = f", {share.unknown:,} of unknown size" if share.unknown else ""
    return count_text(share.files, "file") + lacking


def _percent(size: int, total: int) -> str:
    share = 100 * size / total if total else 0
    return "< 1 %" if 0 < share < 1 else f"{share:.0f} %"
