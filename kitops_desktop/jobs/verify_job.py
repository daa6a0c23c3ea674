"""Reading every blob of the store again and comparing it with its digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from kitops_desktop.jobs.work import Result, WorkContext


@dataclass(frozen=True, slots=True)
class VerifyWork:
    """Put back what another program dropped from the indexes, then verify the store."""

    kind: ClassVar[str] = "verify"
    title: ClassVar[str] = "Verify the store"

    def parameters(self) -> dict[str, Any]:
        return {}

    @classmethod
    def from_parameters(cls, _: Mapping[str, Any]) -> VerifyWork:
        return cls()

    def run(self, context: WorkContext) -> Result:
        store = context.tools.store
        healed = store.heal()
        found = store.verify(token=context.token, report=context.report)
        blobs = "1 blob" if found.checked == 1 else f"{found.checked:,} blobs"
        count = len(found.damage)
        verdict = (
            "all as they should be" if not count else "1 damaged" if count == 1 else f"{count:,} damaged"
        )
        return Result(
            f"{blobs} checked, {verdict}",
            {
                "checked": found.checked,
                "size": found.size,
                "put_back": list(healed),
                "damage": [
                    {
                        "kind": str(damage.kind),
                        "digest": damage.digest,
                        "path": str(damage.path),
                        "affects": list(damage.affects),
                        "reason": damage.reason,
                    }
                    for damage in found.damage
                ],
            },
        )
