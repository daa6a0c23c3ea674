"""What is said otherwise of an error where the secret is an access token, and the host is Hugging Face's."""

from __future__ import annotations

from dataclasses import replace

from kitops_desktop import errors
from kitops_desktop.explanation import Explanation, explain


def explained(error: BaseException) -> Explanation | None:
    """The words for ``error``; None where the usual ones are right."""
    if not isinstance(error, errors.PasswordInTheClear):
        return None
    return replace(
        explain(error),
        title=f"Your access token is not sent to {error.host}",
        kept="Nothing was changed, and no token was sent.",
        next_step="Use https in HF_ENDPOINT; or, if you know the network, agree to it here.",
    )
