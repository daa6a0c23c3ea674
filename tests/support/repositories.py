"""Repositories of servers that tests run, reached as the program does, with little patience."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from kitops_desktop.credentials.credential import Found
from kitops_desktop.errors import BlobNotFound
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.abilities import AbilityMemory
from kitops_desktop.registry.client import RegistryClient
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.repository import Repository
from kitops_desktop.registry.retries import Patience
from kitops_desktop.registry.upload_memory import UploadMemory
from support.stored_kits import LAYER_TYPE

PATH = "team/churn"
MIB = 1 << 20
_PATIENCE = Patience(tries=4, first_tries=2, first_pause=0.01, longest_backoff=0.02)


class Server(Protocol):
    """What ``RegistryServer``, ``OddRegistry`` and ``LoggingProxy`` have."""

    @property
    def host(self) -> str: ...


class Nobody:
    """Knows no passwords."""

    def find(self, host: str) -> Found | None:
        return None


class Remembered:
    """An ``AbilityMemory`` that is a dictionary."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self.values = dict(values or {})

    def get(self, host: str, ability: str) -> str | None:
        return self.values.get(ability)

    def put(self, host: str, ability: str, value: str) -> None:
        self.values[ability] = value


class Contents:
    """A place with blobs in memory. What it ``gives`` for one may be something else than it should be."""

    def __init__(self, *contents: bytes, gives: Callable[[bytes], bytes] = lambda content: content) -> None:
        self._contents = {digest_of(content): gives(content) for content in contents}
        self.opened: list[int] = []

    def exists(self, descriptor: Descriptor) -> bool:
        return descriptor.digest in self._contents

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> io.BytesIO:
        if descriptor.digest not in self._contents:
            raise BlobNotFound(descriptor.digest)
        self.opened.append(start)
        end = None if length is None else start + length
        return io.BytesIO(self._contents[descriptor.digest][start:end])


def layer(content: bytes) -> Descriptor:
    return Descriptor(LAYER_TYPE, digest_of(content), len(content))


def noise(size: int, seed: int = 1) -> bytes:
    """Bytes of which no two parts are alike."""
    return random.Random(seed).randbytes(size)


@contextmanager
def client_of(server: Server) -> Iterator[RegistryClient]:
    """A client for a server that speaks plain http."""
    client = RegistryClient(server.host, HostOptions(plain_http=True), Nobody(), patience=_PATIENCE)
    try:
        yield client
    finally:
        client.close()


@contextmanager
def reaching(
    server: Server,
    path: str = PATH,
    *,
    token: CancelToken | None = None,
    abilities: AbilityMemory | None = None,
    uploads: UploadMemory | None = None,
    most_chunk: int = 0,
) -> Iterator[Repository]:
    """The repository ``path`` of a server that speaks plain http."""
    with client_of(server) as client:
        yield Repository(
            client, path, token=token, abilities=abilities, uploads=uploads, most_chunk=most_chunk
        )
