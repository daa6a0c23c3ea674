"""Lines for a terminal that people copy: the reference in ``docker pull …`` and the like."""

from __future__ import annotations

import shlex

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.ui.browser.web_pages import hugging_face_model

_OF_IMAGES = frozenset({"docker", "podman", "nerdctl"})
_OF_KITS = frozenset({"kit", "kitops-desktop"})
_OTHERS = frozenset({"oras", "crane", "skopeo", "helm"})
_OF_HUGGING_FACE = frozenset({"huggingface-cli", "hf"})
_PROGRAMS = _OF_IMAGES | _OF_KITS | _OTHERS | _OF_HUGGING_FACE
_BEFORE = frozenset({"$", "#", ">", "%", "sudo"})
_COMMANDS = frozenset(
    {"image", "pull", "push", "run", "create", "manifest", "inspect", "buildx", "imagetools"}
)
# fmt: off
_WITH_VALUE = frozenset((
    "-d", "--dir", "-f", "--filter", "--path", "--profile", "--config", "--platform", "-o", "--output",
    "--format", "-u", "--username", "-p", "--password", "--proxy", "--cert", "--key", "--concurrency",
    "--creds", "--src-creds", "--dest-creds", "--version", "--destination", "-n", "--name", "--network",
    "-e", "--env", "-v", "--volume", "--gpus", "--entrypoint", "-w", "--workdir", "--revision",
    "--local-dir", "--include", "--exclude",
))
# fmt: on
"""Options whose next word is their value, and no reference."""
_NAMED = frozenset({"-t", "--tag"})
"""Options of ``kit pack`` and ``docker build`` whose value is the reference."""


def reference_in_line(text: str) -> str | None:
    """The reference that a command line is about, with its registry; None for what is no such line.

    Raises ``InvalidArgument`` for one in which there is none, or that is about something else.
    """
    words = _words(text)
    if len(words) < 2 or words[0] not in _PROGRAMS:
        return None
    program, *rest = words
    arguments = _arguments(rest)
    if program in _OF_HUGGING_FACE or (program in _OF_KITS and rest[0] == "import"):
        raise hugging_face_model(next((word for word in arguments if "/" in word), ""))
    if program in _OF_IMAGES:
        found = _image(arguments)
    else:
        found = next(filter(_has_registry, map(_without_scheme, arguments)), "")
    if not found:
        raise InvalidArgument(f"There is no reference with a registry in this line of {program}.")
    return found


def _words(text: str) -> list[str]:
    try:
        words = shlex.split(text, comments=False)
    except ValueError:
        words = text.split()
    while words and words[0] in _BEFORE:
        words = words[1:]
    return words


def _arguments(words: list[str]) -> list[str]:
    """Without options and their values."""
    found = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-") and word not in _NAMED:
            skip = word in _WITH_VALUE
        elif word not in _NAMED:
            found.append(word)
    return found


def _image(arguments: list[str]) -> str:
    """The first argument behind the command. By Docker's rules, what has no registry is of Docker Hub."""
    named = list(map(_without_scheme, arguments))
    while named and named[0] in _COMMANDS:
        named = named[1:]
    if not named or _has_registry(named[0]):
        return named[0] if named else ""
    return f"docker.io/{named[0]}" if "/" in named[0] else f"docker.io/library/{named[0]}"


def _without_scheme(word: str) -> str:
    return word.removeprefix("docker://").removeprefix("oci://")


def _has_registry(word: str) -> bool:
    """Whether it begins with a registry, and is not a path of the file system."""
    first, slash, _ = word.partition("/")
    return bool(slash) and ("." in first or ":" in first) and not word.startswith(".")
