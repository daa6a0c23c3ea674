"""How small the layers of a plan would become, from a sample of their bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kitops_desktop.errors import PackError
from kitops_desktop.modelkit.compression import compressor
from kitops_desktop.modelkit.layer_plan import LayerPlan
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.plan_source import PlanReader
from kitops_desktop.progress import CancelToken

MOST_SAMPLED = 24 << 20
"""Bytes that are read of all layers together."""
_BLOCK = 256 << 10
"""Read at one place: longer than any match that matters to the codecs, so little is lost by the gaps."""
COMPRESSIONS = (Compression.GZIP_FASTEST, Compression.GZIP, Compression.ZSTD)


@dataclass(frozen=True, slots=True)
class CompressionEstimate:
    """``sizes`` are bytes of all layers by compression, ``sampled`` how many bytes that was judged by.

    ``is_exact`` when all bytes were compressed, as those of small layers are.
    """

    sizes: dict[Compression, int]
    size: int
    sampled: int

    @property
    def is_exact(self) -> bool:
        return self.sampled == self.size

    def saved(self, compression: Compression) -> float:
        """The share of the bytes that is saved, 0 to 1; below 0 when it grows."""
        return 1 - self.sizes[compression] / self.size if self.size else 0.0


def estimate_compression(plans: Sequence[LayerPlan], token: CancelToken) -> CompressionEstimate:
    """Compress some of each layer, large ones in proportion, at places spread over it.

    What cannot be read counts as not compressible. Raises ``Cancelled``.
    """
    total = sum(plan.size for plan in plans)
    judged, estimated = dict.fromkeys(COMPRESSIONS, 0.0), dict.fromkeys(COMPRESSIONS, 0.0)
    sampled = seen = 0
    for plan in plans:
        # Of very many layers the last are taken to be as all before them.
        enough = sampled >= 2 * MOST_SAMPLED
        blocks = [] if enough else _sample(plan, max(_BLOCK, MOST_SAMPLED * plan.size // total), token)
        read = sum(map(len, blocks))
        sampled += read
        seen += 0 if enough else plan.size
        for compression in COMPRESSIONS:
            if enough:
                ratio = judged[compression] / seen
            else:
                ratio = _compressed(blocks, compression, token) / read if read else 1.0
            estimated[compression] += ratio * plan.size
            judged[compression] += 0 if enough else ratio * plan.size
    return CompressionEstimate({one: round(size) for one, size in estimated.items()}, total, sampled)


def _sample(plan: LayerPlan, most: int, token: CancelToken) -> list[bytes]:
    found = []
    for start, length in _places(plan.size, most):
        token.check()
        try:
            with PlanReader(plan, start, length) as reader:
                found.append(reader.read())
        except PackError:
            continue  # it is named when it is packed
    return found


def _places(size: int, most: int) -> Iterator[tuple[int, int]]:
    """Start and length of blocks, evenly spread; the whole layer when it is no larger than ``most``."""
    if size <= most:
        yield from ((start, min(_BLOCK, size - start)) for start in range(0, size, _BLOCK))
        return
    count = most // _BLOCK
    for number in range(count):
        yield number * (size - _BLOCK) // max(count - 1, 1), _BLOCK


def _compressed(blocks: Sequence[bytes], compression: Compression, token: CancelToken) -> int:
    made = compressor(compression)
    size = 0
    for block in blocks:
        token.check()
        size += len(made.compress(block))
    return size + len(made.flush())
