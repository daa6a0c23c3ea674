"""Answers that say no: from status and body to our errors. What a registry writes is shown in short only."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from kitops_desktop.errors import (
    AccessDenied,
    RateLimited,
    RegistryError,
    RegistryFailed,
    RegistryRefused,
    RegistryUnsupported,
    SignInNeeded,
    WrongScheme,
)
from kitops_desktop.masking import mask_secrets

MAX_ERROR_BYTES = 64 << 10
"""Of an error's body no more is read."""
NO_REGISTRY = "something else than a registry is there"
"""Of an answer that no registry gives."""
_MAX_WORDS = 300
_MAX_PROBLEMS = 20
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_WANTS_TLS = re.compile(rb"HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port", re.I)
_WARNING = re.compile(r'299\s+\S+\s+"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Problem:
    """One of the ``errors`` of a registry's answer. ``code`` is "" when it is none of the usual form."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer from 400 on. ``body`` is its beginning."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def problems(self) -> tuple[Problem, ...]:
        return problems(self.body)


def error_of(refusal: Refusal, host: str, action: str, username: str = "") -> RegistryError:
    """The error for an answer from 400 on; ``action`` and ``username`` are for who may not do what."""
    status = refusal.status
    first = next(iter(refusal.problems), Problem("", ""))
    if status == 401:
        return SignInNeeded(host)
    if status == 429 or (status == 503 and _header(refusal, "Retry-After")):
        return RateLimited(host, _until(_header(refusal, "Retry-After")))
    if status == 403:
        return AccessDenied(host, action, username)
    if status in (405, 501) or first.code == "UNSUPPORTED":
        return RegistryUnsupported(host, action)
    if status >= 500 or status in (408, 425):
        return RegistryFailed(host, status, first.message or _phrase(status))
    return RegistryRefused(host, status, first.code, first.message or _phrase(status))


def wrong_scheme(refusal: Refusal, host: str) -> WrongScheme | None:
    """An answer in plain http to say that https is wanted."""
    if refusal.status == 400 and _WANTS_TLS.search(refusal.body):
        return WrongScheme(host, "http")
    return None


def problems(body: bytes) -> tuple[Problem, ...]:
    """The ``errors`` of a JSON body; none for anything else, such as the HTML of a proxy."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    found = value.get("errors") if isinstance(value, dict) else None
    if not isinstance(found, list):
        return ()
    return tuple(_problem(item) for item in found[:_MAX_PROBLEMS] if isinstance(item, dict))


def words(text: object) -> str:
    """Text of somebody else, made fit to be shown: one line, printable, short, without secrets."""
    if not isinstance(text, str):
        return ""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * _MAX_WORDS]).split())
    line = mask_secrets(line)
    return line if len(line) <= _MAX_WORDS else line[: _MAX_WORDS - 1].rstrip() + "…"


def warning(header: str) -> str:
    """What a ``Warning: 299`` header says, "" for others."""
    found = _WARNING.match(header.strip())
    return words(re.sub(r"\\(.)", r"\1", found.group(1))) if found else ""


def _problem(item: Mapping[str, Any]) -> Problem:
    code = item.get("code")
    usual = code if isinstance(code, str) and _CODE.fullmatch(code) else ""
    return Problem(usual, words(item.get("message")))


def _header(refusal: Refusal, name: str) -> str:
    return refusal.headers.get(name, "").strip()


def _until(retry_after: str) -> float | None:
    """The moment that ``Retry-After`` names, in seconds since the epoch."""
    if re.fullmatch(r"\d{1,9}", retry_after):
        return time.time() + int(retry_after)
    try:
        return parsedate_to_datetime(retry_after).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase.lower()
    except ValueError:
        return "an answer that is not known"
