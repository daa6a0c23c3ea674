"""Registries that keep uploads and such that forget them; a proxy in front breaks things by rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from kitops_desktop.registry import blob_stream, pauses
from support.http_server import HttpServer, Rule
from support.keeping_registry import KeepingRegistry
from support.logging_proxy import LoggingProxy
from support.odd_registry import OddRegistry
from support.registry_server import RegistryServer, distribution_3

DISTRIBUTION_3 = distribution_3()


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses between attempts are short; how they grow is not what is tested."""
    monkeypatch.setattr(pauses, "_FIRST", 0.002)
    monkeypatch.setattr(blob_stream, "_FIRST_PAUSE", 0.002)


@pytest.fixture(scope="session")
def real_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    """docker-registry 2.8: it forgets an upload of which a chunk broke off."""
    with RegistryServer(tmp_path_factory.mktemp("real")) as server:
        yield server


@pytest.fixture(scope="session")
def keeping_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeepingRegistry]:
    """It keeps uploads to the byte."""
    with KeepingRegistry(tmp_path_factory.mktemp("keeping")) as server:
        yield server


@pytest.fixture(scope="session")
def newer_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    """Distribution 3, only where the machine has it: it keeps uploads to the byte too."""
    with RegistryServer(tmp_path_factory.mktemp("newer"), program=DISTRIBUTION_3) as server:
        yield server


@pytest.fixture
def forgetting(real_registry: RegistryServer) -> Iterator[Callable[..., LoggingProxy]]:
    """forgetting(*rules): a new proxy in front of the real registry."""
    with ExitStack() as opened:
        yield lambda *rules: opened.enter_context(LoggingProxy(real_registry.port, rules))


@pytest.fixture
def keeping(keeping_registry: KeepingRegistry) -> Iterator[Callable[..., LoggingProxy]]:
    """keeping(*rules): a new proxy in front of the registry that keeps uploads."""
    with ExitStack() as opened:
        yield lambda *rules: opened.enter_context(LoggingProxy(keeping_registry.port, rules))


@pytest.fixture
def newer(newer_registry: RegistryServer) -> Iterator[Callable[..., LoggingProxy]]:
    """newer(*rules): a new proxy in front of distribution 3."""
    with ExitStack() as opened:
        yield lambda *rules: opened.enter_context(LoggingProxy(newer_registry.port, rules))


@pytest.fixture(params=["forgetting", "keeping", *(["newer"] if DISTRIBUTION_3 else [])])
def either(request: pytest.FixtureRequest) -> Callable[..., LoggingProxy]:
    """One of those the machine has."""
    made: Callable[..., LoggingProxy] = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def odd() -> Iterator[Callable[..., OddRegistry]]:
    """odd(*rules, registry=OddRegistry): a registry in memory with oddities of its own."""
    with ExitStack() as opened:

        def make(*rules: Rule, registry: type[OddRegistry] = OddRegistry) -> OddRegistry:
            return opened.enter_context(registry(rules))

        yield make


@pytest.fixture
def arrived(request: pytest.FixtureRequest) -> Callable[[HttpServer, str], bytes]:
    """arrived(proxy, digest): what the registry behind a proxy has of a blob."""
    names = ("real_registry", "keeping_registry", *(["newer_registry"] if DISTRIBUTION_3 else []))
    servers: list[RegistryServer | KeepingRegistry] = [request.getfixturevalue(name) for name in names]

    def content(proxy: HttpServer, digest: str) -> bytes:
        assert isinstance(proxy, LoggingProxy)
        (server,) = [one for one in servers if one.port == proxy.upstream]
        return server.blob_path(digest).read_bytes()

    return content
