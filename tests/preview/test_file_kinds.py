"""What files are by their names, and how many bytes there are of each kind."""

from __future__ import annotations

import pytest

from kitops_desktop.preview.file_kinds import KindShare, KindSizes, joined_shares, kind_of_name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("model-00001-of-4.safetensors", "safetensors"),
        ("m/llama.Q4_K_M.GGUF", "GGUF"),
        ("pytorch_model.bin", "PyTorch"),
        ("unet/diffusion_pytorch_model.fp16.bin", "PyTorch"),
        ("pytorch_model-00001-of-00003.bin", "PyTorch"),
        ("lora/adapter_model.bin", "PyTorch"),
        ("checkpoint-5/optimizer.bin", "PyTorch"),
        ("weights.BIN", "Weights or data (.bin)"),
        ("pytorch/tokens.bin", "Weights or data (.bin)"),
        ("data/part.parquet", "Parquet and Arrow"),
        ("data/train.csv.gz", "Tables"),
        ("data/train.tar.gz", "Archives"),
        ("a/Dockerfile", "Code"),
        ("train.py", "Code"),
        ("LICENSE", "Text and configuration"),
        ("x.unheard-of", "Other"),
        ("nothing", "Other"),
        (".", "Other"),
        ("\udcff.png", "Images"),
    ],
)
def test_the_end_of_a_name_says_what_it_is(name: str, kind: str) -> None:
    assert kind_of_name(name) == kind


def test_bytes_by_kind_the_largest_first_and_the_unknown_last() -> None:
    sizes = KindSizes()
    for name, size in (("a.py", 1), ("b.py", 2), ("w.safetensors", 100), ("huge", 1000)):
        sizes.add(name, size)
    assert sizes.shares() == (
        KindShare("safetensors", 1, 100),
        KindShare("Code", 2, 3),
        KindShare("Other", 1, 1000),
    )
    assert joined_shares(sizes.shares(), 2) == (
        KindShare("safetensors", 1, 100),
        KindShare("Other", 3, 1003),
    )


def test_files_of_unknown_size_are_counted_beside_the_bytes() -> None:
    sizes = KindSizes()
    for name, size in (("a.py", 1), ("b.py", None), ("w.safetensors", 100), ("c.csv", None)):
        sizes.add(name, size)
    assert KindShare("Code", 2, 1, unknown=1) in sizes.shares()
    assert joined_shares(sizes.shares(), 2) == (
        KindShare("safetensors", 1, 100),
        KindShare("Other", 3, 1, unknown=2),
    )
