"""What people paste to name a registry."""

from __future__ import annotations

import pytest

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.registry.hosts import is_here
from kitops_desktop.ui.browser.entered_address import read_address, read_name

DIGEST = "sha256:" + "ab" * 32


@pytest.mark.parametrize(
    ("text", "place", "plain"),
    [
        ("ghcr.io", "ghcr.io", False),
        ("  GHCR.io/ ", "ghcr.io", False),
        ("localhost:5000", "localhost:5000", False),
        ("http://localhost:5000", "localhost:5000", True),
        ("http://registry.example:80/v2/", "registry.example", True),
        ("https://registry.example:443", "registry.example", False),
        ("https://registry.example/v2/_catalog", "registry.example", False),
        ("https://hub.docker.com", "docker.io", False),
        ("oci://registry.example/team/churn:v1", "registry.example/team/churn:v1", False),
        ("registry.example/team/churn", "registry.example/team/churn", False),
        (f"registry.example/team/churn@{DIGEST}", f"registry.example/team/churn@{DIGEST}", False),
        ("[::1]:5000/team/churn:v1", "[::1]:5000/team/churn:v1", False),
    ],
)
def test_an_address_is_read_as_it_is_meant(text: str, place: str, plain: bool) -> None:
    address = read_address(text)
    assert (address.place, address.plain_http) == (place, plain)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Enter the name"),
        ("registry", "registry:5000"),
        ("https://registry", "registry:443"),
        ("ftp://registry.example", "https or http"),
        ("https://user:planted@registry.example", "Leave out user"),
        ("registry.example/Team/Churn", "lowercase"),
        ("registry.example/team/churn:v 1", "no blanks"),
        ("registry.example\n", None),
        ("-.example", "no name of a registry"),
        ("registry.example/team:!", "names no repository"),
        ("x" * 5000 + ".example", "no blanks"),
    ],
)
def test_what_cannot_be_used_is_said(text: str, says: str | None) -> None:
    if says is None:
        assert read_address(text).host == "registry.example"
        return
    with pytest.raises(InvalidArgument, match=says):
        read_address(text)


def test_no_password_is_repeated() -> None:
    with pytest.raises(InvalidArgument) as caught:
        read_address("https://user:planted@registry.example/team")
    assert "planted" not in caught.value.message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("team/churn", "registry.example:5000/team/churn"),
        ("team/churn:v1", "registry.example:5000/team/churn:v1"),
        ("other.example/team/churn:v1", "other.example/team/churn:v1"),
        ("churn", "registry.example:5000/churn"),
        ("https://other.example", "other.example"),
    ],
)
def test_a_name_is_of_the_registry_that_is_shown_unless_it_is_whole(text: str, place: str) -> None:
    assert read_name(text, "registry.example:5000").place == place


def test_what_is_on_this_computer() -> None:
    assert all(map(is_here, ("localhost:5000", "127.0.0.1:5000", "[::1]:5000")))
    assert not any(map(is_here, ("localhost.example:5000", "128.0.0.1", "registry.example")))
