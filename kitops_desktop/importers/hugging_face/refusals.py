"""What Hugging Face means when it says no.

It says why in headers: ``X-Error-Code`` ("RepoNotFound", "GatedRepo", "RevisionNotFound", "EntryNotFound")
and ``X-Error-Message``. Whoever is not signed in gets 401, mostly without a code, for what is missing and for
what is private alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kitops_desktop.errors import (
    HfAccessNeeded,
    KitOpsError,
    NotOnHuggingFace,
    RegistryFailed,
    RegistryRefused,
    SignInRefused,
)
from kitops_desktop.importers.hugging_face.address import HfAddress

STATUSES = frozenset({400, 401, 403, 404, 410, 416, 451})
_WRONG_TOKEN = "invalid credentials"


@dataclass(frozen=True, slots=True)
class HfRefusal:
    """``message`` is printable and short."""

    status: int
    code: str
    message: str


def error_of(
    refusal: HfRefusal, host: str, origin: str, address: HfAddress, *, signed_in: bool, unread: str = ""
) -> KitOpsError:
    """The error for an answer whose status is one of ``STATUSES``. ``origin`` is what addresses at ``host``
    begin with; ``unread`` is why a sign-in that may be kept was not found.
    """
    if refusal.code == "GatedRepo":
        page = replace(address, revision="", path="").page(origin)
        return HfAccessNeeded(host, address.name, page, signed_in=signed_in, unread=unread)
    if signed_in and refusal.status == 401 and _WRONG_TOKEN in refusal.message.casefold():
        return SignInRefused(host, "")
    if refusal.code == "RevisionNotFound":
        return NotOnHuggingFace(str(address), "revision", address.name, signed_in=signed_in)
    if refusal.code == "EntryNotFound":
        return NotOnHuggingFace(str(address), "file", address.name, signed_in=signed_in)
    if refusal.code == "RepoNotFound" or refusal.status in (401, 404):
        return NotOnHuggingFace(
            str(address), address.kind.noun, address.name, signed_in=signed_in, unread=unread
        )
    if refusal.status in (403, 451):  # switched off, or a token that may not do this
        return RegistryRefused(host, refusal.status, "", refusal.message)
    return RegistryFailed(host, refusal.status, refusal.message or "it did not understand the question")
