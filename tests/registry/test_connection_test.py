"""A connection is tested step by step, and the one that fails is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.errors import (
    CertificateUntrusted,
    ClientCertificateNeeded,
    ForeignRealm,
    InvalidArgument,
    ProxyRefused,
    RateLimited,
    RegistryFailed,
    RegistryUnreachable,
    SignInNeeded,
    SignInRefused,
    WrongScheme,
)
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.registry import connection_test
from kitops_desktop.registry.connection_test import STEPS, Step
from kitops_desktop.registry.host import HostOptions
from support.certificates import Authority, self_signed, server_context
from support.connect_proxy import ConnectProxy
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.planted import PASSWORD
from support.registry_clients import PLAIN, RIGHT, WRONG, Wallet
from support.registry_server import RegistryServer
from support.token_server import TokenServer
from support.vendor_server import VendorServer


def steps(host: str, options: HostOptions = PLAIN, who: Credential | None = None) -> list[Step]:
    found = list(connection_test.test_connection(host, options, Wallet(who)))
    assert [step.name for step in found] == list(STEPS)
    for step in found:
        assert (step.state == "failed") == (step.error is not None)
        assert step.error is None or step.detail
        assert PASSWORD not in repr(step)
    return found


def failed(found: list[Step], name: str, kind: type[Exception]) -> None:
    """That step failed, none after it was tried, and none before it failed."""
    index = STEPS.index(name)  # type: ignore[arg-type]
    assert found[index].state == "failed", found
    assert isinstance(found[index].error, kind), found[index]
    assert all(step.state != "failed" for step in found[:index])
    assert all(step.state == "skipped" for step in found[index + 1 :])


def states(found: list[Step]) -> list[str]:
    return [step.state for step in found]


def test_all_is_well(tmp_path: Path) -> None:
    authority = Authority()
    with RegistryServer(
        tmp_path / "data", passwords={RIGHT.username: RIGHT.secret}, identity=authority.server()
    ) as server:
        options = HostOptions(ca_file=str(authority.write(tmp_path / "ca.pem")))
        found = steps(server.host, options, RIGHT)
    assert states(found) == ["ok"] * 6
    assert "127.0.0.1" in found[0].detail
    assert found[2].detail.startswith("TLSv1.3, certificate valid until 20")
    assert found[3].detail == f"signed in as {RIGHT.username}"


def test_plain_http_and_nobody(tmp_path: Path) -> None:
    with RegistryServer(tmp_path) as server:
        found = steps(server.host)
    assert states(found) == ["ok", "ok", "skipped", "ok", "ok", "ok"]
    assert found[3].detail == "it asks nobody who they are"


def test_no_catalog_is_no_failure(tmp_path: Path) -> None:
    with TokenServer() as issuer, RegistryServer(tmp_path, token=issuer) as server:
        assert states(steps(server.host)) == ["ok", "ok", "skipped", "ok", "ok", "skipped"]
        assert states(steps(server.host, who=RIGHT)) == ["ok", "ok", "skipped", "ok", "ok", "ok"]
    with OddRegistry([Rule(path="_catalog", status=404, times=None)]) as odd:
        assert states(steps(odd.host)) == ["ok", "ok", "skipped", "ok", "ok", "skipped"]


def test_the_name() -> None:
    failed(steps("no-such-host.invalid"), "name", RegistryUnreachable)
    failed(steps("no host"), "name", InvalidArgument)


def test_the_connection() -> None:
    found = steps("localhost:1")
    failed(found, "tcp", RegistryUnreachable)
    assert "refused" in found[1].detail


def test_the_certificate(tmp_path: Path) -> None:
    with RegistryServer(tmp_path, identity=self_signed()) as server:
        found = steps(server.host, HostOptions())
        failed(found, "tls", CertificateUntrusted)
        assert server.identity is not None
        assert found[2].error.certificate == server.identity.der  # type: ignore[union-attr]
        pinned = steps(server.host, HostOptions(pinned=server.identity.sha256))
        assert pinned[2].detail == "TLSv1.3, the certificate you trusted"
        believing = steps(server.host, HostOptions(tls_verify=False))
        assert believing[2].detail == "TLSv1.3, any certificate is believed"


def test_a_client_certificate_is_wanted(tmp_path: Path) -> None:
    authority = Authority()
    context = server_context(authority.server(), tmp_path, clients=authority)
    with OddRegistry(context=context) as server:
        failed(steps(server.host, HostOptions(tls_verify=False)), "tls", ClientCertificateNeeded)


def test_the_wrong_scheme(tmp_path: Path) -> None:
    with RegistryServer(tmp_path / "plain") as server:
        failed(steps(server.host, HostOptions()), "tls", WrongScheme)
    with RegistryServer(tmp_path / "tls", identity=self_signed()) as server:
        failed(steps(server.host, PLAIN), "tls", WrongScheme)


def test_the_sign_in(tmp_path: Path) -> None:
    with RegistryServer(tmp_path, passwords={RIGHT.username: RIGHT.secret}) as server:
        failed(steps(server.host, who=WRONG), "auth", SignInRefused)
        failed(steps(server.host), "auth", SignInNeeded)
        assert sum("401" in line for line in server.output.splitlines()) >= 3
        assert server.count("GET", "/v2/$") == 5  # two each to learn what is wanted, and one attempt


def test_a_foreign_realm(tmp_path: Path) -> None:
    with TokenServer() as issuer, RegistryServer(tmp_path, token=issuer) as server:
        failed(steps(server.host.replace("localhost", "127.0.0.1"), who=RIGHT), "auth", ForeignRealm)


@pytest.mark.parametrize("status", [200, 404, 302])
def test_what_is_no_registry(status: int) -> None:
    rule = Rule(
        status=status,
        headers={"Content-Type": "text/html", "Location": "/home"},
        body=b"<html>a web site</html>",
        times=None,
    )
    with OddRegistry([rule]) as server:
        found = steps(server.host)
    assert [step.name for step in found if step.state == "failed"] == ["v2"]
    if status != 302:
        failed(found, "v2", RegistryFailed)
        assert "something else than a registry" in found[4].detail


def test_a_registry_in_trouble() -> None:
    """It is not taken for something else than a registry."""
    with OddRegistry([Rule(status=502, body=b"<html>bad gateway</html>", times=None)]) as server:
        found = steps(server.host)
    failed(found, "v2", RegistryFailed)
    assert "502" in found[4].detail


def test_a_registry_that_is_taken_down_for_a_while() -> None:
    with OddRegistry([Rule(status=503, headers={"Retry-After": "600"}, times=None)]) as server:
        found = steps(server.host)
    failed(found, "v2", RateLimited)


def test_a_registry_that_wants_a_pause_is_not_waited_for() -> None:
    busy = Rule("GET", "/v2/$", status=429, headers={"Retry-After": "30"}, times=None)
    with OddRegistry([busy]) as server:
        found = steps(server.host)
    failed(found, "v2", RateLimited)


def test_a_catalog_that_the_vendor_has_instead() -> None:
    challenge = 'Bearer realm="{origin}/service/token",service="harbor-registry"'
    with VendorServer("harbor", challenge=challenge) as server:
        found = steps(server.host)
    assert "sign-in" in str(found[3].error)
    accepting = Rule(
        "GET", "/v2/$", skip=1, status=200, headers={"Content-Type": "application/json"}, times=None
    )
    with VendorServer("harbor", challenge=challenge, rules=[accepting]) as server:
        found = steps(server.host)
    assert found[5].detail == "not by the registry itself; its vendor's list is used"


def test_through_a_proxy(tmp_path: Path) -> None:
    name = "registry.example.com"
    with RegistryServer(tmp_path) as server, ConnectProxy({name: server.port}) as proxy:
        found = steps(name, HostOptions(plain_http=True, proxy=proxy.url))
        assert states(found) == ["skipped", "ok", "skipped", "ok", "ok", "ok"]
        assert proxy.url in found[0].detail
    with ConnectProxy({name: 1}, username="me", password=PASSWORD) as proxy:
        failed(steps(name, HostOptions(proxy=proxy.url)), "tls", ProxyRefused)
    failed(steps(name, HostOptions(proxy="http://localhost:1")), "tcp", ProxyRefused)


def test_it_can_be_cancelled() -> None:
    with OddRegistry() as server:
        token = CancelToken()
        running = connection_test.test_connection(server.host, PLAIN, Wallet(), token)
        assert next(running).state == "ok"
        token.cancel()
        with pytest.raises(Cancelled):
            list(running)
