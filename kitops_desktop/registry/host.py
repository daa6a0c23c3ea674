"""How one registry is to be spoken to: what the user decided for that host. No secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class HostOptions:
    """Decisions for one host; the defaults are right for most.

    ``plain_http``: speak http. ``clear_password``: send a password even so (never needed for loopback).
    ``tls_verify`` False believes any certificate, for this host. ``ca_file`` is a PEM file of further
    authorities; ``pinned`` the sha256 fingerprint (hex) of a certificate that the user looked at and trusts.
    ``client_cert`` and ``client_key`` are PEM files. ``proxy`` is an address, "" for what the system says.
    ``username`` is who signed in last; ``realm`` the origin (``https://host``) that may be given the password
    for a token.
    """

    plain_http: bool = False
    clear_password: bool = False
    tls_verify: bool = True
    ca_file: str = ""
    pinned: str = ""
    client_cert: str = ""
    client_key: str = ""
    proxy: str = ""
    username: str = ""
    realm: str = ""

    @property
    def scheme(self) -> str:
        return "http" if self.plain_http else "https"

    def to_json(self) -> dict[str, Any]:
        """Only what differs from the defaults."""
        plain = asdict(HostOptions())
        return {name: value for name, value in asdict(self).items() if value != plain[name]}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> HostOptions:
        """Read what ``to_json`` made; values of the wrong type count as not given."""
        plain = asdict(cls())
        known = {
            item.name: value[item.name]
            for item in fields(cls)
            if item.name in value and type(value[item.name]) is type(plain[item.name])
        }
        return cls(**known)


def without_options(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What else stands beside the options in the settings: what people call the registry, and what another
    version of this program keeps there.
    """
    known = {item.name for item in fields(HostOptions)}
    return {key: value for key, value in entry.items() if key not in known}
