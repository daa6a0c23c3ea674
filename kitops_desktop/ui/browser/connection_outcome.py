"""The steps of a connection test in words, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from kitops_desktop import errors
from kitops_desktop.errors import KitOpsError

STEP_NAMES = {
    "name": "Name",
    "tcp": "Connection",
    "tls": "Encryption",
    "auth": "Sign-in",
    "v2": "Registry",
    "catalog": "List of repositories",
}


class StepLike(Protocol):
    """``registry.connection_test.Step``."""

    @property
    def name(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def error(self) -> KitOpsError | None: ...


class Outcome(StrEnum):
    FINE = "fine"
    SIGN_IN = "sign-in"
    """It answers, and wants to know who asks."""
    FAILED = "failed"


class Mark(StrEnum):
    """How a step is shown."""

    WAITING = "waiting"
    RUNNING = "running"
    OK = "ok"
    LESS = "less"
    """Not as it might be, and no obstacle."""
    FAILED = "failed"
    SKIPPED = "skipped"


def outcome(steps: Sequence[StepLike]) -> Outcome:
    """What a finished test comes to. A registry without a catalog is fine: its repositories have names."""
    for step in steps:
        if step.error is None:
            continue
        if isinstance(step.error, errors.SignInNeeded) and not isinstance(step.error, errors.SignInRefused):
            return Outcome.SIGN_IN
        if step.name != "catalog":
            return Outcome.FAILED
    return Outcome.FINE


def obstacle(steps: Sequence[StepLike]) -> KitOpsError | None:
    """The error that is shown beneath the steps; None when nothing stands in the way."""
    if outcome(steps) is not Outcome.FAILED:
        return None
    return next(step.error for step in steps if step.error is not None)


def mark(step: StepLike) -> Mark:
    if step.state == "ok":
        return Mark.OK
    if step.state == "skipped":
        return Mark.LESS if step.detail and step.name in ("tls", "catalog") else Mark.SKIPPED
    gentle = step.name == "catalog" or outcome([step]) is Outcome.SIGN_IN
    return Mark.LESS if gentle else Mark.FAILED


def step_text(step: StepLike) -> str:
    """What was found, in a few words; of what failed the panel below says more."""
    if isinstance(step.error, errors.RegistryUnsupported | errors.AccessDenied) and step.name == "catalog":
        return "not offered; repositories are opened by name"
    if step.error is not None:
        return str(getattr(step.error, "reason", "") or step.error)
    if step.detail:
        return step.detail
    return {"ok": "fine", "skipped": "not reached"}.get(step.state, "failed")
