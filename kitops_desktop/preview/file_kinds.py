"""What the files of a kit are, told by their names alone, and how many bytes there are of each kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

OTHER = "Other"
_TORCH = "PyTorch"
_SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "safetensors": ("safetensors",),
    "GGUF": ("gguf", "ggml"),
    _TORCH: ("pt", "pth", "ckpt", "pt2", "distcp"),
    "Weights or data (.bin)": ("bin",),
    "ONNX": ("onnx", "onnx_data", "ort"),
    "TensorFlow": ("pb", "h5", "hdf5", "keras", "tflite", "index"),
    "Pickle": ("pkl", "pickle", "joblib", "dill"),
    "NumPy": ("npy", "npz"),
    "Parquet and Arrow": ("parquet", "arrow", "feather", "orc"),
    "Tables": ("csv", "tsv", "jsonl", "ndjson", "xlsx", "avro", "tfrecord", "csv.gz", "tsv.gz", "jsonl.gz"),
    "Images": ("png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff", "svg", "heic", "avif"),
    "Audio": ("wav", "mp3", "flac", "ogg", "opus", "m4a"),
    "Video": ("mp4", "mkv", "avi", "mov", "webm"),
    "Archives": ("zip", "tar", "gz", "tgz", "bz2", "xz", "zst", "7z", "whl"),
    "Notebooks": ("ipynb",),
    "Code": (
        *("py", "pyi", "c", "h", "cc", "cpp", "cu", "cuh", "rs", "go", "java", "js", "ts", "tsx", "sh", "r"),
        *("jl", "rb", "php", "scala", "kt", "swift", "sql", "lua", "html", "css", "dockerfile", "makefile"),
    ),
    "Text and configuration": (
        *("md", "txt", "rst", "pdf", "json", "yaml", "yml", "toml", "ini", "cfg", "xml", "license", "readme"),
        *("kitfile", "jinja", "model", "vocab", "merges", "spm", "tiktoken", "gitignore", "gitattributes"),
    ),
}
_KINDS = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes}
_TORCH_STEMS = frozenset({"non_lora_trainables", "learned_embeds", "optimizer", "scheduler", "training_args"})
"""Names before .bin that libraries of PyTorch give. Many others end so too, which says only: no text."""


def kind_of_name(name: str) -> str:
    """The kind of a file by the end of its name, OTHER when that says nothing."""
    folded = name.rpartition("/")[2].casefold()
    stem, _, suffix = folded.rpartition(".")
    if suffix == "bin" and _is_torch(stem):
        return _TORCH
    double = f"{stem.rpartition('.')[2]}.{suffix}"
    return _KINDS.get(double) or _KINDS.get(suffix, OTHER)


def _is_torch(stem: str) -> bool:
    return stem in _TORCH_STEMS or "pytorch" in stem or stem.startswith("adapter_model")


@dataclass(frozen=True, slots=True)
class KindShare:
    """So many files of a kind, and their bytes, without those of the ``unknown`` files that state no size."""

    kind: str
    files: int
    size: int
    unknown: int = 0


class KindSizes:
    """Bytes by kind of files that come one after the other."""

    def __init__(self) -> None:
        self._sums: dict[str, tuple[int, int, int]] = {}

    def add(self, name: str, size: int | None) -> None:
        kind = kind_of_name(name)
        files, before, unknown = self._sums.get(kind, (0, 0, 0))
        self._sums[kind] = (files + 1, before + (size or 0), unknown + (size is None))

    def shares(self) -> tuple[KindShare, ...]:
        """Each kind there is, the largest first; what is of no known kind last."""
        made = (KindShare(kind, *sums) for kind, sums in self._sums.items())
        return tuple(sorted(made, key=lambda share: (share.kind == OTHER, -share.size, share.kind)))


def joined_shares(shares: Iterable[KindShare], most: int) -> tuple[KindShare, ...]:
    """At most ``most`` of them: the smallest are one with OTHER."""
    shares = tuple(shares)
    if len(shares) <= most:
        return shares
    rest = shares[most - 1 :]
    return (
        *shares[: most - 1],
        KindShare(
            OTHER,
            sum(one.files for one in rest),
            sum(one.size for one in rest),
            sum(one.unknown for one in rest),
        ),
    )
