"""Works for tests of the queue: a function, and one that says when it began and waits to be told to end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from kitops_desktop.jobs.work import Result, WorkContext


@dataclass(frozen=True)
class FunctionWork:
    """Does what the function does."""

    kind: ClassVar[str] = "function"
    function: Callable[[WorkContext], Result]
    title: str = "Call a function"

    def parameters(self) -> dict[str, Any]:
        return {}

    def run(self, context: WorkContext) -> Result:
        return self.function(context)


@dataclass(frozen=True)
class HeldWork:
    """Begins, and ends when ``let_go`` is set or it is cancelled."""

    kind: ClassVar[str] = "held"
    title: str = "Hold on"
    begun: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    def parameters(self) -> dict[str, Any]:
        return {"title": self.title}

    def run(self, context: WorkContext) -> Result:
        take_back = context.token.on_cancel(self.let_go.set)
        self.begun.set()
        self.let_go.wait()
        take_back()
        if context.token.cancelled:
            self.let_go.clear()  # it may be begun again
        context.token.check()
        return Result(f"{self.title} is done")


@dataclass(frozen=True)
class AloneWork(HeldWork):
    """As ``HeldWork``, while no other job runs."""

    kind: ClassVar[str] = "alone"
    alone: ClassVar[bool] = True


@dataclass(frozen=True)
class TransferWork(FunctionWork):
    """Does what the function does, as work that goes over a network."""

    kind: ClassVar[str] = "pull"


@dataclass(frozen=True)
class HeldTransfer(HeldWork):
    """As ``HeldWork``, as work that goes over a network."""

    kind: ClassVar[str] = "push"


def restore(kind: str, parameters: Mapping[str, Any]) -> HeldWork | None:
    """Makes work that is held again; knows no other kind."""
    made = {work.kind: work for work in (HeldWork, HeldTransfer)}.get(kind)
    return None if made is None else made(str(parameters["title"]))
