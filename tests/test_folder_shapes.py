"""The labelled folders are what they say: they can be built, and their Kitfiles pack every file once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kitops_desktop.formats.recognise import recognise
from kitops_desktop.formats.source import MemoryBytes
from kitops_desktop.kitfile.ignore import IgnoreRules, literal_pattern
from kitops_desktop.kitfile.validation import check_valid
from kitops_desktop.modelkit.left_out import LeftOutReason
from kitops_desktop.modelkit.pack_plan import plan_pack
from support.folder_contents import file_content
from support.folder_shapes import LATER, FolderShape, compare, load_shapes

ALL = (*load_shapes(), *load_shapes(LATER))


@pytest.mark.parametrize("shape", ALL, ids=lambda shape: shape.id)
def test_its_kitfile_packs_every_file_once(shape: FolderShape, tmp_path: Path) -> None:
    root = shape.build(tmp_path)
    check_valid(shape.kitfile)
    ignored = IgnoreRules.parse("\n".join(literal_pattern(path) for path in shape.ignore))
    plan = plan_pack(root, shape.kitfile, ignored)
    wanted = set(shape.files) - {*shape.ignore, *shape.either}
    lost = [out.path for out in plan.left_out if out.why is LeftOutReason.NOT_COVERED]
    assert not [path for path in wanted if any(f"{path}/".startswith(f"{folder}/") for folder in lost)]
    assert not plan.warnings
    assert len(wanted) <= plan.file_count <= len(shape.files) - len(shape.ignore)


@pytest.mark.parametrize("shape", ALL, ids=lambda shape: shape.id)
def test_the_kitfile_wanted_is_right(shape: FolderShape) -> None:
    verdict = compare(shape, shape.kitfile, map(literal_pattern, shape.ignore))
    assert verdict.is_right, verdict.wrong


HEADERS = re.compile(r".+\.(safetensors|gguf|onnx|pt|pth|pkl|joblib|h5|hdf5|npy|parquet|csv|jsonl|ipynb)")


def test_files_have_true_headers() -> None:
    files = [(shape.id, *file) for shape in ALL for file in shape.files.items() if HEADERS.fullmatch(file[0])]
    for name, path, spec in files:
        assert recognise(MemoryBytes(file_content(path, spec)), path) is not None, f"{name}: {path}"
    assert len(files) > 100
