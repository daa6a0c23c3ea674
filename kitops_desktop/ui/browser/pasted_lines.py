"""Lines for a terminal that people copy: the reference in ``docker pull …`` and the like."""

from __future__ import annotations

import re

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.ui.browser.pasted_words import arguments, first_command

_OF_IMAGES = frozenset({"docker", "podman", "nerdctl"})
_OF_KITS = frozenset({"kit", "kitops-desktop"})
_OTHERS = frozenset({"oras", "crane", "skopeo", "helm", "cosign"})
_PROGRAMS = _OF_IMAGES | _OF_KITS | _OTHERS
_LABELS = frozenset({"FROM", "image:"})
"""What stands before a reference in files: of ``docker build``, of ``docker compose``."""
_GROUPS = frozenset({"image", "container", "manifest", "buildx", "imagetools"})
_OF_ONE_IMAGE = frozenset({"pull", "push", "run", "create", "inspect", "history", "save", "rmi"})
"""Commands of ``docker`` whose first argument is the image; of others it is what has a registry."""
_OF_REGISTRIES = frozenset({"login", "logout", "list", "ls"})
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?|[A-Za-z0-9.-]+:\d+")
# fmt: off
_WITH_VALUE = frozenset((
    "-d", "--dir", "-f", "--filter", "--path", "--profile", "--config", "--platform", "-o", "--output",
    "--format", "-u", "--username", "-p", "--password", "--proxy", "--cert", "--key", "--concurrency",
    "--creds", "--src-creds", "--dest-creds", "--version", "--destination", "-n", "--name", "--network",
    "-e", "--env", "-v", "--volume", "--gpus", "--entrypoint", "-w", "--workdir", "--file",
))
# fmt: on
"""Options whose next word is their value, and no reference."""
_WITHOUT_VALUE = {
    "kit": frozenset({"-o", "-v", "--version"}),
    "kitops-desktop": frozenset({"-o", "-v", "--version"}),
    "oras": frozenset({"-d", "-v"}),
    "crane": frozenset({"-v"}),
}
"""Where those of them stand alone."""
_NAMED = frozenset({"-t", "--tag"})
"""Options of ``kit pack`` and ``docker build`` whose value is the reference."""


def reference_in_line(text: str) -> str | None:
    """The reference that a command line is about, with its registry, or the registry alone; None for what is
    no such line.

    Raises ``InvalidArgument`` for one in which there is none. What is about Hugging Face is not asked here.
    """
    words = first_command(text)
    if len(words) == 2 and words[0] in _LABELS:
        return _of_docker(words[1])
    if len(words) < 2 or words[0] not in _PROGRAMS:
        return None
    program, *rest = words
    given = arguments(rest, _WITH_VALUE - _WITHOUT_VALUE.get(program, frozenset()), _NAMED)
    if program in _OF_KITS and given[:1] == ["import"]:
        raise InvalidArgument(
            "“kit import” fetches from git, which is no registry of ModelKits. Fetch it with git into a"
            " folder, and open the folder as a project to pack it."
        )
    found = _image(given) if program in _OF_IMAGES else _first(given)
    if not found:
        raise InvalidArgument(f"There is no reference with a registry in this line of {program}.")
    return found.partition(",")[0]  # of several tags the first


def _image(arguments: list[str]) -> str:
    """What a line of ``docker`` is about."""
    while arguments and arguments[0] in _GROUPS:
        arguments = arguments[1:]
    if not arguments:
        return ""
    command, *named = arguments
    if command in _OF_ONE_IMAGE:
        return _of_docker(named[0]) if named else ""
    if command in ("login", "logout"):
        return named[0] if named else "docker.io"
    return _first(arguments)


def _of_docker(word: str) -> str:
    """By Docker's rules, what has no registry is of Docker Hub."""
    name = _without_scheme(word)
    if _has_registry(name) or name.startswith("localhost/"):
        return name
    return f"docker.io/{name}" if "/" in name else f"docker.io/library/{name}"


def _first(arguments: list[str]) -> str:
    """The first reference with its registry; of commands that are about registries, the registry."""
    found = next(filter(_has_registry, map(_without_scheme, arguments)), "")
    if found or not arguments or arguments[0] not in _OF_REGISTRIES:
        return found
    return next(filter(_HOST.fullmatch, arguments[1:]), "")


def _without_scheme(word: str) -> str:
    return word.removeprefix("docker://").removeprefix("oci://")


def _has_registry(word: str) -> bool:
    """Whether it begins with a registry, and is not a path of the file system."""
    first, slash, _ = word.partition("/")
    return bool(slash) and ("." in first or ":" in first) and not word.startswith(".")
