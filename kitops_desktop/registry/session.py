"""Sessions of requests as we need them: nothing from the environment, no cookies, no retries of their own."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
import requests.adapters
from requests.models import PreparedRequest

from kitops_desktop.registry.connection import INSPECTING_POOLS, POOLS
from kitops_desktop.registry.tls import Contexts


class RegistrySession(requests.Session):
    """For one request at a time. Certificates are verified as ``contexts`` say. When ``inspecting``, a
    request over TLS ends with ``CertificateSeen`` before it is sent.
    """

    def __init__(self, contexts: Contexts, *, inspecting: bool = False) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = _Adapter(contexts, INSPECTING_POOLS if inspecting else POOLS)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere: requests would read the whole body to prepare a next request that nobody wants."""

    def exchange(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: Any,  # noqa: ANN401 - bytes or an object with read and __len__
        proxy: str,
        read_timeout: float,
    ) -> requests.Response:
        """Send one request and read the answer's head. The address goes out as it is: it may be signed."""
        prepared = PreparedRequest()
        prepared.prepare(method=method, url=url, headers=headers)
        prepared.url = url
        if body is not None:
            prepared.body = body
            prepared.headers["Content-Length"] = str(len(body))
        return self.send(
            prepared,
            stream=True,
            timeout=(SEND_SECONDS, read_timeout),
            verify=True,
            proxies={"http": proxy, "https": proxy} if proxy else {},
            allow_redirects=False,
        )


SEND_SECONDS = 60.0
"""For one block of a body to be taken by the other side."""


class _Adapter(requests.adapters.HTTPAdapter):
    def __init__(self, contexts: Contexts, pools: dict[str, Any]) -> None:
        self._contexts, self._pools = contexts, pools
        super().__init__(pool_connections=8, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - requests' own
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:  # noqa: ANN401 - requests' own
        if str(proxy).startswith("https://"):
            options["proxy_ssl_context"] = self._contexts.for_proxy()
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def build_connection_pool_key_attributes(  # type: ignore[override]  # of types that requests keeps to itself
        self,
        request: PreparedRequest,
        verify: Any,  # noqa: ANN401 - requests' own
        cert: Any = None,  # noqa: ANN401
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        url = str(request.url)
        parts = urlsplit(url)
        place = {"scheme": parts.scheme, "host": parts.hostname, "port": parts.port}
        return place, self._contexts.for_url(url) if parts.scheme == "https" else {}

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:  # noqa: ANN401
        """The contexts do that; requests would add authorities of its own."""
