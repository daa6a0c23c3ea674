"""What Docker Hub lists: the repositories of namespaces that are known.

https://docs.docker.com/reference/api/hub/latest/: ``POST /v2/auth/token``,
``GET /v2/namespaces/{namespace}/repositories``. There is no list of all namespaces, so that of the account is
taken and those of what was opened before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.errors import RegistryUnsupported
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.exchange import Request, Transport
from kitops_desktop.registry.hosts import is_loopback
from kitops_desktop.registry.vendor_listing.vendor_api import (
    PAGE,
    TooManyPages,
    VendorApi,
    VendorNames,
    read_json,
    text_of,
)

ORIGIN = "https://hub.docker.com"
_MAX_TOKEN_BYTES = 1 << 16
_MOST_NAMESPACES = 20
_NAMESPACE = re.compile(r"[a-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True)
class DockerHub:
    """``namespaces`` are known already, the likeliest first. ``origin`` is another one in tests only: a
    password goes to Docker and to this computer, and nowhere else.
    """

    transport: Transport
    namespaces: Collection[str] = ()
    origin: str = ORIGIN

    def names(self, credential: Credential | None, token: CancelToken) -> VendorNames:
        """Raises ``RegistryUnsupported`` when no namespace is known, and what asking raises."""
        own = credential.username.lower() if credential is not None else ""
        wanted = dict.fromkeys(name for name in (own, *self.namespaces) if _NAMESPACE.fullmatch(name))
        namespaces = tuple(wanted)[:_MOST_NAMESPACES]
        if not namespaces:
            raise RegistryUnsupported(self.transport.host, "list its repositories")
        authorization = self._authorization(credential, token) if credential is not None else ""
        api = VendorApi(self.transport, self.origin, token, authorization)
        found: list[str] = []
        complete = True
        for namespace in namespaces:
            try:
                for item in api.items(_path(namespace), "results"):
                    if name := text_of(item, "name"):
                        found.append(f"{namespace}/{name}")
            except TooManyPages:
                complete = False
                break
        return VendorNames(tuple(found), f"Docker Hub's list of {', '.join(namespaces)}", complete)

    def _authorization(self, credential: Credential, token: CancelToken) -> str:
        """A token for the password; "" where there is none to be had, so that what is public is listed."""
        if credential.is_identity_token or not _is_docker(self.origin):
            return ""
        said = {"identifier": credential.username, "secret": credential.secret}
        request = Request(
            "POST",
            f"{self.origin}/v2/auth/token",
            "sign in",
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            body=json.dumps(said).encode(),
            allow=frozenset({301, 302, 303, 307, 308, 400, 401, 403, 404}),
        )
        with self.transport.send(request, token) as response:
            if response.status != 200:
                return ""
            value = read_json(self.transport.host, response.content(_MAX_TOKEN_BYTES))
        given = value.get("access_token") if isinstance(value, dict) else None
        usable = isinstance(given, str) and given.isascii() and given.isprintable() and " " not in given
        return f"Bearer {given}" if usable and given else ""


def _path(namespace: str) -> str:
    return f"/v2/namespaces/{quote(namespace, safe='')}/repositories?page_size={PAGE}"


def _is_docker(origin: str) -> bool:
    return origin == ORIGIN or is_loopback(origin.partition("://")[2].rpartition(":")[0])
