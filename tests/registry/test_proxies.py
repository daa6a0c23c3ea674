"""Which proxy is on the way, and what is told when it says no."""

from __future__ import annotations

from pathlib import Path

import pytest

from kitops_desktop.errors import CertificateUntrusted, ProxyRefused
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.hosts import is_loopback
from kitops_desktop.registry.proxies import proxy_for, shown_proxy
from support.certificates import Authority, self_signed
from support.connect_proxy import ConnectProxy
from support.odd_registry import OddRegistry
from support.planted import OTHER_PASSWORD, PASSWORD
from support.registry_clients import RIGHT, client, get
from support.registry_server import RegistryServer

NAME = "registry.example.com"
NO_OPTIONS = HostOptions()


@pytest.fixture(autouse=True)
def no_proxy_of_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_without_a_word_there_is_none() -> None:
    assert proxy_for(f"https://{NAME}/v2/", NO_OPTIONS) == ""


def test_what_the_system_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "proxy.example.com:3128")
    assert proxy_for(f"https://{NAME}/v2/", NO_OPTIONS) == "http://proxy.example.com:3128"
    assert proxy_for(f"http://{NAME}/v2/", NO_OPTIONS) == ""
    monkeypatch.setenv("all_proxy", "https://other.example.com")
    assert proxy_for(f"http://{NAME}/v2/", NO_OPTIONS) == "https://other.example.com"


@pytest.mark.parametrize("excepted", [NAME, ".example.com", "*", "a.com, registry.example.com:443"])
def test_what_the_system_excepts(monkeypatch: pytest.MonkeyPatch, excepted: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com")
    monkeypatch.setenv("NO_PROXY", excepted)
    assert proxy_for(f"https://{NAME}:443/v2/", NO_OPTIONS) == ""
    assert proxy_for("https://10.1.2.3/v2/", NO_OPTIONS) == (
        "" if excepted == "*" else "http://proxy.example.com"
    )


def test_whole_networks_are_excepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com")
    monkeypatch.setenv("NO_PROXY", "10.0.0.0/8")
    assert proxy_for("https://10.1.2.3/v2/", NO_OPTIONS) == ""


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "a.localhost", "LOCALHOST."]
)
def test_loopback_needs_none(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com")
    assert is_loopback(host)
    assert proxy_for(f"https://{host}:5000/v2/", NO_OPTIONS) == ""
    said = HostOptions(proxy="http://here.example.com")
    assert proxy_for(f"https://{host}:5000/v2/", said) == "http://here.example.com"


@pytest.mark.parametrize("host", ["localhost.example.com", "10.0.0.1", "", "example.com", "::2"])
def test_what_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_a_proxy_is_shown_without_its_password() -> None:
    assert shown_proxy(f"http://me:{PASSWORD}@proxy.example.com:3128/x") == "http://proxy.example.com:3128"
    assert shown_proxy(f"me:p@ss@{NAME}") == f"http://{NAME}"


def test_a_tunnel_to_a_registry_that_only_the_proxy_knows(tmp_path: Path) -> None:
    authority = Authority()
    with (
        RegistryServer(tmp_path / "data", identity=authority.server((NAME,))) as server,
        ConnectProxy({NAME: server.port}, username="me", password=PASSWORD) as proxy,
    ):
        options = HostOptions(
            ca_file=str(authority.write(tmp_path / "ca.pem")), proxy=proxy.url_for("me", PASSWORD)
        )
        with client(NAME, options) as asked:
            assert get(asked)[0] == 200
        assert [(one.method, one.target) for one in proxy.passages] == [("CONNECT", f"{NAME}:443")]
        with (
            client(NAME, HostOptions(proxy=options.proxy)) as asked,
            pytest.raises(CertificateUntrusted) as raised,
        ):
            get(asked)
        assert raised.value.certificate == server.identity.der  # type: ignore[union-attr]


def test_plain_http_through_a_proxy() -> None:
    with OddRegistry(challenge='Basic realm="x"') as server, ConnectProxy({NAME: server.port}) as proxy:
        options = HostOptions(plain_http=True, clear_password=True, proxy=proxy.url)
        with client(NAME, options, RIGHT) as asked:
            assert get(asked)[0] == 200
        assert all("proxy-authorization" not in one.headers for one in server.exchanges)


@pytest.mark.parametrize("plain", [True, False], ids=["http", "https"])
def test_a_proxy_that_wants_a_password(plain: bool) -> None:
    with ConnectProxy({NAME: 1}, username="me", password=PASSWORD) as proxy:
        for url in (proxy.url, proxy.url_for("me", OTHER_PASSWORD)):
            with (
                client(NAME, HostOptions(plain_http=plain, proxy=url)) as asked,
                pytest.raises(ProxyRefused, match="password") as raised,
            ):
                get(asked)
            assert raised.value.proxy == proxy.url
            assert OTHER_PASSWORD not in str(raised.value)
        assert len(proxy.passages) == 2


@pytest.mark.parametrize(
    "proxy",
    [
        "http://localhost:1",
        "socks5://localhost:1",
        "gopher://localhost:1",
        "http://",
        "http://x:y",
        "http://no.invalid",
    ],
)
@pytest.mark.parametrize("plain", [True, False], ids=["http", "https"])
def test_proxies_that_are_none(proxy: str, plain: bool) -> None:
    with client(NAME, HostOptions(plain_http=plain, proxy=proxy)) as asked, pytest.raises(ProxyRefused):
        get(asked)


def test_a_registry_that_the_proxy_does_not_reach() -> None:
    with (
        ConnectProxy() as proxy,
        client("no-such-host.invalid", HostOptions(proxy=proxy.url)) as asked,
        pytest.raises(ProxyRefused) as raised,
    ):
        get(asked)
    assert "50" in raised.value.reason


def test_a_self_signed_registry_behind_a_proxy_can_be_pinned(tmp_path: Path) -> None:
    identity = self_signed((NAME,))
    with (
        RegistryServer(tmp_path, identity=identity) as server,
        ConnectProxy({NAME: server.port}) as proxy,
        client(NAME, HostOptions(pinned=identity.sha256, proxy=proxy.url)) as asked,
    ):
        assert get(asked)[0] == 200
