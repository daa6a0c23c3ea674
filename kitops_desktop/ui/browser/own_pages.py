"""Pages of GitLab and Harbor that stand in a company: which repository each is about."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from kitops_desktop.errors import InvalidArgument

_HARBOR = re.compile(r"/harbor/projects/(?P<number>\d{1,18})/repositories/(?P<name>[^/]+)(?P<rest>/.*)?")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class HarborPage:
    """A page of a repository, or of a version when there is a ``digest``. It says by which ``number`` Harbor
    knows the project, and not its name, which ``name`` of the repository begins with in old versions only.
    """

    host: str
    number: int
    name: str
    digest: str = ""
    plain_http: bool = False

    def reference(self, project: str) -> str:
        """What the page is about, where the project is called like that."""
        path = self.name if self.name.startswith(f"{project}/") else f"{project}/{self.name}"
        return f"{self.host}/{path}" + (f"@{self.digest}" if self.digest else "")


def harbor_page(text: str) -> HarborPage | None:
    """None for what is no page of Harbor. Its registry is at the same address."""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:
        return None
    match = _HARBOR.fullmatch(parts.path)
    if match is None or parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return None
    host = parts.netloc.lower().removesuffix(":443" if parts.scheme == "https" else ":80")
    digest = _DIGEST.search(unquote(match["rest"] or ""))
    name = unquote(unquote(match["name"]))  # what is below a project has its slashes hidden twice
    found = digest[0] if digest else ""
    return HarborPage(host, int(match["number"]), name, found, parts.scheme == "http")


def project_of_page(pieces: list[str]) -> str:
    """The project, with its groups, whose container registry a page of GitLab shows:
    ``/GROUP/PROJECT[/-]/container_registry[/NUMBER]``; "" for another page.
    """
    if "container_registry" not in pieces:
        return ""
    project = [piece for piece in pieces[: pieces.index("container_registry")] if piece != "-"]
    return "/".join(project).lower() if len(project) > 1 else ""


def gitlab_elsewhere(host: str, pieces: list[str], hosts: Collection[str]) -> str | None:
    """The reference for such a page at ``host``, in that of ``hosts`` which is its registry; None for another
    page.

    Raises ``InvalidArgument`` when none of them is: GitLab's registry has an address of its own.
    """
    project = project_of_page(pieces)
    if not project:
        return None
    _, _, domain = host.partition(".")
    for name in (host, f"registry.{host}", f"registry.{domain}"):
        found = next((one for one in sorted(hosts) if one.partition(":")[0] == name), "")
        if found:
            return f"{found}/{project}"
    raise InvalidArgument(
        f"This page is of a GitLab whose registry is not on the list. Add it first: it is often called"
        f" registry.{host}, or {host} with a port, and is named on the page (“CLI commands”)."
    )
