"""A home folder with projects and ModelKits in it, as somebody's might be after a few weeks of work."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "resources" / "sample-kit"
REGISTRY = "registry.example/acme"
_MIB = 1 << 20
_LAYERS = {"self_attn.k_proj": (1280, 1280), "self_attn.v_proj": (1280, 1280), "fc1": (5120, 1280)}
"""Of a layer of a network: what it is made of, and in which shape."""
_ROWS = "customer,months,calls,churned\n" + "".join(
    f"{n},{n % 61},{n % 7},{n % 5 == 0:d}\n" for n in range(9000)
)

CHURN = """\
manifestVersion: 1.0.0
package:
  name: churn
  version: 3.0.0
  description: Which customers are about to leave
  authors: [MLTeam]
model:
  name: churn
  path: model/churn.safetensors
  framework: lightgbm
  license: Apache-2.0
  # agreed with the product team, do not change without asking
  parameters:
    threshold: 0.62
    trees: 400
datasets:
  - name: train
    path: data/train.csv
    description: Two years of contracts
  - name: holdout
    path: data/holdout.csv
code:
  - path: src
    description: Training and inference
docs:
  - path: README.md
    description: Model card
"""
ASSISTANT = """\
manifestVersion: 1.0.0
package:
  name: assistant
  version: {version}
  description: Answers questions about our manuals
  authors: [DataLab]
model:
  name: assistant
  path: assistant-{version}.gguf
  format: gguf
  license: Apache-2.0
docs:
  - path: README.md
"""


def make_home(home: Path) -> None:
    """Fill ``home``, which must not exist."""
    home.mkdir()
    projects = home / "projects"
    shutil.copytree(SAMPLE, projects / "bearing-faults")
    _pack(home, projects / "bearing-faults", f"{REGISTRY}/bearing-faults:1.0.0,latest")
    _make_churn(home, projects / "churn")
    _make_assistant(home, projects / "assistant")
    _make_big(projects / "speech")
    _make_messy(projects / "support-bot")
    _make_files_in_the_way(home / "serving")
    damage(home, f"{REGISTRY}/assistant:7b-q8")


def environment(home: Path) -> dict[str, str]:
    """What a program needs to take ``home`` for its user's."""
    folders = {
        f"XDG_{kind}_HOME": str(home / f".{kind.lower()}") for kind in ("CONFIG", "DATA", "STATE", "CACHE")
    }
    return {"HOME": str(home), "KITOPS_HOME": "", **folders}


def write_settings(home: Path, **settings: object) -> None:
    path = home / ".config" / "kitops-desktop" / "settings.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"author": "MLTeam", **settings}), encoding="utf-8")


def run_command(home: Path, *arguments: str | Path, stdin: str = "", **variables: str) -> str:
    """Run a command of the command line for that home; gives what it printed."""
    command = [sys.executable, "-P", "-m", "kitops_desktop", *map(str, arguments)]
    done = subprocess.run(
        command,
        env={**os.environ, **environment(home), **variables},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{command} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def make_weights(path: Path, layers: range, name: str) -> None:
    """Write a safetensors file with those layers of a network, all zeros and so without room on the disk."""
    header, end = {"__metadata__": {"format": "pt"}}, 0
    for layer in layers:
        for part, (rows, columns) in _LAYERS.items():
            start, end = end, end + 2 * rows * columns
            tensor = {"dtype": "BF16", "shape": [rows, columns], "data_offsets": [start, end]}
            header[f"{name}.layers.{layer}.{part}.weight"] = tensor
    text = json.dumps(header).encode()
    write(path, len(text).to_bytes(8, "little") + text)
    with path.open("r+b") as file:
        file.truncate(8 + len(text) + end)


def damage(home: Path, reference: str) -> None:
    """Change a byte in the first layer of a kit, as a failing disk would."""
    digest = json.loads(run_command(home, "inspect", reference))["manifest"]["layers"][0]["digest"]
    blob = home / ".data" / "kitops" / "storage" / "blobs" / "sha256" / digest.removeprefix("sha256:")
    blob.chmod(0o600)
    with blob.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff")


def _make_churn(home: Path, folder: Path) -> None:
    """A project with three versions, and things in it that should not be packed."""
    files = {
        "Kitfile": CHURN,
        "README.md": "# Churn\n\nPredicts from contract data who is about to leave.\n\n"
        "| | holdout |\n|---|---|\n| AUC | 0.91 |\n| recall | 0.84 |\n",
        "data/train.csv": _ROWS,
        "data/holdout.csv": _ROWS[:40_000],
        "src/train.py": "print('training')\n" * 40,
        "src/predict.py": "print('predicting')\n" * 30,
        "notebooks/exploration.ipynb": json.dumps({"cells": [], "nbformat": 4, "nbformat_minor": 5}),
    }
    for name, text in files.items():
        write(folder / name, text.encode())
    write(folder / "model/churn.safetensors", os.urandom(3 * _MIB))
    _pack(home, folder, f"{REGISTRY}/churn:v1,latest")
    write(folder / "src/features.py", b"WINDOW = 90\n" * 20)
    write(folder / "Kitfile", CHURN.replace("threshold: 0.62", "threshold: 0.66").encode())
    _pack(home, folder, f"{REGISTRY}/churn:v2,latest")
    write(folder / "model/churn.safetensors", os.urandom(3 * _MIB))
    _pack(home, folder, f"{REGISTRY}/churn:v3,latest")
    write(folder / ".kitignore", b"notebooks\n")
    write(folder / "src/.env", b"WAREHOUSE_PASSWORD=not-for-others\n")
    write(folder / "src/__pycache__/train.cpython-311.pyc", bytes(2000))
    write(folder / "notes.txt", b"ask DataLab about the holdout\n")


def _make_assistant(home: Path, folder: Path) -> None:
    write(folder / "README.md", b"# Assistant\n\nAnswers questions about our manuals.\n")
    for version, size in (("7b-q4", 96), ("7b-q8", 160)):
        write(folder / f"assistant-{version}.gguf", b"GGUF" + os.urandom(_MIB) + bytes((size - 1) * _MIB))
        write(folder / "Kitfile", ASSISTANT.format(version=version).encode())
        _pack(home, folder, f"{REGISTRY}/assistant:{version}")


def _make_big(folder: Path) -> None:
    """A project that takes minutes to pack with gzip, and no room before."""
    write(
        folder / "Kitfile", b"manifestVersion: 1.0.0\npackage:\n  name: speech\nmodel:\n  path: speech.onnx\n"
    )
    with (folder / "speech.onnx").open("wb") as file:
        file.truncate(24 << 30)


def _make_messy(folder: Path) -> None:
    """A folder as work leaves it, without a Kitfile: weights in two pieces, data, caches, a token."""
    layers = {
        f"model.layers.{n}.self_attn.q_proj.weight": {
            "dtype": "BF16", "shape": [512, 512], "data_offsets": [n * 524288, (n + 1) * 524288],
        } for n in range(8)
    }  # fmt: skip
    header = json.dumps({"__metadata__": {"format": "pt"}, **layers}).encode()
    shard = len(header).to_bytes(8, "little") + header + os.urandom(8 * 524288)
    config = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "torch_dtype": "bfloat16"}
    files = {
        "model-00001-of-00002.safetensors": shard,
        "model-00002-of-00002.safetensors": shard,
        "config.json": json.dumps(config).encode(),
        "tokenizer.json": json.dumps({"version": "1.0", "model": {"type": "BPE"}}).encode(),
        "tokenizer_config.json": json.dumps({"tokenizer_class": "LlamaTokenizer"}).encode(),
        "README.md": b"---\nlicense: apache-2.0\nlibrary_name: transformers\n---\n# Support bot\n",
        "data/train.jsonl": b'{"question": "How do I reset it?", "answer": "Hold the button."}\n' * 400,
        "data/eval.jsonl": b'{"question": "Is it loud?", "answer": "No."}\n' * 60,
        "notebooks/tuning.ipynb": json.dumps({"cells": [], "nbformat": 4, "nbformat_minor": 5}).encode(),
        "src/serve.py": b"print('serving')\n" * 30,
        "old/ranker.pkl": b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x07echo hi\x85R.",
        "checkpoints/step-500/model.safetensors": shard,
        "src/__pycache__/serve.cpython-311.pyc": bytes(4000),
        ".env": b"HF_TOKEN=" + b"hf_" + os.urandom(17).hex().encode() + b"\n",
    }
    for name, content in files.items():
        write(folder / name, content)


def _make_files_in_the_way(folder: Path) -> None:
    write(folder / "README.md", b"# Serving\n")
    write(folder / "src/predict.py", b"print('changed here')\n")
    write(folder / "src/train.py", b"print('training')\n")


def _pack(home: Path, folder: Path, reference: str) -> None:
    run_command(home, "pack", folder, "-t", reference)


def write(path: Path, content: bytes) -> None:
    """Write a file, with the folders it is in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
