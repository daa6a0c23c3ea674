"""Where Hugging Face sends those who want a large file: a server of another origin, with signed addresses."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from email.message import Message
from http import HTTPStatus
from ssl import SSLContext
from urllib.parse import quote, urlencode

from support.http_server import Answer, HttpServer, Question, Rule
from support.hub_repository import HubFile

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class HubStorage(HttpServer):
    """Gives files by the addresses that ``address`` signed, in parts too.

    A request with an Authorization is refused, as S3 refuses one that has a signature besides;
    ``authorizations()`` tells of it. The ETag is Xet's hash, which is none of the file's digests.
    """

    def __init__(self, rules: Iterable[Rule] = (), context: SSLContext | None = None) -> None:
        self._files: dict[str, HubFile] = {}
        self._round = 0
        super().__init__(rules, context)

    def address(self, file: HubFile, name: str) -> str:
        """Where the file is for now; ``name`` is what it would be saved as."""
        path = f"/xet-bridge/{file.sha256}"
        self._files[path] = file
        query = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Expires": "3600",
            "X-Amz-Signature": self._signature(path),
            "response-content-disposition": _disposition(name),
        }
        return f"{self.origin}{path}?{urlencode(query)}"

    def expire(self) -> None:
        """No address given so far is good any more."""
        self._round += 1

    def answer(self, question: Question) -> Answer:
        if "Authorization" in question.headers:
            return _refusal(HTTPStatus.BAD_REQUEST, "InvalidArgument", "Only one auth mechanism allowed")
        if question.query.get("X-Amz-Signature") != [self._signature(question.path)]:
            return _refusal(HTTPStatus.FORBIDDEN, "AccessDenied", "Request has expired")
        file = self._files[question.path]
        headers = {
            "ETag": f'"{file.xet_hash}"',
            "Content-Type": "application/octet-stream",
            "Content-Disposition": question.query["response-content-disposition"][0],
        }
        return part_of(file.content, question.headers, headers)

    def _signature(self, path: str) -> str:
        return hashlib.sha256(f"{path} {self._round}".encode()).hexdigest()


def part_of(content: bytes, asked: Message, headers: dict[str, str]) -> Answer:
    """All of the content, or what a Range asks for; more than one range is all of it."""
    headers["Accept-Ranges"] = "bytes"
    wanted = _RANGE.fullmatch(asked.get("Range", ""))
    if wanted is None or wanted[0] == "bytes=-" or asked.get("If-Range", headers["ETag"]) != headers["ETag"]:
        return Answer(HTTPStatus.OK, headers, content)
    first, last = wanted.groups()
    start = int(first) if first else max(0, len(content) - int(last))
    end = min(int(last), len(content) - 1) if first and last else len(content) - 1
    if start > end:
        headers["Content-Range"] = f"bytes */{len(content)}"
        return Answer(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers)
    headers["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
    return Answer(HTTPStatus.PARTIAL_CONTENT, headers, content[start : end + 1])


def _disposition(path: str) -> str:
    name = path.rpartition("/")[2]
    plain = "".join(letter if " " <= letter <= "~" and letter not in '"\\' else "_" for letter in name)
    return f"inline; filename*=UTF-8''{quote(name, safe='')}; filename=\"{plain}\";"


def _refusal(status: HTTPStatus, code: str, message: str) -> Answer:
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    body = f"<?xml version='1.0' encoding='UTF-8'?>{error}".encode()
    return Answer(status, {"Content-Type": "application/xml"}, body)
