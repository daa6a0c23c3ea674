"""The servers of the tests: that the real registry is real, and that the odd one is as odd as it is told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from support.certificates import Authority, Identity, self_signed, server_context
from support.connect_proxy import ConnectProxy
from support.http_server import Rule
from support.logging_proxy import LoggingProxy
from support.odd_registry import OddRegistry
from support.planted import IDENTITY_TOKEN, OTHER_PASSWORD, PASSWORD, USERNAME
from support.registry_server import RegistryServer, push_golden, put_blob, put_manifest
from support.token_server import TokenServer
from support.waiting import until

SECONDS = 20.0
MIB = 1 << 20


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def case(golden: Path) -> Path:
    return golden / "01-all-sections"


def test_a_registry_takes_a_kit_and_logs_it(tmp_path: Path, case: Path) -> None:
    with RegistryServer(tmp_path) as server:
        digest = push_golden(server, case, "team/kit", ("v1", "v2"))
        assert server.count("PUT", "/manifests/") == 2
        assert digest in server.blobs()
        assert hashlib.sha256(server.blob_path(digest).read_bytes()).hexdigest() == digest[7:]
        put = [one for one in server.exchanges if one.method == "PUT"]
        assert {one.status for one in put} == {201}


def test_a_registry_keeps_its_data(tmp_path: Path, case: Path) -> None:
    with RegistryServer(tmp_path) as server:
        push_golden(server, case, "team/kit")
        server.stop()
    with RegistryServer(tmp_path) as server, server.session() as session:
        assert session.get(f"{server.origin}/v2/team/kit/tags/list", timeout=SECONDS).json()["tags"] == ["v1"]


def test_a_registry_with_passwords_over_tls(tmp_path: Path, case: Path, session: requests.Session) -> None:
    authority = Authority()
    session.verify = str(authority.write(tmp_path / "authority.pem"))
    with RegistryServer(
        tmp_path / "data", passwords={USERNAME: PASSWORD}, identity=authority.server(), authority=authority
    ) as server:
        push_golden(server, case, "team/kit")
        url = f"{server.origin}/v2/team/kit/tags/list"
        assert session.get(url, timeout=SECONDS).status_code == 401
        assert session.get(url, auth=(USERNAME, OTHER_PASSWORD), timeout=SECONDS).status_code == 401
        assert session.get(url, auth=(USERNAME, PASSWORD), timeout=SECONDS).status_code == 200


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("self-signed", "self-signed certificate"),
        ("unknown", "unable to get local issuer"),
        ("expired", "certificate has expired"),
        ("future", "not yet valid"),
        ("wrong host", "match"),
    ],
)
def test_certificates_are_bad_in_their_own_ways(
    tmp_path: Path, session: requests.Session, kind: str, words: str
) -> None:
    authority = Authority()
    session.verify = str((Authority() if kind == "unknown" else authority).write(tmp_path / "ca.pem"))
    identities: dict[str, Identity] = {
        "self-signed": self_signed(),
        "expired": authority.expired_server(),
        "future": authority.future_server(),
        "wrong host": authority.wrong_host_server(),
    }
    with (
        RegistryServer(tmp_path / "data", identity=identities.get(kind) or authority.server()) as server,
        pytest.raises(requests.exceptions.SSLError, match=words),
    ):
        session.get(f"{server.origin}/v2/", timeout=SECONDS)


def test_tokens_allow_what_they_name_and_end(tmp_path: Path, case: Path, session: requests.Session) -> None:
    with TokenServer(lifetime=1) as tokens, RegistryServer(tmp_path, token=tokens) as server:
        push_golden(server, case, "team/kit")
        asked = {"service": tokens.service, "scope": "repository:team/kit:pull"}
        answer = session.get(tokens.realm, params=asked, auth=(USERNAME, PASSWORD), timeout=SECONDS)
        bearer = {"Authorization": f"Bearer {answer.json()['token']}"}

        def status(path: str, method: str = "GET") -> int:
            url = f"{server.origin}/v2/{path}"
            return session.request(method, url, headers=bearer, timeout=SECONDS).status_code

        assert status("team/kit/tags/list") == 200
        assert status("team/other/tags/list") == 401
        assert status("team/kit/blobs/uploads/", "POST") == 401
        until(lambda: status("team/kit/tags/list") == 401, "the end of the token")


def test_a_token_server_knows_identity_tokens_and_counts(session: requests.Session) -> None:
    with TokenServer(allowed={"": frozenset({"pull"})}) as tokens:
        form = {"grant_type": "refresh_token", "service": "x", "scope": "repository:a:pull"}
        right = session.post(tokens.realm, data={**form, "refresh_token": IDENTITY_TOKEN}, timeout=SECONDS)
        wrong = session.post(tokens.realm, data={**form, "refresh_token": "other"}, timeout=SECONDS)
        refused = session.get(tokens.realm, auth=(USERNAME, OTHER_PASSWORD), timeout=SECONDS)
        anonymous = session.get(tokens.realm, params={"scope": "repository:a:pull,push"}, timeout=SECONDS)
        statuses = [one.status_code for one in (right, wrong, refused, anonymous)]
        assert statuses == [200, 401, 401, 200]
        assert (tokens.issued, tokens.refused) == (2, 2)
        assert [one.how for one in tokens.requests] == [
            "refresh_token",
            "refresh_token",
            "basic",
            "anonymous",
        ]
        assert tokens.requests[-1].scopes == ("repository:a:pull,push",)


def test_a_proxy_demands_a_client_certificate_and_logs(
    tmp_path: Path, case: Path, session: requests.Session
) -> None:
    authority = Authority()
    session.verify = str(authority.write(tmp_path / "authority.pem"))
    context = server_context(authority.server(), tmp_path / "front", clients=authority)
    with (
        RegistryServer(tmp_path / "data") as server,
        LoggingProxy(server.port, context=context) as front,
    ):
        push_golden(server, case, "team/kit")
        with pytest.raises(requests.exceptions.RequestException):
            session.get(f"{front.origin}/v2/", timeout=SECONDS)
        certificate, key = authority.client().write(tmp_path, "client")
        session.cert = (str(certificate), str(key))
        content = bytes(3 * MIB)
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        put_blob(session, front.origin, "team/kit", digest, content)
        blob = f"{front.origin}/v2/team/kit/blobs/{digest}"
        assert session.get(blob, timeout=SECONDS).content == content
        assert session.head(blob, timeout=SECONDS).headers["Content-Length"] == str(len(content))
        assert front.asked("PUT")[0].received == front.bytes_sent == len(content)
        assert front.count("HEAD", "/blobs/") == 1


def test_a_proxy_tunnels_with_a_password(tmp_path: Path, session: requests.Session) -> None:
    authority = Authority()
    session.verify = str(authority.write(tmp_path / "authority.pem"))
    name = "registry.example.com"
    with (
        RegistryServer(tmp_path / "data", identity=authority.wrong_host_server()) as server,
        ConnectProxy({name: server.port}, username=USERNAME, password=PASSWORD) as proxy,
    ):
        session.proxies = {"https": proxy.url}
        with pytest.raises(requests.exceptions.ProxyError, match="407"):
            session.get(f"https://{name}/v2/", timeout=SECONDS)
        session.proxies = {"https": proxy.url_for(USERNAME, PASSWORD)}
        assert session.get(f"https://{name}/v2/", timeout=SECONDS).status_code == 200
        assert [one.status for one in proxy.passages] == [407, 200]
        assert {one.target for one in proxy.passages} == {f"{name}:443"}


def test_the_odd_registry_serves_a_kit(case: Path, session: requests.Session) -> None:
    with OddRegistry() as odd:
        digest = odd.add_golden(case, "team/kit")
        content = b"some bytes" * 1000
        blob = f"sha256:{hashlib.sha256(content).hexdigest()}"
        put_blob(session, odd.origin, "a/b", blob, content)
        put_manifest(session, odd.origin, "a/b", "t", "text/plain", b"{}")
        url = f"{odd.origin}/v2/a/b/blobs/{blob}"
        part = session.get(url, headers={"Range": "bytes=10-19"}, timeout=SECONDS)
        assert (part.status_code, part.content) == (206, content[10:20])
        catalog = session.get(f"{odd.origin}/v2/_catalog", timeout=SECONDS).json()
        assert catalog == {"repositories": ["a/b", "team/kit"]}
        manifest = session.get(f"{odd.origin}/v2/team/kit/manifests/v1", timeout=SECONDS)
        assert hashlib.sha256(manifest.content).hexdigest() == digest[7:]


def test_the_odd_registry_does_what_rules_say(case: Path, session: requests.Session) -> None:
    with OddRegistry() as odd:
        odd.add_golden(case, "team/kit")
        url = f"{odd.origin}/v2/team/kit/manifests/v1"
        right = session.get(url, timeout=SECONDS).content

        def broken(rule: Rule, method: str = "GET", body: bytes = b"") -> None:
            odd.rules[:] = [rule]
            with pytest.raises(requests.exceptions.RequestException):
                session.request(method, url, data=body, timeout=0.5)

        broken(Rule(truncate=10))
        broken(Rule(stall=10))
        broken(Rule(lose_answer=True))
        broken(Rule("PUT", cut_request=1000), "PUT", bytes(MIB))
        odd.rules[:] = [Rule(flip=3, skip=1), Rule(skip=1, status=429, headers={"Retry-After": "7"})]
        answers = [session.get(url, timeout=SECONDS) for _ in range(4)]
        assert [answer.content == right for answer in answers] == [True, False, False, True]
        assert answers[2].headers["Retry-After"] == "7"
        odd.rules[:] = [Rule(ignore_range=True)]
        blob = f"{odd.origin}/v2/team/kit/blobs/{next(iter(odd.blobs))}"
        assert session.get(blob, headers={"Range": "bytes=0-1"}, timeout=SECONDS).status_code == 200
