"""The flags of commands that go to registries: `kit`'s, and how to sign in where nobody can be asked."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kitops_desktop.cli.arguments import parse_boolean
from kitops_desktop.errors import InvalidArgument

if TYPE_CHECKING:
    from kitops_desktop.cli.command import Invocation
    from kitops_desktop.credentials.credential import Credential

BOOLEAN_FLAGS = ("--plain-http", "--tls-verify", "--clear-password")
"""Their value is given after ``=`` only; without one they mean true."""
CONCURRENCY = 5
MAX_CONCURRENCY = 64
CERT_VARIABLE, KEY_VARIABLE = "KITOPS_CLIENT_CERT", "KITOPS_CLIENT_KEY"
_MAX_SECRET = 1 << 20


def add_network_flags(parser: argparse.ArgumentParser, *, sign_in: bool = True) -> None:
    """``sign_in`` adds the flags by which a password is given for this one command."""
    group = parser.add_argument_group("network flags")
    boolean = {"type": parse_boolean, "metavar": "true|false"}
    group.add_argument("--plain-http", **boolean, help="speak http to registries (false)")  # type: ignore[arg-type]
    group.add_argument(
        "--tls-verify",
        **boolean,  # type: ignore[arg-type]
        help="believe only certificates that can be verified (true); give the value after =",
    )
    group.add_argument(
        "--tls-cert", default="", metavar="FILE", help="certificates of further authorities to believe (PEM)"
    )
    group.add_argument(
        "--cert", default="", metavar="FILE", help=f"client certificate; {CERT_VARIABLE} overrides it"
    )
    group.add_argument(
        "--key", default="", metavar="FILE", help=f"its private key; {KEY_VARIABLE} overrides it"
    )
    group.add_argument(
        "--concurrency",
        type=int,
        default=CONCURRENCY,
        metavar="N",
        help=f"blobs transferred at a time ({CONCURRENCY})",
    )
    group.add_argument("--proxy", default="", metavar="ADDRESS", help="instead of that of the environment")
    group.add_argument(
        "--clear-password",
        **boolean,  # type: ignore[arg-type]
        help="agree that a password is sent over plain http, readable by everybody on the way",
    )
    if sign_in:
        group.add_argument("--username", default="", metavar="USER", help="for this command only")
        group.add_argument("--password-stdin", action="store_true", help="read its password from stdin")


def use_network(invocation: Invocation, *hosts: str, given: Credential | None = None) -> None:
    """Have the workspace go to registries as the flags say; to be called before the first request.

    A password that is given goes to the registry the user named, and only if that is one: ``hosts`` are those
    of all references of the command line. ``given`` stands for what flags and environment have. Raises
    ``InvalidArgument``.
    """
    from kitops_desktop.registry.network_flags import NetworkFlags

    arguments = invocation.arguments
    concurrency(arguments)
    cert, key = client_certificate(arguments)
    if given is None and len(set(hosts)) == 1:
        given = given_credential(arguments)
    invocation.workspace.use_network(
        NetworkFlags(
            plain_http=arguments.plain_http,
            clear_password=arguments.clear_password,
            tls_verify=arguments.tls_verify,
            ca_file=_absolute(arguments.tls_cert),
            client_cert=cert,
            client_key=key,
            proxy=arguments.proxy,
            given=given,
            given_host=hosts[0] if given else "",
        )
    )


def concurrency(arguments: argparse.Namespace) -> int:
    """How many blobs at a time; raises ``InvalidArgument`` with `kit`'s words."""
    wanted: int = arguments.concurrency
    if wanted < 1:
        raise InvalidArgument(f"invalid argument for concurrency ({wanted}): must be at least 1")
    return min(wanted, MAX_CONCURRENCY)


def client_certificate(arguments: argparse.Namespace) -> tuple[str, str]:
    """Certificate and key, used only when both are known; the environment goes before the flags."""
    cert = os.environ.get(CERT_VARIABLE) or arguments.cert
    key = os.environ.get(KEY_VARIABLE) or arguments.key
    return (_absolute(cert), _absolute(key)) if cert and key else ("", "")


def _absolute(path: str) -> str:
    return str(Path(path).expanduser().absolute()) if path else ""


def given_credential(arguments: argparse.Namespace) -> Credential | None:
    """What the command line or else the environment gives; without a user name it is an identity token."""
    from kitops_desktop.credentials.credential import Credential
    from kitops_desktop.credentials.environment import PASSWORD_VARIABLE, given_from_environment

    username = str(getattr(arguments, "username", ""))
    if getattr(arguments, "password_stdin", False):
        return Credential(username, password_from_stdin(), is_identity_token=not username)
    if not username:
        return given_from_environment()
    password = os.environ.get(PASSWORD_VARIABLE, "")
    if not password:
        raise InvalidArgument(f"--username needs its password: --password-stdin, or {PASSWORD_VARIABLE}")
    return Credential(username, password)


def password_from_stdin() -> str:
    """The whole of standard input without blanks around it. Raises ``InvalidArgument`` when it is empty."""
    password = (sys.stdin.read(_MAX_SECRET) if sys.stdin is not None else "").strip()
    if not password:
        raise InvalidArgument("failed to read password from stdin: got empty string")
    return password
