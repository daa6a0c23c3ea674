"""A vendor's interface that answers as ``tests/data/vendor_listings`` says its documentation says."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from support.http_server import Answer, HttpServer, Question, Rule
from support.planted import ACCESS_TOKEN

FOLDER = Path(__file__).parents[1] / "data" / "vendor_listings"


class VendorServer(HttpServer):
    """With ``challenge`` (a WWW-Authenticate value) it is also a registry that lists nothing: `/v2/` asks for
    a sign-in by it. ``{origin}`` in it is the server's own. Tokens are given to everybody at any address that
    the challenge names, and open nothing.
    """

    def __init__(self, vendor: str, *, challenge: str = "", rules: Iterable[Rule] = ()) -> None:
        self.exchanges_known: list[dict[str, Any]] = json.loads((FOLDER / f"{vendor}.json").read_text())
        self.challenge = challenge
        super().__init__(rules)

    def answer(self, question: Question) -> Answer:
        if self.challenge and question.path.startswith("/v2/") and "/namespaces/" not in question.path:
            return Answer(401, {"WWW-Authenticate": self.challenge.replace("{origin}", self.origin)})
        if question.path in ("/service/token", "/jwt/auth"):
            return _json(200, {"token": ACCESS_TOKEN})
        kind = question.headers.get("Authorization", "").partition(" ")[0]
        for known in self.exchanges_known:
            if known["request"] == f"{question.method} {question.url}" and known.get("as", kind) == kind:
                return _json(known.get("status", 200), known["body"], known.get("headers", {}), self.origin)
        return _json(401 if kind else 404, {"message": "not in the recorded replies"})


def _json(status: int, body: Any, headers: dict[str, str] | None = None, origin: str = "") -> Answer:  # noqa: ANN401
    def filled(text: str) -> str:
        return text.replace("{origin}", origin).replace("{access_token}", ACCESS_TOKEN)

    made = {name: filled(value) for name, value in (headers or {}).items()}
    return Answer(status, {"Content-Type": "application/json", **made}, filled(json.dumps(body)).encode())
