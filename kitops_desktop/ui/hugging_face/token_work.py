"""Signing in to Hugging Face and out again. For worker threads."""

from __future__ import annotations

from dataclasses import dataclass, field

from kitops_desktop.credentials.credential import Origin
from kitops_desktop.credentials.keyring_store import KeyringState
from kitops_desktop.credentials.lookup import Forgotten, Keep
from kitops_desktop.errors import CredentialError, KitOpsError
from kitops_desktop.importers.hugging_face.endpoint import hf_endpoint
from kitops_desktop.importers.hugging_face.sign_in import check_token, credential_of, token_of_environment
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.browser.keep_chooser import places_to_keep
from kitops_desktop.ui.browser.sign_in_work import SignedInNow, sign_out
from kitops_desktop.workspace import Workspace

_NOT_OURS = (Origin.DOCKER, Origin.GIVEN)


@dataclass(frozen=True, slots=True)
class TokenAnswers:
    """What was entered."""

    secret: str = field(default="", repr=False)
    keep: Keep = Keep.KEYRING


@dataclass(frozen=True, slots=True)
class TokenState:
    """``place`` is where an access token is kept now, "" for nowhere; ``in_environment`` whether HF_TOKEN has
    one, which counts then. ``helper`` keeps sign-ins for `kit`.
    """

    keyring: KeyringState
    helper: str = ""
    place: str = ""
    can_be_forgotten: bool = False
    in_environment: bool = False


def token_state(workspace: Workspace) -> TokenState:
    """What there is before anything is entered."""
    host, credentials = hf_endpoint().host, workspace.credentials
    try:
        found = credentials.found(host)
    except CredentialError:
        found = None  # said when something is to be kept there
    in_environment = bool(token_of_environment())
    keyring, helper = places_to_keep(credentials, host)
    if found is None:
        return TokenState(keyring, helper, in_environment=in_environment)
    return TokenState(keyring, helper, found.place, found.origin not in _NOT_OURS, in_environment)


def sign_in(workspace: Workspace, answers: TokenAnswers, token: CancelToken) -> SignedInNow:
    """Try the access token once, and keep it. The registries in the settings stay as they are: it is none.

    Raises what ``check_token`` raises.
    """
    host = hf_endpoint().host
    owner = check_token(workspace.registries, answers.secret, token)
    problem: KitOpsError | None = None
    try:
        workspace.credentials.save(host, credential_of(answers.secret), answers.keep)
    except KitOpsError as error:
        problem = error
    workspace.registries.forget(host)
    return SignedInNow(host, owner, problem)


def forget_token(workspace: Workspace) -> Forgotten:
    """Forget it everywhere it is ours to forget."""
    return sign_out(workspace, hf_endpoint().host)
