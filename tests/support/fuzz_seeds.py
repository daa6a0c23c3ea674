"""Where fuzzing begins: a few good and bad inputs for each target of ``support.fuzz_targets``."""

from __future__ import annotations

import bz2
import gzip
import json
import pickle
from collections.abc import Callable, Iterable

import zstandard

from support.archives import archive, file, folder, long_name, pax
from support.hostile_archives import HOSTILE
from support.model_files import (
    GGUF_ARRAY,
    GGUF_STRING,
    GGUF_U32,
    TORCH_PICKLE,
    gguf,
    gguf_array,
    gguf_text,
    hdf5,
    npy,
    parquet_column,
    parquet_footer,
    safetensors,
    small_onnx,
    small_safetensors,
    torch_zip,
    zipped,
)

_SCALAR = {"dtype": "U8", "shape": [], "data_offsets": [0, 1]}
_OBJECTS = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"
_LARGEST = 16 << 10
_TAR = archive(
    folder(b"d"), file(b"d/a", b"x" * 700), pax({b"path": b"d/b", b"size": b"3"}), file(b"b", b"abc")
)
_KITFILE = b"""manifestVersion: 1.0.0
package: {name: a, version: 1.0.0, authors: [b, c]}
model: &m
  name: m
  path: ./model.gguf
  parts: [{path: p, type: lora}]
  parameters: {a: 1, b: [1.5, .inf, ~, !!binary aGk=], <<: {c: 0x10}}
code:
  - path: src
datasets:
  - {name: d, path: data, parameters: {z: 1e400}}
docs: [{path: "README.md", description: |
  text}]
"""
_CONFIG = {
    "manifestVersion": "1.0.0",
    "package": {"name": "a", "authors": ["b"]},
    "model": {"path": "m", "parameters": {"x": [1, 1.5, None, "\ud800"], "-": -0.0}},
    "code": [{"path": "src", "digest": "sha256:" + "0" * 64}, None],
}
_DESCRIPTOR = {
    "mediaType": "application/x",
    "digest": "sha256:" + "0" * 64,
    "size": 2,
    "annotations": {"a": "b"},
}
_NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"kernelspec": {"display_name": "Python 3"}, "language_info": {"name": "python"}},
    "cells": [
        {
            "cell_type": "code",
            "source": ["a = 1\n", "a"],
            "outputs": [
                {"output_type": "stream", "text": "\x1b[31mred"},
                {"output_type": "error", "traceback": ["x"]},
                {"output_type": "execute_result", "data": {"text/plain": "1", "text/html": "<b>"}},
            ],
        },
        {"cell_type": "markdown", "source": "# a"},
    ],
}
_INDEX = {
    "version": 1,
    "subject": "sha256:" + "1" * 64,
    "layers": [
        {
            "digest": "sha256:" + "0" * 64,
            "files": [
                {"name": "d", "type": "directory", "mode": "0755", "size": 0, "offset": 512},
                {
                    "nameBase64": "ZC+A",
                    "mode": "0644",
                    "size": 700,
                    "offset": 1024,
                    "digest": "sha256:" + "2" * 64,
                    "tensors": {"count": 1, "parameters": 6, "dtypes": {"F32": 6}},
                },
            ],
        }
    ],
}
_MODEL_CARD = b"---\nlicense: mit\nbase_model: [a, b]\ntags:\n- x\nlanguage: en\n---\n# Hello\n"
_MODEL_CONFIG = {
    "model_type": "bert",
    "architectures": ["Bert"],
    "torch_dtype": "float16",
    "hidden_size": 8,
    "auto_map": {"a": "b"},
}
_TOKENIZER = {"model": {"type": "BPE", "vocab": {"a": 0}}, "added_tokens": [], "model_max_length": 5}
_CODE = b"""def f(x):  # comment
    '''text'''
    return "a\\"b" + `x` + 0x1f
/* c */ key: "v"
<b a="c">
"""


def seeds(target: str) -> tuple[bytes, ...]:
    """The inputs of a target that are small enough."""
    return tuple(content for content in _SEEDS[target]() if len(content) <= _LARGEST)


def _tars() -> Iterable[bytes]:
    return (_TAR, archive(long_name(b"n" * 150), file(b"n")), *(hostile.content for hostile in HOSTILE))


def _compressed() -> Iterable[bytes]:
    return (gzip.compress(_TAR), zstandard.ZstdCompressor().compress(_TAR), _TAR)


def _gguf() -> Iterable[bytes]:
    pairs = (
        (b"general.name", GGUF_STRING, gguf_text(b"net")),
        (b"a", GGUF_ARRAY, gguf_array(GGUF_STRING, 2, gguf_text(b"b") + gguf_text(b"c"))),
        (b"general.file_type", GGUF_U32, b"\1\0\0\0"),
    )
    return (gguf(pairs, [(b"t", (2, 3), 0)]), gguf(pairs[:1], order="<", version=2))


def _pickles() -> Iterable[bytes]:
    values = {"a": [1, 2.5, None, b"x", "y"], "b": {1, 2}, "c": (print, int)}
    made = [pickle.dumps(values, protocol) for protocol in range(6)]
    return (TORCH_PICKLE, *made, gzip.compress(made[4]), bz2.compress(made[4]))


def _json() -> Iterable[bytes]:
    documents: tuple[object, ...] = (
        _NOTEBOOK,
        _MODEL_CONFIG,
        _TOKENIZER,
        {"peft_type": "LORA", "r": 8},
        [1, [2]],
        {"a": {}},
    )
    return map(_dumped, documents)


def _rows() -> Iterable[bytes]:
    return (b'id,name\n1,first\n2,"a\nb"\n', b"a\tb\n1\t2\n", b'{"a": [1, [2]]}\n{"b": {"c": null}}\n')


def _manifests() -> Iterable[bytes]:
    whole = {
        "schemaVersion": 2,
        "config": _DESCRIPTOR,
        "layers": [_DESCRIPTOR] * 2,
        "annotations": {"a": "b"},
    }
    return (_dumped(whole), _dumped({**whole, "subject": _DESCRIPTOR, "artifactType": "x", "layers": None}))


def _previews() -> Iterable[bytes]:
    named = ((1, _MODEL_CARD), (2, _CODE), (3, _KITFILE), (5, _dumped(_NOTEBOOK)), (8, small_safetensors()))
    return (bytes([name]) + content for name, content in (*named, *((6, row) for row in _rows())))


def _dumped(value: object) -> bytes:
    return json.dumps(value).encode()


_SEEDS: dict[str, Callable[[], Iterable[bytes]]] = {
    "tar": _tars,
    "compressed_tar": _compressed,
    "safetensors": lambda: (small_safetensors(), small_safetensors()[8:], safetensors({"a": _SCALAR}, 1)),
    "gguf": _gguf,
    "onnx": lambda: (small_onnx(),),
    "zips": lambda: (torch_zip(), zipped({"a.npy": npy()}), zipped({"a": b"b"}, deflate=True)),
    "pickle": _pickles,
    "numpy": lambda: (npy(), npy()[10:], npy(_OBJECTS) + pickle.dumps([1])),
    "hdf5": lambda: (hdf5(0), hdf5(1), hdf5(2), hdf5(3, marks=b"keras_version")),
    "parquet": lambda: (
        parquet_footer(
            parquet_column(b"schema", children=2), parquet_column(b"id", 2), parquet_column(b"n", 6)
        ),
    ),
    "json": _json,
    "rows": _rows,
    "front_matter": lambda: (_MODEL_CARD,),
    "manifest": _manifests,
    "config": lambda: (_dumped(_CONFIG), b"null"),
    "file_index": lambda: (_dumped(_INDEX),),
    "kitfile": lambda: (_KITFILE, _dumped(_CONFIG)),
    "preview": _previews,
    "code": lambda: (bytes([number]) + _CODE for number in range(10)),
}  # fmt: skip
