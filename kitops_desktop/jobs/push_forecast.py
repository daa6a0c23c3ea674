"""What pushing a folder that is not packed yet will come to, as far as that is known without reading it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from kitops_desktop.modelkit.layer_plan import LayerPlan
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.memory import LayerMemory
from kitops_desktop.modelkit.pack_plan import PackPlan
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, is_digest
from kitops_desktop.progress import CancelToken

_PARALLEL = 4
_MAX_ASKED = 400
"""Layers asked for one by one; of a kit with more, the rest counts as not there."""
_OCTETS = "application/octet-stream"


class Holder(Protocol):
    """A place that says what it has; ``registry.repository.Repository``."""

    def holds(self, descriptor: Descriptor) -> bool: ...


@dataclass(frozen=True, slots=True)
class PushForecast:
    """Of ``layers``, each counted once, ``present`` are there; ``to_send`` is the size of those known to be
    missing, in bytes. ``unknown`` layers, of ``unknown_size`` bytes, have not been read since they changed.
    """

    layers: int
    present: int
    to_send: int
    unknown: int = 0
    unknown_size: int = 0

    def sentence(self, size_text: Callable[[int], str]) -> str:
        """``3 of 5 layers are already there, 1.1 GB to send``; ``size_text`` words a number of bytes."""
        if not self.layers:
            return "It has no layers; only its Kitfile is sent"
        if self.unknown == self.layers:
            return f"{_layers(self.layers)}, up to {size_text(self.unknown_size)} to send: {_NOT_READ}"
        if self.unknown:
            rest = "whether the other" if self.unknown == 1 else f"which of the other {self.unknown}"
            most = f"up to {size_text(self.unknown_size)}"
            much = (
                f"{size_text(self.to_send)} to send, and {most} more" if self.to_send else f"{most} to send"
            )
            return f"{self._present()}, {much}: {rest} {_verb(self.unknown)} there is not yet known"
        if self.present == self.layers:
            whole = "The layer is" if self.layers == 1 else f"All {_layers(self.layers)} are"
            return f"{whole} already there, next to nothing to send"
        return f"{self._present()}, {size_text(self.to_send)} to send"

    def _present(self) -> str:
        return f"{self.present} of {_layers(self.layers)} {_verb(self.present)} already there"


_NOT_READ = "what of it is already there is not yet known"


def known_blob(
    plan: LayerPlan, memory: LayerMemory | None, compression: Compression = Compression.NONE
) -> Descriptor | None:
    """The blob that a plan became before; None when nobody remembers."""
    found = memory and memory.recall(plan.fingerprint(), compression)
    if not found or not is_digest(found.digest):
        return None
    return Descriptor(_OCTETS, Digest(found.digest), found.size)


def forecast(plan: PackPlan, memory: LayerMemory | None, target: Holder, token: CancelToken) -> PushForecast:
    """Ask the target for what is remembered; no file is read.

    Raises ``RegistryError``s and ``Cancelled``.
    """
    plans = {layer.plan.fingerprint(): layer.plan for layer in plan.layers}.values()
    known = [blob for one in plans if (blob := known_blob(one, memory)) is not None]
    unknown = [one.size for one in plans if known_blob(one, memory) is None]
    there = _held(known, target, token)
    return PushForecast(
        len(plans),
        len(there),
        sum(blob.size for blob in known if blob.digest not in there),
        len(unknown),
        sum(unknown),
    )


def _held(blobs: Iterable[Descriptor], target: Holder, token: CancelToken) -> set[Digest]:
    def is_there(blob: Descriptor) -> bool:
        token.check()
        return target.holds(blob)

    asked = list(blobs)[:_MAX_ASKED]
    with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="look") as pool:
        there = list(pool.map(is_there, asked))
    return {blob.digest for blob, found in zip(asked, there, strict=True) if found}


def _layers(count: int) -> str:
    return "1 layer" if count == 1 else f"{count:,} layers"


def _verb(count: int) -> str:
    return "is" if count == 1 else "are"
