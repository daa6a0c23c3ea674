"""Signing in: one attempt, and then the sign-in is kept where the user wants it. For worker threads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.credentials.lookup import Forgotten, Keep
from kitops_desktop.errors import KitOpsError
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.hosts import is_here
from kitops_desktop.registry.sign_in import check_sign_in
from kitops_desktop.workspace import Workspace


@dataclass(frozen=True, slots=True)
class SignInAnswers:
    """What was entered. Without a user name the secret is an identity token."""

    username: str = ""
    secret: str = field(default="", repr=False)
    keep: Keep = Keep.KEYRING
    also_for_kit: bool = False

    @property
    def credential(self) -> Credential:
        return Credential(self.username, self.secret, is_identity_token=not self.username)

    @property
    def is_complete(self) -> bool:
        return bool(self.secret)


@dataclass(frozen=True, slots=True)
class SignedInNow:
    """``problem`` is why the sign-in could not be kept as wished; it holds for this run then."""

    host: str
    username: str
    problem: KitOpsError | None = None


def sends_in_the_clear(host: str, options: HostOptions) -> bool:
    """Whether a password would travel unencrypted over a network."""
    return options.plain_http and not is_here(host)


def sign_in(
    workspace: Workspace, host: str, options: HostOptions, answers: SignInAnswers, token: CancelToken
) -> SignedInNow:
    """Try the sign-in once, keep it, and note what was agreed to. Raises what ``check_sign_in`` raises."""
    credential = answers.credential
    signed = check_sign_in(workspace.registries, host, credential, options, token)
    problem: KitOpsError | None = None
    try:
        workspace.credentials.save(host, credential, answers.keep)
        if answers.also_for_kit:
            workspace.credentials.also_for_kit(host, credential)
    except KitOpsError as error:
        problem = error
    workspace.save_registry(host, replace(options, username=answers.username, realm=signed.realm))
    workspace.registries.forget(host)
    return SignedInNow(host, answers.username, problem)


def sign_out(workspace: Workspace, host: str) -> Forgotten:
    """Forget the sign-in everywhere it is ours to forget, and what was got with it."""
    forgotten = workspace.credentials.forget(host)
    workspace.registries.forget(host)
    return forgotten
