"""The registries in the settings: for each host an entry, with how it is spoken to and what people call it.

What else an entry has, from another version of this program, stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kitops_desktop.credentials.host_keys import canonical_host
from kitops_desktop.errors import InvalidArgument
from kitops_desktop.registry.host import HostOptions, without_options
from kitops_desktop.registry.host_label import HostLabel, without_label

Entry = Mapping[str, Any]
Entries = Mapping[str, Entry]


def options_of(entries: Entries, host: str) -> HostOptions:
    """How a registry is spoken to; the usual for one that is not there."""
    return HostOptions.from_json(entries.get(canonical_host(host), {}))


def with_options(entries: Entries, host: str, options: HostOptions) -> dict[str, Entry]:
    """With a registry added, or spoken to in another way.

    Raises ``InvalidArgument`` for a proxy with a password, which the settings are no place for.
    """
    if "@" in options.proxy:
        raise InvalidArgument(
            "the settings keep no user and password of a proxy: leave the proxy as the system says,"
            " and have them in HTTPS_PROXY"
        )
    name = canonical_host(host)
    return {**entries, name: without_options(entries.get(name, {})) | options.to_json()}


def label_of(entries: Entries, host: str) -> HostLabel:
    """What the user calls a registry, and what it is for; nothing for what cannot be one."""
    try:
        name = canonical_host(host)
    except InvalidArgument:
        return HostLabel()
    return HostLabel.from_json(entries.get(name, {}))


def with_label(entries: Entries, host: str, label: HostLabel) -> dict[str, Entry]:
    """With a registry called so."""
    name = canonical_host(host)
    return {**entries, name: without_label(entries.get(name, {})) | label.to_json()}


def with_entry(entries: Entries, host: str, entry: Entry) -> dict[str, Entry]:
    """With all that there was of a registry before."""
    return {**entries, canonical_host(host): dict(entry)}


def without_host(entries: Entries, host: str) -> dict[str, Entry]:
    name = canonical_host(host)
    return {key: entry for key, entry in entries.items() if key != name}
