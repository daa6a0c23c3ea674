"""Taking over a blob of another repository of the same registry, without sending it."""

from __future__ import annotations

from urllib.parse import urlencode

from kitops_desktop.errors import AccessDenied, RegistryRefused, RegistryUnsupported, SignInNeeded
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.endpoint import Endpoint
from kitops_desktop.registry.upload_session import end_upload

_REFUSED = frozenset({400, 404, 405, 501})


def mount(endpoint: Endpoint, blob: Descriptor, from_path: str, token: CancelToken) -> bool:
    """False when the registry would have it sent: it may be that it cannot mount, or that the blob is not
    there, or that we may not read it there.
    """
    query = urlencode({"mount": blob.digest, "from": from_path})
    try:
        with endpoint.send(
            "POST",
            f"{endpoint.url('blobs', 'uploads', '')}?{query}",
            token,
            scopes=(*endpoint.push, f"repository:{from_path}:pull"),
            action=f"read {from_path} and push to {endpoint.path}",
            body=b"",
            allow=_REFUSED,
        ) as response:
            if response.status == 201:
                return True
            begun = response.headers.get("Location") if response.status == 202 else None
            came_from = response.url
    except (AccessDenied, SignInNeeded, RegistryRefused, RegistryUnsupported):
        return False
    if begun:
        end_upload(endpoint, begun, came_from)
    return False
