"""The sample kit is what its training script makes, and its inference script reads it."""

from __future__ import annotations

import filecmp
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "resources" / "sample-kit"
MADE = ("data/train.csv", "data/test.csv", "model/config.json", "model/bearing-faults.safetensors")


@pytest.fixture(scope="module")
def trainer() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "train_sample_kit", ROOT / "packaging" / "train_sample_kit.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_training_again_gives_the_shipped_data_and_model(trainer: ModuleType, tmp_path: Path) -> None:
    accuracy = trainer.main(tmp_path)
    assert accuracy > 0.9
    assert filecmp.cmpfiles(tmp_path, SAMPLE, MADE, shallow=False)[0] == list(MADE)


def test_inference_script_reads_the_model(trainer: ModuleType) -> None:
    done = subprocess.run([sys.executable, SAMPLE / "predict.py"], capture_output=True, text=True, check=True)
    right, _, total = done.stdout.split("(")[0].split()[:3]
    assert total == "300"
    assert int(right) / 300 > 0.9
    assert done.stdout.strip() in (SAMPLE / "README.md").read_text(encoding="utf-8")
