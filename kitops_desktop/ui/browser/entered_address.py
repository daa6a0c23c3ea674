"""What people paste to name a registry or a kit: a host, a reference, an address of the web, or a line for a
terminal.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from kitops_desktop.errors import InvalidArgument, InvalidReference
from kitops_desktop.importers.hugging_face.address import HfTarget
from kitops_desktop.importers.hugging_face.endpoint import hf_endpoint
from kitops_desktop.oci.reference import Reference, parse_reference
from kitops_desktop.ui.browser.hugging_face_lines import hugging_face_in
from kitops_desktop.ui.browser.own_pages import GitLabPage, HarborPage, gitlab_page, harbor_page
from kitops_desktop.ui.browser.pasted_lines import reference_in_line
from kitops_desktop.ui.browser.pasted_words import bare, visible
from kitops_desktop.ui.browser.web_pages import reference_of_page

MAX_LENGTH = 1000
_API = re.compile(r"v2/(.+)/(?:tags/list|blobs/.*|manifests/([^/]+))")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9._-]*[a-z0-9])?)(:[0-9]{1,5})?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_DOCKER_HOSTS = ("hub.docker.com", "index.docker.io", "registry-1.docker.io", "www.docker.com")
_DEFAULT_PORTS = {"https": ":443", "http": ":80"}


@dataclass(frozen=True, slots=True)
class Address:
    """``repository`` is "" for a registry alone; ``kit`` is there when a tag or digest was given too.

    ``plain_http`` when the address began with ``http://``. With ``page`` the repository is not known before
    Harbor or GitLab has been asked; ``place`` is then what is known of it, the registry or the project.
    ``hugging_face`` is there for what is no ModelKit at all, and then nothing else but the host.
    """

    host: str
    repository: str = ""
    kit: Reference | None = None
    plain_http: bool = False
    page: HarborPage | GitLabPage | None = None
    hugging_face: HfTarget | None = None

    @property
    def place(self) -> str:
        """As ``places.parse_place`` takes it."""
        if self.hugging_face is not None:
            return str(self.hugging_face)
        if self.kit is not None:
            return str(self.kit)
        return f"{self.host}/{self.repository}" if self.repository else self.host


def read_address(text: str, hosts: Collection[str] = ()) -> Address:
    """``hosts`` are the registries that the user has. Raises ``InvalidArgument`` that says what is wrong; a
    password in an address is never taken.
    """
    hugging_face = hugging_face_in(text)
    if hugging_face is not None:
        return Address(hf_endpoint().host, hugging_face=hugging_face)
    text = bare(visible(text))
    if not text:
        raise InvalidArgument("Enter the name of a registry, such as ghcr.io or localhost:5000.")
    if len(text) <= MAX_LENGTH:
        page = harbor_page(text)
        if page is not None:
            return Address(_host(page.host, "https"), plain_http=page.plain_http, page=page)
        project = gitlab_page(text, hosts)
        if project is not None:
            return _of_project(project)
        text = reference_in_line(text) or reference_of_page(text) or text
    if len(text) > MAX_LENGTH or any(
        character.isspace() or not character.isprintable() for character in text
    ):
        raise InvalidArgument("A registry has no blanks in its name.")
    scheme, rest = _without_scheme(text)
    host, _, path = rest.partition("/")
    if "@" in host:
        raise InvalidArgument("Leave out user and password; they are asked for at sign-in.")
    host = _host(host.lower(), scheme)
    path = _repository_path(path, scheme)
    if host == "docker.io" and path and "/" not in path:
        path = f"library/{path}"  # where Docker Hub has what it names without a user
    plain = scheme == "http"
    if not path:
        return Address(host, plain_http=plain)
    reference = _reference(f"{host}/{path}")
    last = path.rpartition("/")[2]
    if ":" in last or "@" in path:
        return Address(host, reference.repository, reference, plain)
    return Address(host, reference.repository, plain_http=plain)


def read_name(text: str, host: str, hosts: Collection[str] = ()) -> Address:
    """A repository or kit of ``host``: its name there, or anything ``read_address`` takes."""
    hugging_face = hugging_face_in(text)
    if hugging_face is not None:
        return Address(hf_endpoint().host, hugging_face=hugging_face)
    text = text.strip()
    first = text.partition("/")[0]
    is_whole = _SCHEME.match(text) or ("/" in text and ("." in first or ":" in first)) or " " in text
    return read_address(text if is_whole else f"{host}/{text}", hosts)


def _of_project(page: GitLabPage) -> Address:
    """Which of its repositories is meant, GitLab has to say where the page has a number."""
    reference = _reference(page.reference(""))
    return Address(page.host, reference.repository, page=page if page.number else None)


def _without_scheme(text: str) -> tuple[str, str]:
    if not _SCHEME.match(text):
        return "", text
    scheme, _, rest = text.partition("://")
    scheme = scheme.lower()
    if scheme not in ("http", "https", "oci", "docker"):
        raise InvalidArgument(f"A registry is spoken to by https or http, not by {scheme}.")
    if scheme in ("http", "https"):
        parts = urlsplit(text)
        rest = f"{parts.netloc}{parts.path}"
    return scheme, rest.rstrip("/")


def _host(host: str, scheme: str) -> str:
    default = _DEFAULT_PORTS.get(scheme, "")
    if default and host.endswith(default):
        host = host.removesuffix(default)
    host = "docker.io" if host in _DOCKER_HOSTS else host
    if not _HOST.fullmatch(host):
        raise InvalidArgument(f"“{host}” is no name of a registry.")
    if "." not in host and ":" not in host:
        port = ":443" if scheme == "https" else ":80" if scheme == "http" else ":5000"
        raise InvalidArgument(
            "A registry's name has a dot or a port, or it would be read as a part of a kit's name: "
            f"{host}{port}."
        )
    return host


def _repository_path(path: str, scheme: str) -> str:
    """The path without what only addresses of the API have."""
    path = path.strip("/")
    if scheme not in ("http", "https"):
        return path
    if re.fullmatch(r"v[12](/_catalog)?", path):
        return ""
    match = _API.fullmatch(path)
    if match is None:
        return path
    name, version = match[1], match[2] or ""
    return f"{name}{'@' if ':' in version else ':'}{version}" if version else name


def _reference(text: str) -> Reference:
    try:
        return parse_reference(text)
    except InvalidReference as error:
        raise InvalidArgument(f"“{text}” names no repository: {error.reason}.") from error
