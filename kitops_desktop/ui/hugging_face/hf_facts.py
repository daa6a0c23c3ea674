"""What the page says of a repository, in words. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.importers.hugging_face.address import (
    HfAddress,
    HfAuthorAddress,
    HfKind,
    HfTarget,
    hf_address,
)
from kitops_desktop.importers.hugging_face.values import HfRepository, is_commit
from kitops_desktop.ui.units import age_text, count_text, size_text, time_text

NO_KIT = "This is no ModelKit: download it into a folder, and pack that as one."
MOST_BASE_MODELS = 8
KIND_NAMES = {HfKind.MODEL: "Model", HfKind.DATASET: "Dataset", HfKind.SPACE: "Space"}
KIND_ICONS = {HfKind.MODEL: "model", HfKind.DATASET: "dataset", HfKind.SPACE: "code"}
_SHORT = 8


@dataclass(frozen=True, slots=True)
class Fact:
    """``link`` is what the value is the name of; ``copied`` is what to copy of it."""

    name: str
    value: str
    link: HfTarget | None = None
    copied: str = ""


def facts(repository: HfRepository) -> tuple[Fact, ...]:
    """What is known of it, without what is in it; what nobody said is left out."""
    changed = repository.modified
    found = (
        _owner(repository.address),
        Fact("What for", repository.pipeline.replace("-", " ")),
        Fact("Library", repository.library),
        Fact("Licence", repository.licence),
        *_base_models(repository.base_models),
        Fact("Downloads", _count(repository.downloads, " in the last 30 days")),
        Fact("Likes", _count(repository.likes)),
        Fact("Changed", "" if changed is None else _changed(changed)),
        Fact("Revision", revision_text(repository.address)),
        Fact("Commit", repository.commit, copied=repository.commit),
    )
    return tuple(fact for fact in found if fact.value)


def files_text(count: int, size: int, *, whole: bool) -> str:
    """How much is in it, or was found by now."""
    if whole and not count:
        return "It has no files yet."
    return f"{size_text(size)} in {count_text(count, 'file')}" + ("" if whole else " so far")


def short_commit(commit: str) -> str:
    return commit[:_SHORT]


def revision_text(address: HfAddress) -> str:
    """The revision as it is called; a commit is shortened."""
    revision = address.revision or "main"
    return short_commit(revision) if is_commit(revision) else revision


def renamed_text(asked: str, name: str) -> str:
    return f"It was asked for as {asked}, and is called {name} now."


Tone = Literal["neutral", "accent", "warning"]


def badges(repository: HfRepository) -> tuple[tuple[str, Tone, str], ...]:
    """Words, their tone, and what they mean."""
    found: list[tuple[str, Tone, str]] = []
    if repository.is_private:
        found.append(("Private", "warning", "Only who is signed in and may read it sees it"))
    if repository.gated:
        found.append(("Gated", "warning", "Its files are given to whoever asked for them on its page"))
    if repository.licence:
        found.append((repository.licence, "neutral", "Licence"))
    return tuple(found)


def _base_models(names: tuple[str, ...]) -> tuple[Fact, ...]:
    found = [
        Fact("" if number else "Base model", name, _address(name))
        for number, name in enumerate(names[:MOST_BASE_MODELS])
    ]
    rest = len(names) - MOST_BASE_MODELS
    return (*found, Fact("", f"and {rest:,} more")) if rest > 0 else tuple(found)


def _owner(address: HfAddress) -> Fact:
    """Of the oldest repositories nobody is named."""
    owner, slash, _ = address.name.partition("/")
    return Fact("By", owner, HfAuthorAddress(owner)) if slash else Fact("By", "")


def _address(name: str) -> HfAddress | None:
    try:
        return hf_address(name) if "/" in name else None
    except InvalidArgument:
        return None


def _changed(moment: float) -> str:
    date, age = time_text(moment), age_text(moment)
    return date if date.startswith(age) else f"{date}, {age}"


def _count(count: int | None, after: str = "") -> str:
    return "" if count is None else f"{count:,}{after}"
