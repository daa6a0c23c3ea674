"""What a compression would come to, in words."""

from __future__ import annotations

from kitops_desktop.modelkit.compression_estimate import CompressionEstimate
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.ui.units import size_text

_WORTH = 0.03
"""A smaller share saved is not worth the time: weights are as dense as random bytes."""


def estimate_text(estimate: CompressionEstimate, compression: Compression) -> str:
    """``about 2.1 GiB``, beside the name of the compression."""
    if not estimate.size:
        return ""
    if compression is Compression.NONE:
        return size_text(estimate.size)
    about = "" if estimate.is_exact else "about "
    return f"{about}{size_text(estimate.sizes[compression])}"


def estimate_sentence(estimate: CompressionEstimate, compression: Compression) -> str:
    """How much is saved, and how that is known."""
    if compression is Compression.NONE or not estimate.size:
        return ""
    saved = estimate.saved(compression)
    how = "" if estimate.is_exact else f", judged by {size_text(estimate.sampled)} of it"
    if saved < _WORTH:
        return f"Hardly smaller: these files do not compress{how}."
    return f"{saved:.0%} less{how}.".replace("%", " %")
