"""Looking into the files of a folder that is packed, unless the very same were found harmless before."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Protocol

from kitops_desktop.classification.looking_over import LookedOver, look_over
from kitops_desktop.classification.looks import Looks
from kitops_desktop.modelkit.pack_plan import PackPlan
from kitops_desktop.modelkit.plan_concerns import files_to_see
from kitops_desktop.progress import CancelToken

_VERSION = 1
"""To be raised whenever a look could find more than before."""
_MOST_TEXTS = 1_000
"""Files of data in text that are looked into: packing shall not be kept waiting for very many of them."""
_SURE_AFTER_NS = 2_000_000_000
"""What was written a moment ago may be written again without bearing another time."""


class HarmlessFolders(Protocol):
    """How much was looked at, by what was looked at."""

    def get(self, key: str, /) -> bytes | None: ...
    def put(self, key: str, content: bytes, /) -> None: ...


def look_over_plan(
    plan: PackPlan, looks: Looks, harmless: HarmlessFolders | None, token: CancelToken
) -> LookedOver:
    """What looking into all that would be packed finds; raises ``Cancelled``.

    Only that nothing was found is remembered, for exactly these files: what was found is found again.
    """
    key = _key(plan)
    known = None if harmless is None else _recall(harmless, key)
    if known is not None:
        return known
    looked = look_over(files_to_see(plan, token, _MOST_TEXTS), looks, token)
    if harmless is not None and not looked.looks and _is_settled(plan):
        content = json.dumps([looked.looked, looked.worth, looked.files]).encode()
        harmless.put(key, content)
    return looked


def _key(plan: PackPlan) -> str:
    made = hashlib.sha256(b"%d" % _VERSION)
    for layer in plan.layers:
        made.update(layer.plan.fingerprint().encode())
    return f"looked over:{made.hexdigest()}"


def _is_settled(plan: PackPlan) -> bool:
    newest = max((layer.plan.newest_ns for layer in plan.layers), default=0)
    return newest < time.time_ns() - _SURE_AFTER_NS


def _recall(harmless: HarmlessFolders, key: str) -> LookedOver | None:
    content = harmless.get(key)
    if content is None:
        return None
    try:
        looked, worth, files = json.loads(content)
        return LookedOver((), int(looked), int(worth), int(files))
    except (ValueError, TypeError):
        return None
