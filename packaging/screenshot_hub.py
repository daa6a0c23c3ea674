"""Hugging Face as the pictures show it: one model of gigabytes, of which next to nothing is really there."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import prod
from pathlib import Path

import screenshot_kits as kits

sys.path.insert(0, str(kits.ROOT / "tests"))

from support.certificates import Authority, server_context
from support.hub_repository import HubCommit, HubFile, HubRepository, Kind
from support.hub_server import HubServer
from support.model_files import gguf

HOST, NAME = "huggingface.co", "acme/manuals-assistant-3b"
NAMES = {HOST: "127.0.0.2"}
"""Not where registries listen on the same port."""
SHARDS = tuple(f"model-0000{number}-of-00002.safetensors" for number in (1, 2))
GGUF = "gguf/manuals-assistant-3b-q4_k_m.gguf"
_QUANTISED = 2_019_377_696  # bytes
_SIZE, _INNER, _KEYS, _WORDS, _LAYERS = 3072, 8192, 1024, 128_256, 28
_IN_FIRST = 21
"""Layers of the network in the first of its files."""
_PARTS = {
    "input_layernorm": (_SIZE,),
    "mlp.down_proj": (_SIZE, _INNER),
    "mlp.gate_proj": (_INNER, _SIZE),
    "mlp.up_proj": (_INNER, _SIZE),
    "post_attention_layernorm": (_SIZE,),
    "self_attn.k_proj": (_KEYS, _SIZE),
    "self_attn.o_proj": (_SIZE, _SIZE),
    "self_attn.q_proj": (_SIZE, _SIZE),
    "self_attn.v_proj": (_KEYS, _SIZE),
}
_OTHERS: tuple[tuple[Kind, str, str, int, int, int], ...] = (
    ("model", "foundation-3b", "text-generation", 120, 48_310, 602),
    ("model", "manuals-embeddings", "feature-extraction", 33, 9_204, 88),
    ("model", "bearing-faults", "tabular-classification", 41, 1_873, 35),
    ("model", "belt-wear", "image-classification", 18, 640, 12),
    ("model", "pump-sounds", "audio-classification", 203, 2_115, 51),
    ("model", "part-numbers-ocr", "image-to-text", 64, 3_480, 47),
    ("dataset", "manuals-questions", "", 35, 812, 19),
    ("dataset", "belt-photos", "", 19, 455, 9),
    ("dataset", "bearing-vibrations", "", 44, 1_206, 28),
    ("space", "ask-the-manual", "", 11, 0, 73),
)
"""Kind, name, use, age in days, downloads and likes."""
_CARD = """\
---
license: apache-2.0
library_name: transformers
pipeline_tag: text-generation
base_model: acme/foundation-3b
language: [en, de, fr]
---
# Manuals assistant 3B

Answers questions about the manuals of machines, and names the page it has its answer from.

## Use

```python
from transformers import pipeline

ask = pipeline(model="acme/manuals-assistant-3b")
ask("How is the belt tightened?")
```

## Evaluation

| | v1.0 | v1.1 |
|---|---|---|
| right answer | 81.4 % | **86.9 %** |
| right page | 77.0 % | **84.2 %** |
| "not in the manual" | 90.3 % | **93.1 %** |

Measured on `evaluation/questions.jsonl`: 1,200 questions about manuals that are not in the training data.

## Limits

Trained on manuals of pumps, conveyors and presses. It is no substitute for reading the safety notes.
"""


class _Weights:
    """The content of a file that begins with ``head``, and is zeros from there on."""

    def __init__(self, head: bytes, size: int) -> None:
        self._head, self._size = head, size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, wanted: slice) -> bytes:
        start, end, _ = wanted.indices(self._size)
        return self._head[start:end].ljust(end - start, b"\0")


@dataclass(frozen=True)
class _BigFile(HubFile):
    """A file in LFS whose digest is made up: nobody can read so much for a picture."""

    head: bytes = field(default=b"", repr=False)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.head).hexdigest()

    @cached_property
    def xet_hash(self) -> str:
        return hashlib.sha256(b"xet " + self.head).hexdigest()


@contextmanager
def hub(folder: Path) -> Iterator[dict[str, str]]:
    """Run it; gives what a program needs in its environment to believe its certificate.

    Its authority is not the company's: the certificate of a registry that the company signed stays unknown.
    """
    authority = Authority("Public CA")
    context = server_context(authority.server((HOST, "localhost")), folder)
    with _Hub(_repository(), *_others(), context=context, port=443) as running:
        running.full_names["acme"] = "Acme Machines"
        yield {"SSL_CERT_FILE": str(authority.write(folder / "public-ca.pem"))}


class _Hub(HubServer):
    listens_at = NAMES[HOST]


def _repository() -> HubRepository:
    """The model with three commits, the last of a few days ago."""
    made = HubRepository(
        NAME, files={".gitattributes": b"*.safetensors filter=lfs diff=lfs merge=lfs -text\n"}
    )
    made.downloads, made.likes = 12_480, 214
    before = made.commits[made.refs["refs/heads/main"]]
    today = datetime.now(UTC).replace(hour=9, minute=12, second=0, microsecond=0)
    for title, age, changed in (("v1.0", 96, _small_files()), ("v1.1", 12, _weights())):
        before = HubCommit({**before.files, **changed}, title, made.team, today - timedelta(days=age), before)
        made.commits[before.sha] = before
        made.point("refs/heads/main", before.sha)
        made.tag(title)
    made.branch("8bit")
    return made


def _others() -> Iterator[HubRepository]:
    """What else the team has, as its list shows it."""
    today = datetime.now(UTC).replace(hour=14, minute=5, second=0, microsecond=0)
    for kind, name, use, age, downloads, likes in _OTHERS:
        card = f"---\npipeline_tag: {use}\n---\n# {name}\n".encode()
        made = HubRepository(f"acme/{name}", kind=kind, files={"README.md": card})
        commit = HubCommit({"README.md": HubFile(card)}, "v1.0", made.team, today - timedelta(days=age), None)
        made.commits = {commit.sha: commit}
        made.point("refs/heads/main", commit.sha)
        made.downloads, made.likes = downloads, likes
        yield made


def _small_files() -> dict[str, HubFile]:
    config = {
        "architectures": ["LlamaForCausalLM"],
        "hidden_size": _SIZE,
        "intermediate_size": _INNER,
        "model_type": "llama",
        "num_hidden_layers": _LAYERS,
        "torch_dtype": "bfloat16",
        "vocab_size": _WORDS,
    }
    words = {"version": "1.0", "model": {"type": "BPE", "vocab": {f"word-{n}": n for n in range(_WORDS)}}}
    question = {"question": "How is the belt tightened?", "manual": "conveyor-c2", "page": 41}
    files = {
        "README.md": _CARD,
        "config.json": json.dumps(config, indent=2),
        "evaluation/questions.jsonl": f"{json.dumps(question)}\n" * 1200,
        "evaluation/results.json": json.dumps({"right_answer": 0.869, "right_page": 0.842}, indent=2),
        "tokenizer.json": json.dumps(words),
        "tokenizer_config.json": json.dumps({"tokenizer_class": "LlamaTokenizer"}, indent=2),
    }
    return {path: HubFile(text.encode(), path == "tokenizer.json") for path, text in files.items()}


def _weights() -> dict[str, HubFile]:
    """The network in two files, and the list of what is in which."""
    layers = [
        {f"model.layers.{layer}.{part}.weight": shape for part, shape in _PARTS.items()}
        for layer in range(_LAYERS)
    ]
    first, last = {"model.embed_tokens.weight": (_WORDS, _SIZE)}, {"model.norm.weight": (_SIZE,)}
    for number, layer in enumerate(layers):
        (first if number < _IN_FIRST else last).update(layer)
    tensors = dict(zip(SHARDS, (first, last), strict=True))
    places = {name: shard for shard, names in tensors.items() for name in names}
    index = json.dumps({"metadata": {}, "weight_map": places}, indent=2)
    files: dict[str, HubFile] = {shard: _shard(shapes) for shard, shapes in tensors.items()}
    quantised = _BigFile(_Weights(gguf(), _QUANTISED), lfs=True, head=gguf())
    return files | {"model.safetensors.index.json": HubFile(index.encode()), GGUF: quantised}


def _shard(shapes: dict[str, tuple[int, ...]]) -> HubFile:
    header, end = {"__metadata__": {"format": "pt"}}, 0
    for name, shape in shapes.items():
        start, end = end, end + 2 * prod(shape)
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    head = len(text).to_bytes(8, "little") + text
    return _BigFile(_Weights(head, len(head) + end), lfs=True, head=head)
