"""Small files of machine learning, written byte by byte: tests can have what no honest program writes."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Mapping, Sequence

GGUF_STRING, GGUF_ARRAY, GGUF_U32 = 8, 9, 4


def safetensors(header: object, data: int = 0) -> bytes:
    """``header`` as JSON or as raw bytes, then so many bytes of data."""
    content = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(content)) + content + bytes(data)


def small_safetensors() -> bytes:
    return safetensors(
        {
            "__metadata__": {"format": "pt"},
            "layer.weight": {"dtype": "BF16", "shape": [3, 4], "data_offsets": [0, 24]},
            "layer.bias": {"dtype": "F32", "shape": [3], "data_offsets": [24, 36]},
        },
        36,
    )


def gguf_text(text: bytes, order: str = "<", wide: str = "Q") -> bytes:
    return struct.pack(order + wide, len(text)) + text


def gguf(
    pairs: Sequence[tuple[bytes, int, bytes]] = (),
    tensors: Sequence[tuple[bytes, Sequence[int], int]] = (),
    *,
    version: int = 3,
    order: str = "<",
    counts: tuple[int, int] | None = None,
) -> bytes:
    """``pairs`` have key, type and raw value; ``counts`` are what is claimed of tensors and pairs."""
    wide = "I" if version == 1 else "Q"
    claimed = counts or (len(tensors), len(pairs))
    out = b"GGUF" + struct.pack(order + "I", version) + struct.pack(f"{order}2{wide}", *claimed)
    for key, kind, value in pairs:
        out += gguf_text(key, order, wide) + struct.pack(order + "I", kind) + value
    for name, sizes, kind in tensors:
        out += gguf_text(name, order, wide) + struct.pack(order + "I", len(sizes))
        out += struct.pack(f"{order}{len(sizes)}{wide}", *sizes) + struct.pack(order + "IQ", kind, 0)
    return out


def gguf_array(kind: int, count: int, content: bytes = b"") -> bytes:
    return struct.pack("<IQ", kind, count) + content


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def proto(*fields: tuple[int, int | bytes]) -> bytes:
    """A message of protocol buffers."""
    return b"".join(
        varint(number << 3) + varint(value)
        if isinstance(value, int)
        else varint(number << 3 | 2) + varint(len(value)) + value
        for number, value in fields
    )


def onnx_value(name: bytes, *dimensions: int | bytes) -> bytes:
    dims = [(1, proto((1 if isinstance(size, int) else 2, size))) for size in dimensions]
    return proto((1, name), (2, proto((1, proto((1, 1), (2, proto(*dims)))))))


def small_onnx() -> bytes:
    weight = proto((1, 4), (1, 2), (2, 1), (8, b"w"), (9, bytes(32)))
    packed = proto((1, bytes([2])), (2, 10), (8, b"b"), (9, bytes(4)))
    graph = proto(
        (1, proto((1, b"x"), (4, b"MatMul"))),
        (1, proto((4, b"Add"))),
        (2, b"net"),
        (5, weight),
        (5, packed),
        (11, onnx_value(b"x", b"batch", 4)),
        (11, onnx_value(b"w", 4, 2)),
        (12, onnx_value(b"y", b"batch", 2)),
    )
    return proto((1, 8), (2, b"pytorch"), (3, b"2.3"), (7, graph), (8, proto((2, 17))))


def npy(header: bytes | None = None, *, version: int = 1, length: int | None = None) -> bytes:
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n" if header is None else header
    code = "<H" if version == 1 else "<I"
    size = len(header) if length is None else length
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack(code, size) + header + bytes(24)


def zipped(members: Mapping[str, bytes], *, deflate: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


TORCH_PICKLE = (
    b"\x80\x02}q\x00(X\x06\x00\x00\x00weightq\x01ctorch._utils\n_rebuild_tensor_v2\nq\x02(("
    b"X\x07\x00\x00\x00storageq\x03ctorch\nFloatStorage\nq\x04X\x01\x00\x00\x000q\x05X\x03\x00\x00\x00cpuq\x06K\x0ctq\x07Q"
    b"K\x00K\x03K\x04\x86q\x08K\x04K\x01\x86q\x09\x89ccollections\nOrderedDict\nq\x0a)Rq\x0btq\x0cRq\x0du."
)
"""What ``torch.save({"weight": tensor of 3 by 4})`` writes as its pickle."""


def pickle_text(text: str) -> bytes:
    return b"X" + struct.pack("<I", len(text)) + text.encode()


def torch_tensor(storage: str, *sizes: int, dtype: str = "") -> bytes:
    """The instructions that make a tensor; one with a ``dtype`` has it beside an untyped storage."""
    shape = b"(" + b"".join(b"K" + bytes([size]) for size in sizes) + b"t"
    where = b"(" + pickle_text("storage") + f"c{storage}\n".encode() + pickle_text("0")
    where += pickle_text("cpu") + b"K\x0ctQ"
    last, version = (f"ctorch\n{dtype}\n".encode(), b"3") if dtype else (b"", b"2")
    function = b"ctorch._utils\n_rebuild_tensor_v" + version + b"\n"
    return function + b"(" + where + b"K\0" + shape * 2 + b"\x89N" + last + b"tR"


def pickle_dict(items: Mapping[str, bytes], begin: bytes = b"}") -> bytes:
    """The instructions that fill a dictionary, which ``begin`` has made."""
    return begin + b"(" + b"".join(pickle_text(key) + value for key, value in items.items()) + b"u"


def torch_zip(pickle: bytes = TORCH_PICKLE, **more: bytes) -> bytes:
    members = {"net/data.pkl": pickle, "net/data/0": bytes(48), "net/version": b"3\n"}
    return zipped({**members, **{f"net/{name}": content for name, content in more.items()}})


def compact_integer(value: int) -> bytes:
    return varint(value * 2 if value >= 0 else -value * 2 - 1)


def compact_struct(*fields: tuple[int, int, bytes]) -> bytes:
    """A struct of Thrift's compact protocol: number, type and raw value of each field."""
    out, last = b"", 0
    for number, kind, value in fields:
        out += bytes([(number - last) << 4 | kind]) + value
        last = number
    return out + b"\0"


def compact_text(text: bytes) -> bytes:
    return varint(len(text)) + text


def parquet(footer: bytes, *, length: int | None = None) -> bytes:
    size = len(footer) if length is None else length
    return b"PAR1" + footer + struct.pack("<I", size) + b"PAR1"


def parquet_column(
    name: bytes, kind: int | None = None, children: int = 0, converted: int | None = None
) -> bytes:
    fields = [] if kind is None else [(1, 5, compact_integer(kind)), (3, 5, compact_integer(1))]
    fields.append((4, 8, compact_text(name)))
    if children:
        fields.append((5, 5, compact_integer(children)))
    if converted is not None:
        fields.append((6, 5, compact_integer(converted)))
    return compact_struct(*fields)


def parquet_footer(*columns: bytes, rows: int = 7) -> bytes:
    groups = bytes([0x1C]) + compact_struct((2, 6, compact_integer(100)), (3, 6, compact_integer(rows)))
    return compact_struct(
        (1, 5, compact_integer(2)),
        (2, 9, bytes([len(columns) << 4 | 12]) + b"".join(columns)),
        (3, 6, compact_integer(rows)),
        (4, 9, groups),
        (6, 8, compact_text(b"parquet-test 1.0")),
    )


def small_parquet() -> bytes:
    return parquet(
        parquet_footer(
            parquet_column(b"schema", children=3),
            parquet_column(b"id", 2),
            parquet_column(b"name", 6, converted=0),
            parquet_column(b"place", children=1),
            parquet_column(b"lat", 5),
        )
    )


def hdf5(version: int = 2, *, width: int = 8, size: int = 200, marks: bytes = b"") -> bytes:
    """A superblock and nothing behind it; ``size`` is what the file claims to have."""
    magic = b"\x89HDF\r\n\x1a\n"
    if version < 2:
        head = bytes([version, 0, 0, 0, 0, width, 8, 0]) + bytes(8 if version == 0 else 12)
    else:
        head = bytes([version, width, 8, 0])
    places = bytes(8) + b"\xff" * 8 + struct.pack("<Q", size) + bytes(16)
    return (magic + head + places + marks).ljust(200, b"\0")
