"""ONNX: who made it, what goes in and out, and the shapes of the weights, which are not read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from kitops_desktop.formats.protobuf import ProtoField, ProtoReader
from kitops_desktop.formats.source import Bytes, Cursor
from kitops_desktop.formats.values import Kind, Recognised, Tensor, facts, main_dtype, total_elements

FORMAT = "ONNX"
_MOST_FIELDS = 500_000
_MOST_DIMENSIONS = 64
_MOST_VALUES = 10_000
_MOST_DEPTH = 4
_WINDOW = 4 << 10
"""Bytes that are read at first behind the content of a weight: the next one is described in fewer."""
_CONTAINERS = {4: "sequence of ", 9: "optional "}
_TYPES = {
    1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 8: "string",
    9: "bool", 10: "float16", 11: "float64", 12: "uint32", 13: "uint64", 14: "complex64", 15: "complex128",
    16: "bfloat16", 17: "float8e4m3fn", 18: "float8e4m3fnuz", 19: "float8e5m2", 20: "float8e5m2fnuz",
    21: "uint4", 22: "int4", 23: "float4e2m1", 24: "float8e8m0", 25: "uint2", 26: "int2",
    27: "float6e2m3", 28: "float6e3m2",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OnnxValue:
    """An input or output: ``type`` is as "float32[batch, 3, ?]", without brackets where no shape is said."""

    name: str
    type: str

    def __str__(self) -> str:
        return f"{self.name}: {self.type}"


@dataclass(frozen=True, slots=True)
class OnnxHeader:
    """``inputs`` are without those that only name a weight. ``operators`` are the five used most."""

    ir_version: int
    producer: str
    opsets: tuple[str, ...]
    graph: str
    inputs: tuple[OnnxValue, ...]
    outputs: tuple[OnnxValue, ...]
    tensors: tuple[Tensor, ...]
    node_count: int
    operators: tuple[str, ...]
    has_external_data: bool

    def recognised(self) -> Recognised:
        return Recognised(
            Kind.MODEL,
            FORMAT,
            FORMAT,
            facts(
                ("IR version", self.ir_version),
                ("producer", self.producer),
                ("operator sets", self.opsets),
                ("graph", self.graph),
                *(("input", str(value)) for value in self.inputs[:10]),
                *(("output", str(value)) for value in self.outputs[:10]),
                ("operations", self.node_count),
                ("most used", self.operators),
                ("weights", len(self.tensors)),
                ("weights in other files", "yes" if self.has_external_data else ""),
            ),
            total_elements(self.tensors),
            main_dtype(self.tensors),
            self.tensors,
        )


def looks_like_onnx(beginning: bytes) -> bool:
    """An IR version, then one of the fields that follow it. Weak: what it says must be tried."""
    return (
        len(beginning) > 2
        and beginning[0] == 8
        and 1 <= beginning[1] <= 30
        and beginning[2] in b'\x12\x1a"(:B'
    )


def read_onnx(source: Bytes) -> OnnxHeader:
    """Raises ``FormatError``."""
    return _Model(source).header()


class _Model:
    def __init__(self, source: Bytes) -> None:
        self._cursor = Cursor(source, FORMAT, window=_WINDOW)
        self._reader = ProtoReader(self._cursor, _MOST_FIELDS)
        self._size = source.size
        self._graph = ""
        self._inputs: list[OnnxValue] = []
        self._outputs: list[OnnxValue] = []
        self._tensors: list[Tensor] = []
        self._operators: Counter[str] = Counter()
        self._external = False

    def header(self) -> OnnxHeader:
        reader, ir_version, has_graph = self._reader, 0, False
        producer = ["", ""]
        opsets: list[str] = []
        for field in reader.fields(0, self._size):
            if field.number == 1 and not field.is_bytes:
                ir_version = field.value
            elif field.number in (2, 3) and field.is_bytes:
                producer[field.number - 2] = reader.text(field)
            elif field.number == 7 and field.is_bytes:
                has_graph = True
                self._read_graph(field)
            elif field.number == 8 and field.is_bytes and len(opsets) < _MOST_VALUES:
                opsets.append(self._opset(field))
        if not has_graph:
            self._cursor.fail("it has no graph")
        weights = {tensor.name for tensor in self._tensors}
        return OnnxHeader(
            ir_version,
            " ".join(filter(None, producer)),
            tuple(opsets),
            self._graph,
            tuple(value for value in self._inputs if value.name not in weights),
            tuple(self._outputs),
            tuple(self._tensors),
            self._operators.total(),
            tuple(f"{name} ({count})" for name, count in self._operators.most_common(5)),
            self._external,
        )

    def _read_graph(self, graph: ProtoField) -> None:
        for field in self._reader.fields(graph.start, graph.end):
            if not field.is_bytes:
                continue
            if field.number == 1:
                self._count_node(field)
            elif field.number == 2:
                self._graph = self._reader.text(field)
            elif field.number == 5:
                self._tensors.append(self._tensor(field))
            elif field.number in (11, 12):
                values = self._inputs if field.number == 11 else self._outputs
                values.append(self._value(field))

    def _count_node(self, node: ProtoField) -> None:
        operator = "?"
        for field in self._reader.fields(node.start, node.end):
            if field.number == 4 and field.is_bytes:
                operator = self._reader.text(field, 64)
                break
        self._operators[operator] += 1

    def _tensor(self, tensor: ProtoField) -> Tensor:
        dims: list[int] = []
        name, kind = "", 0
        for field in self._reader.fields(tensor.start, tensor.end):
            if field.number == 1:
                dims += self._reader.numbers(field, _MOST_DIMENSIONS)
                if len(dims) > _MOST_DIMENSIONS:
                    self._cursor.fail("a tensor has too many dimensions")
            elif field.number == 2:
                kind = field.value
            elif field.number == 8 and field.is_bytes:
                name = self._reader.text(field)
            elif field.number == 14 and field.value == 1:
                self._external = True
        if any(size >= 1 << 63 for size in dims):
            self._cursor.fail("a tensor has a negative size")
        return Tensor(name, tuple(dims), _TYPES.get(kind, f"type {kind}"))

    def _value(self, value: ProtoField) -> OnnxValue:
        name = said = "?"
        for field in self._reader.fields(value.start, value.end):
            if field.number == 1 and field.is_bytes:
                name = self._reader.text(field)
            elif field.number == 2 and field.is_bytes:
                said = self._type(field, 0)
        return OnnxValue(name, said)

    def _type(self, field: ProtoField, depth: int) -> str:
        said = "?"
        for kind in self._reader.fields(field.start, field.end):
            if kind.number == 1 and kind.is_bytes:
                said = self._tensor_type(kind)
            elif kind.number in _CONTAINERS and kind.is_bytes and depth < _MOST_DEPTH:
                inner = [self._type(one, depth + 1) for one in self._reader.fields(kind.start, kind.end)]
                said = _CONTAINERS[kind.number] + (inner[0] if inner else "?")
        return said

    def _tensor_type(self, kind: ProtoField) -> str:
        shape: list[str] | None = None
        dtype = "?"
        for field in self._reader.fields(kind.start, kind.end):
            if field.number == 1:
                dtype = _TYPES.get(field.value, "?")
            elif field.number == 2 and field.is_bytes:
                shape = []
                for dimension in self._reader.fields(field.start, field.end):
                    shape.append(self._dimension(dimension))
                    if len(shape) > _MOST_DIMENSIONS:
                        self._cursor.fail("a tensor has too many dimensions")
        return dtype if shape is None else f"{dtype}[{', '.join(shape)}]"

    def _dimension(self, dimension: ProtoField) -> str:
        for field in self._reader.fields(dimension.start, dimension.end):
            if field.number == 1:
                return str(field.value)
            if field.number == 2 and field.is_bytes:
                return self._reader.text(field, 64)
        return "?"

    def _opset(self, opset: ProtoField) -> str:
        domain, version = "", 0
        for field in self._reader.fields(opset.start, opset.end):
            if field.number == 1 and field.is_bytes:
                domain = self._reader.text(field, 64)
            elif field.number == 2:
                version = field.value
        return f"{domain or 'ai.onnx'} {version}"
