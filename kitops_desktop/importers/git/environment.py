"""What git is told by its environment: nobody is asked, nothing but http is spoken, no program of a
repository runs, and no link of it is made.

What the user has set up for git itself (proxies, certificates, credential helpers) holds.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from kitops_desktop.credentials.environment import SECRET_VARIABLES

_KEPT = (
    "GIT_EXEC_PATH",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_HTTP_USER_AGENT",
)
_KEPT_BEGINNINGS = ("GIT_SSL_", "GIT_PROXY_SSL_")
_SECRET = "KITOPS_DESKTOP_GIT_TOKEN"
_ANSWER = f"""!f() {{ test "$1" = get && printf 'username=token\\npassword=%s\\n' "${_SECRET}"; }}; f"""
"""A credential helper that is asked by git and by LFS, for one host, and keeps nothing."""
_SETTINGS = (
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    ("core.symlinks", "false"),
    ("core.autocrlf", "false"),
    ("submodule.recurse", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("advice.detachedHead", "false"),
    ("filter.lfs.process", ""),  # large files come later, all at once
    ("filter.lfs.smudge", ""),
    ("filter.lfs.clean", ""),
    ("filter.lfs.required", "false"),
)


def git_environment(origin: str, secret: str = "") -> dict[str, str]:
    """``secret`` is a token for the host of ``origin`` and no other; no other helper hears of it."""
    given = {name: value for name, value in os.environ.items() if _is_kept(name)}
    settings = list(_SETTINGS)
    if secret:
        settings += [(f"credential.{origin}.helper", ""), (f"credential.{origin}.helper", _ANSWER)]
        given[_SECRET] = secret
    return {
        **given,
        "LC_ALL": "C",
        "LANGUAGE": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "GCM_INTERACTIVE": "never",
        "GIT_ALLOW_PROTOCOL": "http:https",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_LFS_FORCE_PROGRESS": "1",
        "GIT_HTTP_LOW_SPEED_LIMIT": "1",
        "GIT_HTTP_LOW_SPEED_TIME": "60",
        **_as_variables(settings),
    }


def _is_kept(name: str) -> bool:
    """Not what other repositories are worked on by, nor what makes git tell all that it does."""
    if name in SECRET_VARIABLES or name == _SECRET:
        return False
    return not name.startswith("GIT_") or name in _KEPT or name.startswith(_KEPT_BEGINNINGS)


def _as_variables(settings: list[tuple[str, str]]) -> Mapping[str, str]:
    found = {"GIT_CONFIG_COUNT": str(len(settings))}
    for index, (key, value) in enumerate(settings):
        found[f"GIT_CONFIG_KEY_{index}"], found[f"GIT_CONFIG_VALUE_{index}"] = key, value
    return found
