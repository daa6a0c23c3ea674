"""In front of a real registry: logs every request, speaks TLS for it, and breaks what rules say."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress

from support.http_server import Answer, CutOff, HttpServer, LimitedBody, Question, Rule

_READ = 1 << 16
_SECONDS = 60.0
_OF_ONE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "date", "server"})


class LoggingProxy(HttpServer):
    """Hands everything to the server at ``port`` of the loopback, which speaks plain http.

    To ask for a client's certificate, give a ``context`` that does (``certificates.server_context``).
    """

    def __init__(self, port: int, rules: Iterable[Rule] = (), context: ssl.SSLContext | None = None) -> None:
        self.upstream = port
        super().__init__(rules, context)

    def answer(self, question: Question) -> Answer:
        upstream = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=_SECONDS, blocksize=_READ)
        upstream.putrequest(question.method, question.url, skip_host=True, skip_accept_encoding=True)
        for name, value in question.headers.items():
            if name.lower() not in _OF_ONE_CONNECTION:
                upstream.putheader(name, value)
        try:
            upstream.endheaders()
            with suppress(BrokenPipeError):  # it has answered already
                _hand_on(question.body, upstream)
            answer = upstream.getresponse()
        except CutOff:
            _end_when_taken(upstream)
            raise
        except BaseException:
            upstream.close()
            raise
        headers = {
            name: value for name, value in answer.getheaders() if name.lower() not in _OF_ONE_CONNECTION
        }
        if answer.length is None:  # of unknown length: read to its end
            with closing(upstream):
                return Answer(answer.status, headers, answer.read())
        return Answer(answer.status, headers, _Streaming(upstream, answer), answer.length)


def _hand_on(body: LimitedBody, upstream: http.client.HTTPConnection) -> None:
    while content := body.read(_READ):
        upstream.send(content)
    if body.left:
        raise CutOff  # whoever asked has gone


def _end_when_taken(upstream: http.client.HTTPConnection) -> None:
    """A request that breaks off ends when the server has taken what came of it, and has closed: a question
    that comes next on another connection could overtake it otherwise.
    """
    with closing(upstream), suppress(OSError):
        upstream.sock.shutdown(socket.SHUT_WR)
        while upstream.sock.recv(_READ):
            pass


class _Streaming:
    """The body of an answer, handed on as it comes."""

    def __init__(self, upstream: http.client.HTTPConnection, answer: http.client.HTTPResponse) -> None:
        self._upstream, self._answer = upstream, answer

    def __iter__(self) -> Iterator[bytes]:
        while content := self._answer.read(_READ):
            yield content

    def close(self) -> None:
        self._answer.close()
        self._upstream.close()
