"""Removing kits from the store; what they leave goes to the trash, from where it can be put back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.oci.reference import parse_reference


@dataclass(frozen=True, slots=True)
class RemoveWork:
    """Remove what ``references`` name: a tag, or with ``force`` the manifest behind it and all its tags."""

    kind: ClassVar[str] = "remove"
    references: tuple[str, ...]
    force: bool = False

    @property
    def title(self) -> str:
        if len(self.references) == 1:
            return f"Remove {parse_reference(self.references[0]).short}"
        return f"Remove {len(self.references):,} kits"

    def parameters(self) -> dict[str, Any]:
        return {"references": list(self.references), "force": self.force}

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> RemoveWork:
        return cls(tuple(given["references"]), bool(given["force"]))

    def run(self, context: WorkContext) -> Result:
        """``details["id"]`` is what ``LocalStore.restore`` takes to undo it."""
        context.token.check()
        targets = [parse_reference(text) for text in self.references]
        removal = context.tools.store.remove(targets, force=self.force)
        return Result(
            self.title.replace("Remove", "Removed", 1),
            {"id": removal.id, "freed": removal.freed, "references": list(self.references)},
        )
