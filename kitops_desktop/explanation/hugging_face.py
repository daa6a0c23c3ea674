"""Explanations of what Hugging Face does not give us."""

from __future__ import annotations

from kitops_desktop import errors
from kitops_desktop.explanation.explanation import Explanation
from kitops_desktop.explanation.words import NOTHING_CHANGED, sentence, sign_in_command

_DOWNLOADED_KEPT = "Files that were complete by then are in their folder."
_PRINTED = "What was printed is not this file: do not use it."
_SIGN_IN = f"sign in to Hugging Face with an access token{sign_in_command('huggingface.co')}"


def not_found(error: errors.NotOnHuggingFace) -> Explanation:
    if error.what in ("revision", "file"):
        return Explanation(
            f"{error.name} has no such {error.what}",
            f"There is nothing at {error.reference}.",
            NOTHING_CHANGED,
            "Look at the branches and files on its page; it may have changed since the address was copied.",
        )
    hidden = "" if error.signed_in else ", or it is private"
    is_alone = "/" not in error.name and error.what in ("model", "dataset", "Space")
    nothing = f"no {error.what}, organisation or person" if is_alone else "nothing"
    return Explanation(
        f"Hugging Face shows no such {error.what}",
        f"There is {nothing} called {error.name}{hidden}.{_unread(error.unread)}",
        NOTHING_CHANGED,
        ("Check its name: most are ORGANISATION/NAME" if is_alone else "Check its name")
        + (
            f"; if it is private, {_SIGN_IN}."
            if not error.signed_in
            else ", and that your access token may read it."
        ),
    )


def access_needed(error: errors.HfAccessNeeded) -> Explanation:
    first = "" if error.signed_in else f"First {_SIGN_IN}. "
    return Explanation(
        f"{error.name} is given only to whoever asked for it",
        sentence(error.reason or "Its owner wants to know who uses it, or to agree to that")
        + _unread(error.unread),
        NOTHING_CHANGED,
        f"{first}Ask for access on its page, {error.page}; then try again.",
    )


def _unread(why: str) -> str:
    return f" {sentence(f'A sign-in could not be looked for: {why}')}" if why else ""


def no_modelkit(error: errors.AddressOfHuggingFace) -> Explanation:
    return Explanation(
        f"“{error.text}” is no ModelKit, but a repository of Hugging Face",
        "It can be looked into as it is: kitops-desktop files, preview and cat take such an address.",
        NOTHING_CHANGED,
        f"Make a ModelKit of it (kitops-desktop import {error.address}), and use that.",
    )


def content_wrong(error: errors.HfContentWrong) -> Explanation:
    return Explanation(
        "A file came with another content than it has",
        f"{error.path} has the digest {error.expected} on {error.host}; what was sent has {error.actual}.",
        _PRINTED if error.printed else f"Nothing of this file was kept. {_DOWNLOADED_KEPT}",
        "Try again. If it stays so, a proxy or mirror on the way changes files: do without it.",
    )


def download_elsewhere(error: errors.DownloadElsewhere) -> Explanation:
    return Explanation(
        f"{error.name} is being downloaded already",
        f"Another job or program is downloading it into {error.target}.",
        NOTHING_CHANGED,
        "Wait for that to end, or choose another folder.",
    )
