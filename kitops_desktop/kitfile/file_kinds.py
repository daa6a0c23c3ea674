"""What a file is for, by its name alone, with the rules of ``kit init``. Endings are case-sensitive, as
there."""

from __future__ import annotations

from enum import Enum


class FileKind(Enum):
    MODEL = "model"
    DATASET = "dataset"
    DOCS = "docs"
    METADATA = "metadata"
    UNKNOWN = "unknown"


SUFFIXES: dict[FileKind, tuple[str, ...]] = {
    FileKind.MODEL: (
        ".safetensors",
        ".pkl",
        ".joblib",
        ".bin",
        ".pth",
        ".pt",
        ".mar",
        ".pt2",
        ".ptl",
        ".pb",
        ".ckpt",
        ".tflite",
        ".tfrecords",
        ".npy",
        ".npz",
        ".keras",
        ".h5",
        ".caffemodel",
        ".pmml",
        ".coreml",
        ".gguf",
        ".ggml",
        ".ggmf",
        ".llamafile",
        ".onnx",
    ),
    FileKind.METADATA: (".json", ".yaml", ".xml", ".txt"),
    FileKind.DOCS: (".md", ".adoc", ".html", ".pdf"),
    FileKind.DATASET: (".tar", ".zip", ".parquet", ".csv"),
}

DOCS_FOLDER = "docs"
CODE_FOLDERS = ("src", "pkg", "lib", "build")


def file_kind(name: str) -> FileKind:
    """The kind of a file. A name that is not UTF-8 cannot be written in a Kitfile, so it is of no known
    kind."""
    if not is_writable_name(name):
        return FileKind.UNKNOWN
    return next((kind for kind, suffixes in SUFFIXES.items() if name.endswith(suffixes)), FileKind.UNKNOWN)


def matching_suffix(name: str, kind: FileKind) -> str:
    """The ending that makes the file one of ``kind``."""
    return next((suffix for suffix in SUFFIXES.get(kind, ()) if name.endswith(suffix)), "")


def is_writable_name(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
