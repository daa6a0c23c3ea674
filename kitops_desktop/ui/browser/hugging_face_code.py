"""Lines of Python that people copy from the pages of models and datasets: which repository they load.

Nothing is run, and nothing needs to be whole: what is read is the name of a function and what is written as
text behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.importers.hugging_face.address import (
    HfAddress,
    HfKind,
    HfTarget,
    hf_address,
    is_hf_name,
    parse_hf_address,
    parse_hf_target,
)

T = TypeVar("T")
A = TypeVar("A", bound=HfTarget)


@dataclass(frozen=True, slots=True)
class _Function:
    """``place`` and ``keywords`` are where the repository stands; ``file_place`` where the file does."""

    place: int = 0
    keywords: tuple[str, ...] = ("repo_id",)
    kind: HfKind = HfKind.MODEL
    file_place: int = -1


_LOADED = _Function(
    0, ("pretrained_model_name_or_path", "repo_id", "model_id", "model_name", "model_name_or_path", "model")
)
_ROWS = _Function(0, ("path", "dataset", "repo_id"), HfKind.DATASET)
_FUNCTIONS = {
    **dict.fromkeys(
        (
            "from_pretrained", "from_pretrained_keras", "SentenceTransformer", "CrossEncoder",
            "LLM", "InferenceClient", "load_lora_weights", "load_adapter", "load_textual_inversion",
            "load_from_hub", "from_repo", "create_model", "create_model_from_pretrained", "WhisperModel",
            "TextEmbedding", "load",
        ),
        _LOADED,
    ),
    "pipeline": _Function(1, ("model",)),
    **dict.fromkeys(("load_dataset", "load_dataset_builder"), _ROWS),
    **dict.fromkeys(("hf_hub_download", "hf_hub_url", "try_to_load_from_cache"), _Function(file_place=1)),
    **dict.fromkeys(("snapshot_download", "repo_info", "model_info"), _Function()),
    "dataset_info": _Function(kind=HfKind.DATASET),
}  # fmt: skip
_CALL = re.compile(rf"(?<!\w)({'|'.join(_FUNCTIONS)})\s*\(")
_MOST_CALLS = 20
_TEXT = re.compile(r"\s*(?:(\w+)\s*=\s*)?[rbu]?([\"'])([^\"']*)\2\s*", re.IGNORECASE)
_ASSIGNED = re.compile(r"(?:^|\s)(\w+)\s*=\s*([\"'])([^\"']+)\2")
_ADDRESS = re.compile(r"[\"']((?:hf|https?)://[^\"']+)[\"']", re.IGNORECASE)
_OF_FORMATS = frozenset((
    "csv", "json", "parquet", "text", "arrow", "pandas", "xml", "sql", "webdataset", "hdf5", "lance", "spark",
    "imagefolder", "audiofolder", "videofolder", "pdffolder",
))  # fmt: skip
"""What datasets can be loaded of beside a repository."""
_BEFORE_NAMES = ("hf_hub:", "hf-hub:", "hf_hub/", "hf-hub/")
_MEANT = ("model", "repo", "checkpoint", "dataset")
_KINDS = {"dataset": HfKind.DATASET, "space": HfKind.SPACE}
_GLOB = re.compile(r"[*?\[]")
_OWNER = {"SentenceTransformer": "sentence-transformers"}
"""Whose models are meant where none is named."""


def hugging_face_in_code(text: str) -> HfTarget | None:
    """The first repository that is loaded; None where nothing is. Raises ``InvalidArgument`` where what is
    loaded is none that there can be.
    """
    return first_address(_calls(text), lambda call: _of_call(*call)) or _assigned(text) or _written(text)


def first_address(pieces: Iterable[T], find: Callable[[T], A | None]) -> A | None:
    """The first that is found in one of the pieces. Where there is none, but ``find`` has raised
    ``InvalidArgument``, the first of these is raised.
    """
    problem: InvalidArgument | None = None
    for piece in pieces:
        try:
            found = find(piece)
        except InvalidArgument as error:
            problem = problem or error
            continue
        if found is not None:
            return found
    if problem is not None:
        raise problem
    return None


def kind_of(word: str, otherwise: HfKind = HfKind.MODEL) -> HfKind:
    """The kind that is called "dataset" or "space"."""
    return _KINDS.get(word.lower().removesuffix("s"), otherwise)


def one_file(names: list[str]) -> str:
    """The file that is meant, "" for none, for several, and for a pattern."""
    return names[0] if len(names) == 1 and not _GLOB.search(names[0]) else ""


def _calls(text: str) -> Iterator[tuple[str, dict[str | int, str]]]:
    """Calls of functions that we know, with those of their arguments that are texts, by place or keyword."""
    for call in islice(_CALL.finditer(text), _MOST_CALLS):
        given: dict[str | int, str] = {}
        for place, argument in enumerate(_arguments(text, call.end())):
            found = _TEXT.fullmatch(argument)
            if found is not None:
                given[found[1] or place] = found[3]
        yield call[1], given


def _arguments(text: str, start: int) -> Iterator[str]:
    """What stands between the commas, as far as the call goes or the text does."""
    depth, quote, begin = 0, "", start
    for place in range(start, len(text)):
        letter = text[place]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}" and depth:
            depth -= 1
        elif letter in ",)" and not depth:
            yield text[begin:place]
            begin = place + 1
            if letter == ")":
                return
    yield text[begin:]


def _of_call(name: str, given: dict[str | int, str]) -> HfAddress | None:
    function = _FUNCTIONS[name]
    keys: tuple[str | int, ...] = (*function.keywords, function.place)
    repository = next((given[key] for key in keys if key in given), "")
    for before in _BEFORE_NAMES:
        repository = repository.removeprefix(before)
    if not repository or (name == "load" and not is_hf_name(repository)):
        return None
    if function is _ROWS and repository in _OF_FORMATS:
        return None
    address = parse_hf_address(repository)
    if address is not None:
        return address
    if "/" not in repository and name in _OWNER:
        repository = f"{_OWNER[name]}/{repository}"
    kind = kind_of(given.get("repo_type", ""), function.kind)
    file = given.get("filename", given.get("gguf_file", given.get(function.file_place, "")))
    path = "/".join(filter(None, (given.get("subfolder", ""), one_file([file]))))
    return hf_address(repository, kind, given.get("revision", ""), path)


def _assigned(text: str) -> HfAddress | None:
    """``model_id = "ORG/NAME"``, which is loaded further down."""
    for found in _ASSIGNED.finditer(text):
        variable = found[1].lower()
        if is_hf_name(found[3]) and any(word in variable for word in _MEANT):
            return hf_address(found[3], HfKind.DATASET if "dataset" in variable else HfKind.MODEL)
    return None


def _written(text: str) -> HfTarget | None:
    """An address in quotes."""
    targets = (parse_hf_target(found[1]) for found in _ADDRESS.finditer(text))
    return next((target for target in targets if target is not None), None)
