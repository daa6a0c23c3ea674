"""The text of a file with sign-ins in Docker's format, which `kit` shares. Knows no files, no programs."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kitops_desktop.credentials.credential import Credential
from kitops_desktop.credentials.host_keys import canonical_host, host_of, server_address

_ESCAPED = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


class MalformedDocument(Exception):
    """Why a text cannot be used; quotes nothing of it. Becomes ``CredentialFileDamaged`` with the path."""


@dataclass(frozen=True, slots=True)
class CredentialDocument:
    """What such a file says; ``content`` is all of it, also what we do not know, and has secrets."""

    content: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_configured(self) -> bool:
        """Whether it says anything of sign-ins; where it does not, `kit` looks for a helper itself."""
        return any(self.content.get(key) for key in ("credsStore", "credHelpers", "auths"))

    def helper_name(self, host: str) -> str:
        """The helper it names for ``host`` alone or for all; "" for none."""
        address, canonical = server_address(host), canonical_host(host)
        helpers = self._mapping("credHelpers")
        named = [name for key, name in helpers.items() if key == address or host_of(key) == canonical]
        chosen = named[0] if named else self.content.get("credsStore", "")
        if not isinstance(chosen, str):
            raise MalformedDocument("the name of a credential helper is no text")
        return chosen

    def credential(self, host: str) -> Credential | None:
        """What the file itself has for ``host``: under its exact key, else under one that means it."""
        auths = self._mapping("auths")
        for key in self._keys(host):
            found = _credential(auths[key])
            if found is not None:
                return found
        return None

    def with_credential(self, host: str, credential: Credential) -> CredentialDocument:
        """With ``host`` under the key that `kit` uses, in place of all keys that mean it."""
        rest = self._without(self._keys(host))
        return self._with("auths", {**rest, server_address(host): _entry(credential)})

    def without(self, host: str) -> CredentialDocument:
        return self._with("auths", self._without(self._keys(host)))

    def with_store(self, helper: str) -> CredentialDocument:
        """With ``helper`` for all hosts, as `kit` writes it when it has found one."""
        return self._with("auths", self._mapping("auths"))._with("credsStore", helper)

    def has(self, host: str) -> bool:
        return bool(self._keys(host))

    def to_text(self) -> str:
        """As `kit` writes it: keys in order, one tab for each level, no newline at the end."""
        content = {**self.content, "auths": dict(sorted(self._mapping("auths").items()))}
        if not content.get("credsStore"):
            content.pop("credsStore", None)
        return _escaped(json.dumps(dict(sorted(content.items())), indent="\t", ensure_ascii=False))

    def _keys(self, host: str) -> list[str]:
        address, canonical = server_address(host), canonical_host(host)
        keys = [key for key in self._mapping("auths") if key == address or host_of(key) == canonical]
        return sorted(keys, key=lambda key: key != address)

    def _mapping(self, name: str) -> Mapping[str, Any]:
        value = self.content.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise MalformedDocument(f"its {name} is no object")
        return value

    def _without(self, keys: list[str]) -> dict[str, Any]:
        return {key: value for key, value in self._mapping("auths").items() if key not in keys}

    def _with(self, name: str, value: object) -> CredentialDocument:
        return CredentialDocument({**self.content, name: value})


def parse_document(text: str) -> CredentialDocument:
    """Read such a text; an empty one says nothing, as for `kit`. Raises ``MalformedDocument``."""
    problem, value = "it is no JSON object", None
    try:
        value = json.loads(text) if text.strip() else {}
    except json.JSONDecodeError as error:  # it has the whole text: only the line leaves
        problem = f"it is no JSON (line {error.lineno})"
    except (ValueError, RecursionError):
        problem = "it is no JSON"
    if not isinstance(value, dict):
        raise MalformedDocument(problem)
    return CredentialDocument(value)


def _credential(entry: object) -> Credential | None:
    """Read an entry of ``auths``: ``identitytoken``, ``auth``, or the old ``username`` and ``password``."""
    if not isinstance(entry, dict):
        raise MalformedDocument("an entry of its auths is no object")
    texts = {key: entry.get(key) or "" for key in ("auth", "identitytoken", "username", "password")}
    if not all(isinstance(value, str) for value in texts.values()):
        raise MalformedDocument("an entry of its auths has something else than text")
    username, password = texts["username"], texts["password"]
    if texts["auth"]:
        username, password = _decoded(texts["auth"])
    if texts["identitytoken"]:
        return Credential(username, texts["identitytoken"], is_identity_token=True)
    return Credential(username, password) if password else None


def _decoded(auth: str) -> tuple[str, str]:
    try:
        text = base64.b64decode("".join(auth.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    username, colon, password = text.partition(":")
    if not colon:
        raise MalformedDocument("an entry of its auths is not the base64 form of user:password")
    return username, password.strip("\0")  # as Docker does: old versions padded with zeros


def _entry(credential: Credential) -> dict[str, str]:
    if credential.is_identity_token:
        return {"identitytoken": credential.secret}
    pair = f"{credential.username}:{credential.secret}".encode()
    return {"auth": base64.b64encode(pair).decode()}


def _escaped(text: str) -> str:
    """``text`` with escapes for the letters that Go's JSON escapes (they can only stand in strings) and for
    halves of pairs, which have no other form.
    """
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
