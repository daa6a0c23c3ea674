"""What Harbor lists: the projects one may see, and the repositories in each.

https://goharbor.io/docs/latest/working-with-projects/using-api-explorer/: ``GET /api/v2.0/projects``,
``GET /api/v2.0/projects/{name}/repositories``; for one project ``GET /api/v2.0/projects/{number}``. It is at
the registry's own address and takes its password.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.errors import RemoteNotFound, SignInNeeded
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.exchange import Transport
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.realms import check_password_may_go
from kitops_desktop.registry.token_service import basic
from kitops_desktop.registry.vendor_listing.vendor_api import (
    PAGE,
    TooManyPages,
    VendorApi,
    VendorNames,
    text_of,
)

SERVICE = "harbor-registry"
"""How it calls itself where it asks for a token."""


@dataclass(frozen=True, slots=True)
class Harbor:
    transport: Transport

    def names(self, credential: Credential | None, token: CancelToken) -> VendorNames:
        """Without ``credential`` of public projects. Raises what asking raises."""
        usable = credential is not None and not credential.is_identity_token
        authorization = basic(credential.username, credential.secret) if credential and usable else ""
        api = VendorApi(self.transport, self.transport.origin, token, authorization)
        found: list[str] = []
        complete = True
        try:
            for project in _projects(api):
                path = f"/api/v2.0/projects/{quote(project, safe='')}/repositories?page=1&page_size={PAGE}"
                found += filter(None, (text_of(item, "name") for item in api.items(path)))
        except TooManyPages:
            complete = False
        return VendorNames(tuple(found), "Harbor's list of projects", complete)


def project_name(
    transport: Transport, options: HostOptions, number: int, credential: Credential | None, token: CancelToken
) -> str:
    """What the project is called by which Harbor's pages have the number only.

    Raises ``RemoteNotFound`` when there is none of that number, or not for us, ``PasswordInTheClear`` and
    other ``RegistryError``s.
    """
    usable = credential is not None and not credential.is_identity_token
    authorization = ""
    if credential is not None and usable:
        check_password_may_go(transport.host, transport.origin, transport.origin, options)
        authorization = basic(credential.username, credential.secret)
    api = VendorApi(transport, transport.origin, token, authorization)
    try:
        found = api.json(f"/api/v2.0/projects/{number}", missing=frozenset({403, 404}))
    except SignInNeeded:
        if not authorization:
            raise
        found = None
    name = text_of(found, "name") if isinstance(found, dict) else ""
    if not name:
        raise RemoteNotFound(f"{transport.host}: project {number}")
    return name


def _projects(api: VendorApi) -> list[str]:
    """The names of projects with something in them."""
    projects = api.items(f"/api/v2.0/projects?page=1&page_size={PAGE}")
    return [name for item in projects if item.get("repo_count") != 0 and (name := text_of(item, "name"))]
