"""Files in a ModelKit that are made to do harm, and what a preview says of each."""

from __future__ import annotations

import bz2
import io
import json
import struct
import zipfile
from dataclasses import dataclass

from support.hostile_kits import HugeBlob
from support.model_files import (
    GGUF_ARRAY,
    GGUF_STRING,
    compact_integer,
    compact_struct,
    gguf,
    gguf_array,
    hdf5,
    npy,
    parquet,
    proto,
    safetensors,
    torch_zip,
    varint,
    zipped,
)

HUGE = 1 << 63


@dataclass(frozen=True)
class HostileFile:
    """``damage`` is a part of the reason why it is refused; "" where it is shown, with ``shows`` in it."""

    name: str
    path: str
    content: bytes | HugeBlob
    damage: str = ""
    shows: str = ""

    def __str__(self) -> str:
        return self.name


def _refused(name: str, path: str, content: bytes | HugeBlob, damage: str) -> HostileFile:
    return HostileFile(name, path, content, damage)


def _shown(name: str, path: str, content: bytes | HugeBlob, shows: str = "") -> HostileFile:
    return HostileFile(name, path, content, "", shows)


def _tensor(**changes: object) -> dict[str, object]:
    return {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **changes}


def _overlapping_zip() -> bytes:
    """A thousand members that are one and the same deflated megabyte: small to send, a gigabyte to unpack."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.npy", bytes(1 << 20))
        info = made.infolist()[0]
        made.filelist.extend([info] * 999)
    return out.getvalue()


def _notebook(*sources: str) -> bytes:
    html = {"text/html": "<script src='http://127.0.0.1:1/x'></script>", "text/plain": "\x1b[2Jplain\x07"}
    output = {"output_type": "display_data", "data": html}
    cells = [{"cell_type": "markdown", "source": source, "outputs": [output]} for source in sources]
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": cells}).encode()


_LAUGHS = b"\x80\x04]\x94" + b"".join(b"(" + b"h%c" % n * 10 + b"l\x94" for n in range(0, 60)) + b"."
_GIANT = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), " + b" " * 9_000_000 + b"}\n"
_HOSTILE_README = b"""---
license: "mit\\u001b[31m"
---
# Hello <script>alert(1)</script>
![remote](http://127.0.0.1:1/track.png) <img src="http://127.0.0.1:1/x.png" onerror="alert(1)">
[click](javascript:alert(1)) \x1b[2J\x1b]0;title\x07 \xe2\x80\xaeright to left
"""

FILES: tuple[HostileFile, ...] = (
    _refused(
        "safetensors: header of gigabytes",
        "a.safetensors",
        HugeBlob(struct.pack("<Q", 4 << 30) + b"{", 8 << 30),
        "larger than",
    ),
    _refused(
        "safetensors: header longer than the file",
        "a.safetensors",
        struct.pack("<Q", HUGE) + b"{}" * 9,
        "longer than the file",
    ),
    _refused(
        "safetensors: tensors upon one another",
        "a.safetensors",
        safetensors({"a": _tensor(), "b": _tensor(data_offsets=[4, 12])}, 16),
        "lie upon one another",
    ),
    _refused(
        "safetensors: one name twice",
        "a.safetensors",
        safetensors(b'{"a":%b,"a":%b}' % ((json.dumps(_tensor()).encode(),) * 2), 8),
        "same name twice",
    ),
    _refused("safetensors: nested", "a.safetensors", safetensors(b'{"a":' * 200_000), "nested too deeply"),
    _refused(
        "safetensors: shape of huge numbers",
        "a.safetensors",
        safetensors({"a": _tensor(shape=[1 << 200])}, 8),
        "no type, shape or place",
    ),
    _refused(
        "safetensors: shape that is no number",
        "a.safetensors",
        safetensors(b'{"a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,8]}}', 8),
        "no type, shape or place",
    ),
    _refused(
        "safetensors: millions of values",
        "a.safetensors",
        safetensors(b'{"a":[' + b"0," * 3_500_000 + b"0]}"),
        "too many values",
    ),
    _refused("GGUF: tensors beyond counting", "a.gguf", gguf(counts=(HUGE, 0)), "too many tensors"),
    _refused(
        "GGUF: text longer than the file",
        "a.gguf",
        gguf([(b"a", GGUF_STRING, struct.pack("<Q", HUGE - 1))]),
        "",
    ),
    _refused(
        "GGUF: arrays in arrays",
        "a.gguf",
        gguf([(b"a", GGUF_ARRAY, gguf_array(GGUF_ARRAY, 1) * 50_000)]),
        "too deep",
    ),
    _refused(
        "GGUF: a vocabulary without end",
        "a.gguf",
        gguf([(b"a", GGUF_ARRAY, gguf_array(GGUF_STRING, HUGE - 1))]),
        "",
    ),
    _refused(
        "pickle: more marks than values",
        "a.pkl",
        b"\x80\x04" + b"(" * 50_000 + b"t" * 50_001 + b".",
        "takes more than it has",
    ),
    _shown("pickle: a billion laughs", "a.pkl", _LAUGHS, "pickle"),
    _shown("pickle: lines by the ten thousands", "a.pkl", b"\x80\x02" + b"I1\n0" * 50_000 + b"N.", "pickle"),
    _shown("pickle: buffers from elsewhere", "a.pkl", b"\x80\x05\x97\x98.", "pickle"),
    _shown("pickle: runs a program", "a.pkl", b"\x80\x04cposix\nsystem\n\x8c\x04true\x85R.", "posix.system"),
    _shown(
        "pickle: compressed to nothing",
        "a.joblib",
        bz2.compress(b"\x80\x04" + b"N0" * 200_000 + b"N."),
        "compressed pickle",
    ),
    _refused(
        "ONNX: fields without end",
        "a.onnx",
        proto((1, 8), (2, b"x")) + b"\x10\x00" * 510_000,
        "too many fields",
    ),
    _refused(
        "ONNX: field longer than the file", "a.onnx", proto((1, 8)) + b"\x3a" + varint(HUGE), "longer than"
    ),
    _refused(
        "Parquet: footer of gigabytes", "a.parquet", parquet(b"\0" * 64, length=3 << 30), "cannot be right"
    ),
    _refused(
        "Parquet: lists beyond counting", "a.parquet", parquet(b"\x29\xfc" + varint(HUGE) + bytes(9)), "too"
    ),
    _refused(
        "Parquet: rows below zero",
        "a.parquet",
        parquet(compact_struct((3, 6, compact_integer(-5)))),
        "does not say",
    ),
    _refused(
        "NumPy: objects behind a giant header", "a.npy", npy(_GIANT, version=2), "larger than any header"
    ),
    _refused("NumPy: code as header", "a.npy", npy(b"__import__('os').system('true')"), "does not say"),
    _refused(
        "zip: bomb as an array", "a.npz", zipped({"a.npy": bytes(64 << 20)}, deflate=True), "does not begin"
    ),
    _refused(
        "zip: bomb as a pickle",
        "a.pt",
        zipped({"a/data.pkl": b"\x80\x02" + b"(" * (34 << 20)}, deflate=True),
        "larger pickles",
    ),
    _refused("zip: one member a thousand times", "a.npz", _overlapping_zip(), "does not begin"),
    _refused(
        "zip: members beyond counting",
        "a.zip",
        b"PK\3\4" + bytes(60) + b"PK\5\6" + b"\0" * 4 + b"\xff\xfe" * 2 + bytes(8) + b"\0\0",
        "",
    ),
    _refused("PyTorch: pickle that is none", "a.pt", torch_zip(b"\xff\xff"), "unknown instruction"),
    _refused("HDF5: larger than it is", "a.h5", hdf5(2, size=HUGE), "ends before"),
    _refused("JSON: nested", "tokenizer.json", b'{"a":' * 200_000, "nested too deeply"),
    _shown("JSON: millions of lists", "a.json", b"[" + b"[]," * 2_100_000 + b"0]", "[[],[],"),
    _refused(
        "JSON: number of a million digits",
        "config.json",
        b'{"model_type":"a","hidden_size":' + b"9" * 1_000_000 + b"}",
        "cannot be read",
    ),
    _shown(
        "configuration of wrong types",
        "config.json",
        b'{"model_type":"a","hidden_size":[[]],"architectures":[{}, null]}',
        "Transformers",
    ),
    _shown(
        "JSON lines: lists in lists", "a.jsonl", b'{"a": ' + b"[" * 900 + b"]" * 900 + b"}\n", "JSON Lines"
    ),
    _refused(
        "notebook: cells that are none", "a.ipynb", b'{"nbformat": 4, "cells": [1]}', "cells cannot be read"
    ),
    _shown(
        "notebook: HTML, scripts and escapes",
        "a.ipynb",
        _notebook("<script>alert(1)</script>\x1b[2J"),
        "[markdown]",
    ),
    _refused("CSV: line without end", "a.csv", b"x" * 1_000_000, "too long"),
    _shown("CSV: escapes", "a.csv", b"a,b\n\x1b[2J,\x1b]0;title\x07\n", "CSV"),
    _shown("README: HTML, images and escapes", "README.md", _HOSTILE_README, "mit"),
    _refused("model card: aliases", "README.md", b"---\na: &a [x, x]\nb: [*a, *a]\n---\n", "not as simple"),
    _shown("YAML: aliases", "a.yaml", b"a: &a [x]\n" + b"b: &a [*a,*a,*a,*a,*a,*a,*a,*a]\n" * 40, "YAML"),
)
