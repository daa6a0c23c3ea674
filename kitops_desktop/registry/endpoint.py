"""A repository as an address: what all requests to it have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kitops_desktop.oci.digest import Digest
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.exchange import Body, Request, Response, Transport

FOUND_OR_NOT = frozenset({404})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``path`` is the repository's at the registry ("team/churn"). ``writing`` asks for the right to write
    even when something is only looked at: for a repository that comes into being by pushing, some registries
    answer nothing else.
    """

    transport: Transport = field(repr=False)
    path: str
    writing: bool = False

    @property
    def host(self) -> str:
        return self.transport.host

    @property
    def name(self) -> str:
        return f"{self.host}/{self.path}"

    @property
    def pull(self) -> tuple[str, ...]:
        return self.push if self.writing else (f"repository:{self.path}:pull",)

    @property
    def push(self) -> tuple[str, ...]:
        return (f"repository:{self.path}:pull,push",)

    @property
    def delete(self) -> tuple[str, ...]:
        return (f"repository:{self.path}:delete,pull",)

    def url(self, *pieces: str) -> str:
        return "/".join(("/v2", self.path, *pieces))

    def blob(self, digest: Digest) -> str:
        return self.url("blobs", digest)

    def manifest(self, tag_or_digest: str) -> str:
        return self.url("manifests", tag_or_digest)

    def send(
        self,
        method: str,
        url: str,
        token: CancelToken,
        *,
        scopes: tuple[str, ...] = (),
        action: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes | Body | None = None,
        allow: frozenset[int] = FOUND_OR_NOT,
        repeat: bool = True,
        read_timeout: float = 60.0,
    ) -> Response:
        """Ask; to read, unless ``scopes`` and ``action`` say otherwise."""
        request = Request(
            method,
            url,
            action or f"read {self.path}",
            scopes or self.pull,
            headers or {},
            body,
            allow,
            repeat,
            read_timeout,
        )
        return self.transport.send(request, token)
