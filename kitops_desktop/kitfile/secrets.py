"""Files that hardly anyone wants in a ModelKit: secrets, and junk that tools leave behind.

Judged by name and place only; nothing is read. ``kit init`` would sweep all of it into a ``code: .`` layer.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from enum import Enum

from kitops_desktop.kitfile.ignore import IgnorePattern, IgnoreRules, literal_pattern


class FlagKind(Enum):
    SECRET = "secret"
    JUNK = "junk"
    PICKLE = "pickle"
    """Loading it would import what is not known to be harmless; never told by the name."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Why a path is doubtful, and the line for ``.kitignore`` that keeps it and its like out.

    ``path`` is what the flag is about: the path asked for, or the folder above it that is doubtful.
    """

    kind: FlagKind
    reason: str
    pattern: str
    path: str


@dataclass(frozen=True, slots=True)
class _Rule:
    """``name`` must fit a whole component of a path, in any case. An empty ``pattern``: the name itself."""

    name: re.Pattern[str]
    kind: FlagKind
    reason: str
    pattern: str = ""


def _rule(name: str, kind: FlagKind, reason: str, pattern: str = "") -> _Rule:
    return _Rule(re.compile(name, re.IGNORECASE), kind, reason, pattern)


_SECRET, _JUNK = FlagKind.SECRET, FlagKind.JUNK
_HARMLESS = re.compile(r"\.env\.(example|sample|template|dist|defaults?)", re.IGNORECASE)

_FOLDERS = (
    _rule(r"\.ssh", _SECRET, "Keys for signing in to other computers.", "**/.ssh"),
    _rule(r"\.aws", _SECRET, "Credentials for Amazon Web Services.", "**/.aws"),
    _rule(r"\.azure", _SECRET, "Credentials for Azure.", "**/.azure"),
    _rule(r"\.gnupg", _SECRET, "Private keys of GnuPG.", "**/.gnupg"),
    _rule(r"\.kube", _SECRET, "Credentials for Kubernetes.", "**/.kube"),
    _rule(r"\.docker", _SECRET, "Credentials for registries.", "**/.docker"),
    _rule(r"\.git|\.hg|\.svn|\.bzr", _JUNK, "The history of a version control system."),
    _rule(r"__pycache__", _JUNK, "Compiled Python, made again when needed.", "**/__pycache__"),
    _rule(r"\.ipynb_checkpoints", _JUNK, "Copies that Jupyter keeps.", "**/.ipynb_checkpoints"),
    _rule(r"\.?venv|\.virtualenv", _JUNK, "A virtual environment: installed packages, not your files."),
    _rule(r"node_modules", _JUNK, "Installed packages of Node.js.", "**/node_modules"),
    _rule(r"\.(pytest|mypy|ruff)_cache|\.tox|\.nox|\.hypothesis|\.cache", _JUNK, "A cache."),
    _rule(r"\.eggs|.+\.egg-info", _JUNK, "Left over from building a Python package."),
    _rule(r"\.idea|\.vs", _JUNK, "Settings of an editor."),
    _rule(r"\.kitops-desktop-.+", _JUNK, "Files that are being written.", "**/.kitops-desktop-*"),
    _rule(r"\.terraform", _JUNK, "Downloaded parts of Terraform.", "**/.terraform"),
    _rule(r"__MACOSX|\.Spotlight-V100|\.Trashes|\.fseventsd|\$RECYCLE\.BIN", _JUNK, "Left by the system."),
)
_FILES = (
    _rule(r"\.env(\..+)?|\.envrc|.+\.env", _SECRET, "Environment files usually hold passwords and keys."),
    _rule(r"id_(rsa|dsa|ecdsa|ed25519)(_sk)?", _SECRET, "A private key for SSH."),
    _rule(r".+\.pem", _SECRET, "PEM files often hold a private key.", "**/*.pem"),
    _rule(r".+\.key", _SECRET, "Usually a private key.", "**/*.key"),
    _rule(r".+\.(p12|pfx|jks|keystore)", _SECRET, "A store of private keys."),
    _rule(r".+\.ppk", _SECRET, "A private key of PuTTY.", "**/*.ppk"),
    _rule(r".+\.kdbx?", _SECRET, "A password database.", "**/*.kdbx"),
    _rule(r"[._]netrc", _SECRET, "Passwords for servers."),
    _rule(r"\.git-credentials", _SECRET, "Passwords for Git servers.", "**/.git-credentials"),
    _rule(r"\.pgpass|\.my\.cnf", _SECRET, "Passwords for a database."),
    _rule(r"\.pypirc|\.npmrc|\.yarnrc\.yml", _SECRET, "May hold tokens for a package index."),
    _rule(r"\.dockercfg|\.htpasswd", _SECRET, "Passwords."),
    _rule(r"credentials(\.json|\.ya?ml|\.toml)?", _SECRET, "Credentials of a cloud service."),
    _rule(r"application_default_credentials\.json", _SECRET, "Credentials for Google Cloud."),
    _rule(r"(client_secret|service[-_]?account).*\.json", _SECRET, "Credentials for Google Cloud."),
    _rule(r"kaggle\.json", _SECRET, "A token for Kaggle.", "**/kaggle.json"),
    _rule(r"secrets?\.(json|ya?ml|toml|env|txt)", _SECRET, "Its name says that it holds secrets."),
    _rule(r"\.DS_Store|Thumbs\.db|desktop\.ini|\._.+|ehthumbs\.db", _JUNK, "Left by a file manager."),
    _rule(r".+\.py[cod]", _JUNK, "Compiled Python, made again when needed.", "**/*.py[cod]"),
    _rule(r".+~|\..+\.sw[a-p]|\.#.+", _JUNK, "A backup or swap file of an editor."),
    _rule(r"core\.\d+|hs_err_pid\d+\.log", _JUNK, "The remains of a crashed program."),
)
_PLACED = {
    ("huggingface", "token"): "A token for Hugging Face.",
    ("huggingface", "stored_tokens"): "Tokens for Hugging Face.",
    ("gcloud", "credentials.db"): "Credentials for Google Cloud.",
}


def flag(path: str, is_dir: bool = False) -> Flag | None:
    """What is doubtful about ``path`` (relative, with ``/``), or None.

    The outermost doubtful folder decides, but a secret is a secret also inside a folder of junk.
    """
    junk: Flag | None = None
    parts = path.split("/")
    folders = len(parts) if is_dir else len(parts) - 1
    for count in range(1, folders + 1):
        rule = _folder_rule(parts[count - 1])
        if rule is not None and (junk is None or rule.kind is FlagKind.SECRET):
            found = _flag(rule, parts[count - 1], "/".join(parts[:count]))
            if rule.kind is FlagKind.SECRET:
                return found
            junk = found
    if is_dir:
        return junk
    rule = _file_rule(parts[-1])
    own = _flag(rule, parts[-1], path) if rule is not None else _placed(parts, path)
    return own if junk is None or (own is not None and own.kind is FlagKind.SECRET) else junk


def _union(rules: tuple[_Rule, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{rule.name.pattern})" for rule in rules), re.IGNORECASE)


_ANY_FOLDER, _ANY_FILE = _union(_FOLDERS), _union(_FILES)


@functools.lru_cache(maxsize=1 << 16)
def _folder_rule(name: str) -> _Rule | None:
    """The first rule for a folder of this name. Remembered: the same folders stand above many files."""
    return _first(_FOLDERS, name) if _ANY_FOLDER.fullmatch(name) else None


def _file_rule(name: str) -> _Rule | None:
    # One expression for all first: most files fit no rule, and there may be hundreds of thousands.
    return None if not _ANY_FILE.fullmatch(name) or _HARMLESS.fullmatch(name) else _first(_FILES, name)


def _first(rules: tuple[_Rule, ...], name: str) -> _Rule | None:
    return next((rule for rule in rules if rule.name.fullmatch(name)), None)


def _flag(rule: _Rule, name: str, path: str) -> Flag:
    return Flag(rule.kind, rule.reason, _pattern(rule.pattern, name), path)


@functools.lru_cache(maxsize=1 << 12)
def _pattern(general: str, name: str) -> str:
    """The rule's own pattern if it fits the name; patterns tell capitals from small letters, rules do not."""
    if general and IgnoreRules((IgnorePattern(general),)).ignores(name):
        return general
    return f"**/{literal_pattern(name)}"


def _placed(parts: list[str], path: str) -> Flag | None:
    reason = _PLACED.get((parts[-2].lower(), parts[-1].lower())) if len(parts) > 1 else None
    return None if reason is None else Flag(FlagKind.SECRET, reason, literal_pattern(path), path)
