"""Estimates of compressed sizes against what packing really makes of the files."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.kitfile import CodeEntry, Dataset, Kitfile, Model
from kitops_desktop.modelkit import compression_estimate
from kitops_desktop.modelkit.compression import compressor
from kitops_desktop.modelkit.compression_estimate import COMPRESSIONS, estimate_compression
from kitops_desktop.modelkit.layer_plan import LayerPlan
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.pack_plan import plan_pack
from kitops_desktop.progress import Cancelled, CancelToken


def plans_of(folder: Path, kitfile: Kitfile) -> list[LayerPlan]:
    return [layer.plan for layer in plan_pack(folder, kitfile, IgnoreRules.parse("")).layers]


def real_size(plans: list[LayerPlan], compression: Compression) -> int:
    size = 0
    for plan in plans:
        made = compressor(compression)
        size += sum(len(made.compress(block)) for block in plan.read()) + len(made.flush())
    return size


def make_mixed(folder: Path, mebibytes: int) -> Kitfile:
    """Weights that do not compress, and tables that do."""
    chance = random.Random(7)
    (folder / "model.bin").write_bytes(chance.randbytes(mebibytes << 20))
    with (folder / "data.csv").open("w") as file:
        while file.tell() < mebibytes << 20:
            file.write("".join(f"{chance.randrange(1000)},{chance.random():.3f},yes\n" for _ in range(1000)))
    return Kitfile(model=Model(path="model.bin"), datasets=(Dataset(path="data.csv"),))


def test_small_layers_are_compressed_whole(tmp_path: Path) -> None:
    plans = plans_of(tmp_path, make_mixed(tmp_path, 1))
    found = estimate_compression(plans, CancelToken())
    assert found.is_exact
    assert found.size == sum(plan.size for plan in plans)
    for compression in COMPRESSIONS:
        real = real_size(plans, compression)
        assert abs(found.sizes[compression] - real) < 0.01 * real


def test_a_sample_tells_about_as_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression_estimate, "MOST_SAMPLED", 4 << 20)
    plans = plans_of(tmp_path, make_mixed(tmp_path, 8))
    found = estimate_compression(plans, CancelToken())
    assert found.sampled <= 5 << 20
    assert not found.is_exact
    for compression in COMPRESSIONS:
        real = real_size(plans, compression)
        assert abs(found.sizes[compression] - real) < 0.05 * real
        assert 0.2 < found.saved(compression) < 0.5


def test_weights_are_not_worth_it(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(random.Random(1).randbytes(1 << 20))
    found = estimate_compression(plans_of(tmp_path, Kitfile(model=Model(path="model.bin"))), CancelToken())
    assert all(abs(found.saved(compression)) < 0.01 for compression in COMPRESSIONS)


def test_of_very_many_layers_not_all_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression_estimate, "MOST_SAMPLED", 1 << 16)
    for number in range(60):
        (tmp_path / f"{number}.py").write_text("print('hello')\n" * 1000)
    kitfile = Kitfile(code=tuple(CodeEntry(path=f"{number}.py") for number in range(60)))
    found = estimate_compression(plans_of(tmp_path, kitfile), CancelToken())
    assert found.sampled < found.size / 4
    assert found.saved(Compression.GZIP) > 0.8


def test_files_that_cannot_be_read_count_in_full(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a" * 10_000)
    plans = plans_of(tmp_path, Kitfile(code=(CodeEntry(path="a.txt"),)))
    (tmp_path / "a.txt").unlink()
    found = estimate_compression(plans, CancelToken())
    assert (found.sampled, found.sizes[Compression.ZSTD]) == (0, plans[0].size)


def test_nothing_to_pack_and_cancelling(tmp_path: Path) -> None:
    assert estimate_compression([], CancelToken()).saved(Compression.GZIP) == 0
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        estimate_compression(plans_of(tmp_path, make_mixed(tmp_path, 1)), token)
