"""Making room in the store: orphans go to the trash, and the trash is emptied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from kitops_desktop.jobs.work import Result, WorkContext


@dataclass(frozen=True, slots=True)
class PruneWork:
    """Move blobs that no kit refers to into the trash."""

    kind: ClassVar[str] = "prune"
    title: ClassVar[str] = "Find what no kit refers to"

    def parameters(self) -> dict[str, Any]:
        return {}

    @classmethod
    def from_parameters(cls, _: Mapping[str, Any]) -> PruneWork:
        return cls()

    def run(self, context: WorkContext) -> Result:
        """``details["id"]`` is what ``LocalStore.restore`` takes to undo it."""
        context.token.check()
        removal = context.tools.store.prune()
        moved = "Nothing to remove" if not removal.freed else "Moved what no kit refers to into the trash"
        return Result(moved, {"id": removal.id, "freed": removal.freed})


@dataclass(frozen=True, slots=True)
class EmptyTrashWork:
    """Delete for good what has been in the trash for ``days`` days or longer; 0 deletes all of it."""

    kind: ClassVar[str] = "empty-trash"
    title: ClassVar[str] = "Empty the trash"
    days: int = 0

    def parameters(self) -> dict[str, Any]:
        return {"days": self.days}

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> EmptyTrashWork:
        return cls(int(given["days"]))

    def run(self, context: WorkContext) -> Result:
        context.token.check()
        freed = context.tools.store.empty_trash(self.days * 86_400.0 if self.days else None)
        return Result("Emptied the trash" if freed else "The trash was empty", {"freed": freed})
