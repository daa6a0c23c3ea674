"""What was said for one run about the way to registries, on top of what is kept for each host."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.registry.host import HostOptions


@dataclass(frozen=True, slots=True)
class NetworkFlags:
    """None and "" leave it to the options of each host; the fields are those of ``HostOptions``.

    ``given`` is a sign-in for ``given_host`` and no other: a kit may name any registry as that of its parent,
    and that one must not get the password.
    """

    plain_http: bool | None = None
    clear_password: bool | None = None
    tls_verify: bool | None = None
    ca_file: str = ""
    client_cert: str = ""
    client_key: str = ""
    proxy: str = ""
    given: Credential | None = field(default=None, repr=False)
    given_host: str = ""

    def applied(self, options: HostOptions) -> HostOptions:
        """The options of a host as they are for this run."""
        said: dict[str, Any] = {
            "plain_http": self.plain_http,
            "clear_password": self.clear_password,
            "tls_verify": self.tls_verify,
            "ca_file": self.ca_file or None,
            "client_cert": self.client_cert or None,
            "client_key": self.client_key or None,
            "proxy": self.proxy or None,
        }
        return replace(options, **{name: value for name, value in said.items() if value is not None})
