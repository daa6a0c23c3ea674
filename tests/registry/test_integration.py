"""Whole kits to real registries and back, each behind something that companies put in the way."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from kitops_desktop.oci.digest import digest_of
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.store.local_store import LocalStore
from support.certificates import Authority, self_signed, server_context
from support.connect_proxy import ConnectProxy
from support.http_server import Rule
from support.logging_proxy import LoggingProxy
from support.odd_registry import OddRegistry
from support.planted import IDENTITY_TOKEN, OTHER_PASSWORD, PASSWORD, USERNAME
from support.registry_server import RegistryServer
from support.round_trip import golden_store, push, settle, signed_in, there_and_back
from support.stored_kits import add_kit
from support.token_server import TokenServer

NAME = "registry.example.com"
MIB = 1 << 20


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
def ca_file(tmp_path: Path, authority: Authority) -> str:
    return str(authority.write(tmp_path / "authority.pem"))


def test_an_authority_of_our_own_and_a_password(tmp_path: Path, authority: Authority, ca_file: str) -> None:
    with RegistryServer(
        tmp_path / "data", passwords={USERNAME: PASSWORD}, identity=authority.server(), authority=authority
    ) as server:
        settle(server.host, HostOptions(ca_file=ca_file))
        signed_in(server.host)
        there_and_back(tmp_path, server.host)
        assert server.count("PUT", "/manifests/v1") == 1


def test_a_certificate_that_was_looked_at(tmp_path: Path) -> None:
    identity = self_signed()
    with RegistryServer(tmp_path / "data", identity=identity) as server:
        settle(server.host, HostOptions(pinned=identity.sha256))
        there_and_back(tmp_path, server.host)


def test_a_client_certificate(tmp_path: Path, authority: Authority, ca_file: str) -> None:
    certificate, key = authority.client().write(tmp_path / "mine", "client")
    context = server_context(authority.server(), tmp_path / "front", clients=authority)
    with (
        RegistryServer(tmp_path / "data") as server,
        LoggingProxy(server.port, context=context) as front,
    ):
        options = HostOptions(ca_file=ca_file, client_cert=str(certificate), client_key=str(key))
        settle(front.host, options)
        there_and_back(tmp_path, front.host)
        assert front.count("PUT", "/manifests/v1") == 1


def test_a_proxy_that_tunnels(tmp_path: Path, authority: Authority, ca_file: str) -> None:
    """The registry's name is known to the proxy alone, so all requests went through it."""
    with (
        RegistryServer(tmp_path / "data", identity=authority.wrong_host_server()) as server,
        ConnectProxy({NAME: server.port}) as proxy,
    ):
        settle(NAME, HostOptions(ca_file=ca_file, proxy=proxy.url))
        there_and_back(tmp_path, NAME)
        assert {(one.method, one.target, one.status) for one in proxy.passages} == {
            ("CONNECT", f"{NAME}:443", 200)
        }


def test_the_proxy_of_the_environment_wants_a_password(
    tmp_path: Path, authority: Authority, ca_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy's password and the registry's go each to its own."""
    with (
        RegistryServer(
            tmp_path / "data",
            passwords={USERNAME: PASSWORD},
            identity=authority.wrong_host_server(),
            authority=authority,
        ) as server,
        ConnectProxy({NAME: server.port}, username="proxy user", password=OTHER_PASSWORD) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", proxy.url_for("proxy%20user", OTHER_PASSWORD))
        settle(NAME, HostOptions(ca_file=ca_file))
        signed_in(NAME)
        there_and_back(tmp_path, NAME)
        assert {one.status for one in proxy.passages} == {200}
        assert not [head for head in proxy.heads if "\r\nauthorization:" in head.lower()]


def test_a_pause_that_is_asked_for(tmp_path: Path) -> None:
    with RegistryServer(tmp_path / "data") as server, LoggingProxy(server.port) as front:
        front.rules += [
            Rule("POST", "/uploads/", status=429, headers={"Retry-After": "1"}),
            Rule("GET", "/blobs/", status=503, headers={"Retry-After": "1"}),
        ]
        settle(front.host, HostOptions(plain_http=True))
        there_and_back(tmp_path, front.host)
        refused = [one for one in front.asked() if one.status in (429, 503)]
        assert [one.status for one in refused] == [429, 503]


def test_tokens_of_one_second_for_what_is_done_and_no_more(tmp_path: Path) -> None:
    """Blobs come so slowly that no token lasts; each names the one repository alone."""
    with (
        TokenServer(lifetime=1, announced=1) as tokens,
        RegistryServer(tmp_path / "data", token=tokens) as server,
        LoggingProxy(server.port) as front,
    ):
        front.rules += [
            Rule("PUT", "/blobs/uploads/", delay=1.5, times=2),
            Rule("GET", "/blobs/", delay=1.5, times=2),
        ]
        settle(front.host, HostOptions(plain_http=True))
        signed_in(front.host)
        there_and_back(tmp_path, front.host)
        given = [one for one in tokens.requests if one.username]
        assert len(given) >= 4
        assert {scope for one in given for scope in one.scopes} <= {
            "repository:team/kit:pull,push",
            "repository:team/kit:push,pull",
            "repository:team/kit:pull",
        }
        assert tokens.refused == 0


def test_tokens_that_end_before_they_were_said_to(tmp_path: Path) -> None:
    """A registry whose clock is not ours: what it said to be good for minutes is refused."""
    with (
        TokenServer(lifetime=1, announced=300) as tokens,
        RegistryServer(tmp_path / "data", token=tokens) as server,
        LoggingProxy(server.port) as front,
    ):
        front.rules += [Rule("PUT", "/blobs/uploads/", delay=2.5), Rule("GET", "/blobs/", delay=2.5)]
        settle(front.host, HostOptions(plain_http=True))
        signed_in(front.host)
        there_and_back(tmp_path, front.host)
        assert [one.status for one in front.asked() if one.status == 401]


def test_an_identity_token(tmp_path: Path) -> None:
    """What `docker login` leaves for registries that give such: the password is never seen again."""
    with TokenServer() as tokens, RegistryServer(tmp_path / "data", token=tokens) as server:
        settle(server.host, HostOptions(plain_http=True))
        folder = Path(os.environ["HOME"]) / ".docker"
        folder.mkdir()
        (folder / "config.json").write_text(
            f'{{"auths": {{"{server.host}": {{"identitytoken": "{IDENTITY_TOKEN}"}}}}}}'
        )
        there_and_back(tmp_path, server.host)
        assert {one.how for one in tokens.requests if one.status == 200} == {"refresh_token"}


def test_a_second_push_sends_nothing(tmp_path: Path) -> None:
    home = golden_store(tmp_path / "here")
    with RegistryServer(tmp_path / "data") as server, LoggingProxy(server.port) as front:
        settle(front.host, HostOptions(plain_http=True))
        push(home, f"{front.host}/team/kit:v1")
        sent = front.count("POST", "/uploads/")
        assert sent > 0
        pushed = push(home, f"{front.host}/team/kit:v2")
        assert front.count("POST", "/uploads/") == sent
        assert pushed.copied.blobs_sent == 0


def test_a_blob_in_chunks_arrives_whole(tmp_path: Path) -> None:
    """Larger than what is sent at once."""
    content = b"".join(hashlib.sha256(number.to_bytes(4, "big")).digest() for number in range(100)) * 30_000
    add_kit(LocalStore(tmp_path / "here"), "localhost/kit", ["v1"], content)
    with RegistryServer(tmp_path / "data") as server, LoggingProxy(server.port) as front:
        settle(front.host, HostOptions(plain_http=True))
        push(tmp_path / "here", f"{front.host}/team/kit:v1", "kit:v1")
        assert front.count("PATCH", "/uploads/") == 2
        assert server.blob_path(digest_of(content)).stat().st_size == len(content) == 96_000_000


def test_a_registry_that_ignores_ranges(tmp_path: Path) -> None:
    with OddRegistry([Rule("GET", "/blobs/", ignore_range=True, times=None)]) as odd:
        settle(odd.host, HostOptions(plain_http=True))
        there_and_back(tmp_path, odd.host)
