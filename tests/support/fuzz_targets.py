"""What is fuzzed: each reader of what others made, as a function of bytes that fails only for a bug.

A reader may refuse its input with the error it documents. Any other exception, text that is not harmless,
or a listing that depends on how the bytes were read is a finding. ``tests/fuzz/run.py`` feeds these with
random bytes, ``tests/fuzz/test_replay.py`` with what that found worth keeping.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import zstandard

from kitops_desktop.errors import (
    ArchiveDamaged,
    ArchiveTooLarge,
    ContentTooLarge,
    FormatError,
    InvalidManifest,
    KitfileError,
    KitOpsError,
)
from kitops_desktop.formats import json_text
from kitops_desktop.formats.code_languages import language_of
from kitops_desktop.formats.code_spans import coloured
from kitops_desktop.formats.compressed_pickle import recognised_compressed_pickle
from kitops_desktop.formats.delimited import read_delimited
from kitops_desktop.formats.front_matter import read_front_matter
from kitops_desktop.formats.gguf import read_gguf
from kitops_desktop.formats.hdf5 import read_hdf5
from kitops_desktop.formats.json_document import recognised_json
from kitops_desktop.formats.json_lines import read_json_lines
from kitops_desktop.formats.notebook import is_notebook
from kitops_desktop.formats.notebook_cells import read_cells
from kitops_desktop.formats.numpy_header import read_npy
from kitops_desktop.formats.onnx import read_onnx
from kitops_desktop.formats.parquet import read_parquet
from kitops_desktop.formats.pickle_opcodes import read_pickle
from kitops_desktop.formats.recognise import recognise
from kitops_desktop.formats.safetensors import read_safetensors
from kitops_desktop.formats.source import MemoryBytes
from kitops_desktop.formats.transformers_config import read_tokenizer, read_transformers_config
from kitops_desktop.formats.values import Recognised
from kitops_desktop.kitfile.config_json import from_config_json, to_config_json
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.kitfile.yaml_text import to_yaml
from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.modelkit.media_types import parse_media_type
from kitops_desktop.modelkit.tar_listing import LayerFile, list_layer
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, digest_of
from kitops_desktop.oci.manifest import MANIFEST_TYPE, Manifest, parse_manifest
from kitops_desktop.preview.file_index import parse_index
from kitops_desktop.preview.file_preview import preview_file

Target = Callable[[bytes], object]
_TAR = "application/vnd.kitops.modelkit.code.v1.tar"
_TEXTS = frozenset("\n\t\u200c\u200d")


def safetensors(content: bytes) -> None:
    """As a file, and as a header whose length is right."""
    for whole in (content, len(content).to_bytes(8, "little") + content + bytes(64)):
        with _refusing(FormatError):
            _is_harmless(read_safetensors(MemoryBytes(whole)).recognised())


def gguf(content: bytes) -> None:
    with _refusing(FormatError):
        _is_harmless(read_gguf(MemoryBytes(content)).recognised())


def onnx(content: bytes) -> None:
    with _refusing(FormatError):
        _is_harmless(read_onnx(MemoryBytes(content)).recognised())


def zips(content: bytes) -> None:
    """Zip archives, with the pickles of PyTorch and the arrays of NumPy in them."""
    for name in ("a.zip", "a.npz", "a.pt"):
        with _refusing(FormatError):
            found = recognise(MemoryBytes(content), name)
            if found is not None:
                _is_harmless(found)


def pickle(content: bytes) -> None:
    with _refusing(FormatError):
        _is_harmless(read_pickle(MemoryBytes(content)).recognised())
    _is_harmless(recognised_compressed_pickle(MemoryBytes(content)))


def numpy(content: bytes) -> None:
    """As a file, and as a header whose length is right."""
    for whole in (content, b"\x93NUMPY\2\0" + len(content).to_bytes(4, "little") + content):
        with _refusing(FormatError):
            _is_harmless(read_npy(MemoryBytes(whole)).recognised())


def hdf5(content: bytes) -> None:
    with _refusing(FormatError):
        _is_harmless(read_hdf5(MemoryBytes(content)).recognised())


def parquet(content: bytes) -> None:
    """The footer alone: its length and the marks around it are put where they belong."""
    whole = b"PAR1" + content + len(content).to_bytes(4, "little") + b"PAR1"
    with _refusing(FormatError):
        _is_harmless(read_parquet(MemoryBytes(whole)).recognised())


def json(content: bytes) -> None:
    """JSON documents: notebooks, tokenizers, configurations."""
    with _refusing(FormatError):
        _is_harmless(recognised_json(MemoryBytes(content)))
        document = json_text.parse_json(content, "JSON")
        if isinstance(document, dict):
            _is_harmless(read_transformers_config(document).recognised())
            _is_harmless(read_tokenizer(document).recognised())
            if is_notebook(document):
                for cell in read_cells(document):
                    assert _is_text(cell.kind)
                    assert _is_text(cell.source)
                    assert _is_text(cell.output)


def rows(content: bytes) -> None:
    """Delimited text and JSON Lines."""
    for read in (read_delimited, read_json_lines):
        with _refusing(FormatError):
            _is_harmless(read(MemoryBytes(content)).recognised())


def front_matter(content: bytes) -> None:
    with _refusing(FormatError):
        card = read_front_matter(MemoryBytes(content))
        if card is not None:
            _is_harmless(card.recognised())


def preview(content: bytes) -> None:
    """What a window shows of any file; the first byte chooses its name."""
    names = ("a", "a.md", "a.py", "a.yaml", "a.json", "a.ipynb", "a.jsonl", "a.csv", "a.bin", "README.md")
    if content:
        shown = preview_file(MemoryBytes(content[1:]), names[content[0] % len(names)])
        if shown.known is not None:
            _is_harmless(shown.known)
        assert shown.text is None or _is_text(shown.text.content)


def code(content: bytes) -> None:
    """The colours of source texts: spans that do not overlap, inside their lines."""
    names = ("a.py", "a.sh", "a.yaml", "a.json", "a.md", "a.html", "a.js", "a.c", "a.sql", "a.toml")
    if not content:
        return
    text = content[1:].decode("utf-8", "replace")
    language = language_of(names[content[0] % len(names)], text)
    if language is None:
        return
    lines = text.split("\n")
    spans = coloured(text, language)
    assert len(spans) == len(lines)
    for line, found in zip(lines, spans, strict=True):
        end = 0
        for span in found:
            assert end <= span.start < span.start + span.length <= len(line)
            end = span.start + span.length


def manifest(content: bytes) -> None:
    with _refusing(InvalidManifest):
        parsed = parse_manifest(content)
        assert all(layer.size >= 0 for layer in parsed.layers)


def config(content: bytes) -> None:
    """What is written of a config that was read is written the same when it is read again."""
    with _refusing(InvalidManifest, ContentTooLarge):
        kitfile = from_config_json(content)
        written = to_config_json(kitfile)
        assert to_config_json(from_config_json(written)) == written
        to_yaml(kitfile)


def file_index(content: bytes) -> None:
    """What is attached to a kit: each file lies in its layer, and may be unpacked or says why not."""
    with _refusing(FormatError):
        index = parse_index(content, INDEXED_KIT)
        for layer in INDEXED_KIT.layers:
            for found in index.of(layer) or ():
                assert found.file.offset + found.file.size <= layer.descriptor.size
                assert found.file.unsafe or ".." not in found.file.path.split("/")


def kitfile(content: bytes) -> None:
    with _refusing(KitfileError):
        found = read_kitfile(content)
        to_yaml(found)
        to_config_json(found)


def tar(content: bytes) -> None:
    """A layer lists the same however its bytes are fetched, and no path that may be unpacked leads away."""
    for archive in (content, _with_checksums(content)):
        listings = [_listing(archive, "", gap) for gap in (0, 64 << 10)]
        listings.append(_listing(zlib.compress(archive, 1, 31), "+gzip", 0))
        assert all(listing == listings[0] for listing in listings)
        for found in listings[0]:
            if isinstance(found, LayerFile) and not found.unsafe:
                assert not found.path.startswith("/")
                assert "\0" not in found.path
                assert ".." not in found.path.replace("\\", "/").split("/")


def compressed_tar(content: bytes) -> None:
    """Bytes that claim to be compressed."""
    _listing(content, "+gzip", 0)
    _listing(content, "+zstd", 0)
    _listing(zstandard.ZstdCompressor(1).compress(content), "+zstd", 0)


_LAYER = Descriptor(_TAR, Digest(f"sha256:{'0' * 64}"), 10_240)
INDEXED_KIT = ModelKit(
    Descriptor(MANIFEST_TYPE, Digest(f"sha256:{'1' * 64}"), 2),
    Manifest(_LAYER, (_LAYER,)),
    *(b"", b"", Kitfile()),
    (KitLayer(0, _LAYER, parse_media_type(_TAR), None),),
)
"""The kit that file indexes are of: it has one layer, of which only the size matters."""

TARGETS: dict[str, Target] = {
    target.__name__: target
    for target in (
        *(tar, compressed_tar, safetensors, gguf, onnx, zips, pickle, numpy, hdf5, parquet, json, rows),
        *(front_matter, manifest, config, kitfile, file_index, preview, code),
    )
}


class _OneBlob:
    """A storage of one blob."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def exists(self, descriptor: Descriptor) -> bool:
        return True

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> io.BytesIO:
        end = len(self._content) if length is None else start + length
        return io.BytesIO(self._content[start:end])


def _listing(content: bytes, suffix: str, gap: int) -> list[LayerFile | str]:
    """The files of a layer, and at the end the kind of error that ended it, if one did."""
    media_type = _TAR + suffix
    descriptor = Descriptor(media_type, digest_of(content), len(content))
    format = parse_media_type(media_type)
    found: list[LayerFile | str] = []
    try:
        for file in list_layer(_OneBlob(content), KitLayer(0, descriptor, format, None), gap=gap):
            found.append(file)
    except (ArchiveDamaged, ArchiveTooLarge) as error:
        found.append(type(error).__name__)
    return found


def _with_checksums(content: bytes) -> bytes:
    """The archive with the right checksum wherever a header could be: chance does not find it."""
    made = bytearray(content)
    for start in range(0, len(made) - 511, 512):
        if any(made[start + 257 : start + 262]):
            made[start + 148 : start + 156] = b" " * 8
            made[start + 148 : start + 156] = b"%06o\0 " % sum(made[start : start + 512])
    return bytes(made)


@contextmanager
def _refusing(*errors: type[KitOpsError]) -> Iterator[None]:
    """What may be said of bad input; it must be able to say why."""
    try:
        yield
    except errors as error:
        if not str(error):
            raise AssertionError("it does not say what is wrong") from error


def _is_harmless(found: Recognised) -> None:
    """Nothing that is shown has control characters, and numbers can be written."""
    shown = [found.format, found.framework, *found.warnings, *(name for row in found.table for name in row)]
    shown += [member.name for member in found.members]
    for fact in found.facts:
        shown += [fact.name, str(fact.value)]
    for text in shown:
        assert text.isprintable(), text
    str(found.parameter_count)
    for tensor in found.tensors:
        str(tensor.elements)


def _is_text(text: str) -> bool:
    return all(letter.isprintable() or letter in _TEXTS for letter in text)
