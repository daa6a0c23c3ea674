"""Secrets in text, by what they look like. Where one is and what it is goes on; the secret itself never does.

Every expression begins with fixed letters or stands behind a boundary and has bounds on its repeats, so that
the time grows with the length of the text and no faster. What people write in place of a secret
(``<your-token>``, ``xxxx``, ``changeme``, names with EXAMPLE) is none.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

MOST_TEXT = 1 << 20
"""Bytes of a text that are looked through."""
MOST_FOUND = 20
"""Secrets of one file that are told apart."""


@dataclass(frozen=True, slots=True)
class SecretFound:
    """``what`` is a few words ("AWS access key"), never the secret itself; ``line`` counts from 1."""

    what: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class _Token:
    """What a service hands out. ``literals`` are looked for first, as that is quick: one has to be there.

    The group ``v`` is the part that must look random.
    """

    what: str
    literals: tuple[bytes, ...]
    pattern: re.Pattern[bytes]


def _token(what: str, literals: str, pattern: str) -> _Token:
    expression = re.compile(rb"(?<![A-Za-z0-9_-])(?:" + pattern.encode() + rb")")
    return _Token(what, tuple(literals.encode().split()), expression)


_KEY_ID = r"(?P<v>[A-Z2-7]{16})(?![A-Za-z0-9])"
_TOKENS = (
    _token("AWS access key", "AKIA ASIA", rf"(?:AKIA|ASIA){_KEY_ID}"),
    _token("Google API key", "AIza", r"AIza(?P<v>[\w-]{35})(?![\w-])"),
    _token("Google OAuth secret", "GOCSPX-", r"GOCSPX-(?P<v>[\w-]{28})"),
    _token("Google access token", "ya29.", r"ya29\.(?P<v>[\w-]{20,300})"),
    _token("Azure storage key", "AccountKey=", r"AccountKey=(?P<v>[A-Za-z0-9+/]{86}==)"),
    _token("Azure access key", "SharedAccessKey=", r"SharedAccessKey=(?P<v>[A-Za-z0-9+/]{43}=)"),
    _token("Azure client secret", "Q~", r"(?P<v>[\w~.]{3}\dQ~[\w~.-]{31,34})"),
    _token("Azure signature", "sig=", r"sig=(?P<v>[A-Za-z0-9%]{43,80}%3[dD])"),
    _token("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_(?P<v>[A-Za-z0-9]{36,255})"),
    _token("GitHub token", "github_pat_", r"github_pat_(?P<v>\w{60,255})"),
    _token("GitLab token", "glpat- gldt- glrt- glptt- glsoat- glcbt- glft- glagent-",
           r"gl(?:pat|dt|rt|ptt|soat|cbt|ft|agent)-(?P<v>[\w.-]{20,300})"),
    _token("Hugging Face token", "hf_ api_org_", r"(?:hf_|api_org_)(?P<v>[A-Za-z0-9]{30,60})"),
    _token("Anthropic key", "sk-ant-", r"sk-ant-[a-z]{2,8}\d{2}-(?P<v>[\w-]{32,200})"),
    _token("OpenAI key", "sk-", r"sk-(?:proj-|svcacct-|admin-)(?P<v>[\w-]{40,250})"),
    _token("OpenAI key", "sk-", r"sk-(?P<v>[A-Za-z0-9]{40,64})(?![A-Za-z0-9])"),
    _token("Slack token", "xox", r"xox[abeprs]-(?P<v>[0-9A-Za-z-]{10,250})"),
    _token("Slack token", "xapp-", r"xapp-\d-(?P<v>[0-9A-Za-z-]{20,250})"),
    _token("Slack webhook", "hooks.slack.com",
           r"hooks\.slack\.com/services/T\w{6,14}/B\w{6,14}/(?P<v>\w{20,32})"),
    _token("Stripe key", "k_live_ k_test_", r"[sr]k_(?:live|test)_(?P<v>[0-9A-Za-z]{16,250})"),
    _token("Stripe webhook secret", "whsec_", r"whsec_(?P<v>[A-Za-z0-9+/]{24,100})"),
    _token("npm token", "npm_", r"npm_(?P<v>[A-Za-z0-9]{36})(?![A-Za-z0-9])"),
    _token("PyPI token", "pypi-AgE", r"pypi-AgE(?P<v>[\w-]{50,1000})"),
    _token("Docker token", "dckr_pat_", r"dckr_pat_(?P<v>[\w-]{20,60})"),
    _token("Databricks token", "dapi", r"dapi(?P<v>[0-9a-f]{32})(?![0-9a-f])"),
    _token("Replicate token", "r8_", r"r8_(?P<v>[A-Za-z0-9]{37})(?![A-Za-z0-9])"),
    _token("Groq key", "gsk_", r"gsk_(?P<v>[A-Za-z0-9]{40,60})"),
    _token("DigitalOcean token", "do", r"do[opr]_v1_(?P<v>[0-9a-f]{64})"),
    _token("SendGrid key", "SG.", r"SG\.(?P<v>[\w-]{22}\.[\w-]{43})"),
    _token("Vault token", "hvs. hvb.", r"hv[sb]\.(?P<v>[\w-]{24,300})"),
    _token("age private key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1(?P<v>[0-9A-Z]{58})"),
    _token("signed token (JWT)", "eyJ", r"eyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.(?P<v>[\w-]{20,2000})"),
)  # fmt: skip

_PRIVATE_KEY = re.compile(
    rb"-----BEGIN (?P<kind>[A-Z0-9 ]{0,24})PRIVATE KEY(?: BLOCK)?-----(?P<rest>[\s\S]{0,1000})"
)
_KEY_BODY = re.compile(rb"[A-Za-z0-9+/]{40}")
_PUTTY_KEY = re.compile(rb"PuTTY-User-Key-File-\d: ")
_URL = re.compile(
    rb"(?P<scheme>[a-z][a-z0-9+.-]{1,20})://(?P<user>[^\s:/@'\"<>]{0,64}):(?P<v>[^\s/@'\"<>]{3,128})"
    rb"@(?P<host>[A-Za-z0-9._\[-]{1,100})"
)
_SCHEMES = {
    **dict.fromkeys(("http", "https", "ftp", "sftp", "ssh", "git"), "address with a password"),
    **dict.fromkeys(("redis", "rediss", "amqp", "amqps", "mongodb", "mongodb+srv"), "database password"),
    **dict.fromkeys(("postgres", "postgresql", "mysql", "mariadb", "mssql", "oracle"), "database password"),
}
_NETRC = re.compile(rb"(?<!\S)password\s{1,20}(?P<v>\S{4,200})")

_KEYWORDS = re.compile(
    rb"(?:pass(?:word|wd|phrase)|pwd|secret|token|credential|(?:api|access|private|auth|account)[_-]?key)s?"
)
"""In small letters."""
_QUOTED = re.compile(
    rb"[A-Za-z0-9_]{0,24}\\?[\"']?\]?\s{0,8}(?::=|=>|=|:)\s{0,8}[bru]?\\?(?P<q>[\"'])(?P<v>[^\s\"'\\<>(){}$]{8,200})\\?(?P=q)"
)
_BARE = re.compile(
    rb"[A-Za-z0-9_]{0,24}[ \t]{0,8}[=:][ \t]{0,8}(?P<v>[^\s\"'\\<>(){}$,;#]{8,200})[ \t]{0,8}"
    rb"(?:#[^\n]{0,200})?\r?(?:\n|\Z)"
)
_LINE_KEY = re.compile(rb"[ \t]{0,40}(?:export[ \t]{1,4}|- )?[A-Za-z0-9_.-]{0,80}\Z")
"""What may stand on a line before the word that says password."""
_MOST_KEYWORDS = 20_000
_WINDOW = 64 << 10
_OVERLAP = 8 << 10
"""Bytes; no secret is longer."""
_BARE_SUFFIXES = frozenset(
    {".env", ".ini", ".cfg", ".conf", ".properties", ".toml", ".yaml", ".yml", ".sh", ".bash",
     ".zsh", ".npmrc", ".envrc"}
)  # fmt: skip
"""In other files a value without quotes is an expression of a program."""
_ESCAPED_SUFFIXES = frozenset({".ipynb", ".json", ".jsonl"})
_NO_KEY = re.compile(rb"(?i)(?:_id|_ids|_len|_count|_type|_name|_path|_file|_url|ized?|izer\w*)\Z")

_PLACEHOLDERS = re.compile(
    rb"(?i)example|your|xxxx|change_?-?me|placeholder|dummy|insert|redacted|replace|fill_?me|removed|censored|fixme"
    rb"|todo|\.\.\.|\*\*\*|12345678|abcdefgh|01234567|deadbeef|not-?a-?real|mock|sample|secret_?here|\benv\b"
)
_WEAK = frozenset(
    b"password pass passwd pwd secret token admin root user username test guest postgres mysql redis "
    b"key none null true false hunter2 pw changeit default".split()
)
_WORDS = re.compile(rb"_{0,2}[A-Za-z]+(?:[_.:/-][A-Za-z]+)*\d{0,2}")
_LEAST_BITS = 3.0
"""Bits of each character, by how often the characters occur in the value."""


def find_secrets(content: bytes, name: str = "") -> tuple[SecretFound, ...]:
    """What looks like a secret in a text, in the order of its lines; at most ``MOST_FOUND``.

    ``name`` is that of the file, which says what is to be expected of a value without quotes. Only the first
    ``MOST_TEXT`` bytes count, and nothing is found in what is no text.
    """
    text = _as_text(content[:MOST_TEXT])
    path = PurePosixPath(name)
    if path.suffix.casefold() in _ESCAPED_SUFFIXES:
        # What was a line end before it was quoted is a boundary; lengths stay, so lines do.
        text = text.replace(rb"\n", b"  ")
    found: dict[int, str] = {}
    for start, what in _all_found(text, path):
        found.setdefault(start, what)
        if len(found) >= 8 * MOST_FOUND:
            break
    return _with_lines(text, found)


def _all_found(text: bytes, path: PurePosixPath) -> Iterator[tuple[int, str]]:
    yield from _private_keys(text)
    for token in _TOKENS:
        if any(literal in text for literal in token.literals):
            for match in _matches(token.pattern, text):
                if _looks_random(match["v"], bits=2.5):
                    yield match.start(), token.what
    yield from _addresses(text)
    if "netrc" in path.name.casefold():
        for match in _NETRC.finditer(text):
            if not _is_placeholder(match["v"]):
                yield match.start(), "password of a server"
    yield from _assignments(text, path)


def _matches(pattern: re.Pattern[bytes], text: bytes) -> Iterator[re.Match[bytes]]:
    """All matches, by windows: a search through much text at once lets no other thread run meanwhile."""
    for start in range(0, len(text), _WINDOW):
        end = start + _WINDOW
        for match in pattern.finditer(text, start, end + _OVERLAP):
            if match.start() >= end:
                break
            yield match


def _private_keys(text: bytes) -> Iterator[tuple[int, str]]:
    if b"PRIVATE KEY" in text:
        for match in _matches(_PRIVATE_KEY, text):
            # A program that only looks for such a line has no key below it.
            if _KEY_BODY.search(match["rest"]):
                yield match.start(), _key_name(match["kind"])
    if b"PuTTY-User-Key-File-" in text:
        for match in _PUTTY_KEY.finditer(text):
            yield match.start(), "private key (PuTTY)"


def _key_name(kind: bytes) -> str:
    words = kind.decode("ascii").strip()
    return f"private key ({words.title() if words == 'ENCRYPTED' else words})" if words else "private key"


def _addresses(text: bytes) -> Iterator[tuple[int, str]]:
    at = text.find(b"://")
    while at >= 0:
        match = _URL.match(text, _scheme_start(text, at))
        if match is not None:
            what = _SCHEMES.get(match["scheme"].decode("ascii").partition("+")[0], "")
            value = match["v"]
            if what and value != match["user"] and not _is_placeholder(value) and value[:1] not in b"${[%":
                yield match.start(), what
        at = text.find(b"://", at + 3)


def _scheme_start(text: bytes, end: int) -> int:
    start = end
    while start > 0 and end - start < 20 and (text[start - 1 : start].isalnum() or text[start - 1] in b"+.-"):
        start -= 1
    while start < end and not text[start : start + 1].islower():
        start += 1
    return start


def _assignments(text: bytes, path: PurePosixPath) -> Iterator[tuple[int, str]]:
    """Values that are given to something called password, token or key."""
    suffix = path.suffix.casefold()
    is_env = path.name.casefold().startswith(".env") or suffix in (".env", ".envrc")
    bare = is_env or suffix in _BARE_SUFFIXES
    for number, keyword in enumerate(_matches(_KEYWORDS, text.lower())):
        if number >= _MOST_KEYWORDS:
            return
        match = _QUOTED.match(text, keyword.end())
        if match is None and bare and _begins_line(text, keyword.start()):
            match = _BARE.match(text, keyword.end())
        if match is None or _NO_KEY.search(_name_end(text, keyword.end())):
            continue
        is_password = keyword[0].startswith((b"pass", b"pwd"))
        if _is_secret_value(match["v"], eager=is_env or is_password):
            yield keyword.start(), "password" if is_password else "key or token"


def _begins_line(text: bytes, at: int) -> bool:
    start = max(text.rfind(b"\n", max(0, at - 128), at) + 1, at - 128, 0)
    return _LINE_KEY.match(text, start, at) is not None


def _name_end(text: bytes, start: int) -> bytes:
    """The rest of a name: ``_id`` of ``token_id``."""
    end = start
    while end < len(text) and end - start < 24 and (text[end : end + 1].isalnum() or text[end] == 0x5F):
        end += 1
    return text[start:end]


def _is_secret_value(value: bytes, *, eager: bool) -> bool:
    if _is_placeholder(value):
        return False
    if eager and not _WORDS.fullmatch(value):
        return len(set(value)) >= 5
    return len(value) >= 16 and _looks_random(value, bits=_LEAST_BITS) and not _WORDS.fullmatch(value)


def _looks_random(value: bytes, *, bits: float) -> bool:
    has_digit = any(0x30 <= letter <= 0x39 for letter in value)
    mixes = has_digit or (not value.islower() and not value.isupper())
    return mixes and not _is_placeholder(value) and _bits(value) >= bits


def _is_placeholder(value: bytes) -> bool:
    return bool(_PLACEHOLDERS.search(value)) or value.lower() in _WEAK or len(set(value)) < 4


def _bits(value: bytes) -> float:
    length = len(value)
    return -sum(count / length * math.log2(count / length) for count in Counter(value).values())


def _as_text(content: bytes) -> bytes:
    """UTF-8 of what Windows writes as UTF-16; nothing for what is no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace").encode("utf-8", "replace")
    return b"" if b"\0" in content[:8192] else content


def _with_lines(text: bytes, found: dict[int, str]) -> tuple[SecretFound, ...]:
    """One for each line and kind: a key that is a token as well is one secret."""
    if not found:
        return ()
    ends = [match.start() for match in re.finditer(rb"\n", text)]
    by_line: dict[int, list[str]] = {}
    for start, what in sorted(found.items()):
        by_line.setdefault(bisect_right(ends, start - 1) + 1, []).append(what)
    secrets = []
    for line, whats in by_line.items():
        exact = [what for what in dict.fromkeys(whats) if what not in ("password", "key or token")]
        secrets += [SecretFound(what, line) for what in exact or whats[:1]]
    return tuple(secrets[:MOST_FOUND])
