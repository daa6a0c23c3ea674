"""The registry whose page helps against an error, wherever the error is shown."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop import errors
from kitops_desktop.explanation import Explanation
from kitops_desktop.ui.browser.remedies import Remedy, offers
from kitops_desktop.ui.error_text import as_explanation, beside_sign_in

_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class RegistryRemedy:
    """``text`` and ``icon`` are for a button that leads to the page of the registry ``host``, or signs in to
    it at once where that can be done (``is_sign_in``).
    """

    text: str
    icon: str
    host: str
    is_sign_in: bool = False


def remedy_of(error: BaseException | None) -> RegistryRemedy | None:
    """Where to sign in or to set up the registry; None when that would not help."""
    for _ in range(_DEEPEST):  # an error may wrap the one that tells
        if error is None:
            return None
        offered = [offer.remedy for offer in offers(error)]
        if offered and isinstance(error, errors.RegistryError):
            if Remedy.SIGN_IN in offered:
                return RegistryRemedy("Sign in…", "sign-in", error.host, is_sign_in=True)
            return RegistryRemedy("Set up registry…", "registries", error.host)
        error = error.cause if isinstance(error, errors.UnpackFailed) else error.__cause__
    return None


def explained_beside(error: Explanation | BaseException, remedy: RegistryRemedy | None) -> Explanation:
    """What is said of an error that has the button of ``remedy`` beside it."""
    explanation = as_explanation(error)
    return beside_sign_in(explanation) if remedy is not None and remedy.is_sign_in else explanation
