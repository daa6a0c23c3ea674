"""Signing in: tokens, Basic, nobody; where a password goes, how often, and where it must not go."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import oras.auth
import pytest

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.errors import (
    AccessDenied,
    CertificateUntrusted,
    ContentTooLarge,
    CredentialError,
    ForeignRealm,
    KeyringFailed,
    NoKeyring,
    PasswordInTheClear,
    RegistryError,
    RegistryFailed,
    SignInNeeded,
    SignInRefused,
)
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.auth import BACKEND, RegistryAuth
from kitops_desktop.registry.client import RegistryClient
from kitops_desktop.registry.exchange import Request
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.realms import check_password_may_go, check_realm, foreign_origin
from support.certificates import Authority, self_signed, server_context
from support.http_server import Rule
from support.odd_registry import OddRegistry, basic
from support.planted import ACCESS_TOKEN, IDENTITY_TOKEN
from support.registry_clients import PLAIN, RIGHT, WRONG, Wallet, client, get
from support.registry_server import RegistryServer
from support.token_server import TokenServer

PULL = "repository:team/churn:pull"
PUSH = "repository:team/churn:pull,push"
IDENTITY = Credential("", IDENTITY_TOKEN, is_identity_token=True)


@pytest.fixture
def issuer() -> Iterator[TokenServer]:
    with TokenServer() as server:
        yield server


@pytest.fixture
def registry(tmp_path: Path, issuer: TokenServer) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path / "registry", token=issuer) as server:
        yield server


def start_upload(asked: RegistryClient, path: str = "team/churn") -> int:
    scope = f"repository:{path}:pull,push"
    request = Request("POST", f"/v2/{path}/blobs/uploads/", f"push to {path}", scopes=(scope,), repeat=False)
    with asked.send(request) as answer:
        return answer.status


def at_once(*works: object) -> list[object]:
    """Run all at the same time; their results or errors."""
    barrier = threading.Barrier(len(works))
    results: list[object] = [None] * len(works)

    def run(index: int, work: object) -> None:
        barrier.wait()
        try:
            results[index] = work()  # type: ignore[operator]
        except RegistryError as error:
            results[index] = error

    threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_it_is_registered_with_oras() -> None:
    assert oras.auth.auth_backends[BACKEND] is RegistryAuth
    with client("registry.example.com") as asked:
        for name in ("logout", "set_token_auth", "set_basic_auth", "request_anonymous_token"):
            with pytest.raises(NotImplementedError):
                getattr(asked.auth, name)("x")


# tokens


def test_a_token_for_each_scope_and_no_more(registry: RegistryServer, issuer: TokenServer) -> None:
    with client(registry.host, who=RIGHT) as asked:
        for _ in range(3):
            assert start_upload(asked) == 202
        get(asked, "/v2/team/churn/tags/list", PULL, allow=frozenset({404}))
        start_upload(asked, "team/other")
    assert [one.scopes for one in issuer.requests] == [(PUSH,), (PULL,), ("repository:team/other:pull,push",)]
    assert all(one.how == "basic" for one in issuer.requests)


def test_several_scopes_are_asked_for_together(registry: RegistryServer, issuer: TokenServer) -> None:
    with client(registry.host, who=RIGHT) as asked:
        get(asked, "/v2/team/churn/tags/list", PUSH, "repository:team/base:pull", allow=frozenset({404}))
    assert issuer.requests[0].scopes == ("repository:team/base:pull", PUSH)


def test_a_token_that_ends_soon_is_replaced_before(tmp_path: Path) -> None:
    with (
        TokenServer(lifetime=1) as issuer,
        RegistryServer(tmp_path / "registry", token=issuer) as registry,
        client(registry.host, who=RIGHT) as asked,
    ):
        ends = time.monotonic() + 2.5
        while time.monotonic() < ends:
            assert start_upload(asked) == 202
        refused = registry.count("POST") - sum(one.status == 202 for one in registry.exchanges)
        assert 3 <= issuer.issued <= 5
        assert refused == 1


def test_a_token_that_ends_earlier_than_it_said_is_replaced_after(tmp_path: Path) -> None:
    with (
        TokenServer(lifetime=0.5, announced=3600) as issuer,
        RegistryServer(tmp_path / "registry", token=issuer) as registry,
        client(registry.host, who=RIGHT) as asked,
    ):
        ends = time.monotonic() + 3
        while issuer.issued < 2:
            assert time.monotonic() < ends
            assert start_upload(asked) == 202


@pytest.mark.parametrize("parts", [("token",), ("access_token",), ("token", "access_token")])
@pytest.mark.parametrize(
    "lifetime", [None, 300, "soon", -1, True, 1e300, 60_000_000_000, float("nan"), 10**400]
)
def test_replies_as_token_servers_give_them(parts: tuple[str, ...], lifetime: object) -> None:
    reply: dict[str, object] = dict.fromkeys(parts, ACCESS_TOKEN)
    if lifetime is not None:
        reply["expires_in"] = lifetime
    with bearer_registry(json.dumps(reply).encode()) as server, client(server.host, who=RIGHT) as asked:
        assert get(asked)[0] == 200
        assert get(asked)[0] == 200
        assert server.count("GET", "/token") == 1


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"[]",
        b"{}",
        b'{"token":""}',
        b'{"token":5}',
        b'{"token":"a\\r\\nX-Evil: 1"}',
        b'{"token":"\xc3\xa4"}',
        b'{"token":"a b"}',
        b"<html>",
        b"[" * 100_000,
    ],
)
def test_replies_that_are_no_token(reply: bytes) -> None:
    with bearer_registry(reply) as server, client(server.host, who=RIGHT) as asked:
        with pytest.raises(RegistryFailed):
            get(asked)
        assert server.count("GET", "/v2/") == 1


def test_a_reply_without_end_is_not_read() -> None:
    server = bearer_registry(b'{"token":"' + b"x" * (4 << 20))
    with server, client(server.host) as asked, pytest.raises(ContentTooLarge):
        get(asked)


def bearer_registry(reply: bytes, status: int = 200) -> OddRegistry:
    """A registry that gives its tokens itself, as ``reply``."""
    server = OddRegistry([Rule(path="/token", status=status, body=reply, times=None)])
    server.accepted = frozenset({f"Bearer {ACCESS_TOKEN}"})
    server.challenge = f'Bearer realm="{server.origin}/token",service="odd"'
    return server


def test_the_scope_a_registry_names_is_added_once(registry: RegistryServer, issuer: TokenServer) -> None:
    """Too little was asked for: the registry says what it wants, and from then on that is asked for."""
    with client(registry.host, who=RIGHT) as asked:
        get(asked, "/v2/team/churn/tags/list", PULL, allow=frozenset({404}))
        request = Request("POST", "/v2/team/churn/blobs/uploads/", "push", scopes=(PULL,), repeat=False)
        for _ in range(3):
            with asked.send(request) as answer:
                assert answer.status == 202
    assert [one.scopes for one in issuer.requests] == [(PULL,), (PUSH,)]


def test_one_request_for_a_token_at_a_time(registry: RegistryServer, issuer: TokenServer) -> None:
    with client(registry.host, who=RIGHT) as asked:
        results = at_once(*[lambda: start_upload(asked)] * 6)
    assert results == [202] * 6
    assert [one.scopes for one in issuer.requests] == [(PUSH,)]


def test_nobody_gets_a_token_too(registry: RegistryServer, issuer: TokenServer) -> None:
    issuer.allowed = {"": frozenset({"pull"})}
    with client(registry.host) as asked:
        assert get(asked, "/v2/team/churn/tags/list", PULL, allow=frozenset({404}))[0] == 404
        with pytest.raises(SignInNeeded):
            start_upload(asked)
    assert {one.how for one in issuer.requests} == {"anonymous"}


def test_rights_that_are_missing(registry: RegistryServer, issuer: TokenServer) -> None:
    issuer.allowed = {RIGHT.username: frozenset({"pull"})}
    with client(registry.host, who=RIGHT) as asked:
        with pytest.raises(AccessDenied) as denied:
            start_upload(asked)
        assert (denied.value.action, denied.value.username) == ("push to team/churn", RIGHT.username)
        assert issuer.issued == 1
        assert get(asked)[0] == 200


def test_tokens_that_are_never_believed_end_it() -> None:
    server = bearer_registry(b'{"token":"unbelievable"}')
    with server, client(server.host, who=RIGHT) as asked:
        with pytest.raises(AccessDenied):
            get(asked)
        assert server.count("GET", "/v2/") == 2
        assert server.count("GET", "/token") == 1


@pytest.mark.parametrize("posts", [True, False], ids=["refresh", "as a password"])
def test_an_identity_token(tmp_path: Path, posts: bool) -> None:
    with (
        TokenServer(posts=posts, passwords={"<token>": IDENTITY_TOKEN}) as issuer,
        RegistryServer(tmp_path / "registry", token=issuer) as registry,
        client(registry.host, who=IDENTITY) as asked,
    ):
        assert start_upload(asked) == 202
        assert [one.how for one in issuer.requests] == ["refresh_token" if posts else "basic"]
        assert all(IDENTITY_TOKEN not in one.path for one in issuer.exchanges)


def test_an_identity_token_that_is_wrong_is_tried_once(registry: RegistryServer, issuer: TokenServer) -> None:
    wrong = Credential("robot", WRONG.secret, is_identity_token=True)
    with client(registry.host, who=wrong) as asked:
        for _ in range(3):
            with pytest.raises(SignInRefused) as refused:
                get(asked)
    assert refused.value.username == ""
    assert len(issuer.requests) == 1


# one attempt


def test_a_wrong_password_is_tried_once_at_a_token_server(
    registry: RegistryServer, issuer: TokenServer
) -> None:
    with client(registry.host, who=WRONG) as asked:
        works = [lambda path=f"team/r{index}": start_upload(asked, path) for index in range(6)]
        results = at_once(*works)
        with pytest.raises(SignInRefused):
            get(asked)
    assert all(isinstance(result, SignInRefused) for result in results), results
    assert issuer.refused == 1


@pytest.mark.parametrize("status", [400, 403])
def test_other_refusals_of_a_token_server_are_not_repeated_either(status: int) -> None:
    with bearer_registry(b"{}", status) as server, client(server.host, who=WRONG) as asked:
        for scope in (PULL, PUSH):
            with pytest.raises(SignInRefused):
                get(asked, "/v2/", scope)
        assert server.count("GET", "/token") == 1


def test_a_password_that_was_right_is_not_blamed_for_rights() -> None:
    reply = json.dumps({"token": ACCESS_TOKEN}).encode()
    with bearer_registry(reply) as server, client(server.host, who=RIGHT) as asked:
        get(asked, "/v2/", PULL)
        server.rules.insert(0, Rule(path="/token", status=403))
        with pytest.raises(AccessDenied, match="push team/churn"):
            get(asked, "/v2/", PUSH)
        assert get(asked, "/v2/", PULL)[0] == 200


def test_a_token_server_in_trouble_is_asked_again() -> None:
    with bearer_registry(json.dumps({"token": ACCESS_TOKEN}).encode()) as server:
        server.rules.insert(0, Rule(path="/token", status=503, times=2))
        with client(server.host, who=RIGHT) as asked:
            assert get(asked)[0] == 200


@pytest.mark.parametrize("parallel", [1, 6])
def test_a_wrong_password_is_tried_once_with_basic(parallel: int) -> None:
    with OddRegistry(challenge='Basic realm="x"', accepted=[basic("robot", RIGHT.secret)]) as server:
        with client(server.host, who=WRONG) as asked:
            results = at_once(*[lambda: get(asked)] * parallel)
            with pytest.raises(SignInRefused) as refused:
                get(asked)
        assert all(isinstance(result, SignInRefused) for result in results), results
        assert refused.value.username == WRONG.username
        assert server.authorizations() == [basic(WRONG.username, WRONG.secret)]


def test_a_changed_password_is_tried_at_once() -> None:
    wallet = Wallet(WRONG)
    server = OddRegistry(challenge='Basic realm="x"', accepted=[basic("robot", RIGHT.secret)])
    with server, client(server.host, who=wallet) as asked:
        with pytest.raises(SignInRefused):
            get(asked)
        wallet.credential = RIGHT
        assert get(asked)[0] == 200


def test_forgetting_drops_tokens_and_who_we_are(registry: RegistryServer, issuer: TokenServer) -> None:
    wallet = Wallet(RIGHT)
    with client(registry.host, who=wallet) as asked:
        start_upload(asked)
        wallet.credential = None
        start_upload(asked)
        asked.forget()
        with pytest.raises(SignInNeeded):
            start_upload(asked)


def test_who_we_are_is_not_looked_up_before_somebody_asks() -> None:
    wallet = Wallet(RIGHT)
    with OddRegistry() as server, client(server.host, who=wallet) as asked:
        get(asked)
    assert wallet.asked == 0


def test_a_real_registry_with_basic(tmp_path: Path) -> None:
    passwords = {RIGHT.username: RIGHT.secret}
    with RegistryServer(tmp_path, passwords=passwords) as server:
        with client(server.host, who=RIGHT) as asked:
            assert [start_upload(asked) for _ in range(3)] == [202] * 3
            assert [one.status for one in server.exchanges] == [401, 202, 202, 202]
        with client(server.host) as asked, pytest.raises(SignInNeeded):
            get(asked)


@pytest.mark.parametrize("challenge", ["", "Negotiate", 'Digest realm="x"'])
def test_ways_of_signing_in_that_we_do_not_know(challenge: str) -> None:
    rule = Rule(status=401, headers={"WWW-Authenticate": challenge or None}, times=None)
    with OddRegistry([rule]) as server, client(server.host, who=RIGHT) as asked:
        with pytest.raises(SignInNeeded):
            get(asked)
        assert server.authorizations() == []


def test_a_streamed_body_is_not_repeated_but_the_next_is_signed_in() -> None:
    class Body:
        def __len__(self) -> int:
            return 3

        def read(self, size: int = -1) -> bytes:
            return b"abc"

    with OddRegistry(challenge='Basic realm="x"') as server, client(server.host, who=RIGHT) as asked:
        request = Request("PUT", "/v2/a/manifests/v1", "push", body=Body())
        with pytest.raises(SignInNeeded):
            asked.send(request)
        server.rules.append(Rule("PUT", status=201))
        with asked.send(request) as answer:
            assert answer.status == 201
        assert "authorization" in server.asked("PUT")[1].headers


# where a password goes


def test_another_host_asks_for_the_password(registry: RegistryServer, issuer: TokenServer) -> None:
    """127.0.0.1 is not localhost; the realm is."""
    host = registry.host.replace("localhost", "127.0.0.1")
    with client(host, who=RIGHT) as asked:
        with pytest.raises(ForeignRealm) as raised:
            get(asked)
        assert raised.value.realm == issuer.realm
    assert issuer.exchanges == []
    with client(host) as asked:
        assert get(asked)[0] == 200
    with client(host, HostOptions(plain_http=True, realm=issuer.origin), RIGHT) as asked:
        assert get(asked)[0] == 200
    assert [one.how for one in issuer.requests] == ["anonymous", "basic"]


def test_a_realm_without_encryption(tmp_path: Path) -> None:
    challenge = 'Bearer realm="http://localhost:9/token"'
    context = server_context(self_signed(), tmp_path)
    options = HostOptions(tls_verify=False)
    with OddRegistry(context=context, challenge=challenge) as server:
        for who in (RIGHT, None):
            refusal = pytest.raises(RegistryFailed, match="without encryption")
            with client(server.host, options, who) as asked, refusal:
                get(asked)


def test_a_realm_that_sends_us_on_is_not_followed() -> None:
    with OddRegistry() as elsewhere, bearer_registry(b"{}") as server:
        target = f"{elsewhere.origin}/token"
        server.rules.insert(0, Rule(path="/token", status=307, headers={"Location": target}, times=None))
        with client(server.host, who=RIGHT) as asked, pytest.raises(RegistryFailed, match="elsewhere"):
            get(asked)
        assert elsewhere.exchanges == []


def test_the_realm_has_to_be_trusted_too(tmp_path: Path) -> None:
    """That any certificate of one host is believed is no decision about another."""
    context = server_context(self_signed(("127.0.0.1",)), tmp_path / "realm")
    with TokenServer(context=context) as issuer:
        realm = issuer.realm.replace("localhost", "127.0.0.1")
        challenge = f'Bearer realm="{realm}"'
        context = server_context(self_signed(), tmp_path / "registry")
        options = HostOptions(tls_verify=False, realm=realm.removesuffix("/token"))
        with (
            OddRegistry(context=context, challenge=challenge) as server,
            client(server.host, options, RIGHT) as asked,
            pytest.raises(CertificateUntrusted) as raised,
        ):
            get(asked)
        assert raised.value.host == f"127.0.0.1:{issuer.port}"
        assert issuer.exchanges == []


def test_a_token_does_not_go_where_an_upload_goes(tmp_path: Path) -> None:
    with OddRegistry() as elsewhere, OddRegistry(challenge='Basic realm="x"') as server:
        with client(server.host, who=RIGHT) as asked:
            get(asked)
            with asked.send(Request("PUT", f"{elsewhere.origin}/v2/a/manifests/v1", "push", body=b"x")):
                pass
        assert elsewhere.authorizations() == []


def test_an_authority_of_our_own_holds_for_the_realm(tmp_path: Path) -> None:
    authority = Authority()
    context = server_context(authority.server(), tmp_path / "issuer")
    options = HostOptions(ca_file=str(authority.write(tmp_path / "ca.pem")))
    with (
        TokenServer(context=context) as issuer,
        RegistryServer(tmp_path / "data", token=issuer, identity=authority.server()) as registry,
        client(registry.host, options, RIGHT) as asked,
    ):
        assert start_upload(asked) == 202


REGISTRY = "https://registry.example.com"
CLEAR = HostOptions(plain_http=True, clear_password=True)


@pytest.mark.parametrize(
    ("host", "origin", "realm", "options"),
    [
        ("registry.example.com", REGISTRY, REGISTRY + "/token", HostOptions()),
        ("registry.example.com", REGISTRY, REGISTRY + ":443/token", HostOptions()),
        ("registry.example.com", REGISTRY, REGISTRY + ":8443/token", HostOptions()),
        ("docker.io", "https://registry-1.docker.io", "https://auth.docker.io/token", HostOptions()),
        ("registry.gitlab.com", "https://registry.gitlab.com", "https://gitlab.com/jwt/auth", HostOptions()),
        (
            "registry.example.com",
            REGISTRY,
            "https://auth.example.com/token",
            HostOptions(realm="https://AUTH.example.com:443"),
        ),
        ("localhost:5000", "http://localhost:5000", "http://localhost:5001/token", PLAIN),
        ("[::1]:5000", "http://[::1]:5000", "http://[::1]:5001/token", PLAIN),
        ("r.example.com", "http://r.example.com", "http://r.example.com:81/token", CLEAR),
    ],
)
def test_where_a_password_may_go(host: str, origin: str, realm: str, options: HostOptions) -> None:
    check_password_may_go(host, origin, check_realm(host, origin, realm), options)


@pytest.mark.parametrize(
    ("host", "origin", "realm", "options", "kind"),
    [
        ("r.example.com", REGISTRY, "https://evil.example.com/token", HostOptions(), ForeignRealm),
        ("r.example.com", REGISTRY, "https://registry.example.com.evil.com/", HostOptions(), ForeignRealm),
        ("evil.com", "https://evil.com", "https://auth.docker.io/token", HostOptions(), ForeignRealm),
        (
            "registry.example.com",
            REGISTRY,
            "https://other.example.com/",
            HostOptions(realm="https://auth.example.com"),
            ForeignRealm,
        ),
        ("localhost:1", "http://localhost:1", "http://127.0.0.1:1/", PLAIN, ForeignRealm),
        ("r.example.com", "http://r.example.com", "http://r.example.com/", PLAIN, PasswordInTheClear),
        ("r.example.com", "http://r.example.com", "http://a.example.com/", CLEAR, ForeignRealm),
    ],
)
def test_where_a_password_must_not_go(
    host: str, origin: str, realm: str, options: HostOptions, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        check_password_may_go(host, origin, check_realm(host, origin, realm), options)


@pytest.mark.parametrize(
    "realm",
    [
        *("", "token", "/token", "ftp://x/", "https://[::1", "https://x:y/"),
        *("https://me:pw@registry.example.com/", "http://registry.example.com/token"),
    ],
)
def test_realms_that_cannot_be_asked(realm: str) -> None:
    with pytest.raises(RegistryFailed):
        check_realm("registry.example.com", REGISTRY, realm)


def test_what_is_to_be_agreed_to() -> None:
    assert foreign_origin("r.io", "https://r.io", "https://auth.r.io:443/token?x=1") == "https://auth.r.io"
    assert foreign_origin("r.io", "https://r.io", "https://r.io:8443/token") == ""
    assert foreign_origin("docker.io", "https://registry-1.docker.io", "https://auth.docker.io/token") == ""


def test_a_password_in_the_clear_needs_consent() -> None:
    """Nothing is sent: the name leads nowhere."""
    auth = RegistryAuth()
    auth.attach("r.example.com", "http://r.example.com", PLAIN, Wallet(RIGHT), _never)
    with pytest.raises(PasswordInTheClear):
        auth.after_challenge(['Basic realm="x"'], None, (), "push", CancelToken())


def _never(*arguments: object) -> None:
    raise AssertionError("nothing was to be asked")


def test_a_keyring_that_did_not_open_is_named_when_a_sign_in_is_needed() -> None:
    """Signing in again would not help as long as it stays locked."""

    class Locked(Wallet):
        def problems(self, host: str) -> tuple[CredentialError, ...]:
            return (NoKeyring(), KeyringFailed("it was not unlocked", locked=True))

    challenge = 'Basic realm="x"'
    said = "the keyring of the system did not answer"
    with (
        OddRegistry(challenge=challenge) as server,
        client(server.host, PLAIN, Locked()) as asked,
        pytest.raises(SignInNeeded, match=said),
    ):
        get(asked)
