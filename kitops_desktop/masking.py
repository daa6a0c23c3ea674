"""What must not be read in logs and diagnostics: passwords, tokens, query strings, the home folder."""

from __future__ import annotations

import re
from pathlib import Path

MASK = "***"

_RULES = (
    # user:password@ in an address
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@\"'<>]+@"), rf"\1{MASK}@"),
    # query and fragment of an address: signed addresses carry their signature there
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://[^\s?#\"'<>]+)[?#][^\s\"'<>]*"), rf"\1?{MASK}"),
    # the query of a path, as in the request lines that urllib3 logs
    (re.compile(r"(?<=[\s\"'])(/[^\s?\"'<>]*)\?[^\s\"'<>]+=[^\s\"'<>]*"), rf"\1?{MASK}"),
    (re.compile(r"(?i)(authorization[\"']?\s*[:=]\s*).+"), rf"\1{MASK}"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}"), rf"\1 {MASK}"),
    (
        re.compile(
            r"(?i)([\"']?\b[\w-]*(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key)[\"']?\s*[:=]\s*)"
            r"(\"[^\"]*\"|'[^']*'|[^\s,;&)}\]]+)"
        ),
        rf"\1{MASK}",
    ),
    # tokens that are known by how they begin
    (re.compile(r"\b(?:ghp|gho|ghs|ghu|github_pat|hf|glpat|xox[abp]|npm|pypi)[_-][A-Za-z0-9_-]{16,}"), MASK),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), MASK),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"), MASK),
)


def mask_secrets(text: str) -> str:
    """``text`` with everything that looks like a secret replaced by ``***``."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def mask_home(text: str) -> str:
    """``text`` with the user's home folder as ``~``, since its name is often the name of a person."""
    try:
        home = str(Path.home())
    except RuntimeError:
        return text
    return text if len(home) < 2 else re.sub(re.escape(home) + r"(?![\w.-])", "~", text)
