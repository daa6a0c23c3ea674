"""Kits that refer to kits: the chain is followed, cycles and long chains end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kitops_desktop.errors import ModelReferenceError, ReferenceNotFound
from kitops_desktop.kitfile.kitfile import CodeEntry, Dataset, DocsEntry, Kitfile, Model, ModelPart
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.modelkit.parents import parent_paths, resolve_parents
from kitops_desktop.oci.reference import Reference
from support.directory_storage import DirectoryStorage
from support.made_kits import make_kit


def refers(path: str, name: str = "") -> Kitfile:
    return Kitfile(model=Model(name, path))


@pytest.fixture
def loader(tmp_path: Path) -> Callable[[Mapping[str, Kitfile]], Callable[[Reference], ModelKit]]:
    """loader({"base:1": kitfile}): what loads these kits, by their short names."""
    storage = DirectoryStorage(tmp_path / "storage")

    def make(kitfiles: Mapping[str, Kitfile]) -> Callable[[Reference], ModelKit]:
        def load(reference: Reference) -> ModelKit:
            if reference.short not in kitfiles:
                raise ReferenceNotFound(reference.short)
            return make_kit(storage, kitfiles[reference.short], [])

        return load

    return make


Loader = Callable[[Mapping[str, Kitfile]], Callable[[Reference], ModelKit]]


def names(kits: tuple[ModelKit, ...]) -> list[str]:
    return [kit.kitfile.model.name if kit.kitfile.model else "" for kit in kits]


@pytest.mark.parametrize("path", ["model.bin", "./dir/model", "", "FILE:x", "a@b"])
def test_paths_refer_to_nothing(loader: Loader, path: str) -> None:
    assert resolve_parents(refers(path), loader({})) == ()
    assert resolve_parents(Kitfile(), loader({})) == ()


def test_the_nearest_comes_first(loader: Loader) -> None:
    load = loader({"mid:1": refers("base:1", "mid"), "base:1": refers("w.bin", "base")})
    assert names(resolve_parents(refers("mid:1"), load)) == ["mid", "base"]


def test_a_cycle_is_named(loader: Loader) -> None:
    load = loader({"a:1": refers("b:1"), "b:1": refers("a:1")})
    with pytest.raises(ModelReferenceError) as caught:
        resolve_parents(refers("a:1"), load)
    assert str(caught.value) == "Found cycle in modelkit references: [a:1=>b:1=>a:1]"
    assert caught.value.chain == ("a:1", "b:1", "a:1")


def test_a_kit_that_refers_to_itself(loader: Loader) -> None:
    with pytest.raises(ModelReferenceError, match=r"\[a:1=>a:1\]"):
        resolve_parents(refers("a:1"), loader({"a:1": refers("a:1")}))


def test_ten_kits_are_followed_and_no_more(loader: Loader) -> None:
    kits = {f"k:{number}": refers(f"k:{number + 1}") for number in range(1, 20)}
    kits["k:20"] = refers("w.bin", "last")
    assert len(resolve_parents(refers("k:11"), loader(kits))) == 10
    with pytest.raises(ModelReferenceError, match="reached maximum number of model references"):
        resolve_parents(refers("k:10"), loader(kits))


def test_a_kit_that_is_not_there(loader: Loader) -> None:
    with pytest.raises(ReferenceNotFound):
        resolve_parents(refers("gone:1"), loader({}))


def test_paths_of_all_layers_of_all_parents_are_left_to_them(loader: Loader) -> None:
    base = Kitfile(
        model=Model("b", "w", parts=(ModelPart("p", "part.bin"),)),
        code=(CodeEntry("c.py"),),
        datasets=(Dataset("d", "d.csv"),),
        docs=(DocsEntry("README.md"),),
    )
    mid = Kitfile(model=Model("m", "base:1", parts=(ModelPart("l", "lora"),)), code=(CodeEntry(""),))
    parents = resolve_parents(refers("mid:1"), loader({"mid:1": mid, "base:1": base}))
    cleaned = [path or "." for path in parent_paths(parents)]
    assert cleaned == ["lora", ".", "w", "part.bin", "c.py", "d.csv", "README.md"]
