"""What people paste about repositories of Hugging Face: an address, a line for a terminal or of Python."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.importers.hugging_face.address import (
    SCHEME,
    HfAddress,
    HfAuthorAddress,
    HfKind,
    HfTarget,
    hf_address,
    is_author_name,
    is_hf_address,
    is_hf_name,
    parse_hf_address,
    parse_hf_author,
    parse_hf_target,
)
from kitops_desktop.ui.browser.hugging_face_code import (
    first_address,
    hugging_face_in_code,
    kind_of,
    one_file,
)
from kitops_desktop.ui.browser.pasted_words import arguments, bare, commands, option, visible

MAX_LENGTH = 5000
"""Of a text that is looked through."""
_CLIENTS = frozenset({"hf", "huggingface-cli"})
_OF_KITS = frozenset({"kit", "kitops-desktop"})
_OF_REGISTRIES = _OF_KITS | {"docker", "podman", "nerdctl", "oras", "crane", "skopeo", "helm", "cosign"}
"""Programs whose lines are about something else, unless there is an address of Hugging Face in them."""
_REVISION = frozenset({"--revision", "--ref", "--branch"})
_KIND = frozenset({"--repo-type", "--type"})
_WITH_VALUE = frozenset((
    "--revision", "--repo-type", "--type", "--include", "--exclude", "--local-dir", "--cache-dir", "--token",
    "--max-workers", "--local-dir-use-symlinks", "--commit-message", "--format", "--ref", "-t", "--tag", "-f",
    "--file", "--tool", "-d", "--dir", "--concurrency", "--proxy",
))  # fmt: skip
"""Of those clients and of ``kit import``."""
_OF_MODEL = frozenset((
    "-hf", "-hfr", "--hf-repo", "--model", "--model-id", "--model_id", "--model-path", "--model_name_or_path",
    "--hf-path",
))  # fmt: skip
"""Options of programs that run models, ``llama-cli`` and the like, whose value is the repository."""
_OF_FILE = frozenset({"-hff", "--hf-file"})
_SERVERS = frozenset({"vllm", "sglang", "mlx_lm", "transformers", "lemonade-server", "ramalama"})
"""Programs that also take it without an option."""
_OF_GIT = re.compile(r"[a-z+]+://|[^/]*@[^/]*:", re.IGNORECASE)
_PASSWORD = re.compile(r"://[^/@]*:[^/@]*@(?:www\.)?(?:huggingface\.co|hf\.co)(?:/|$)", re.IGNORECASE)


def hugging_face_in(text: str) -> HfTarget | None:
    """The repository that a text is about, or whoever has some; None for one that has nothing to do with
    Hugging Face.

    Raises ``InvalidArgument`` for what is about something else there, or about nothing.
    """
    text = visible(text)
    if len(text) > MAX_LENGTH:
        return None
    found = _alone(bare(text))
    if found is not None:
        return found
    if _PASSWORD.search(text):
        raise InvalidArgument("Leave out user and password; an access token is asked for at sign-in.")
    return hugging_face_in_code(text) or _in_lines(text)


def _alone(text: str) -> HfTarget | None:
    if not any(map(str.isspace, text)):
        return parse_hf_target(text)
    if not text.startswith(SCHEME) or "\n" in text:
        return None
    try:
        return parse_hf_address(text)  # names of files may have blanks
    except InvalidArgument:
        return None


def _in_lines(text: str) -> HfTarget | None:
    return first_address(commands(text), _of_command)


def _of_command(words: list[str]) -> HfTarget | None:
    program, rest = words[0], words[1:]
    if program in _CLIENTS and rest:
        theirs = _of_author(rest)
        return _of_client(program, rest) if theirs is None else theirs
    if program in _OF_KITS and rest[:1] == ["import"]:
        return _imported(program, rest[1:])
    author = next(filter(None, map(parse_hf_author, words)), None)
    if author is not None:
        return author
    found = next(_addresses(words), None)
    if found is not None:
        branch = option(rest, {"-b"}) if program == "git" else ""
        return _at(found, branch or option(rest, _REVISION))
    return None if program in _OF_REGISTRIES else _of_model(program, rest)


def _addresses(words: list[str]) -> Iterator[HfAddress]:
    """Those in a line: the address is a word, or the value of an option."""
    for word in words:
        value = word.partition("=")[2] if word.startswith("-") else word
        found = parse_hf_address(_spelled(value))
        if found is not None:
            yield found


def _spelled(word: str) -> str:
    """``hf:ORG/NAME``, as some write it, is an address too."""
    return f"hf://{word[3:]}" if word.startswith("hf:") and not word.startswith("hf://") else word


def _of_author(rest: list[str]) -> HfAuthorAddress | None:
    """``hf models ls --author NAME``."""
    name, kinds = option(rest, {"--author"}), set(HfKind)
    if not is_author_name(name):
        return None
    return HfAuthorAddress(name, next((HfKind(word) for word in rest if word in kinds), None))


def _of_client(program: str, rest: list[str]) -> HfAddress:
    """``hf download ORG/NAME [FILE…]``; of other commands the repository alone."""
    given = arguments(rest, _WITH_VALUE)
    kind = kind_of(option(rest, _KIND), kind_of(given[0] if given else ""))
    files: list[str] = []
    if "download" in given:
        given = given[given.index("download") + 1 :]
        files = given[1:]
    else:
        given = [word for word in given if is_hf_name(word) or is_hf_address(word)]
    if not given:
        raise _about_none(program)
    found = _named(given[0], kind)
    return _at(found, option(rest, _REVISION), found.path or one_file(files))


def _imported(program: str, rest: list[str]) -> HfAddress | None:
    """``kit import`` takes a name at Hugging Face, or any address of git."""
    given = arguments(rest, _WITH_VALUE)
    if not given:
        raise _about_none(program)
    if _OF_GIT.match(given[0]) and not is_hf_address(given[0]):
        return None
    return _at(_named(given[0], HfKind.MODEL), option(rest, _REVISION))


def _of_model(program: str, rest: list[str]) -> HfAddress | None:
    named = option(rest, _OF_MODEL)
    if not named and program in _SERVERS:
        named = next(filter(is_hf_name, (word.partition(":")[0] for word in rest)), "")
    if not is_hf_name(named.partition(":")[0]):
        return None
    return _at(hf_address(named), option(rest, _REVISION), one_file([option(rest, _OF_FILE)]))


def _named(word: str, kind: HfKind) -> HfAddress:
    """A name, which may begin with its kind ("datasets/ORG/NAME"), or an address."""
    found = parse_hf_address(_spelled(word))
    if found is not None:
        return found
    first, _, rest = word.partition("/")
    return hf_address(rest, HfKind(first)) if rest and first in set(HfKind) else hf_address(word, kind)


def _at(address: HfAddress, revision: str, path: str = "") -> HfAddress:
    """With what the line says beside the address."""
    revision = revision if not address.revision else address.revision
    return hf_address(address.name, address.kind, revision, path or address.path)


def _about_none(program: str) -> InvalidArgument:
    return InvalidArgument(f"There is no repository in this line of {program}.")
