"""What is remembered of a registry to be found again: forgotten and put back with it. For worker threads."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.records.reference_history import KEPT, HistoryEntry
from kitops_desktop.records.seen import SeenRow
from kitops_desktop.ui.units import count_text
from kitops_desktop.workspace import Workspace


@dataclass(frozen=True, slots=True)
class RegistryMemory:
    """``names`` of repositories and tags were seen in it, ``opened`` was used by the user."""

    names: tuple[SeenRow, ...] = ()
    opened: tuple[HistoryEntry, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.names or self.opened)

    @property
    def names_text(self) -> str:
        """What becomes of the names."""
        tags = sum(bool(tag) for _, _, tag, *_ in self.names)
        counts = [count_text(tags, "tag")] if tags else []
        if tags < len(self.names):
            counts.insert(0, count_text(len(self.names) - tags, "repository", "repositories"))
        was, is_ = ("was", "is") if len(self.names) == 1 else ("were", "are")
        return f"{' and '.join(counts)} that {was} seen in it {is_} searched no more."

    @property
    def opened_text(self) -> str:
        return f"&Keep what was opened there ({count_text(len(self.opened), 'reference')}), to be found again"


def memory_of(workspace: Workspace, host: str) -> RegistryMemory:
    return RegistryMemory(workspace.seen.names_of(host), workspace.history.recent(host, limit=KEPT))


def forget(workspace: Workspace, host: str, *, keeps_opened: bool) -> None:
    """What was opened is searched too: where it is kept, it is found as before."""
    workspace.seen.forget(host)
    if not keeps_opened:
        workspace.history.forget_host(host)


def put_back(workspace: Workspace, memory: RegistryMemory) -> None:
    workspace.seen.take_in(memory.names)
    workspace.history.put_back(memory.opened)
