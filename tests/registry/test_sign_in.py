"""Trying a sign-in: one attempt, kept nowhere, noticed also where everybody may read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.errors import (
    CertificateUntrusted,
    ForeignRealm,
    InvalidArgument,
    PasswordInTheClear,
    RegistryFailed,
    SignInNeeded,
    SignInRefused,
    WrongScheme,
)
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.registries import Registries
from kitops_desktop.registry.sign_in import SignedIn, check_sign_in
from support.certificates import self_signed
from support.connect_proxy import ConnectProxy
from support.http_server import Answer, Question, Rule
from support.odd_registry import OddRegistry, basic
from support.planted import ACCESS_TOKEN, IDENTITY_TOKEN
from support.registry_clients import PLAIN, QUICK, RIGHT, WRONG, Wallet
from support.registry_server import RegistryServer
from support.token_server import TokenServer

IDENTITY = Credential("", IDENTITY_TOKEN, is_identity_token=True)


@pytest.fixture
def registries() -> Registries:
    """Whose own credentials must not be used."""
    return Registries(lambda host: HostOptions(), Wallet(Credential("somebody", "else")), patience=QUICK)


def test_with_basic(tmp_path: Path, registries: Registries) -> None:
    identity = self_signed()
    with RegistryServer(tmp_path, passwords={RIGHT.username: RIGHT.secret}, identity=identity) as server:
        options = HostOptions(pinned=identity.sha256)
        signed_in = check_sign_in(registries, server.host, RIGHT, options)
        assert signed_in == SignedIn(server.host, RIGHT.username, "")
        with pytest.raises(SignInRefused) as refused:
            check_sign_in(registries, server.host, WRONG, options)
        assert refused.value.username == WRONG.username
        with pytest.raises(SignInNeeded):
            check_sign_in(registries, server.host, None, options)
        with pytest.raises(CertificateUntrusted):
            check_sign_in(registries, server.host, RIGHT, HostOptions())
        with pytest.raises(WrongScheme):
            check_sign_in(registries, server.host, RIGHT, PLAIN)
        assert [one.status for one in server.exchanges] == [401, 200, 401, 401, 401]


def test_with_a_token(tmp_path: Path, registries: Registries) -> None:
    with TokenServer() as issuer, RegistryServer(tmp_path, token=issuer) as server:
        assert check_sign_in(registries, server.host, RIGHT, PLAIN) == SignedIn(
            server.host, RIGHT.username, ""
        )
        assert check_sign_in(registries, server.host, IDENTITY, PLAIN).username == ""
        assert check_sign_in(registries, server.host, None, PLAIN).username == ""
        with pytest.raises(SignInRefused):
            check_sign_in(registries, server.host, WRONG, PLAIN)
        assert [one.how for one in issuer.requests] == ["basic", "refresh_token", "anonymous", "basic"]


def test_a_foreign_realm_is_named_and_can_be_agreed_to(tmp_path: Path, registries: Registries) -> None:
    with TokenServer() as issuer, RegistryServer(tmp_path, token=issuer) as server:
        host = server.host.replace("localhost", "127.0.0.1")
        with pytest.raises(ForeignRealm) as foreign:
            check_sign_in(registries, host, RIGHT, PLAIN)
        assert foreign.value.realm == issuer.realm
        agreed = HostOptions(plain_http=True, realm=issuer.origin)
        assert check_sign_in(registries, host, RIGHT, agreed) == SignedIn(host, RIGHT.username, issuer.origin)
        assert check_sign_in(registries, host, None, PLAIN).realm == ""


def test_where_everybody_may_read_the_catalog_shows_who_checks(registries: Registries) -> None:
    reply = json.dumps({"token": ACCESS_TOKEN}).encode()
    with OddRegistry([Rule(path="/token", status=200, body=reply)]) as server:
        challenge = f'Bearer realm="{server.origin}/token"'
        for rule in (
            Rule(path="_catalog", status=401, headers={"WWW-Authenticate": challenge}),
            Rule(path="_catalog", status=403, times=None),
            Rule(path="/token", status=401),
        ):
            server.rules.append(rule)
        assert check_sign_in(registries, server.host, RIGHT, PLAIN).username == RIGHT.username
        server.rules[1].times, server.rules[1].met = None, 0
        with pytest.raises(SignInRefused):
            check_sign_in(registries, server.host, WRONG, PLAIN)
        assert server.count("GET", "/token") == 2


def test_where_everybody_may_do_everything_a_password_is_still_checked_if_it_can_be(
    registries: Registries,
) -> None:
    """As zot: nobody is let in, but a wrong password is not."""
    with _LetsNobodyIn() as server:
        assert check_sign_in(registries, server.host, RIGHT, PLAIN).username == RIGHT.username
        assert check_sign_in(registries, server.host, None, PLAIN).username == ""
        with pytest.raises(SignInRefused):
            check_sign_in(registries, server.host, WRONG, PLAIN)
        assert server.authorizations().count(basic(WRONG.username, WRONG.secret)) == 1


class _LetsNobodyIn(OddRegistry):
    """Asks who it is only of those who say who they are."""

    def answer(self, question: Question) -> Answer:
        said = question.headers.get("Authorization")
        self.challenge = 'Basic realm="x"' if said else ""
        self.accepted = frozenset({basic(RIGHT.username, RIGHT.secret)})
        return super().answer(question)


def test_a_registry_that_checks_nothing(tmp_path: Path, registries: Registries) -> None:
    with RegistryServer(tmp_path) as server:
        assert check_sign_in(registries, server.host, RIGHT, PLAIN) == SignedIn(
            server.host, RIGHT.username, ""
        )


def test_what_is_no_registry(registries: Registries) -> None:
    rule = Rule(status=404, body=b"<html>a web site</html>", times=None)
    with OddRegistry([rule]) as server, pytest.raises(RegistryFailed, match="something else than a registry"):
        check_sign_in(registries, server.host, RIGHT, PLAIN)
    with pytest.raises(InvalidArgument):
        check_sign_in(registries, "no host", RIGHT, PLAIN)


def test_a_password_does_not_travel_in_the_clear(registries: Registries) -> None:
    name = "registry.example.com"
    for challenge in ('Basic realm="x"', ""):
        with OddRegistry(challenge=challenge) as server, ConnectProxy({name: server.port}) as proxy:
            clear = HostOptions(plain_http=True, proxy=proxy.url)
            with pytest.raises(PasswordInTheClear):
                check_sign_in(registries, name, RIGHT, clear)
            assert server.authorizations() == []
            agreed = HostOptions(plain_http=True, proxy=proxy.url, clear_password=True)
            assert check_sign_in(registries, name, RIGHT, agreed).username == RIGHT.username
