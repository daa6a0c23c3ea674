"""A token server as registries have one: asks for a password, and gives tokens that the registry believes.

The tokens are signed, name exactly what was asked for and is allowed, and soon end. A real `docker-registry`
checks them (``RegistryServer(token=server)``).
"""

from __future__ import annotations

import base64
import json
import math
import secrets
import ssl
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from support.certificates import Identity, self_signed
from support.http_server import Answer, HttpServer, Question, Rule
from support.planted import IDENTITY_TOKEN, PASSWORD, USERNAME

ALL = frozenset({"pull", "push", "delete", "*"})
NOTHING: frozenset[str] = frozenset()
_REGISTRYS_LENIENCE = 60  # seconds for which docker-registry believes a token that has ended
_HALF = 32  # bytes of each half of an ES256 signature


@dataclass(frozen=True)
class TokenRequest:
    """One request for a token, without its secret."""

    how: str
    """"anonymous", "basic", or the grant type of a POST."""
    username: str
    scopes: tuple[str, ...]
    status: int


class TokenServer(HttpServer):
    """Gives tokens at ``realm`` to ``passwords`` (user name -> password) and for ``refresh_tokens``.

    ``lifetime`` in seconds is how long tokens are good for, ``announced`` what they are said to be (None: the
    truth). ``allowed`` are the actions of each user, "" being whoever is not signed in; a user it does not
    name may do everything. With ``posts`` off it knows GET only, as older ones do.
    """

    service = "kitops-desktop test registry"
    issuer = "kitops-desktop test issuer"

    def __init__(
        self,
        *,
        passwords: Mapping[str, str] | None = None,
        refresh_tokens: Mapping[str, str] | None = None,
        lifetime: float = 300,
        announced: float | None = None,
        allowed: Mapping[str, frozenset[str]] | None = None,
        posts: bool = True,
        rules: Iterable[Rule] = (),
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.identity: Identity = self_signed()
        self.passwords = dict({USERNAME: PASSWORD} if passwords is None else passwords)
        self.refresh_tokens = dict({IDENTITY_TOKEN: USERNAME} if refresh_tokens is None else refresh_tokens)
        self.lifetime, self.announced, self.posts = lifetime, announced, posts
        self.allowed = {"": NOTHING, **(allowed or {})}
        self.requests: list[TokenRequest] = []
        key = serialization.load_pem_private_key(self.identity.key, None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self._key = key
        self._noting = threading.Lock()
        super().__init__(rules, context)

    @property
    def realm(self) -> str:
        return f"{self.origin}/token"

    @property
    def issued(self) -> int:
        """How many tokens it has given."""
        return sum(one.status == 200 for one in self.requests)

    @property
    def refused(self) -> int:
        """How many attempts with a wrong secret there were."""
        return sum(one.status == 401 for one in self.requests)

    def token_for(self, *scopes: str) -> str:
        """A token that is good for a minute, for a test's own requests."""
        return self._token(USERNAME, _access(scopes, ALL), 60)

    def answer(self, question: Question) -> Answer:
        if question.path != "/token":
            return Answer(404)
        if question.method == "POST":
            return self._post(question) if self.posts else Answer(405)
        return self._get(question)

    def _get(self, question: Question) -> Answer:
        scopes = _scopes(question.query.get("scope", []))
        kind, _, encoded = question.headers.get("Authorization", "").partition(" ")
        if not kind:
            return self._give("anonymous", "", scopes)
        username, _, password = base64.b64decode(encoded).decode().partition(":")
        if kind.lower() != "basic" or not self._is_right(username, password):
            return self._refuse("basic", username, scopes)
        return self._give("basic", username, scopes)

    def _post(self, question: Question) -> Answer:
        form = {name: values[0] for name, values in parse_qs(question.body.read().decode()).items()}
        scopes = _scopes([form.get("scope", "")])
        how = form.get("grant_type", "")
        if how == "refresh_token":
            username = self.refresh_tokens.get(form.get("refresh_token", ""))
        else:
            username = form.get("username", "")
            if how != "password" or not self._is_right(username, form.get("password", "")):
                username = None
        return self._give(how, username, scopes) if username is not None else self._refuse(how, "", scopes)

    def _is_right(self, username: str, password: str) -> bool:
        return username in self.passwords and self.passwords[username] == password

    def _refuse(self, how: str, username: str, scopes: tuple[str, ...]) -> Answer:
        self._note(TokenRequest(how, username, scopes, 401))
        body = {"errors": [{"code": "UNAUTHORIZED", "message": "incorrect username or password"}]}
        return Answer(401, {"Content-Type": "application/json"}, json.dumps(body).encode())

    def _give(self, how: str, username: str, scopes: tuple[str, ...]) -> Answer:
        self._note(TokenRequest(how, username, scopes, 200))
        token = self._token(username, _access(scopes, self.allowed.get(username, ALL)), self.lifetime)
        announced = self.lifetime if self.announced is None else self.announced
        body = {"token": token, "access_token": token, "expires_in": announced}
        return Answer(200, {"Content-Type": "application/json"}, json.dumps(body).encode())

    def _note(self, request: TokenRequest) -> None:
        with self._noting:
            self.requests.append(request)

    def _token(self, username: str, access: list[dict[str, object]], lifetime: float) -> str:
        """A JSON web token, signed with ES256 and carrying its certificate (RFC 7515)."""
        now = int(time.time())
        ends = (
            math.ceil(time.time() + lifetime) - _REGISTRYS_LENIENCE
        )  # whole seconds, so it may live one more
        header = {"typ": "JWT", "alg": "ES256", "x5c": [base64.b64encode(self.identity.der).decode()]}
        claims = {
            "iss": self.issuer,
            "sub": username,
            "aud": self.service,
            "exp": ends,
            "nbf": min(now, ends) - 1,
            "iat": min(now, ends) - 1,
            "jti": secrets.token_hex(8),
            "access": access,
        }
        signed = f"{_encoded(_compact(header))}.{_encoded(_compact(claims))}"
        signature = self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
        halves = b"".join(number.to_bytes(_HALF, "big") for number in decode_dss_signature(signature))
        return f"{signed}.{_encoded(halves)}"


def _scopes(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for value in values for word in value.split())


def _access(scopes: Iterable[str], allowed: frozenset[str]) -> list[dict[str, object]]:
    """What of the scopes is allowed, as tokens say it."""
    access: list[dict[str, object]] = []
    for scope in scopes:
        kind, _, rest = scope.partition(":")
        name, _, actions = rest.rpartition(":")
        granted = [action for action in actions.split(",") if action in allowed]
        if granted:
            access.append({"type": kind, "name": name, "actions": granted})
    return access


def _compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
