"""Addresses and ranges as registries write them."""

from __future__ import annotations

import pytest

from kitops_desktop.errors import RegistryFailed
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.registry import locations, ranges

HOST = "registry.example.com:5000"
ORIGIN = f"https://{HOST}"
BASE = f"{ORIGIN}/v2/team/churn/blobs/uploads/"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("/v2/x?_state=a%2Fb==", f"{ORIGIN}/v2/x?_state=a%2Fb=="),
        ("session-1", f"{BASE}session-1"),
        (f"{ORIGIN}/v2/x#part", f"{ORIGIN}/v2/x"),
        ("http://registry.example.com:5000/v2/x", f"{ORIGIN}/v2/x"),
        ("http://registry.example.com/v2/x?s=1", f"{ORIGIN}/v2/x?s=1"),
        ("https://uploads.example.net/x?sig=%2B", "https://uploads.example.net/x?sig=%2B"),
    ],
)
def test_where_an_upload_goes_on(given: str, expected: str) -> None:
    """A registry behind a proxy that ends TLS says http of itself; our scheme and port are kept."""
    assert locations.location(given, BASE, ORIGIN, HOST) == expected


@pytest.mark.parametrize(
    "given",
    ["http://uploads.example.net/x", "file:///etc/passwd", "https://me:secret@example.net/", "https://[x/"],
)
def test_where_it_must_not_go_on(given: str) -> None:
    with pytest.raises(RegistryFailed) as raised:
        locations.location(given, BASE, ORIGIN, HOST)
    assert "secret" not in str(raised.value)


def test_the_digest_is_added_to_the_letter() -> None:
    digest = digest_of(b"")
    assert locations.with_digest("/u?a=b%2Fc&flag=", digest) == (
        f"/u?a=b%2Fc&flag=&digest={digest.replace(':', '%3A')}"
    )
    assert locations.with_digest("/u", digest).startswith("/u?digest=sha256%3A")


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('</v2/_catalog?last=a&n=5>; rel="next"', f"{ORIGIN}/v2/_catalog?last=a&n=5"),
        ("</v2/_catalog?last=a b>; rel=next", f"{ORIGIN}/v2/_catalog?last=a b"),
        ('<?last=a,b>; title="x"; rel="next"', f"{BASE}?last=a,b"),
        ('</x>; rel="prev", </y>;rel="next"', f"{ORIGIN}/y"),
        ('</x>; rel="prev"', None),
        ('<https://example.net/y>; rel="next"', None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_the_next_page(link: str, expected: str | None) -> None:
    assert locations.next_page(link, BASE, ORIGIN) == expected


def test_the_same_origin() -> None:
    assert locations.same_origin("https://example.com:443/x", "https://example.com")
    assert not locations.same_origin("http://example.com/x", "https://example.com")
    assert not locations.same_origin("https://example.com.evil.net", "https://example.com")
    assert not locations.same_origin("https://[", "https://example.com")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("0-99", 100),
        ("bytes=0-99", 100),
        ("bytes 0-99", 100),
        ("0--1", 0),
        ("0-0", 0),
        ("", None),
        ("1-99", None),
        ("0-x", None),
        ("0-" + "9" * 100, None),
    ],
)
def test_what_of_an_upload_is_stored(header: str, expected: int | None) -> None:
    assert ranges.stored(header) == expected


def test_ranges_that_are_asked_for_and_answered() -> None:
    assert ranges.asked(5, 10) == "bytes=5-9"
    assert ranges.sent(5, 10) == "5-9"
    assert ranges.is_answer("bytes 5-9/20", 5, 10, 20)
    assert ranges.is_answer("Bytes 5-9/*", 5, 10, 20)
    for header in ("bytes 5-9/21", "bytes 5-10/20", "5-9/20", "bytes 5-/20", ""):
        assert not ranges.is_answer(header, 5, 10, 20)
