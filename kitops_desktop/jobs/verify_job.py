"""Reading every blob of the store again and comparing it with its digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from kitops_desktop.jobs.work import Result, WorkContext


@dataclass(frozen=True, slots=True)
class VerifyWork:
    """Verify the store; with ``repair`` what is damaged is put right as far as that can be done."""

    kind: ClassVar[str] = "verify"
    repair: bool = False

    @property
    def title(self) -> str:
        return "Verify and repair the store" if self.repair else "Verify the store"

    def parameters(self) -> dict[str, Any]:
        return {"repair": self.repair}

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> VerifyWork:
        return cls(bool(given["repair"]))

    def run(self, context: WorkContext) -> Result:
        store = context.tools.store
        found = store.verify(repair=self.repair, token=context.token, report=context.report)
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
                "repaired": [damage.digest or str(damage.path) for damage in found.repaired],
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
