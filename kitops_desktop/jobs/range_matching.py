"""Files that were fetched by range, held against the file index of their kit where it has one."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.errors import KitOpsError
from kitops_desktop.jobs.file_indexes import find_index
from kitops_desktop.jobs.parents import Place, find_kit
from kitops_desktop.jobs.remote import repository_of
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.modelkit.unpack import Unpacked
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.progress import CancelToken

log = logging.getLogger(__name__)

_BLOCK = 1 << 20
_SHOWN = len("sha256:") + 12


@dataclass(frozen=True, slots=True)
class RangeMatch:
    """``index`` is the digest of the file index. Matching is no verification: anybody who may push can attach
    one.
    """

    index: Digest
    matching: tuple[str, ...]
    differing: tuple[str, ...]

    @property
    def text(self) -> str:
        """What to say of it, after what was said of the files; "" when the index knows none of them."""
        index = self.index[:_SHOWN]
        if self.differing:
            count = len(self.differing)
            return f"{count:,} {'does' if count == 1 else 'do'} not match the index of {index}"
        count = len(self.matching)
        return f"{count:,} {'matches' if count == 1 else 'match'} the index of {index}" if count else ""


def match_by_range(
    tools: Tools, reference: str, target: Path, done: Unpacked, token: CancelToken
) -> RangeMatch | None:
    """Read again what was put into ``target`` by range. None when there is nothing to hold it against.

    Raises ``Cancelled`` only: what was unpacked is in place.
    """
    if not done.by_range:
        return None
    try:
        found = find_kit(tools, parse_reference(reference), Place.AUTO, token)
        if found.place is not Place.REMOTE:
            return None
        attached = find_index(tools, repository_of(tools, found.reference, token), found.kit)
    except KitOpsError as error:
        log.info("whether %s has a file index is not known: %s", reference, error)
        return None
    if attached is None:
        return None
    placed = frozenset(done.by_range)
    expected: dict[str, Digest] = {}
    for layer in found.kit.layers:
        for one in attached.index.of(layer) or ():
            if one.digest is not None and one.file.path in placed:
                expected[one.file.path] = one.digest
    same = {path: _digest(target / path, token) == digest for path, digest in expected.items()}
    return RangeMatch(
        attached.digest,
        tuple(path for path in same if same[path]),
        tuple(path for path in same if not same[path]),
    )


def _digest(path: Path, token: CancelToken) -> str:
    """Nothing for what is gone meanwhile."""
    made = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                token.check()
                made.update(block)
    except OSError:
        return ""
    return f"sha256:{made.hexdigest()}"
