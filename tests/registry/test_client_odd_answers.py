"""Answers that no registry should give: each is an error of ours, none a surprise."""

from __future__ import annotations

import socket
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kitops_desktop.errors import ContentTooLarge, RegistryError, RegistryFailed, TransferInterrupted
from kitops_desktop.registry.retries import Patience
from support.http_server import Rule
from support.odd_registry import OddRegistry
from support.raw_hosts import answering
from support.registry_clients import PLAIN, client, get

ONCE = Patience(tries=1, first_tries=1)
OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "content",
    [
        b"hello\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"\x00\xff" * 1000,
        OK + b"X: " + b"y" * 100_000 + b"\r\n\r\n",
        OK + b"X: y\r\n" * 500 + b"\r\n",
        OK + b"Content-Length: 10\r\nContent-Length: 11\r\n\r\nx",
    ],
)
def test_what_is_no_answer(content: bytes) -> None:
    with answering(content) as host, client(host, patience=ONCE) as asked, pytest.raises(RegistryFailed):
        get(asked)


@pytest.mark.parametrize(
    "content",
    [
        OK + b"Content-Length: 10\r\n\r\nshort",
        OK + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 100_000,
    ],
)
def test_bodies_that_break_off(content: bytes) -> None:
    with answering(content) as host, client(host, patience=ONCE) as asked, pytest.raises(TransferInterrupted):
        get(asked)


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (OK + b"\r\nto the end", b"to the end"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX: y\r\n\r\n", b"abcde"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nok", b"ok"),
        (b"HTTP/1.0 200\r\nContent-Length: 2\r\n\r\nok-and-more", b"ok"),
        (OK + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone", b"none"),
    ],
)
def test_unusual_answers_that_are_right(content: bytes, body: bytes) -> None:
    with answering(content) as host, client(host, patience=ONCE) as asked:
        assert get(asked) == (200, body)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", OK, b"HTTP/1.1 401 No\r\nWWW-Authenticate: "]))
def test_whatever_comes(content: bytes, before: bytes) -> None:
    ours = suppress(RegistryError, ContentTooLarge)
    with answering(before + content) as host, client(host, patience=ONCE) as asked, ours:
        get(asked)


@pytest.mark.parametrize(
    "target",
    [
        *("/v2/b\xe4", "/v2/b c", "/v2/\x7f", "http://\xe4\xf6.invalid/", "http://exa mple.invalid/"),
        *("http://" + "a" * 300 + ".invalid/", "http://a..invalid/", "//", "///x", "?", "http:/x", "\t"),
    ],
)
def test_wherever_it_sends_us(target: str) -> None:
    rule = Rule(path="/v2/a", status=307, headers={"Location": target}, times=None)
    with OddRegistry([rule]) as server, client(server.host, patience=ONCE) as asked:
        with pytest.raises(RegistryError):
            get(asked, "/v2/a")
        assert get(asked)[0] == 200


def test_addresses_of_the_other_kind() -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("this system has no IPv6")
    content = OK + b"Content-Length: 2\r\n\r\nok"
    with answering(content, socket.AF_INET6) as host, client(host, PLAIN) as asked:
        assert get(asked) == (200, b"ok")
