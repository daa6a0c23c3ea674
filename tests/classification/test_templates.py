"""Templates name what is in the folder, and nothing else; what they have no file for they say."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kitops_desktop.classification.pattern import from_pattern
from kitops_desktop.classification.template_filling import MOST_ENTRIES
from kitops_desktop.classification.templates import TEMPLATES, Filled, blank, fill_template, find_template
from kitops_desktop.errors import FileAccessError
from kitops_desktop.kitfile.kitfile import Dataset, DocsEntry, Kitfile, Model, ModelPart, Package
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.kitfile.yaml_text import to_yaml
from kitops_desktop.modelkit.layers import layer_entries
from kitops_desktop.progress import Cancelled, CancelToken

MESSY = {
    "net.pt": 500,
    "last.pt": 100,
    "config.json": 2,
    "train.py": 1,
    "requirements.txt": 1,
    "README.md": 1,
    "LICENSE": 1,
    "data/train.csv": 9,
    "data/cached.pt": 900,
    "src/net/__init__.py": 0,
    ".env": 5,
    "wandb/run/log.txt": 5,
    "__pycache__/train.cpython-311.pyc": 5,
    "scratch.log": 5,
    ".kitignore": 0,
}


def write(folder: Path, sizes: dict[str, int]) -> Path:
    for name, size in sizes.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
    return folder


def filled(name: str, folder: Path) -> Filled:
    template = find_template(name)
    assert template is not None
    return fill_template(template, folder)


def named(kitfile: Kitfile) -> list[str]:
    return [entry.path for entry in layer_entries(kitfile)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
@pytest.mark.parametrize("sizes", [{}, MESSY, {"a/b/c/model.safetensors": 3, "data/x/y.parquet": 1}])
def test_only_files_that_exist_are_named_and_none_twice(
    template: object, sizes: dict[str, int], tmp_path: Path
) -> None:
    folder = write(tmp_path / "kit", sizes)
    folder.mkdir(exist_ok=True)
    found = filled(template.name, folder)  # type: ignore[attr-defined]
    paths = named(found.kitfile)
    assert all((folder / path).exists() for path in paths)
    assert len(set(paths)) == len(paths)
    assert not any(one != other and one.startswith(f"{other}/") for one in paths for other in paths)
    assert read_kitfile(to_yaml(found.kitfile)) == found.kitfile
    assert not {".env", "wandb", "__pycache__"} & set(paths)
    if not sizes:
        assert paths == []
        assert found.missing


def test_pytorch(tmp_path: Path) -> None:
    found = filled("pytorch", write(tmp_path / "net", MESSY))
    model = found.kitfile.model
    assert model is not None
    assert (model.path, model.framework, model.format) == ("net.pt", "pytorch", "pt")
    assert [(part.path, part.type) for part in model.parts] == [("config.json", "config")]
    assert [entry.path for entry in found.kitfile.datasets] == ["data"]
    assert [entry.path for entry in found.kitfile.code] == ["src", "requirements.txt", "train.py"]
    assert [entry.path for entry in found.kitfile.docs] == ["LICENSE", "README.md"]
    assert found.missing == ()


def test_scikit_learn_says_what_is_missing(tmp_path: Path) -> None:
    found = filled("scikit-learn", write(tmp_path / "kit", {"model.pkl": 4, "README.md": 1}))
    assert found.kitfile.model is not None
    assert found.kitfile.model.path == "model.pkl"
    assert [text.partition(":")[0] for text in found.missing] == ["Dataset", "Code"]
    assert filled("scikit-learn", write(tmp_path / "other", {"net.pt": 4})).kitfile.model is None


def test_a_model_in_pieces_with_its_tokenizer(tmp_path: Path) -> None:
    pieces = {f"model-0000{number}-of-00003.safetensors": 50 for number in (1, 2, 3)}
    beside = {"tokenizer.json": 1, "config.json": 1, "other.safetensors": 90, "deep/tokenizer.json": 1}
    found = filled("llm", write(tmp_path / "llm", pieces | beside))
    model = found.kitfile.model
    assert model is not None
    assert model.path == "model-00001-of-00003.safetensors"
    assert [(part.path, part.type) for part in model.parts] == [
        ("model-00002-of-00003.safetensors", "weights"),
        ("model-00003-of-00003.safetensors", "weights"),
        ("config.json", "config"),
        ("tokenizer.json", "tokenizer"),
    ]


def test_lora_names_its_base(tmp_path: Path) -> None:
    folder = write(tmp_path / "lora", {"adapter_model.safetensors": 9, "model.safetensors": 900})
    config = {"peft_type": "LORA", "base_model_name_or_path": "org/base", "r": 8}
    (folder / "adapter_config.json").write_text(json.dumps(config))
    model = filled("lora", folder).kitfile.model
    assert model is not None
    assert (model.path, model.description) == ("adapter_model.safetensors", "LoRA adapter for org/base")
    (folder / "adapter_config.json").write_text("{" * 100_000)
    assert filled("lora", folder).kitfile.model is not None


def test_datasets_and_prompts(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "kit",
        {"rows.jsonl": 3, "images/a.parquet": 1, "images/b.parquet": 1, "mixed/c.csv": 1, "mixed/d.py": 1},
    )
    found = filled("dataset", folder).kitfile
    assert [(entry.name, entry.path) for entry in found.datasets] == [
        ("rows", "rows.jsonl"),
        ("images", "images"),
        ("c", "mixed/c.csv"),
    ]
    assert found.model is None
    folder = write(tmp_path / "skills-kit", {"review/SKILL.md": 1, "AGENTS.md": 1, "prompts/a.txt": 1})
    assert [(entry.name, entry.path) for entry in filled("prompts", folder).kitfile.prompts] == [
        ("prompts", "prompts"),
        ("AGENTS", "AGENTS.md"),
        ("review", "review/SKILL.md"),
    ]


def test_entries_are_bounded_and_what_is_not_named_is_said(tmp_path: Path) -> None:
    folder = write(tmp_path / "kit", {f"rows{number:03}.csv": 1 for number in range(MOST_ENTRIES + 7)})
    found = filled("dataset", folder)
    assert len(found.kitfile.datasets) == MOST_ENTRIES
    assert "Dataset: 7 further files are not named one by one." in found.missing


def test_odd_folders(tmp_path: Path) -> None:
    folder = write(tmp_path / "kit", {os.fsdecode(b"od\xffd.csv"): 1, "line\nbreak.csv": 1, "ok.csv": 1})
    (folder / "circle").symlink_to(folder)
    (folder / "linked.csv").symlink_to("ok.csv")
    (folder / ".kitignore").write_text("secret.csv\n")
    write(folder, {"secret.csv": 1})
    assert named(filled("dataset", folder).kitfile) == ["ok.csv"]
    with pytest.raises(FileAccessError):
        filled("dataset", tmp_path / "gone")
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        fill_template(TEMPLATES[0], folder, token=token)


def test_blank_names_no_file(tmp_path: Path) -> None:
    made = blank(tmp_path / "churn", author="me").kitfile
    assert (made.package, named(made)) == (Package(name="churn", authors=("me",)), [])


def test_another_kit_as_pattern(tmp_path: Path) -> None:
    folder = write(tmp_path / "kit", {"data/a.csv": 1, "README.md": 1, "tok.json": 1})
    model = Model(
        name="net",
        path="gone.pt",
        framework="pytorch",
        parts=(ModelPart(path="tok.json", digest="sha256:1"), ModelPart(path="gone.json")),
        digest="sha256:2",
    )
    pattern = Kitfile(
        package=Package(name="theirs", license="MIT"),
        model=model,
        datasets=(
            Dataset(path="./data/", description="rows", digest="sha256:3"),
            Dataset(path="../kit/data"),
            Dataset(remote_path="s3://bucket/rows"),
        ),
        docs=(DocsEntry(path="README.md"), DocsEntry(), DocsEntry(path="a\0b")),
    )
    found = from_pattern(pattern, folder)
    made = found.kitfile
    assert made.package == pattern.package
    assert made.manifest_version == "1.0.0"
    assert made.model == Model(name="net", framework="pytorch", parts=(ModelPart(path="tok.json"),))
    assert made.datasets == (
        Dataset(path="./data/", description="rows"),
        Dataset(remote_path="s3://bucket/rows"),
    )
    assert made.docs == (DocsEntry(path="README.md"),)
    assert [text.partition(":")[0] for text in found.missing] == [
        "Model",
        "Model part",
        "Dataset",
        "Docs",
        "Docs",
    ]
    kept = from_pattern(Kitfile(model=Model(path="registry.example/base:v1")), folder).kitfile.model
    assert kept is not None
    assert kept.path == "registry.example/base:v1"
