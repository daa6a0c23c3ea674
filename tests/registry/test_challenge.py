"""What registries write into WWW-Authenticate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kitops_desktop.registry.challenge import Challenge, merged_scopes, parse_challenges, preferred

REALM = "https://auth.example.com/token"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (f'Bearer realm="{REALM}",service="reg"', [Challenge("bearer", REALM, "reg")]),
        (f"Bearer realm={REALM}, service=reg", [Challenge("bearer", REALM, "reg")]),
        (f'bearer  realm = "{REALM}" , service = "reg"', [Challenge("bearer", REALM, "reg")]),
        (
            f'Bearer realm="{REALM}",service="",scope="repository:a/b:pull,push",error="insufficient_scope"',
            [Challenge("bearer", REALM, "", "repository:a/b:pull,push", "insufficient_scope")],
        ),
        (f'Bearer realm="{REALM}",scope=""', [Challenge("bearer", REALM)]),
        (f'BEARER REALM="{REALM}"', [Challenge("bearer", REALM)]),
        ('Basic realm="a \\"quoted\\" name"', [Challenge("basic", 'a "quoted" name')]),
        ("Basic", [Challenge("basic")]),
        (
            f'Basic realm="x, y", Bearer realm="{REALM}",service="r"',
            [Challenge("basic", "x, y"), Challenge("bearer", REALM, "r")],
        ),
        (
            f'Negotiate, Bearer realm="{REALM}"',
            [Challenge("negotiate"), Challenge("bearer", REALM)],
        ),
        (
            f'Negotiate YWJj==, Bearer realm="{REALM}"',
            [Challenge("negotiate"), Challenge("bearer", REALM)],
        ),
        ('Bearer realm="first",realm="second"', [Challenge("bearer", "first")]),
        ("", []),
        ("\x00\x01", []),
        ('Bearer realm="never closed', [Challenge("bearer")]),
    ],
)
def test_challenges_as_they_are_written(header: str, expected: list[Challenge]) -> None:
    assert list(parse_challenges([header])) == expected


def test_several_headers_are_several_challenges() -> None:
    found = parse_challenges(['Basic realm="x"', f'Bearer realm="{REALM}"'])
    assert [challenge.scheme for challenge in found] == ["basic", "bearer"]
    assert preferred(found) == Challenge("bearer", REALM)


def test_a_bearer_without_a_realm_is_no_use() -> None:
    assert preferred(parse_challenges(["Bearer, Basic"])) == Challenge("basic")
    assert preferred(parse_challenges(["Bearer"])) is None
    assert preferred(parse_challenges(["Digest realm=x"])) is None


@given(st.text(max_size=300))
def test_whatever_is_written_ends(header: str) -> None:
    parse_challenges([header, f'Basic realm="{header}", Bearer realm={header}'])


def test_scopes_of_one_resource_are_one() -> None:
    found = merged_scopes("repository:b:pull", "repository:a:push,pull", "repository:b:push", "nonsense", ":")
    assert found == ("repository:a:pull,push", "repository:b:pull,push")
    assert merged_scopes("repository:host:5000/a:pull") == ("repository:host:5000/a:pull",)
