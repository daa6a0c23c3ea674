"""Which entries each layer gets: what the real kit answered, and the few answers that we give otherwise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kitops_desktop.errors import IgnoreFileError, KitfileInvalid, LayerPathMissing
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.kitfile.validation import check_valid
from kitops_desktop.modelkit.pack_plan import PackPlan, plan_pack
from support.differences import OVERLAP_VECTORS

VECTORS = Path(__file__).parents[1] / "data" / "golden" / "vectors"
OVERLAP: list[dict[str, Any]] = json.loads((VECTORS / "layer-overlap.json").read_text())["vectors"]
IGNORE: dict[str, Any] = json.loads((VECTORS / "kitignore.json").read_text())

DIFFERENT = {vector.files: [list(layer) for layer in vector.layers] for vector in OVERLAP_VECTORS}


def _lay_out(folder: Path, files: list[str], ignore: str | None) -> None:
    for name in files:
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {name}\n")
    if ignore is not None:
        (folder / ".kitignore").write_text(ignore)


def _plan(folder: Path, kitfile_text: str) -> PackPlan:
    (folder / "Kitfile").write_text(kitfile_text)
    kitfile = read_kitfile(kitfile_text)
    check_valid(kitfile)
    return plan_pack(folder, kitfile, IgnoreRules.load(folder))


@pytest.mark.parametrize("vector", OVERLAP, ids=lambda vector: " ".join(vector["files"]))
def test_layers_share_a_folder(vector: dict[str, Any], tmp_path: Path) -> None:
    _lay_out(tmp_path, vector["files"], vector["kitignore"])
    if vector["exit"]:
        with pytest.raises((LayerPathMissing, KitfileInvalid)) as caught:
            _plan(tmp_path, vector["kitfile"])
        assert str(caught.value) in vector["stderr"]
        return
    plan = _plan(tmp_path, vector["kitfile"])
    wanted = DIFFERENT.get(tuple(vector["files"]), vector["layers"])
    assert [list(layer.plan.names()) for layer in plan.layers] == wanted
    if wanted == vector["layers"]:
        assert "".join(f"[WARN ] {text}\n" for text in plan.warnings) == vector["stderr"]


def test_every_difference_is_one() -> None:
    kit = {tuple(vector["files"]): vector.get("layers") for vector in OVERLAP}
    assert set(DIFFERENT) <= set(kit)
    for files, ours in DIFFERENT.items():
        theirs = kit[files]
        assert theirs is not None
        assert ours != theirs
        for our_layer, their_layer in zip(ours, theirs, strict=True):
            assert set(their_layer) <= set(our_layer)  # never less than kit packs


@pytest.mark.parametrize("vector", IGNORE["vectors"], ids=lambda vector: repr(vector["kitignore"]))
def test_ignore_file_decides(vector: dict[str, Any], tmp_path: Path) -> None:
    _lay_out(tmp_path, IGNORE["tree"], vector["kitignore"])
    text = "manifestVersion: 1.0.0\ncode:\n- path: .\n"
    if vector["exit"]:
        with pytest.raises(IgnoreFileError):
            _plan(tmp_path, text)
        return
    plan = _plan(tmp_path, text)
    packed = list(plan.layers[0].plan.names())
    assert sorted(packed) == sorted(vector["packed"])
    _assert_complete(tmp_path, packed, plan)


def _assert_complete(folder: Path, packed: list[str], plan: PackPlan) -> None:
    """Every file is packed or listed as left out, itself or by a folder above it."""
    listed = {row.path: row.is_dir for row in plan.left_out}
    for path in folder.rglob("*"):
        if path.is_file():
            name = path.relative_to(folder)
            above = any(listed.get(parent.as_posix()) for parent in name.parents)
            assert (name.as_posix() in packed) != (name.as_posix() in listed or above), name
