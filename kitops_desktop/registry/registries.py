"""All registries of a run: one client for each host, made when it is first needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from kitops_desktop.credentials.credential import CredentialSource
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.abilities import AbilityMemory
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.hosts import check_host, path_at
from kitops_desktop.registry.retries import Patience
from kitops_desktop.registry.throttle import Throttles

if TYPE_CHECKING:
    from kitops_desktop.registry.client import RegistryClient
    from kitops_desktop.registry.repository import Repository
    from kitops_desktop.registry.upload_memory import UploadMemory


class Registries:
    """From any thread. ``options`` says how a host is to be spoken to, when it is first spoken to.

    ``uploads`` remembers those that have begun; no chunk of one has more than ``most_chunk`` bytes, where
    that is not 0.
    """

    def __init__(
        self,
        options: Callable[[str], HostOptions],
        credentials: CredentialSource,
        abilities: AbilityMemory | None = None,
        *,
        patience: Patience | None = None,
        throttles: Throttles | None = None,
        uploads: UploadMemory | None = None,
        most_chunk: int = 0,
    ) -> None:
        self._options, self._abilities = options, abilities
        self.credentials, self.patience = credentials, patience
        self._throttles = throttles or Throttles()
        self._uploads, self._most_chunk = uploads, most_chunk
        self._lock = threading.Lock()
        self._clients: dict[str, RegistryClient] = {}

    def options(self, host: str) -> HostOptions:
        return self._options(host)

    def client(self, host: str) -> RegistryClient:
        """Raises ``InvalidArgument`` for what cannot be a registry's name."""
        from kitops_desktop.registry.client import RegistryClient  # late: the network's libraries take time

        host = check_host(host)
        with self._lock:
            if host not in self._clients:
                self._clients[host] = RegistryClient(
                    host,
                    self._options(host),
                    self.credentials,
                    patience=self.patience,
                    throttles=self._throttles,
                )
            return self._clients[host]

    def repository(self, reference: Reference, token: CancelToken | None = None) -> Repository:
        """Where ``reference`` is. ``token`` cancels what is done there."""
        from kitops_desktop.registry.repository import Repository

        client = self.client(reference.registry)
        path = path_at(reference.registry, reference.repository)
        return Repository(
            client,
            path,
            token=token,
            abilities=self._abilities,
            uploads=self._uploads,
            most_chunk=self._most_chunk,
        )

    def forget(self, host: str) -> None:
        """Somebody signed in or out, or the options changed: begin anew with this host."""
        with self._lock:
            client = self._clients.pop(check_host(host), None)
        if client is not None:
            client.close()

    def close(self) -> None:
        """Close all connections that are not in use."""
        with self._lock:
            clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            client.close()
