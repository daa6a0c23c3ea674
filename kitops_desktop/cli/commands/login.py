"""``login``: check a sign-in with a registry, and keep it."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from kitops_desktop.cli.arguments import PROGRAM, is_interactive
from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.error_text import error_lines
from kitops_desktop.cli.network_flags import add_network_flags, password_from_stdin, use_network
from kitops_desktop.errors import (
    CredentialError,
    ForeignRealm,
    InvalidArgument,
    PasswordInTheClear,
    RegistryError,
    SettingsError,
)
from kitops_desktop.explanation import Explanation, explain
from kitops_desktop.explanation.registries import TRANSFERRED_KEPT
from kitops_desktop.explanation.words import NOTHING_CHANGED
from kitops_desktop.importers.hugging_face.endpoint import hf_endpoint, is_elsewhere, is_hugging_face

if TYPE_CHECKING:
    from kitops_desktop.credentials.credential import Credential
    from kitops_desktop.registry.host import HostOptions
    from kitops_desktop.registry.sign_in import SignedIn

T = TypeVar("T")
SUMMARY = "Log in to a registry, or to Hugging Face"
_OTHERWISE = (
    "Start or unlock the keyring of the system; or agree to have it kept where `kit` keeps its own, where"
    f" programs of yours can read it ({PROGRAM} login {{host}} --keep kit); or give it to single commands"
    " (--username and --password-stdin)."
)
INSECURE = "Warning: Using --password via CLI is insecure. Consider using --password-stdin instead"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("registry", metavar="REGISTRY", help="its host, with the port if it has one")
    parser.add_argument("-u", "--username", default="", metavar="USER")
    parser.add_argument(
        "-p", "--password", default="", metavar="PASSWORD", help="others on this computer can see it"
    )
    parser.add_argument("--password-stdin", action="store_true", help="read the password from stdin")
    parser.add_argument(
        "--keep",
        choices=("keyring", "session", "kit"),
        default="keyring",
        help="where: the system's keyring; nowhere, only check it; or where `kit` keeps its own, which is a"
        " file that all your programs can read unless a helper is set up there (keyring)",
    )
    parser.add_argument("--also-for-kit", action="store_true", help="let `kit` use this sign-in too")
    parser.add_argument(
        "--realm", default="", metavar="ADDRESS", help="agree that this other host checks the password"
    )
    add_network_flags(parser, sign_in=False)


def run(invocation: Invocation) -> int:
    arguments, workspace = invocation.arguments, invocation.workspace
    host = registry_host(arguments.registry)
    if is_hugging_face(host):
        return _log_in_to_hugging_face(invocation, host)
    if arguments.password and arguments.username:
        invocation.console.info(INSECURE)
    credential = _credential(arguments)
    use_network(invocation)
    options = workspace.host_options(host)
    if arguments.realm:
        options = replace(options, realm=arguments.realm.rstrip("/"))
    signed_in = _checked(invocation, host, lambda: _check(invocation, host, credential, options))
    if signed_in is None or not _keep(invocation, host, credential):
        return 1
    _remember(invocation, host, signed_in)
    invocation.console.info("Log in successful")
    return 0


def _log_in_to_hugging_face(invocation: Invocation, host: str) -> int:
    """With an access token, which says itself whose it is. Nothing of it stays in the settings."""
    from kitops_desktop.importers.hugging_face.sign_in import check_token, credential_of

    arguments, console = invocation.arguments, invocation.console
    if arguments.also_for_kit:
        raise InvalidArgument("`kit` looks for access tokens of Hugging Face in HF_TOKEN only")
    if arguments.username:
        console.info("Hugging Face needs no user name; it is not used")
        arguments.username = ""
    if arguments.password:
        console.info(INSECURE)
    secret = _credential(arguments, asks_for="Access token").secret
    use_network(invocation)
    registries = invocation.workspace.registries
    owner = _checked(invocation, host, lambda: check_token(registries, secret, invocation.token))
    if owner is None or not _keep(invocation, host, credential_of(secret)):
        return 1
    console.info(f"This access token is of {owner}")
    console.info("Log in successful")
    return 0


def _check(invocation: Invocation, host: str, credential: Credential, options: HostOptions) -> SignedIn:
    from kitops_desktop.registry.sign_in import check_sign_in

    return check_sign_in(invocation.workspace.registries, host, credential, options, invocation.token)


def _checked(invocation: Invocation, host: str, check: Callable[[], T]) -> T | None:
    """What ``check`` gives; None when the sign-in failed, which has been said."""
    try:
        with _hints(invocation, host):
            return check()
    except RegistryError as error:
        invocation.console.error(error_lines(_of_signing_in(error)))
        return None


def registry_host(text: str) -> str:
    """A bare ``host[:port]``, of Hugging Face the one that sign-ins are kept for; raises
    ``InvalidArgument``.
    """
    from kitops_desktop.credentials.host_keys import canonical_host

    if "/" in text:
        raise InvalidArgument(f"{text!r} is not just the host of a registry: leave out https:// and the path")
    endpoint = hf_endpoint().host
    if is_elsewhere(text):
        raise InvalidArgument(f"HF_ENDPOINT says that Hugging Face is at {endpoint}: give that host")
    return endpoint if is_hugging_face(text) else canonical_host(text)


def _credential(arguments: argparse.Namespace, *, asks_for: str = "") -> Credential:
    """From flags, standard input or the environment, or else asked for; without a user name it is a token.
    ``asks_for`` is what is asked for where nobody has a user name.
    """
    from kitops_desktop.credentials.credential import Credential
    from kitops_desktop.credentials.environment import given_from_environment

    username, password = str(arguments.username), str(arguments.password)
    if arguments.password_stdin:
        if password:
            raise InvalidArgument("cannot use both --password and --password-stdin")
        password = password_from_stdin()
    if not password:
        given = given_from_environment()
        if given is not None and username in ("", given.username):
            return given
        username, password = _asked(username, only=asks_for)
    return Credential(username, password, is_identity_token=not username)


def _asked(username: str, *, only: str = "") -> tuple[str, str]:
    """``only`` is what alone is asked for. Raises ``InvalidArgument`` when there is nobody to ask."""
    if not is_interactive():
        raise InvalidArgument("there is no terminal to ask for the password: give it with --password-stdin")
    try:
        if not username and not only:
            sys.stderr.write("Username: ")
            sys.stderr.flush()
            username = sys.stdin.readline().strip()
        password = getpass.getpass(f"{only or 'Password'}: ", stream=sys.stderr)
    except EOFError as error:
        raise InvalidArgument("no password was entered") from error
    if not password:
        raise InvalidArgument("no password was entered")
    return username, password


def _keep(invocation: Invocation, host: str, credential: Credential) -> bool:
    """Whether it was kept as wanted; if not, it is said what can be done. Here a session ends at once."""
    from kitops_desktop.credentials.lookup import Keep

    arguments, credentials = invocation.arguments, invocation.workspace.credentials
    try:
        credentials.save(host, credential, Keep(arguments.keep))
        if arguments.also_for_kit and arguments.keep != Keep.KIT:
            credentials.also_for_kit(host, credential)
    except CredentialError as error:
        said = explain(error)
        kept = "Nothing. The sign-in is right, but it was not kept."
        invocation.console.error(
            error_lines(replace(said, kept=kept, next_step=_OTHERWISE.format(host=host)))
        )
        return False
    return True


def _remember(invocation: Invocation, host: str, signed_in: SignedIn) -> None:
    """Who signed in and who checks it, without what was said by flags for this once."""
    from kitops_desktop.registry.host import HostOptions

    workspace = invocation.workspace
    kept = HostOptions.from_json(workspace.settings.registries.get(host, {}))
    try:
        workspace.save_registry(
            host, replace(kept, username=signed_in.username, realm=signed_in.realm or kept.realm)
        )
    except SettingsError as error:
        invocation.console.warn(str(error))


def _of_signing_in(error: RegistryError) -> Explanation:
    """The explanation where nothing was to be transferred."""
    said = explain(error)
    return replace(said, kept=NOTHING_CHANGED) if said.kept == TRANSFERRED_KEPT else said


@contextmanager
def _hints(invocation: Invocation, host: str) -> Iterator[None]:
    """How to agree on the command line."""
    try:
        yield
    except ForeignRealm as error:
        invocation.console.plain_error(f"To agree: {PROGRAM} login {host} --realm {error.realm}")
        raise
    except PasswordInTheClear:
        invocation.console.plain_error(f"To agree: {PROGRAM} login {host} --plain-http --clear-password")
        raise
