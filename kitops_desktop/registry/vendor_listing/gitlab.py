"""What GitLab lists: the repositories of the projects one is a member of.

https://docs.gitlab.com/api/container_registry/ and https://docs.gitlab.com/api/projects/:
``GET /api/v4/projects``, ``GET /api/v4/projects/{id}/registry/repositories``, and for the number on a page
``GET /api/v4/registry/repositories/{id}``. They are where the registry has
its tokens made, and take the access token that is the registry's password, if it has the scope ``read_api``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.exchange import Transport
from kitops_desktop.registry.vendor_listing.vendor_api import (
    PAGE,
    TooManyPages,
    VendorApi,
    VendorNames,
    text_of,
)

SERVICE = "container_registry"
"""How it calls itself where it asks for a token, at ``REALM_PATH``."""
REALM_PATH = "/jwt/auth"
_MOST_PROJECTS = 100


@dataclass(frozen=True, slots=True)
class GitLab:
    """``origin`` is that of GitLab itself, which may have the password; ``known`` are repositories whose
    projects are asked too.
    """

    transport: Transport
    origin: str
    known: Collection[str] = ()

    def names(self, credential: Credential | None, token: CancelToken) -> VendorNames:
        """Without ``credential`` of the projects of what is known. Raises what asking raises."""
        usable = credential is not None and not credential.is_identity_token
        authorization = f"Bearer {credential.secret}" if credential and usable else ""
        api = VendorApi(self.transport, self.origin, token, authorization)
        found: list[str] = []
        complete = True
        try:
            for project in self._projects(api):
                listing = api.items(f"/api/v4/projects/{project}/registry/repositories?per_page={PAGE}")
                found += filter(None, (text_of(item, "path") for item in listing))
        except TooManyPages:
            complete = False
        source = "GitLab's list of your projects" if authorization else "GitLab's list of known projects"
        return VendorNames(tuple(dict.fromkeys(found)), source, complete)

    def path_of(self, number: int, credential: Credential | None, token: CancelToken) -> str:
        """The repository that GitLab's pages know by a number; "" for one that is not for us. Raises what
        asking raises.
        """
        usable = credential is not None and not credential.is_identity_token
        authorization = f"Bearer {credential.secret}" if credential and usable else ""
        api = VendorApi(self.transport, self.origin, token, authorization)
        found = api.json(f"/api/v4/registry/repositories/{number}", missing=frozenset({401, 403, 404}))
        return text_of(found, "path") if isinstance(found, dict) else ""

    def _projects(self, api: VendorApi) -> Iterator[str]:
        """As they are named in addresses: those of the account, then those of what is known."""
        asked = 0
        if api.authorization:
            path = f"/api/v4/projects?membership=true&order_by=last_activity_at&per_page={PAGE}"
            for item in api.items(path):
                number = item.get("id")
                if not isinstance(number, int) or item.get("container_registry_access_level") == "disabled":
                    continue
                asked += 1
                if asked > _MOST_PROJECTS:
                    raise TooManyPages
                yield str(number)
        yield from dict.fromkeys(quote("/".join(name.split("/")[:2]), safe="") for name in self.known)
