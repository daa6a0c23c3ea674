"""What a file is, in a word or two: by its name at once, by its bytes when it was looked at."""

from __future__ import annotations

from kitops_desktop.classification.file_look import FileLook
from kitops_desktop.formats.values import Kind

_BY_SUFFIX = {
    "safetensors": "safetensors",
    "gguf": "GGUF",
    "onnx": "ONNX",
    "pt": "PyTorch",
    "pth": "PyTorch",
    "ckpt": "Checkpoint",
    "pkl": "Pickle",
    "pickle": "Pickle",
    "joblib": "Joblib",
    "npy": "NumPy",
    "npz": "NumPy",
    "h5": "HDF5",
    "hdf5": "HDF5",
    "keras": "Keras",
    "tflite": "TFLite",
    "pb": "TensorFlow",
    "bin": "Binary",
    "parquet": "Parquet",
    "arrow": "Arrow",
    "csv": "CSV",
    "tsv": "TSV",
    "jsonl": "JSON Lines",
    "json": "JSON",
    "yaml": "YAML",
    "yml": "YAML",
    "toml": "TOML",
    "xml": "XML",
    "ipynb": "Notebook",
    "py": "Python",
    "r": "R",
    "jl": "Julia",
    "js": "JavaScript",
    "ts": "TypeScript",
    "sh": "Shell",
    "c": "C",
    "cpp": "C++",
    "rs": "Rust",
    "go": "Go",
    "sql": "SQL",
    "md": "Markdown",
    "rst": "Text",
    "txt": "Text",
    "log": "Log",
    "html": "HTML",
    "pdf": "PDF",
    "png": "Image",
    "jpg": "Image",
    "jpeg": "Image",
    "gif": "Image",
    "svg": "Image",
    "webp": "Image",
    "wav": "Sound",
    "mp3": "Sound",
    "flac": "Sound",
    "mp4": "Film",
    "zip": "Zip",
    "tar": "Tar",
    "gz": "Gzip",
    "mcpb": "MCP bundle",
}

_PICTURES = {
    "model": "safetensors GGUF ONNX PyTorch Checkpoint Pickle Joblib HDF5 Keras TFLite TensorFlow",
    "dataset": "NumPy Parquet Arrow CSV TSV JSON_Lines",
    "code": "Notebook Python R Julia JavaScript TypeScript Shell C C++ Rust Go SQL",
    "docs": "Markdown Text HTML PDF",
    "image": "Image",
    "compress": "Zip Tar Gzip",
    "mcpserver": "MCP_bundle",
}
_PICTURE_OF = {
    kind.replace("_", " "): picture for picture, kinds in _PICTURES.items() for kind in kinds.split()
}
_PICTURE_BY_KIND = {
    Kind.MODEL: "model",
    Kind.PART: "settings",
    Kind.DATASET: "dataset",
    Kind.CODE: "code",
    Kind.DOCS: "docs",
    Kind.ARCHIVE: "compress",
}


def kind_picture(name: str, look: FileLook | None) -> str:
    """The picture of a file's kind: there is room for that always."""
    if look is not None and look.recognised is not None:
        return _PICTURE_BY_KIND.get(look.recognised.kind, "file")
    return _PICTURE_OF.get(kind_by_name(name), "file")


def kind_by_name(name: str) -> str:
    """ "" for a name that says nothing."""
    return _BY_SUFFIX.get(name.rpartition(".")[2].lower(), "") if "." in name else ""


def kind_text(name: str, look: FileLook | None) -> str:
    """What the bytes say, if they were looked at and say something, else the name."""
    if look is not None and look.recognised is not None:
        return look.recognised.format
    return kind_by_name(name)


def trouble_text(look: FileLook) -> str:
    """What the bytes give reason to worry about, "" for nothing; never a secret itself."""
    if look.secrets:
        return f"It may hold a secret: {look.secrets[0].what}"
    if look.dangerous_imports:
        return f"Loading it would run {look.dangerous_imports[0]}"
    return look.problem
