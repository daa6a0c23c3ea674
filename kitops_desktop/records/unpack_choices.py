"""How each kit was unpacked last, or a repository of Hugging Face downloaded: where to, and what of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from kitops_desktop.records.database import Database

KEPT = 1000
"""So many kits are remembered; those not used for longest are forgotten."""


class UnpackChoices:
    """Objects that whoever keeps them can read, by repository (``host/repository``, ``hf://team/name``)."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time, kept: int = KEPT) -> None:
        self._database = database
        self._clock = clock
        self._kept = kept

    def put(self, name: str, choice: Mapping[str, Any]) -> None:
        self._database.write(
            (
                "INSERT OR REPLACE INTO unpack_choices VALUES (?, ?, ?)",
                (name, json.dumps(dict(choice)), self._clock()),
            ),
            (
                "DELETE FROM unpack_choices WHERE name IN"
                " (SELECT name FROM unpack_choices ORDER BY used_at DESC LIMIT -1 OFFSET ?)",
                (self._kept,),
            ),
        )

    def get(self, name: str) -> Mapping[str, Any] | None:
        """What was kept last, None when nothing was."""
        rows = self._database.read("SELECT choice FROM unpack_choices WHERE name = ?", (name,))
        if not rows:
            return None
        try:
            found = json.loads(rows[0]["choice"])
        except ValueError:
            return None
        return found if isinstance(found, dict) else None
