"""Pages of GitLab and Harbor, also such as stand in a company: which repository each is about."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

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

    @property
    def address(self) -> str:
        """Of the page, without its scheme."""
        name = quote(quote(self.name, safe=""), safe="")
        rest = f"/artifacts-tab/artifacts/{self.digest}" if self.digest else ""
        return f"{self.host}/harbor/projects/{self.number}/repositories/{name}{rest}"

    def reference(self, project: str) -> str:
        """What the page is about, where the project is called like that."""
        path = self.name if self.name.startswith(f"{project}/") else f"{project}/{self.name}"
        return f"{self.host}/{path}" + (f"@{self.digest}" if self.digest else "")


@dataclass(frozen=True, slots=True)
class GitLabPage:
    """A page of the container registry of a project. ``host`` is the registry, which is not where the page
    is. ``number`` is GitLab's for one of the repositories in it, 0 on the page of all.
    """

    host: str
    project: str
    number: int = 0

    def reference(self, path: str) -> str:
        """What the page is about, where GitLab says that the repository is ``path``; the project's own
        otherwise.
        """
        is_in_it = path == self.project or path.startswith(f"{self.project}/")
        return f"{self.host}/{path if is_in_it else self.project}"


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


def gitlab_page(text: str, hosts: Collection[str]) -> GitLabPage | None:
    """None for what is no page of GitLab, ``/GROUP/PROJECT[/-]/container_registry[/NUMBER]``. ``hosts`` are
    the registries that the user has, for a GitLab that stands elsewhere.

    Raises ``InvalidArgument`` when none of them is its registry.
    """
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = parts.hostname or ""
    except ValueError:
        return None
    pieces = [unquote(piece) for piece in parts.path.split("/") if piece]
    if "container_registry" not in pieces or parts.username is not None:
        return None
    place = pieces.index("container_registry")
    project = [piece for piece in pieces[:place] if piece != "-"]
    if len(project) < 2:
        return None
    number = "".join(pieces[place + 1 : place + 2])
    known = int(number) if number.isdecimal() and len(number) <= 18 else 0
    return GitLabPage(_registry_of_gitlab(host, hosts), "/".join(project).lower(), known)


def _registry_of_gitlab(host: str, hosts: Collection[str]) -> str:
    if host == "gitlab.com":
        return "registry.gitlab.com"
    _, _, domain = host.partition(".")
    for name in (host, f"registry.{host}", f"registry.{domain}"):
        found = next((one for one in sorted(hosts) if one.partition(":")[0] == name), "")
        if found:
            return found
    raise InvalidArgument(
        f"This page is of a GitLab whose registry is not on the list. Add it first: it is often called"
        f" registry.{host}, or {host} with a port, and is named on the page (“CLI commands”)."
    )
