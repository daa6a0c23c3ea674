"""Lines for a terminal that people copy: the reference in ``docker pull …`` and the like."""

from __future__ import annotations

import re
import shlex

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.ui.browser.web_pages import hugging_face_model, is_hugging_face, reference_of_page

_OF_IMAGES = frozenset({"docker", "podman", "nerdctl"})
_OF_KITS = frozenset({"kit", "kitops-desktop"})
_OTHERS = frozenset({"oras", "crane", "skopeo", "helm", "cosign"})
_OF_HUGGING_FACE = frozenset({"huggingface-cli", "hf"})
_PROGRAMS = _OF_IMAGES | _OF_KITS | _OTHERS | _OF_HUGGING_FACE
_BEFORE = frozenset({"$", "#", ">", "%", "sudo", "-E", "time"})
_LABELS = frozenset({"FROM", "image:"})
"""What stands before a reference in files: of ``docker build``, of ``docker compose``."""
_ENDS = frozenset({"&&", "||", "|", ";", "&", "#"})
_GROUPS = frozenset({"image", "container", "manifest", "buildx", "imagetools"})
_OF_ONE_IMAGE = frozenset({"pull", "push", "run", "create", "inspect", "history", "save", "rmi"})
"""Commands of ``docker`` whose first argument is the image; of others it is what has a registry."""
_OF_REGISTRIES = frozenset({"login", "logout", "list", "ls"})
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*")
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?|[A-Za-z0-9.-]+:\d+")
# fmt: off
_WITH_VALUE = frozenset((
    "-d", "--dir", "-f", "--filter", "--path", "--profile", "--config", "--platform", "-o", "--output",
    "--format", "-u", "--username", "-p", "--password", "--proxy", "--cert", "--key", "--concurrency",
    "--creds", "--src-creds", "--dest-creds", "--version", "--destination", "-n", "--name", "--network",
    "-e", "--env", "-v", "--volume", "--gpus", "--entrypoint", "-w", "--workdir", "--revision",
    "--local-dir", "--include", "--exclude", "--file",
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

    Raises ``InvalidArgument`` for one in which there is none, or that is about something else.
    """
    words = _words(text)
    if len(words) == 2 and words[0] in _LABELS:
        return _of_docker(words[1])
    if len(words) < 2 or words[0] not in _PROGRAMS:
        _refuse_hugging_face(words)
        return None
    program, *rest = words
    arguments = _arguments(rest, _WITH_VALUE - _WITHOUT_VALUE.get(program, frozenset()))
    if program in _OF_HUGGING_FACE:
        raise hugging_face_model(next((word for word in arguments if "/" in word), ""))
    if program in _OF_KITS and arguments[:1] == ["import"]:
        raise _imported(arguments[1] if len(arguments) > 1 else "")
    _refuse_hugging_face(words)
    found = _image(arguments) if program in _OF_IMAGES else _first(arguments)
    if not found:
        raise InvalidArgument(f"There is no reference with a registry in this line of {program}.")
    return found.partition(",")[0]  # of several tags the first


def _words(text: str) -> list[str]:
    """The words of the first command, without what only the terminal needs."""
    text = re.sub(r"\\\s+", " ", text)  # where a long line was broken
    try:
        words = shlex.split(text, comments=False)
    except ValueError:
        words = text.split()
    while words and (words[0] in _BEFORE or _ASSIGNMENT.fullmatch(words[0])):
        words = words[1:]
    if len(words) > 3 and words[0].startswith("python") and words[1:3] == ["-m", "kitops_desktop"]:
        words = ["kitops-desktop", *words[3:]]
    if len(words) > 1:
        words[0] = re.split(r"[/\\]", words[0])[-1].removesuffix(".exe")
    end = next((place for place, word in enumerate(words) if word in _ENDS), len(words))
    return [word.rstrip(";") for word in words[:end]]


def _arguments(words: list[str], with_value: frozenset[str]) -> list[str]:
    """Without options and their values."""
    found = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-") and word not in _NAMED:
            skip = word in with_value
        elif word not in _NAMED:
            found.append(word)
    return found


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


def _imported(what: str) -> InvalidArgument:
    """``kit import`` takes a name at Hugging Face, or any address of git."""
    try:
        _refuse_hugging_face([what])
    except InvalidArgument as error:
        return error
    if "://" not in what:
        return hugging_face_model(what)
    return InvalidArgument(
        "“kit import” fetches from git, which is no registry of ModelKits. Fetch it with git into a folder,"
        " and open the folder as a project to pack it."
    )


def _refuse_hugging_face(words: list[str]) -> None:
    """Raise what is said of Hugging Face, when one of several words is an address there."""
    for word in words:
        if is_hugging_face(word):
            reference_of_page(word)


def _without_scheme(word: str) -> str:
    return word.removeprefix("docker://").removeprefix("oci://")


def _has_registry(word: str) -> bool:
    """Whether it begins with a registry, and is not a path of the file system."""
    first, slash, _ = word.partition("/")
    return bool(slash) and ("." in first or ":" in first) and not word.startswith(".")
