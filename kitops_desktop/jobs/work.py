"""What a kind of job offers, and what it gets when it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from kitops_desktop.progress import CancelToken, Report

if TYPE_CHECKING:
    from kitops_desktop.jobs.tools import Tools


@dataclass(frozen=True, slots=True)
class WorkContext:
    """``token`` says when to stop, ``report`` takes the progress, ``tools`` are the store and memories."""

    token: CancelToken
    report: Report
    tools: Tools


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it: a sentence, and details by name that JSON can hold (reference, digest, folder)."""

    summary: str
    details: Mapping[str, Any] = field(default_factory=dict)


class Work(Protocol):
    """A value that says what is to be done. Everything it needs to know was asked before it was made.

    A class with ``alone = True`` runs while no other job does.
    """

    @property
    def kind(self) -> str:
        """The word by which the work is made again from its parameters (``kinds.restore``)."""
        ...

    @property
    def title(self) -> str:
        """What a person calls it: ``Pack churn:v1``."""
        ...

    def parameters(self) -> dict[str, Any]:
        """All it needs to run again after a restart, as JSON can hold it. No secrets."""
        ...

    def run(self, context: WorkContext) -> Result:
        """Do it, in the current thread. Raises ``Cancelled`` within a second after the token says so."""
        ...
