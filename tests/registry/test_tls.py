"""Certificates: which are trusted, what is wrong with the others, and what both sides may get wrong."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kitops_desktop.errors import (
    CertificateUntrusted,
    ClientCertificateNeeded,
    FileAccessError,
    RegistryUnreachable,
    WrongScheme,
)
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.exchange import Request
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.tls import certificate_facts, certificate_problem
from support.certificates import Authority, Identity, self_signed, server_context
from support.odd_registry import OddRegistry
from support.raw_hosts import answering
from support.registry_clients import PLAIN, client, get
from support.registry_server import RegistryServer

ANY = HostOptions(tls_verify=False)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def ca_file(tmp_path: Path, authority: Authority) -> str:
    return str(authority.write(tmp_path / "ca.pem"))


@contextmanager
def serving(identity: Identity, folder: Path, clients: Authority | None = None) -> Iterator[OddRegistry]:
    with OddRegistry(context=server_context(identity, folder, clients=clients)) as server:
        yield server


def test_an_authority_of_our_own(tmp_path: Path, authority: Authority, ca_file: str) -> None:
    with (
        RegistryServer(tmp_path / "data", identity=authority.server()) as server,
        client(server.host, HostOptions(ca_file=ca_file)) as asked,
    ):
        assert get(asked)[0] == 200


def test_an_authority_of_the_system(
    tmp_path: Path, authority: Authority, ca_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", ca_file)
    with serving(authority.server(), tmp_path) as server, client(server.host, HostOptions()) as asked:
        assert get(asked)[0] == 200


@pytest.mark.parametrize(
    ("make", "known", "problem", "said"),
    [
        ("self_signed", False, "self-signed", "none of the authorities"),
        ("server", False, "unknown-issuer", "it is signed by CN=KitOps Desktop test authority"),
        ("expired_server", True, "expired", "it was valid until 20"),
        ("future_server", True, "not-yet-valid", "it is valid from 20"),
        ("wrong_host_server", True, "wrong-host", "it is for registry.example.com"),
    ],
)
def test_what_is_wrong_with_a_certificate(
    tmp_path: Path, authority: Authority, ca_file: str, make: str, known: bool, problem: str, said: str
) -> None:
    identity = self_signed() if make == "self_signed" else getattr(authority, make)()
    options = HostOptions(ca_file=ca_file if known else "")
    with serving(identity, tmp_path) as server, client(server.host, options) as asked:
        with pytest.raises(CertificateUntrusted) as raised:
            get(asked)
        assert server.exchanges == []
    assert raised.value.problem == problem
    assert raised.value.certificate == identity.der
    assert certificate_facts(raised.value.certificate).sha256 == identity.sha256
    assert raised.value.reason.startswith(said)


def test_an_address_that_is_not_in_the_certificate(
    tmp_path: Path, authority: Authority, ca_file: str
) -> None:
    with (
        serving(authority.server(("localhost",)), tmp_path) as server,
        client(f"127.0.0.1:{server.port}", HostOptions(ca_file=ca_file)) as asked,
        pytest.raises(CertificateUntrusted) as raised,
    ):
        get(asked)
    assert raised.value.problem == "wrong-host"


def test_a_certificate_that_was_looked_at_is_trusted(tmp_path: Path) -> None:
    identity = self_signed(("another.example.com",))
    shown = certificate_facts(identity.der).fingerprint
    with serving(identity, tmp_path) as server:
        for pinned in (identity.sha256, shown, f"sha256:{identity.sha256}", identity.sha256.upper()):
            with client(server.host, HostOptions(pinned=pinned)) as asked:
                assert get(asked)[0] == 200


@pytest.mark.parametrize("pinned", ["ab" * 32, "nonsense", "ab" * 20])
def test_another_certificate_than_the_trusted_one(tmp_path: Path, pinned: str) -> None:
    identity = self_signed()
    with serving(identity, tmp_path) as server, client(server.host, HostOptions(pinned=pinned)) as asked:
        with pytest.raises(CertificateUntrusted) as raised:
            get(asked)
        assert server.exchanges == []
    assert raised.value.problem == "changed"
    assert raised.value.certificate == identity.der


def test_any_certificate_by_choice_and_without_warnings(tmp_path: Path, authority: Authority) -> None:
    with serving(authority.expired_server(), tmp_path) as server, client(server.host, ANY) as asked:
        assert get(asked)[0] == 200


def test_the_certificate_can_be_looked_at_before(tmp_path: Path) -> None:
    identity = self_signed()
    with serving(identity, tmp_path) as server, client(server.host, HostOptions()) as asked:
        assert asked.certificate(CancelToken()).certificate == identity.der
        assert server.exchanges == []


def test_facts_of_a_certificate(authority: Authority) -> None:
    facts = certificate_facts(authority.server(("registry.example.com", "127.0.0.1")).der)
    assert facts.subject == "CN=registry.example.com"
    assert facts.issuer == "CN=KitOps Desktop test authority"
    assert facts.names == ("registry.example.com", "127.0.0.1")
    assert facts.not_before < facts.not_after
    assert facts.fingerprint.replace(":", "").lower() == facts.sha256
    with pytest.raises(ValueError, match=r".+"):
        certificate_facts(b"nonsense")


def test_dates_help_where_the_system_gives_no_code(authority: Authority) -> None:
    nameless = ssl.SSLCertVerificationError("the system says no")
    assert certificate_problem(nameless, authority.expired_server().der)[0] == "expired"
    assert certificate_problem(nameless, authority.future_server().der)[0] == "not-yet-valid"
    assert certificate_problem(nameless, self_signed().der)[0] == "self-signed"
    assert certificate_problem(nameless, authority.server().der)[0] == "other"
    assert certificate_problem(nameless)[0] == "other"


@pytest.mark.parametrize("content", [None, b"no certificate", b""])
def test_an_authority_file_that_is_none(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with client("localhost:1", HostOptions(ca_file=str(path))) as asked, pytest.raises(FileAccessError):
        get(asked)


# client certificates


def test_a_client_certificate(tmp_path: Path, authority: Authority, ca_file: str) -> None:
    certificate, key = authority.client().write(tmp_path / "mine", "client")
    with serving(authority.server(), tmp_path / "server", authority) as server:
        both = HostOptions(ca_file=ca_file, client_cert=str(certificate), client_key=str(key))
        with client(server.host, both) as asked:
            assert get(asked)[0] == 200
        with (
            client(server.host, HostOptions(ca_file=ca_file)) as asked,
            pytest.raises(ClientCertificateNeeded, match="none was shown"),
        ):
            get(asked)


def test_certificate_and_key_in_one_file(tmp_path: Path, authority: Authority, ca_file: str) -> None:
    mine = authority.client()
    path = tmp_path / "mine.pem"
    path.write_bytes(mine.certificate + mine.key)
    with (
        serving(authority.server(), tmp_path / "server", authority) as server,
        client(server.host, HostOptions(ca_file=ca_file, client_cert=str(path))) as asked,
    ):
        assert get(asked)[0] == 200


def test_a_client_certificate_that_is_refused(tmp_path: Path, authority: Authority, ca_file: str) -> None:
    certificate, key = Authority("another").client().write(tmp_path / "mine", "client")
    options = HostOptions(ca_file=ca_file, client_cert=str(certificate), client_key=str(key))
    with (
        serving(authority.server(), tmp_path / "server", authority) as server,
        client(server.host, options) as asked,
        pytest.raises(ClientCertificateNeeded, match="refused"),
    ):
        get(asked)


@pytest.mark.parametrize(
    ("certificate", "key"),
    [("missing", "client.key"), ("client.pem", "missing"), ("client.pem", "other.key")],
)
def test_files_of_a_client_certificate_that_cannot_be_used(
    tmp_path: Path, authority: Authority, certificate: str, key: str
) -> None:
    authority.client().write(tmp_path, "client")
    authority.client().write(tmp_path, "other")
    options = HostOptions(client_cert=str(tmp_path / certificate), client_key=str(tmp_path / key))
    with client("localhost:1", options) as asked, pytest.raises(ClientCertificateNeeded):
        get(asked)


def test_a_key_with_a_password_does_not_ask_on_the_terminal(tmp_path: Path, authority: Authority) -> None:
    from cryptography.hazmat.primitives import serialization as form

    mine = authority.client()
    key = form.load_pem_private_key(mine.key, None).private_bytes(
        form.Encoding.PEM, form.PrivateFormat.PKCS8, form.BestAvailableEncryption(b"of a test")
    )
    paths = Identity(mine.certificate, key).write(tmp_path, "client")
    options = HostOptions(client_cert=str(paths[0]), client_key=str(paths[1]))
    with (
        client("localhost:1", options) as asked,
        pytest.raises(ClientCertificateNeeded, match="protected by a password"),
    ):
        get(asked)


def test_a_client_certificate_is_shown_to_its_host_alone(
    tmp_path: Path, authority: Authority, ca_file: str
) -> None:
    """A storage that the registry sends us to, and that asks for one, gets none."""
    certificate, key = authority.client().write(tmp_path / "mine", "client")
    options = HostOptions(ca_file=ca_file, client_cert=str(certificate), client_key=str(key))
    from support.http_server import Rule

    with (
        serving(authority.server(), tmp_path / "storage", authority) as storage,
        serving(authority.server(), tmp_path / "server", authority) as server,
        client(server.host, options) as asked,
    ):
        server.rules.append(
            Rule(path="/x", status=307, headers={"Location": f"{storage.origin}/v2/"}, times=None)
        )
        with pytest.raises(RegistryUnreachable) as raised:
            get(asked, "/v2/x")
        assert raised.value.host == storage.host


# the wrong scheme


def test_https_to_what_speaks_http() -> None:
    with OddRegistry() as server, client(server.host, HostOptions()) as asked:
        with pytest.raises(WrongScheme) as raised:
            get(asked)
        assert server.exchanges == []
    assert raised.value.spoken == "https"


def test_http_to_a_real_registry_with_tls(tmp_path: Path) -> None:
    with (
        RegistryServer(tmp_path, identity=self_signed()) as server,
        client(server.host, PLAIN) as asked,
        pytest.raises(WrongScheme) as raised,
    ):
        get(asked)
    assert raised.value.spoken == "http"


def test_a_head_in_http_to_a_registry_with_tls(tmp_path: Path) -> None:
    """Its answer says nothing, so that another question is asked."""
    with (
        RegistryServer(tmp_path, identity=self_signed()) as server,
        client(server.host, PLAIN) as asked,
        pytest.raises(WrongScheme),
    ):
        asked.send(Request("HEAD", "/v2/a/manifests/v1", "look at it"))


def test_http_to_a_server_that_just_hangs_up(tmp_path: Path) -> None:
    with (
        serving(self_signed(), tmp_path) as server,
        client(server.host, PLAIN) as asked,
        pytest.raises(WrongScheme) as raised,
    ):
        get(asked)
    assert raised.value.spoken == "http"


def test_an_alert_of_tls_as_an_answer_to_http() -> None:
    with (
        answering(b"\x15\x03\x01\x00\x02\x02\x46") as host,
        client(host, PLAIN) as asked,
        pytest.raises(WrongScheme),
    ):
        get(asked)


def test_a_host_that_hangs_up_in_the_handshake() -> None:
    with (
        answering(b"") as host,
        client(host, HostOptions()) as asked,
        pytest.raises(RegistryUnreachable) as raised,
    ):
        get(asked)
    assert raised.value.step == "tls"


@pytest.mark.parametrize("content", [b"SSH-2.0-OpenSSH_9.2\r\n", b"220 mail ESMTP\r\n"])
def test_hosts_that_speak_something_else(content: bytes) -> None:
    with (
        answering(content) as host,
        client(host, HostOptions()) as asked,
        pytest.raises(WrongScheme),
    ):
        get(asked)
