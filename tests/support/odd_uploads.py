"""Registries whose uploads are odd in ways that are known of large hosts."""

from __future__ import annotations

import re

from support.http_server import Answer, Question
from support.odd_registry import OddRegistry

_MIB = 1 << 20
_UPLOAD = re.compile(r"/blobs/uploads/(?P<session>[0-9a-f]+)")


class KeepsWhatCame(OddRegistry):
    """Keeps what came of a chunk that broke off; ``_taken`` is told where it begins and where it ended."""

    def answer(self, question: Question) -> Answer:
        match = _UPLOAD.search(question.path)
        if question.method != "PATCH" or match is None or match["session"] not in self.uploads:
            return super().answer(question)
        return self._keep(question, match["session"])

    def _keep(self, question: Question, session: str) -> Answer:
        received = self.uploads[session]
        start = len(received)
        name = question.path.split("/v2/", 1)[1].split("/blobs/", 1)[0]
        begun = question.headers.get("Content-Range", "")
        if begun and int(begun.partition("-")[0]) != start:
            return Answer(416, self._where(name, session))
        while content := question.body.read(1 << 16):
            received += content
        return self._taken(Answer(202, self._where(name, session)), start)

    def _taken(self, answer: Answer, start: int) -> Answer:
        return answer


class QuayLike(OddRegistry):
    """Asked where it stands, it says one byte too many, in a form of its own, and no Location. Of a chunk
    that broke off it keeps nothing.
    """

    def answer(self, question: Question) -> Answer:
        answer = super().answer(question)
        match = _UPLOAD.search(question.path)
        if match is not None and match["session"] in self.uploads:
            size = len(self.uploads[match["session"]])
            if question.method == "GET":
                answer.headers = {"Range": f"bytes=0-{size}"}
            elif answer.status == 416:
                answer.headers["Range"] = f"0-{size}"
        return answer


class AmazonLike(KeepsWhatCame):
    """Answers 201 to a chunk, with a Range that stays at the end of the first; the last chunk has to come
    with the PUT: an empty one is answered 500.
    """

    first_end = 0

    def answer(self, question: Question) -> Answer:
        empty = not int(question.headers.get("Content-Length") or 0)
        if question.method == "PUT" and "/uploads/" in question.path and empty:
            return Answer(500, {"Content-Type": "text/html"}, b"<html>internal error</html>")
        return super().answer(question)

    def _taken(self, answer: Answer, start: int) -> Answer:
        if not start:
            self.first_end = self._end(answer)
        answer.status = 201
        answer.headers["Range"] = f"0-{self.first_end}"
        return answer

    def _end(self, answer: Answer) -> int:
        return int(answer.headers["Range"].partition("-")[2])


class GithubLike(KeepsWhatCame):
    """Takes no chunk above 4 MiB: it answers 416 and says why in words only. A PUT may be of any size."""

    limit = 4 * _MIB

    def answer(self, question: Question) -> Answer:
        if question.method == "PATCH" and int(question.headers.get("Content-Length") or 0) > self.limit:
            body = b'{"errors":[{"code":"BLOB_UPLOAD_INVALID","message":"request body too large"}]}'
            return Answer(416, {"Content-Type": "application/json"}, body)
        return super().answer(question)
