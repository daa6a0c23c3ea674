"""Reading an answer that says no, where its status was let through for somebody to look at."""

from __future__ import annotations

from kitops_desktop.errors import ContentTooLarge, RegistryError
from kitops_desktop.registry.answers import MAX_ERROR_BYTES, Refusal
from kitops_desktop.registry.exchange import Response


def refusal(response: Response) -> Refusal:
    """The rest of the answer, as far as it can be had."""
    try:
        body = response.content(MAX_ERROR_BYTES)
    except (ContentTooLarge, RegistryError):
        body = b""
    return Refusal(response.status, response.headers, body)


def codes(refused: Refusal) -> frozenset[str]:
    """The codes of the distribution specification in it ("BLOB_UPLOAD_UNKNOWN")."""
    return frozenset(problem.code for problem in refused.problems if problem.code)
