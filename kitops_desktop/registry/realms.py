"""Who may be given a password: the registry itself, the place that is known to check its passwords, and what
the user agreed to.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from kitops_desktop.errors import ForeignRealm, PasswordInTheClear, RegistryFailed
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.hosts import is_loopback

_PORTS = {"http": 80, "https": 443}
_KNOWN = {
    "docker.io": "https://auth.docker.io",
    "index.docker.io": "https://auth.docker.io",
    "registry-1.docker.io": "https://auth.docker.io",
    "registry.gitlab.com": "https://gitlab.com",
}
"""Registries whose passwords are checked elsewhere, as their owners say."""


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, without the usual port. Raises ``ValueError``."""
    parts = urlsplit(url)
    scheme, hostname, port = parts.scheme.lower(), parts.hostname or "", parts.port
    if scheme not in _PORTS or not hostname:
        raise ValueError("no address of the web")
    name = f"[{hostname}]" if ":" in hostname else hostname
    return f"{scheme}://{name}" + (f":{port}" if port not in (None, _PORTS[scheme]) else "")


def check_realm(host: str, origin: str, realm: str) -> str:
    """The address that gives tokens, as it may be asked; raises ``RegistryFailed`` for one that cannot be."""
    try:
        parts = urlsplit(realm)
        where = origin_of(realm)
    except ValueError as error:
        raise RegistryFailed(host, 0, "it names no usable address for signing in") from error
    if parts.username is not None or parts.password is not None:
        raise RegistryFailed(host, 0, "it names an address for signing in that has a user name in it")
    if origin.startswith("https:") and where.startswith("http:"):
        raise RegistryFailed(host, 0, "it wants the sign-in to be sent without encryption")
    return realm.partition("#")[0]


def check_password_may_go(host: str, origin: str, realm: str, options: HostOptions) -> None:
    """Raises ``ForeignRealm`` and ``PasswordInTheClear``. ``realm`` is the registry's own address or what
    ``check_realm`` let pass.

    The same host at another port is agreed to: the registry could as well ask for the password itself.
    """
    where = origin_of(realm)
    agreed = {origin_of(origin), _KNOWN.get(host, ""), _agreed_origin(options.realm)}
    if where not in agreed and _host_name(where) != _host_name(origin):
        raise ForeignRealm(host, realm.partition("?")[0])
    if where.startswith("http:") and not (is_loopback(_host_name(where)) or options.clear_password):
        raise PasswordInTheClear(host)


def foreign_origin(host: str, origin: str, realm: str) -> str:
    """The origin that ``HostOptions.realm`` must have for this realm to be agreed to, "" when it need not."""
    where = origin_of(realm)
    known = where == _KNOWN.get(host) or _host_name(where) == _host_name(origin)
    return "" if known else where


def _agreed_origin(agreed: str) -> str:
    try:
        return origin_of(agreed) if agreed else ""
    except ValueError:
        return ""


def _host_name(url: str) -> str:
    return urlsplit(url).hostname or ""
