"""Explanations of what stops an import from elsewhere."""

from __future__ import annotations

from kitops_desktop import errors
from kitops_desktop.explanation.explanation import Explanation
from kitops_desktop.explanation.words import NOTHING_CHANGED, sentence

_KEPT = "No kit was made. What was downloaded is kept, and used when the same import is run again."


def running(error: errors.ImportRunning) -> Explanation:
    return Explanation(
        f"{error.name} is being imported already",
        "Another process is downloading or packing the same files of it.",
        NOTHING_CHANGED,
        "Wait until that has ended, then try again.",
    )


def program_missing(error: errors.ProgramMissing) -> Explanation:
    return Explanation(
        f"{error.program} is not installed",
        f"It is needed to {error.purpose}, and no folder of PATH has it.",
        NOTHING_CHANGED,
        f"Install {error.program}, then try again.",
    )


def git_failed(error: errors.GitFailed) -> Explanation:
    if error.wants_sign_in:
        now = (
            "Check the address. If the repository is private, give an access token (--token), or sign in by a"
            " credential helper of git."
        )
    else:
        now = "Correct the cause and try again."
    return Explanation(
        f"git could not {error.action}", f"{error.address}: {sentence(error.reason)}", _KEPT, now
    )
