"""What is tried again, how often, and with which pauses."""

from __future__ import annotations

import time

import pytest

from kitops_desktop.errors import (
    AccessDenied,
    CertificateUntrusted,
    ProxyRefused,
    RateLimited,
    RegistryError,
    RegistryFailed,
    RegistryRefused,
    RegistryUnreachable,
    SignInRefused,
    WrongScheme,
)
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.registry.retries import Attempts, Patience, is_passing

HOST = "registry.example.com"


class NotedToken(CancelToken):
    """Notes the pauses instead of making them."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []

    def wait(self, seconds: float) -> None:
        self.check()
        self.pauses.append(seconds)


def failing(*errors: RegistryError, proven: bool = True) -> tuple[str | RegistryError, list[float]]:
    """What comes out when the attempts fail with these errors, the last for ever; and the pauses."""
    token, left = NotedToken(), list(errors)

    def attempt() -> str:
        if not left:
            return "done"
        raise left.pop(0)

    try:
        return Attempts(Patience(), token, lambda: proven).run(attempt), token.pauses
    except RegistryError as error:
        return error, token.pauses


@pytest.mark.parametrize(
    "error",
    [
        RegistryUnreachable(HOST, "connect", "refused"),
        RegistryUnreachable(HOST, "name", "not known"),
        RegistryUnreachable(HOST, "network", "broke off"),
        RegistryFailed(HOST, 500, ""),
        RegistryFailed(HOST, 503, ""),
        RegistryFailed(HOST, 408, ""),
        RateLimited(HOST, None),
    ],
)
def test_what_passes_is_tried_again(error: RegistryError) -> None:
    assert is_passing(error)
    assert failing(error, error)[0] == "done"


@pytest.mark.parametrize(
    "error",
    [
        CertificateUntrusted(HOST, "expired", "it has expired"),
        WrongScheme(HOST, "https"),
        SignInRefused(HOST, "robot"),
        AccessDenied(HOST, "push"),
        RegistryRefused(HOST, 400, "DIGEST_INVALID", ""),
        RegistryFailed(HOST, 0, "not HTTP"),
        RegistryFailed(HOST, 501, ""),
        ProxyRefused(HOST, "http://proxy", "wants a password"),
    ],
)
def test_what_stays_wrong_is_not(error: RegistryError) -> None:
    assert failing(error) == (error, [])


def test_pauses_grow_and_end() -> None:
    error = RegistryFailed(HOST, 502, "")
    result, pauses = failing(*[error] * 20)
    assert result is error
    assert len(pauses) == 7
    for index, pause in enumerate(pauses):
        longest = min(30, 0.5 * 2**index)
        assert longest / 2 <= pause <= longest


def test_a_registry_that_never_answered_is_given_up_soon() -> None:
    refused = RegistryUnreachable(HOST, "connect", "refused")
    result, pauses = failing(*[refused] * 20, proven=False)
    assert result is refused
    assert len(pauses) == 2
    silent = RegistryUnreachable(HOST, "timeout", "no answer")
    assert failing(*[silent] * 20, proven=False) == (silent, [])


def test_the_pause_that_was_asked_for_is_made() -> None:
    result, pauses = failing(RateLimited(HOST, time.time() + 20))
    assert result == "done"
    assert 19 < pauses[0] <= 20


def test_a_pause_that_is_too_long_is_an_error_with_its_end() -> None:
    error = RateLimited(HOST, time.time() + 3600)
    assert failing(error) == (error, [])


def test_a_pause_can_be_cancelled() -> None:
    token = CancelToken()

    def attempt() -> None:
        token.cancel()
        raise RegistryFailed(HOST, 500, "")

    with pytest.raises(Cancelled):
        Attempts(Patience(), token, lambda: True).run(attempt)
