"""Where Hugging Face is: its own address, or the one that ``HF_ENDPOINT`` names, as for its own programs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

HUGGING_FACE = "huggingface.co"
VARIABLE = "HF_ENDPOINT"
_OTHER_NAMES = ("hf.co",)
ITSELF = (HUGGING_FACE, *_OTHER_NAMES, "www.hf.co", "www.huggingface.co")
"""Its own names, whatever the variable says."""


@dataclass(frozen=True, slots=True)
class HfEndpoint:
    """``host`` has its port when that is not the usual one."""

    host: str
    plain_http: bool = False

    @property
    def origin(self) -> str:
        """What addresses there begin with."""
        return f"{'http' if self.plain_http else 'https'}://{self.host}"


def hf_endpoint() -> HfEndpoint:
    """What ``HF_ENDPOINT`` says (``https://HOST[:PORT]``, a mirror or an own installation); without it, or
    where it is no such address, Hugging Face itself. A path in it is not used.
    """
    try:
        parts = urlsplit(os.environ.get(VARIABLE, "").strip())
        port = parts.port
    except ValueError:
        return HfEndpoint(HUGGING_FACE)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        return HfEndpoint(HUGGING_FACE)
    usual = 80 if parts.scheme == "http" else 443
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return HfEndpoint(host if port in (None, usual) else f"{host}:{port}", parts.scheme == "http")


def hf_hosts() -> tuple[str, ...]:
    """The hosts whose addresses are Hugging Face's."""
    return (HUGGING_FACE, *_OTHER_NAMES, hf_endpoint().host)


def is_hugging_face(host: str) -> bool:
    """Whether this is where one signs in to Hugging Face, with a token and not as to a registry."""
    host, endpoint = host.strip().lower(), hf_endpoint().host
    return host == endpoint or (endpoint == HUGGING_FACE and host in ITSELF)


def is_elsewhere(host: str) -> bool:
    """Whether this is Hugging Face itself, while ``HF_ENDPOINT`` leads to another place."""
    return host.strip().lower() in ITSELF and not is_hugging_face(host)
