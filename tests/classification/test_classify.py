"""What a folder is taken for, by content, with the evidence; and what bad folders get."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kitops_desktop.classification.arrangement import MOST_CODE, MOST_LOOSE
from kitops_desktop.classification.classification import Classification, Guess, Section
from kitops_desktop.classification.classify import classify
from kitops_desktop.classification.inventory import MOST_KEPT
from kitops_desktop.errors import FileAccessError
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.kitfile.validation import path_entries, validate
from kitops_desktop.kitfile.yaml_text import to_yaml
from kitops_desktop.progress import Cancelled, CancelToken, Progress
from support.model_files import small_safetensors, torch_zip, zipped

WEIGHTS = small_safetensors()
ADAPTER = json.dumps({"peft_type": "LORA", "base_model_name_or_path": "some/base"}).encode()


def made(root: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def found(root: Path, files: dict[str, bytes]) -> Classification:
    """What is found; the Kitfile is always valid and read back as it is."""
    classification = classify(made(root, files))
    text = to_yaml(classification.kitfile)
    assert read_kitfile(text) == classification.kitfile
    assert not validate(classification.kitfile)
    return classification


def guess(classification: Classification, field: str) -> Guess:
    return next(one for one in classification.guesses if one.field == field)


def paths(classification: Classification, section: str) -> list[str]:
    return [entry.path for entry in getattr(classification.kitfile, section)]


def parts(classification: Classification) -> dict[str, str]:
    model = classification.kitfile.model
    assert model is not None
    return {part.path: part.type for part in model.parts}


# -- models


def test_shards_are_one_model_with_what_belongs_to_it(tmp_path: Path) -> None:
    classification = found(
        tmp_path,
        {
            "model-00001-of-00002.safetensors": WEIGHTS,
            "model-00002-of-00002.safetensors": WEIGHTS,
            "model.safetensors.index.json": b"{}",
            "config.json": json.dumps({"model_type": "llama", "architectures": ["X"]}).encode(),
            "tokenizer.model": b"x",
        },
    )
    model = classification.kitfile.model
    assert model is not None
    assert (model.path, model.framework, model.format) == (
        "model-00001-of-00002.safetensors",
        "PyTorch",
        "safetensors",
    )
    assert parts(classification) == {
        "config.json": "config",
        "model-00002-of-00002.safetensors": "weights",
        "model.safetensors.index.json": "config",
        "tokenizer.model": "tokenizer",
    }
    assert model.parameters is not None
    assert model.parameters.value == {"parameter_count": 30, "precision": "BF16"}
    why = guess(classification, "model.path").why
    assert "The headers of its 2 files list 4 tensors, 30 parameters, mostly BF16." in why


def test_an_adapter_is_known_by_its_configuration(tmp_path: Path) -> None:
    classification = found(tmp_path, {"adapter_config.json": ADAPTER, "adapter_model.safetensors": WEIGHTS})
    model = classification.kitfile.model
    assert model is not None
    assert (model.framework, model.description) == ("PEFT", "Adapter for some/base")
    assert "adapter_config.json" in guess(classification, "model.framework").why


def test_an_adapter_beside_a_model_is_its_part(tmp_path: Path) -> None:
    classification = found(
        tmp_path,
        {
            "base/config.json": b'{"model_type": "x"}',
            "base/model.safetensors": WEIGHTS,
            "tuned/adapter_config.json": ADAPTER,
            "tuned/adapter_model.safetensors": WEIGHTS,
        },
    )
    assert classification.kitfile.model is not None
    assert classification.kitfile.model.path == "base"
    assert parts(classification) == {"tuned": "adapter"}


def test_the_name_of_a_file_does_not_make_it_what_it_is_not(tmp_path: Path) -> None:
    classification = found(
        tmp_path, {"notes.bin": WEIGHTS, "weights.h5": b"\x89HDF\r\n\x1a\n", "a.csv": b"a\n"}
    )
    assert classification.kitfile.model is not None
    assert classification.kitfile.model.path == "notes.bin"
    assert guess(classification, "model.format").value == "safetensors"
    assert [problem.path for problem in classification.problems] == ["weights.h5"]


def test_a_folder_that_is_the_model_is_named_as_a_whole(tmp_path: Path) -> None:
    classification = found(
        tmp_path,
        {
            "export/saved_model.pb": b"x",
            "export/variables/variables.index": b"x",
            "export/variables/variables.data-00000-of-00001": b"x",
            "export/assets/words.txt": b"x",
            "serve.py": b"1\n",
        },
    )
    model = classification.kitfile.model
    assert model is not None
    assert (model.path, model.format, model.framework) == ("export", "SavedModel", "TensorFlow")
    assert paths(classification, "code") == ["serve.py"]


@pytest.mark.parametrize(
    ("beginning", "name", "framework"),
    [
        (b"tree\nversion=v4\n", "model.txt", "LightGBM"),
        (b"\xba\x16\x4f\x2f" + bytes(60), "cc.bin", "fastText"),
        (b"CBM1" + bytes(60), "churn.cbm", "CatBoost"),
    ],
)
def test_models_known_by_their_first_bytes(
    tmp_path: Path, beginning: bytes, name: str, framework: str
) -> None:
    classification = found(tmp_path, {name: beginning, "README.md": b"# x\n"})
    assert classification.kitfile.model is not None
    assert (classification.kitfile.model.path, classification.kitfile.model.framework) == (name, framework)


def test_checkpoints_are_left_out_where_the_finished_model_is(tmp_path: Path) -> None:
    files = {"model.safetensors": WEIGHTS, "train.py": b"1\n"}
    for step in (100, 200):
        files[f"out/checkpoint-{step}/model.safetensors"] = WEIGHTS
        files[f"out/checkpoint-{step}/optimizer.pt"] = b"x"
    classification = found(tmp_path, files)
    patterns = {one.pattern: one for one in classification.ignore}
    assert set(patterns) == {"out/checkpoint-100", "out/checkpoint-200"}
    assert "finished model" in patterns["out/checkpoint-100"].why
    assert classification.kinds["out/checkpoint-100"] is Section.IGNORED
    assert parts(classification) == {}


def test_the_last_checkpoint_is_the_model_where_there_is_no_other(tmp_path: Path) -> None:
    files = {f"checkpoint-{step}/model.safetensors": WEIGHTS for step in (900, 1000)}
    classification = found(tmp_path, files)
    assert classification.kitfile.model is not None
    assert classification.kitfile.model.path == "checkpoint-1000/model.safetensors"
    assert [one.pattern for one in classification.ignore] == ["checkpoint-900"]


# -- what guesses say


def test_other_models_and_other_sections_are_offered(tmp_path: Path) -> None:
    classification = found(tmp_path, {"a.safetensors": WEIGHTS, "b.onnx": b"x", "c.csv": b"a,b\n1,2\n"})
    values = [one.value for one in guess(classification, "model.path").alternatives if one.section is None]
    assert values == ["b.onnx"]
    sections = [one.section for one in guess(classification, "datasets[0].path").alternatives]
    assert Section.CODE in sections
    assert sections[-1] is Section.IGNORED


def test_every_value_of_the_kitfile_has_a_reason(tmp_path: Path) -> None:
    classification = found(
        tmp_path,
        {"m.safetensors": WEIGHTS, "d/a.csv": b"a\n", "d/b.csv": b"a\n", "x.py": b"1\n", "R.md": b"x"},
    )
    fields = {one.field for one in classification.guesses}
    assert {"package.name", "model.path", "model.framework", "datasets[0].path", "code[0].path"} <= fields
    assert all(one.why.endswith(".") and one.value for one in classification.guesses)
    assert guess(classification, "datasets[0].path").why == "It holds 2 files that belong there: 2 .csv."


# -- entries


def test_a_folder_is_an_entry_where_all_of_it_belongs_together(tmp_path: Path) -> None:
    classification = found(
        tmp_path,
        {
            "data/raw/a.csv": b"a\n",
            "data/clean/b.parquet": b"x",
            "data/README.md": b"x",
            "src/pkg/a.py": b"1\n",
            "src/b.py": b"1\n",
            "docs/a.md": b"x",
            "docs/b.png": b"x",
        },
    )
    assert paths(classification, "datasets") == ["data"]
    assert paths(classification, "code") == ["src"]
    assert paths(classification, "docs") == ["docs"]


def test_code_around_a_model_gives_way_to_it(tmp_path: Path) -> None:
    classification = found(tmp_path, {"app/main.py": b"1\n", "app/util.py": b"1\n", "app/m.onnx": b"x"})
    assert classification.kitfile.model is not None
    assert classification.kitfile.model.path == "app/m.onnx"
    assert paths(classification, "code") == ["app"]


def test_many_single_files_of_code_become_one_entry(tmp_path: Path) -> None:
    files = {f"s{number}.py": b"1\n" for number in range(MOST_CODE + 1)}
    assert paths(found(tmp_path, {**files, "README.md": b"x"}), "code") == ["."]


def test_a_file_whose_name_begins_as_that_of_an_entry_is_named_too(tmp_path: Path) -> None:
    """``kit`` would take ``app/data.py`` out of ``app`` for the entry ``app/data``."""
    classification = found(
        tmp_path,
        {"app/main.py": b"1\n", "app/data.py": b"1\n", "app/data/a.csv": b"a\n", "app/data/b.csv": b"a\n"},
    )
    assert paths(classification, "datasets") == ["app/data"]
    assert paths(classification, "code") == ["app", "app/data.py"]


def test_entries_are_few_however_many_files_there_are(tmp_path: Path) -> None:
    files = {f"{number}.csv": b"" for number in range(MOST_LOOSE + 1)}
    files |= {f"deep/{number}.{ending}": b"" for number in range(MOST_LOOSE + 1) for ending in ("csv", "md")}
    classification = found(tmp_path, files)
    assert paths(classification, "datasets")[-1] == "."
    assert len(classification.guesses) < 3 * MOST_LOOSE


def test_files_beyond_those_known_by_name_are_covered(tmp_path: Path) -> None:
    files = {f"pics/{number}.jpg": b"" for number in range(MOST_KEPT + 100)}
    classification = found(tmp_path, {**files, "train.py": b"1\n"})
    assert paths(classification, "datasets") == ["pics"]
    assert classification.files == MOST_KEPT + 101
    assert f"{MOST_KEPT + 100:,} files" in guess(classification, "datasets[0].path").why


# -- prompts, secrets, junk


def test_prompts_and_skills(tmp_path: Path) -> None:
    classification = found(
        tmp_path,
        {
            "AGENTS.md": b"x",
            "prompts/a.md": b"x",
            "prompts/b.txt": b"x",
            "skill/SKILL.md": b"---\nname: x\n---\n",
            "skill/run.py": b"1\n",
            "README.md": b"x",
            "a/server.mcpb": b"x",
            "b/server.mcpb": b"x",
        },
    )
    assert paths(classification, "mcp_servers") == ["a/server.mcpb", "b/server.mcpb"]
    assert len({server.name for server in classification.kitfile.mcp_servers}) == 2
    assert paths(classification, "prompts") == ["AGENTS.md", "prompts", "skill"]
    assert paths(classification, "docs") == ["README.md"]


def test_junk_and_secrets_are_proposed_for_kitignore(tmp_path: Path) -> None:
    classification = found(
        tmp_path,
        {
            "a.py": b"1\n",
            ".env": b"A=1\n",
            "x/.DS_Store": b"",
            "x/__pycache__/a.pyc": b"",
            "wandb/run/a.json": b"{}",
            "env3/pyvenv.cfg": b"",
            "env3/lib/a.py": b"",
            ".git/HEAD": b"x",
        },
    )
    rules = IgnoreRules.parse("\n".join(one.pattern for one in classification.ignore))
    for path in (
        ".env",
        "x/.DS_Store",
        "x/__pycache__/a.pyc",
        "wandb/run/a.json",
        "env3/lib/a.py",
        ".git/HEAD",
    ):
        assert rules.ignores(path), path
    assert not rules.ignores("a.py")
    assert [one.pattern for one in classification.ignore if one.is_secret] == ["**/.env"]
    assert paths(classification, "code") == ["a.py"]


def test_what_kitignore_leaves_out_already_is_not_looked_at(tmp_path: Path) -> None:
    classification = found(
        tmp_path, {".kitignore": b"old\n", "old/m.safetensors": WEIGHTS, "b.csv": b"a\n", "Kitfile": b"x"}
    )
    assert classification.kitfile.model is None
    assert classification.ignore == ()
    assert classification.files == 1


def test_a_kitignore_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    classification = found(tmp_path, {".kitignore": b"[a\n", "b.csv": b"a\n"})
    assert [(one.path, one.why) for one in classification.problems] == [
        (".kitignore", "syntax error in pattern")
    ]


def test_pickles_are_named_with_what_they_import(tmp_path: Path) -> None:
    classification = found(tmp_path, {"m.pkl": b'cos\nsystem\n(S"x"\ntR.'})
    assert [(one.path, one.imports) for one in classification.pickles] == [("m.pkl", ("os.system",))]


# -- who, and under which licence


def test_the_licence_comes_from_the_card_in_the_spelling_of_spdx(tmp_path: Path) -> None:
    card = b"---\nlicense: apache-2.0\nbase_model: some/base\npipeline_tag: text-generation\n---\n"
    classification = found(tmp_path, {"README.md": card, "m.safetensors": WEIGHTS})
    assert classification.kitfile.package.license == "Apache-2.0"
    assert "front matter of README.md" in guess(classification, "package.license").why
    assert classification.kitfile.model is not None
    assert classification.kitfile.model.parameters is not None
    assert classification.kitfile.model.parameters.value["task"] == "text-generation"


def test_the_text_of_a_licence_counts_before_the_card(tmp_path: Path) -> None:
    licence = (Path(__file__).parents[2] / "LICENSE").read_bytes()
    classification = found(
        tmp_path, {"LICENSE": licence, "README.md": b"---\nlicense: cc-by-4.0\n---\n", "m.onnx": b"x"}
    )
    assert classification.kitfile.package.license == "Apache-2.0"
    assert classification.kitfile.model is not None
    assert classification.kitfile.model.license == "CC-BY-4.0"


COMMIT = "{0} {0} {1} <x@example.org> 1700000000 +0000\tcommit: x\n"


def test_authors_are_read_from_gits_files(tmp_path: Path) -> None:
    lines = "".join(COMMIT.format("0" * 40, name) for name in ("First", "ci[bot]", "Second", "First"))
    classification = found(tmp_path, {".git/logs/HEAD": lines.encode(), "a.py": b"1\n"})
    assert classification.kitfile.package.authors == ("First", "Second")
    assert ".git/logs/HEAD" in guess(classification, "package.authors").why


def test_the_configured_user_where_there_are_no_commits(tmp_path: Path) -> None:
    config = (
        b"[core]\n\tpager = touch /tmp/x\n"
        b'[user]\n\temail = x@example.org\n\tname = "Third"\n[x]\n\tname = no\n'
    )
    assert found(tmp_path, {".git/config": config, "a.py": b"1\n"}).kitfile.package.authors == ("Third",)


# -- bad folders


def test_an_empty_folder(tmp_path: Path) -> None:
    classification = found(tmp_path / "empty", {"x/y": b""})
    assert classification.files == 1
    (tmp_path / "none").mkdir()
    nothing = found(tmp_path / "none", {})
    assert nothing.kitfile.model is None
    assert nothing.kitfile.package.name == "none"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileAccessError):
        classify(tmp_path / "nowhere")


def test_links_are_not_followed_and_special_files_not_opened(tmp_path: Path) -> None:
    root = made(tmp_path / "in", {"a.py": b"1\n"})
    made(tmp_path / "out", {"m.safetensors": WEIGHTS})
    (root / "away").symlink_to(tmp_path / "out")
    (root / "round").symlink_to(root)
    (root / "m.safetensors").symlink_to(tmp_path / "out" / "m.safetensors")
    os.mkfifo(root / "pipe.json")
    classification = found(root, {})
    assert classification.kitfile.model is None
    assert set(classification.left_out) == {"away", "round", "m.safetensors", "pipe.json"}


def test_names_that_no_kitfile_can_hold_are_covered_all_the_same(tmp_path: Path) -> None:
    root = made(tmp_path / "odd", {"a/one.csv": b"a\n", "new\nline.csv": b"a\n"})
    raw = os.fsencode(root)
    for name in (b"a/\xff.csv", b"\xfe.csv"):
        with open(os.path.join(raw, name), "wb") as file:  # noqa: PTH118, PTH123 - bytes
            file.write(b"a\n")
    classification = found(root, {})
    assert paths(classification, "datasets") == ["."]


def test_a_very_deep_folder(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 500)
    deep.mkdir(parents=True)
    (deep / "a.csv").write_text("a\n")
    assert paths(found(tmp_path, {}), "datasets") == ["/".join(["d"] * 500 + ["a.csv"])]


def test_damaged_headers_are_problems_and_stop_nothing(tmp_path: Path) -> None:
    classification = found(
        tmp_path,
        {
            "a.safetensors": b"\xff" * 20,
            "b.gguf": b"GGUF" + b"\xff" * 40,
            "c.json": b"[" * 100_000,
            "README.md": b"---\n" + b"a: &a [*a]\n" * 100,
            "d.csv": b"a,b\n",
        },
    )
    assert {one.path for one in classification.problems} >= {"a.safetensors", "b.gguf", "c.json"}
    assert paths(classification, "datasets") == ["d.csv"]


def test_a_folder_that_cannot_be_read_is_named(
    tmp_path: Path, run_unprivileged: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    root = made(tmp_path / "in", {"a.py": b"1\n", "closed/b.py": b"1\n"})
    (root / "closed").chmod(0)
    program = (
        "import sys; from pathlib import Path\n"
        "from kitops_desktop.classification.classify import classify\n"
        "print([one.path for one in classify(Path(sys.argv[1])).problems])"
    )
    ended = run_unprivileged([sys.executable, "-c", program, str(root)])
    assert ended.stdout.strip() == "['closed']", ended.stderr


def test_it_stops_when_it_is_cancelled(tmp_path: Path) -> None:
    root = made(tmp_path, {f"{number}/a.csv": b"a\n" for number in range(50)})
    token = CancelToken()
    seen: list[str] = []

    def report(progress: Progress) -> None:
        seen.append(progress.detail)
        if len(seen) == 10:
            token.cancel()

    with pytest.raises(Cancelled):
        classify(root, token=token, report=report)
    assert len(seen) == 10


def test_what_tests_need_belongs_to_the_code(tmp_path: Path) -> None:
    classification = found(
        tmp_path,
        {
            "pkg/a.py": b"1\n",
            "pkg/b.py": b"1\n",
            "tests/test_a.py": b"1\n",
            "tests/data/x.csv": b"a\n",
            "tests/small.onnx": b"x",
        },
    )
    assert classification.kitfile.model is None
    assert paths(classification, "code") == ["pkg", "tests"]
    assert paths(classification, "datasets") == []


def test_drawings_are_never_data(tmp_path: Path) -> None:
    files = {f"ui/icons/{number}.svg": b"<svg/>" for number in range(40)}
    classification = found(tmp_path, {**files, "ui/main.js": b"1\n", "history.svg": b"<svg/>"})
    assert paths(classification, "datasets") == []
    assert paths(classification, "code") == ["ui"]
    assert paths(classification, "docs") == ["history.svg"]


NAMES = [
    "a.py",
    "b.csv",
    "c.md",
    "model.safetensors",
    "tokenizer.json",
    "config.json",
    "d.png",
    "e.txt",
    "f.yaml",
    "g.bin",
    "h",
    ".env",
    "i.onnx",
    "README.md",
    "LICENSE",
    "data.parquet",
    "x.ipynb",
    "optimizer.pt",
    "adapter_config.json",
    "SKILL.md",
    "a",
    "a.pyc",
    "j.log",
]
FOLDERS = [
    "data",
    "src",
    "docs",
    "model",
    "checkpoint-1",
    "checkpoint-2",
    "tests",
    "prompts",
    "images",
    "a",
    "a.b",
    "lightning_logs",
]


@pytest.mark.parametrize("seed", range(60))
def test_all_that_is_not_ignored_is_covered_and_no_path_is_named_twice(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    files = []
    for _ in range(chance.randint(1, 25)):
        folder = chance.choices(FOLDERS, k=chance.randint(0, 3))
        files.append("/".join([*folder, chance.choice(NAMES)]))
    for path in files:
        target = tmp_path / path
        if not any((tmp_path / path).parents[up].is_file() for up in range(path.count("/"))):
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.is_dir():
                target.write_bytes(b"x")
    classification = found(tmp_path, {})
    entries = [entry.path for entry in path_entries(classification.kitfile)]
    assert len(entries) == len(set(entries))
    rules = IgnoreRules.parse("\n".join(one.pattern for one in classification.ignore))
    for path in (file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file()):
        is_covered = any(path == one or one == "." or path.startswith(f"{one}/") for one in entries)
        assert is_covered or rules.ignores(path), path
    for path in entries:
        assert path == "." or not rules.ignores(path), path


# -- formats that are folders or pairs, and what tools leave around a model


def test_packages_of_core_ml_are_models_as_a_whole(tmp_path: Path) -> None:
    package = {"Manifest.json": b"{}", "Data/model.mlmodel": b"x" * 50, "Data/weights/weight.bin": b"x" * 500}
    files = {f"Tagger.mlpackage/{name}": content for name, content in package.items()}
    result = found(tmp_path, {**files, "README.md": b"# Tagger\n", "convert.py": b"import coremltools\n"})
    model = result.kitfile.model
    assert model is not None
    assert (model.path, model.framework, model.format) == ("Tagger.mlpackage", "Core ML", "Core ML")
    assert paths(result, "code") == ["convert.py"]


def test_both_halves_of_a_model_of_openvino(tmp_path: Path) -> None:
    net = b'<?xml version="1.0"?>\n<net name="x" version="11"></net>'
    files = {"model.xml": net, "model.bin": b"x" * 500}
    files |= {"openvino_tokenizer.xml": net, "openvino_tokenizer.bin": b"x" * 90}
    result = found(tmp_path, files)
    assert result.kitfile.model is not None
    assert (result.kitfile.model.path, result.kitfile.model.framework) == ("model.bin", "OpenVINO")
    assert parts(result) == {
        "model.xml": "config",
        "openvino_tokenizer.bin": "tokenizer",
        "openvino_tokenizer.xml": "tokenizer",
    }


def test_components_of_spacy_are_folders(tmp_path: Path) -> None:
    files = {"config.cfg": b"[nlp]\n", "meta.json": b'{"lang": "de"}', "tokenizer": b"\x82"}
    files |= {"ner/model": b"\x82" * 500, "ner/moves": b"\x82", "vocab/strings.json": b'["a"]'}
    files |= {"vocab/key2row": b"\x80", "attribute_ruler/patterns": b"\x90"}
    result = found(tmp_path, files)
    assert result.kitfile.model is not None
    assert (result.kitfile.model.path, result.kitfile.model.framework) == ("ner", "spaCy")
    assert parts(result)["vocab"] == "tokenizer"
    assert parts(result)["attribute_ruler/patterns"] == "weights"


def test_an_agent_of_stable_baselines(tmp_path: Path) -> None:
    members = {"data": b"{}", "policy.pth": b"x", "_stable_baselines3_version": b"2.1"}
    model = found(tmp_path, {"ppo.zip": zipped(members), "train.py": b"import gymnasium\n"}).kitfile.model
    assert model is not None
    assert (model.path, model.framework) == ("ppo.zip", "stable-baselines3")


def test_the_last_run_of_lightning_is_the_model_and_the_others_stay_out(tmp_path: Path) -> None:
    runs = {0: "epoch=9-step=1000", 1: "epoch=3-step=100"}
    files = {f"lightning_logs/version_{n}/checkpoints/{one}.ckpt": torch_zip() for n, one in runs.items()}
    files |= {f"lightning_logs/version_{n}/hparams.yaml": b"lr: 1\n" for n in runs}
    files["lightning_logs/version_0/metrics.csv"] = b"step,loss\n1,2\n"
    result = found(tmp_path, {**files, "train.py": b"import lightning\n"})
    assert result.kitfile.model is not None
    assert result.kitfile.model.path == "lightning_logs", "all that is left in it"
    patterns = [one.pattern for one in result.ignore]
    assert patterns == ["lightning_logs/version_0/metrics.csv", "lightning_logs/version_1"]


def test_workings_of_dvc_settings_and_evaluations(tmp_path: Path) -> None:
    files = {".dvc/cache/files/md5/ab/cd": b"x", ".dvc/config": b"[core]\n", "model.safetensors": WEIGHTS}
    files |= {"data/x.csv": b"a,b\n1,2\n", "data/x.csv.dvc": b"outs: []\n", "src/a.py": b"", "src/b.py": b""}
    files |= {"configs/data/mnist.yaml": b"a: 1\n", "configs/train.yaml": b"a: 1\n"}
    files |= {"eval/metrics.json": b'{"f1": 1}', "eval/plots/roc.png": b"\x89PNG"}
    result = found(tmp_path, files)
    assert [one.pattern for one in result.ignore] == ["**/.dvc"]
    assert paths(result, "datasets") == ["data"]
    assert paths(result, "code") == ["configs", "src"]
    assert paths(result, "docs") == ["eval"]
