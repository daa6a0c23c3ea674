"""One registry over the network: a request in, an answer or an error of ours out.

On oras-py's ``Registry``, of which only the shell is used: what it would send without a digest, a time limit
or a look at where a password goes raises here. ``send`` is the one door.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import oras.provider
import requests

from kitops_desktop.credentials.credential import CredentialSource
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.answers import Refusal, wrong_scheme
from kitops_desktop.registry.auth import BACKEND, RegistryAuth
from kitops_desktop.registry.connection import CertificateSeen
from kitops_desktop.registry.delivery import Delivery, beginning
from kitops_desktop.registry.exchange import Request, Response
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.network import LOOK_SECONDS, Network
from kitops_desktop.registry.response import HttpResponse
from kitops_desktop.registry.retries import Attempts, Patience
from kitops_desktop.registry.throttle import Throttles
from kitops_desktop.registry.token_service import TokenReply

_MAX_ORAS_BYTES = 4 << 20
_UNSAFE = (
    *("login", "logout", "push", "pull", "set_header"),
    *("put_upload", "chunked_upload", "upload_blob", "upload_manifest", "_get_location"),
    *("_put_upload", "_chunked_upload", "_upload_blob", "_upload_manifest"),
    *("download_blob", "_download_blob", "get_blob", "get_manifest", "delete_tag", "delete_tags"),
)


class RegistryClient(oras.provider.Registry):  # type: ignore[misc]  # oras has no types
    """A ``Transport``. ``host`` is as in a reference; for ``docker.io`` the requests go where its registry
    really is. Raises ``InvalidArgument`` for what cannot be a host.
    """

    def __init__(
        self,
        host: str,
        options: HostOptions,
        credentials: CredentialSource,
        *,
        patience: Patience | None = None,
        throttles: Throttles | None = None,
    ) -> None:
        self.options = options
        self._network = Network(host, options, patience or Patience(), throttles or Throttles())
        super().__init__(host, insecure=options.plain_http, tls_verify=True, auth_backend=BACKEND)
        self.session.close()  # oras's own: it reads the environment
        self.auth: RegistryAuth
        self.auth.attach(host, self.origin, options, credentials, self._ask_for_token)

    @property
    def host(self) -> str:
        return self._network.host

    @property
    def origin(self) -> str:
        return self._network.origin

    @property
    def is_busy(self) -> bool:
        return self._network.pace.is_busy

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the registry wants its users to know (``Warning: 299``), each once."""
        return self._network.warnings

    def send(self, request: Request, token: CancelToken | None = None) -> Response:
        token, network = token or CancelToken(), self._network
        attempts = Attempts(network.patience, token, lambda: network.proven, request.longest_pause)
        return Delivery(network, self.auth, request, token, attempts).answer()

    def forget(self) -> None:
        """Drop tokens, the credential, and all connections that are not in use."""
        self.auth.forget()
        self._network.close()

    def close(self) -> None:
        """As ``forget``; the client can be used again."""
        self.forget()

    def first_answer(self, token: CancelToken) -> None:
        """Ask something without saying who we are, only to be answered; raises what is wrong with the way."""
        url = self.origin + "/v2/"
        with self._network.exchange("GET", url, {}, None, token, LOOK_SECONDS, "the first answer") as answer:
            refusal = Refusal(answer.status, answer.headers, beginning(answer))
        wrong = wrong_scheme(refusal, self.host) if self.options.plain_http else None
        if wrong is not None:
            raise wrong

    def certificate(self, token: CancelToken, *, trusted: bool = False) -> CertificateSeen:
        """What the registry shows; nothing is sent to it. With ``trusted`` it must be trusted, else any will
        do: to be looked at.
        """
        return self._network.certificate(token, trusted=trusted)

    def do_request(
        self,
        url: str,
        method: str = "GET",
        data: Any = None,  # noqa: ANN401 - oras's own
        headers: dict[str, str] | None = None,
        json: Any = None,  # noqa: ANN401
        stream: bool = False,
    ) -> requests.Response:
        """Oras's way to send, on ours: so that what it asks itself (``get_tags``, ``blob_exists``) is safe.
        The whole answer is read, up to 4 MiB.
        """
        if json is not None or stream:
            raise NotImplementedError("of oras only questions with short answers are asked")
        every = frozenset(range(400, 500)) - {401}
        request = Request(method, url, "ask that", headers=dict(headers or {}), body=data, allow=every)
        with self.send(request) as answer:
            assert isinstance(answer, HttpResponse)
            answer.response._content = answer.content(_MAX_ORAS_BYTES)
            return answer.response

    def _ask_for_token(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | None,
        token: CancelToken,
        limit: int,
    ) -> TokenReply:
        with self._network.exchange(
            method, url, headers, body, token, LOOK_SECONDS, "the answer with a token"
        ) as answer:
            return TokenReply(answer.status, answer.headers, answer.content(limit))


def _unsafe(name: str) -> Callable[..., NoReturn]:
    def refuse(self: RegistryClient, *arguments: object, **options: object) -> NoReturn:
        raise NotImplementedError(f"{name} of oras is not safe; Repository does it")

    return refuse


for _name in _UNSAFE:
    setattr(RegistryClient, _name, _unsafe(_name))
