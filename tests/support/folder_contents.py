"""Small real files for the folders of ``tests/data/folders``: true headers, hardly any content.

What a file holds is said by a kind and what goes with it (``{"card": {...}}``), or follows from its name.
"""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from support.model_files import (
    GGUF_STRING,
    GGUF_U32,
    TORCH_PICKLE,
    gguf,
    gguf_text,
    hdf5,
    npy,
    proto,
    safetensors,
    small_onnx,
    small_parquet,
    torch_zip,
    zipped,
)

_ROOT = Path(__file__).parents[2]
_MIT = """MIT License

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED.
"""
_BSD = """Redistribution and use in source and binary forms, with or without modification, are permitted
provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions
   and the    following disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions
   and the    following disclaimer in the documentation and/or other materials provided with the
   distribution.

3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse
   or promote    products derived from this software without specific prior written permission.
"""
_LICENCES = {
    "MIT": _MIT,
    "BSD-3-Clause": _BSD,
    "CC0-1.0": "CC0 1.0 Universal\n\nStatement of Purpose\n\n3. Public License Fallback.\n",
    "CC-BY-4.0": (
        "Creative Commons Attribution 4.0 International Public License\n\nSection 1 -- Definitions.\n"
    ),
    "CC-BY-NC-4.0": (
        "Creative Commons\n\nAttribution-NonCommercial 4.0 International Public License\n\n"
        "Section 1 -- Definitions.\n"
    ),
    "GPL-3.0": "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n\n0. Definitions.\n",
}
_WIDTHS = {"F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "I32": 4, "U32": 4}


def file_content(path: str, spec: Mapping[str, Any] | None) -> bytes:
    """The bytes of a file of that name; ``spec`` has one of the kinds below and perhaps a ``size`` in bytes
    that the file is filled up to."""
    if spec is None:
        return _by_name(path)
    kinds = [kind for kind in spec if kind in _KINDS]
    assert len(kinds) == 1, f"{path}: what is {dict(spec)}?"
    content = _KINDS[kinds[0]](spec[kinds[0]], spec)
    return content.ljust(spec.get("size", 0), b"\0")


def _text(text: str, _: Mapping[str, Any]) -> bytes:
    return text.encode()


def _json(value: object, _: Mapping[str, Any]) -> bytes:
    return json.dumps(value, indent=2).encode() + b"\n"


def _jsonl(rows: Sequence[object], _: Mapping[str, Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def _csv(rows: Sequence[Sequence[object]], _: Mapping[str, Any]) -> bytes:
    return "".join(",".join(str(cell) for cell in row) + "\n" for row in rows).encode()


def _card(front: Mapping[str, Any], _: Mapping[str, Any]) -> bytes:
    return f"---\n{yaml.safe_dump(dict(front))}---\n\n# What this is\n\nA few words about it.\n".encode()


def _licence(name: str, _: Mapping[str, Any]) -> bytes:
    return (_ROOT / "LICENSE").read_bytes() if name == "Apache-2.0" else _LICENCES[name].encode()


def _safetensors(dtype: str, spec: Mapping[str, Any]) -> bytes:
    header: dict[str, Any] = {"__metadata__": {"format": spec.get("format", "pt")}}
    size, end = 16 * _WIDTHS[dtype], 0
    for number in range(spec.get("tensors", 20)):
        place = [end, end + size]
        header[f"layers.{number}.weight"] = {"dtype": dtype, "shape": [4, 4], "data_offsets": place}
        end += size
    return safetensors(header, end)


def _gguf(said: Mapping[str, Any], _: Mapping[str, Any]) -> bytes:
    texts = [(key, said[key]) for key in ("architecture", "name", "license", "type") if key in said]
    pairs = [(f"general.{key}".encode(), GGUF_STRING, gguf_text(value.encode())) for key, value in texts]
    pairs.append((b"general.file_type", GGUF_U32, struct.pack("<I", said["file_type"])))
    tensors = [(b"blk.%d.attn_q.weight" % number, (32, 32), 12) for number in range(said.get("tensors", 40))]
    return gguf(pairs, tensors)


def _globals(names: Sequence[str]) -> bytes:
    """A pickle that makes an object of each ``module name``, or an empty dictionary."""
    if not names:
        return b"\x80\x02}."
    made = [b"c" + name.replace(" ", "\n").encode() + b"\n)\x81" for name in names]
    return b"\x80\x02" + b"0".join(made) + b"."


def _pickle(names: Sequence[str], _: Mapping[str, Any]) -> bytes:
    return _globals(names)


def _torch(names: Sequence[str], _: Mapping[str, Any]) -> bytes:
    return torch_zip(_globals(names) if names else TORCH_PICKLE)


def _hdf5(maker: str, _: Mapping[str, Any]) -> bytes:
    return hdf5(marks=b"keras_version" if maker == "keras" else b"")


def _zip(names: Sequence[str], _: Mapping[str, Any]) -> bytes:
    return zipped({name: npy() if name.endswith(".npy") else b"{}" for name in names})


def _bytes(count: int, _: Mapping[str, Any]) -> bytes:
    return bytes(number * 37 % 251 for number in range(count))


def _secret(_: object, __: Mapping[str, Any]) -> bytes:
    return b"HF_TOKEN=hf_" + b"Xy7" * 11 + b"Q\nAWS_SECRET_ACCESS_KEY=" + b"abCD1234" * 5 + b"\n"


def _key(_: object, __: Mapping[str, Any]) -> bytes:
    kind = b"OPENSSH PRIVATE KEY"
    return b"-----BEGIN " + kind + b"-----\n" + b"b3BlbnNzaC1rZXk" * 4 + b"\n-----END " + kind + b"-----\n"


def _notebook() -> bytes:
    cell = {
        "cell_type": "code",
        "source": ["import math\n"],
        "metadata": {},
        "outputs": [],
        "execution_count": 1,
    }
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    return json.dumps({"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}).encode()


def _sentence_piece() -> bytes:
    unknown = (1, proto((1, b"<unk>"), (3, 2)))
    return proto(unknown, *((1, proto((1, b"\xe2\x96\x81word%d" % number))) for number in range(40)))


_KINDS: dict[str, Callable[[Any, Mapping[str, Any]], bytes]] = {
    "text": _text,
    "json": _json,
    "jsonl": _jsonl,
    "csv": _csv,
    "card": _card,
    "licence": _licence,
    "safetensors": _safetensors,
    "gguf": _gguf,
    "pickle": _pickle,
    "torch": _torch,
    "hdf5": _hdf5,
    "zip": _zip,
    "bytes": _bytes,
    "secret": _secret,
    "key": _key,
}

_SKLEARN = _globals(["sklearn.ensemble._forest RandomForestClassifier"])
_NAMES = {
    "vocab.txt": b"[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\nof\n",
    "merges.txt": b"#version: 0.2\n\xc4\xa0 t\n\xc4\xa0 a\nh e\n",
    "tokenizer.json": json.dumps(
        {
            "version": "1.0",
            "added_tokens": [],
            "model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": []},
        }
    ).encode(),
    "tokenizer_config.json": b'{"model_max_length": 512, "tokenizer_class": "PreTrainedTokenizerFast"}\n',
    "special_tokens_map.json": b'{"unk_token": "[UNK]", "pad_token": "[PAD]"}\n',
    "added_tokens.json": b'{"<|endoftext|>": 50257}\n',
    "vocab.json": b'{"the": 0, "of": 1}\n',
    "generation_config.json": b'{"bos_token_id": 1, "eos_token_id": 2, "transformers_version": "4.40.0"}\n',
    "preprocessor_config.json": b'{"feature_extractor_type": "CLIPFeatureExtractor", "size": 224}\n',
    "scheduler_config.json": b'{"_class_name": "PNDMScheduler", "beta_start": 0.00085}\n',
    "trainer_state.json": b'{"epoch": 3.0, "global_step": 1500, "log_history": []}\n',
    "requirements.txt": b"numpy>=1.26\nscikit-learn==1.5.0\n",
    "conda.yaml": b"channels:\n- conda-forge\ndependencies:\n- python=3.9.16\nname: mlflow-env\n",
    "python_env.yaml": b"python: 3.9.16\nbuild_dependencies:\n- pip\ndependencies:\n- -r requirements.txt\n",
    "config.pbtxt": b'name: "simple"\nplatform: "onnxruntime_onnx"\nmax_batch_size: 8\n',
    "variables.index": bytes(48) + bytes.fromhex("57fb808b247547db"),
    "saved_model.pb": proto((1, 1), (2, proto((1, proto((5, b"2.12.0")))))),
    ".gitattributes": b"*.safetensors filter=lfs diff=lfs merge=lfs -text\n",
    ".gitignore": b"__pycache__/\n*.py[cod]\n.env\n",
    "Dockerfile": b"FROM python:3.11-slim\nCOPY . /app\n",
    "Makefile": b"train:\n\tpython train.py\n",
}
_SUFFIXES: dict[str, bytes] = {
    ".safetensors": _safetensors("F32", {}),
    ".gguf": _gguf({"architecture": "llama", "file_type": 15}, {}),
    ".onnx": small_onnx(),
    ".bin": torch_zip(),
    ".pt": torch_zip(),
    ".pth": torch_zip(),
    ".ckpt": torch_zip(),
    ".pkl": _SKLEARN,
    ".joblib": _SKLEARN,
    ".h5": hdf5(marks=b"keras_version"),
    ".hdf5": hdf5(),
    ".keras": zipped({"metadata.json": b"{}", "config.json": b"{}", "model.weights.h5": hdf5()}),
    ".msgpack": b"\x81\xa6params\x81\xa5dense\x81\xa6kernel\xc4\x10" + bytes(16),
    ".model": _sentence_piece(),
    ".spm": _sentence_piece(),
    ".v3": _sentence_piece(),
    ".pb": proto((1, 7), (2, b"fingerprint")),
    ".tflite": b"\x1c\0\0\0TFL3" + bytes(64),
    ".parquet": small_parquet(),
    ".csv": b"id,age,label\n1,34,yes\n2,51,no\n3,29,yes\n",
    ".tsv": b"id\tage\tlabel\n1\t34\tyes\n2\t51\tno\n",
    ".jsonl": b'{"question": "1 + 1?", "answer": "2"}\n{"question": "2 + 2?", "answer": "4"}\n',
    ".json": b'{"value": 1}\n',
    ".yaml": b"value: 1\n",
    ".yml": b"value: 1\n",
    ".toml": b'[project]\nname = "x"\n',
    ".xml": b'<?xml version="1.0"?>\n<root/>\n',
    ".html": b"<!doctype html>\n<title>Summary</title>\n",
    ".md": b"# What this is\n\nA few words about it.\n",
    ".txt": b"A few words.\n",
    ".py": b"import math\n\n\ndef area(radius):\n    return math.pi * radius**2\n",
    ".sh": b"#!/bin/sh\nset -e\n",
    ".ipynb": _notebook(),
    ".npy": npy(),
    ".npz": zipped({"x.npy": npy(), "y.npy": npy()}),
    ".gz": gzip.compress(struct.pack(">4I", 2051, 1, 2, 2) + bytes(4), mtime=0),
    ".zip": zipped({"a/1.txt": b"one"}),
    ".jpg": b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xd9",
    ".png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(17),
    ".gif": b"GIF89a\1\0\1\0\0\0\0;",
    ".pdf": b"%PDF-1.4\n%%EOF\n",
    ".wav": b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\0\0\0\0",
    ".flac": b"fLaC\0\0\0\x22" + bytes(34),
    ".mp3": b"ID3\3\0\0\0\0\0\0" + b"\xff\xfb\x90\0",
    ".pyc": bytes.fromhex("a70d0d0a") + bytes(12),
}


def _by_name(path: str) -> bytes:
    pure = PurePosixPath(path)
    if pure.name in _NAMES:
        return _NAMES[pure.name]
    if pure.name.endswith(".safetensors.index.json"):
        return b'{"metadata": {"total_size": 5120}, "weight_map": {"layers.0.weight": "model.safetensors"}}\n'
    if ".tfevents." in pure.name:
        return struct.pack("<QI", 24, 0) + bytes(28)
    return _SUFFIXES.get(pure.suffix.lower(), f"{pure.name}\n".encode())
