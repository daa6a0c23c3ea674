"""The Kitfile as JSON: the config blob of a ModelKit, byte for byte as ``kit`` writes it.

Compact, keys in a fixed order, empty values left out (but for ``manifestVersion``, ``package`` and the
``path`` of docs), Go's escaping. Reading is lenient, as Go's decoder is: unknown keys are ignored and keys
match in any case.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from kitops_desktop.errors import ContentTooLarge, InvalidManifest, KitfileInvalid
from kitops_desktop.kitfile.fields import KITFILE, Field, Kind, Struct
from kitops_desktop.kitfile.go_text import json_number, json_string
from kitops_desktop.kitfile.kitfile import FreeData, Kitfile, Parameters
from kitops_desktop.kitfile.problems import Problem, Severity

MAX_CONFIG = 4 << 20
"""Bytes of a config blob we are willing to read."""
MAX_DEPTH = 200

_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_INTEGER = 20
_TYPE_OF_JSON = {str: "string", bool: "bool", int: "number", float: "number", list: "array", dict: "object"}


def to_config_json(kitfile: Kitfile) -> bytes:
    """The bytes of the config blob, without a newline at the end; digests are included where they are set.

    Raises KitfileInvalid when ``parameters`` holds what JSON cannot (NaN, infinity, keys that are not text).
    """
    return _entry(kitfile, KITFILE).encode()


def _entry(entry: object, struct: Struct) -> str:
    pairs = [
        f'"{field.key}":{text}'
        for field in struct
        if (text := _field(getattr(entry, field.attribute), field)) is not None
    ]
    if struct.has_layer:
        layer = (("digest", entry.digest), ("diffId", entry.diff_id))  # type: ignore[attr-defined]
        pairs += [f'"{key}":{json_string(value)}' for key, value in layer if value]
    return "{" + ",".join(pairs) + "}"


def _field(value: Any, field: Field) -> str | None:  # noqa: ANN401
    """The JSON of a field's value, or None when the key is left out."""
    if field.kind is Kind.ENTRY:
        assert field.struct is not None
        return None if value is None else _entry(value, field.struct)
    if field.kind is Kind.FREE:
        return None if value is None else free_json(value.value)
    if not value and not field.written_when_empty:
        return None
    if field.kind is Kind.TEXT:
        return json_string(value)
    items = (json_string(item) if field.struct is None else _entry(item, field.struct) for item in value)
    return f"[{','.join(items)}]"


def free_json(value: FreeData) -> str:
    """Free data as Go writes it, the keys of a map in the order of their bytes. Raises KitfileInvalid."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return json_string(value)
    if isinstance(value, (int, float)):
        return json_number(_finite(value))
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise unsupported("json: unsupported type: map[interface {}]interface {}", "Quote the keys.")
        keys = sorted(value, key=lambda key: key.encode("utf-8", "surrogatepass"))
        return "{" + ",".join(f"{json_string(key)}:{free_json(value[key])}" for key in keys) + "}"
    return f"[{','.join(map(free_json, value))}]"


def _finite(value: float) -> float:
    if isinstance(value, float) and not math.isfinite(value):
        name = "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
        raise unsupported(f"json: unsupported value: {name}", "Quote the value to keep it as text.")
    return value


def unsupported(message: str, suggestion: str) -> KitfileInvalid:
    """The error for free data that JSON cannot hold; the message is ``kit``'s."""
    return KitfileInvalid((Problem(Severity.ERROR, message, field="parameters", suggestion=suggestion),))


def from_config_json(content: bytes) -> Kitfile:
    """The Kitfile in a config blob. Integers of up to 64 bits stay exact, larger ones become float.

    Raises ContentTooLarge, and InvalidManifest when the content is no Kitfile.
    """
    if len(content) > MAX_CONFIG:
        raise ContentTooLarge("the config blob", len(content), MAX_CONFIG)
    value = parse_json(content)
    if value is None:
        return Kitfile()
    kitfile: Kitfile = _read_entry(value, KITFILE, "config")
    return kitfile


def parse_json(content: bytes) -> FreeData:
    """JSON with bounded depth, without NaN, with exact integers of up to 64 bits. Raises InvalidManifest."""
    try:
        value = json.loads(
            content.decode("utf-8", "replace"),
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_refuse_constant,
        )
    except (json.JSONDecodeError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise InvalidManifest(f"config is no JSON: {reason}") from None
    return _without_surrogates(value, MAX_DEPTH)


def _integer(text: str) -> int | float:
    # "-0" is a float to Go, and must stay one to be written back as it was.
    if len(text) > _LONGEST_INTEGER or text == "-0":
        return _float(text)
    value = int(text)
    return value if -(2**63) <= value < 2**64 else float(value)


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise InvalidManifest(f"config holds a number out of range: {text[:40]}")
    return value


def _refuse_constant(name: str) -> FreeData:
    raise InvalidManifest(f"config is no JSON: {name}")


def _without_surrogates(value: FreeData, depth: int) -> FreeData:
    """Half a surrogate pair becomes U+FFFD, as in Go; it could not be written anywhere."""
    if depth == 0:
        raise InvalidManifest("config is nested too deep")
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {
            _SURROGATE.sub("\ufffd", key): _without_surrogates(item, depth - 1) for key, item in value.items()
        }
    if isinstance(value, list):
        return [_without_surrogates(item, depth - 1) for item in value]
    return value


def _read_entry(value: FreeData, struct: Struct, place: str) -> Any:  # noqa: ANN401
    if not isinstance(value, dict):
        raise _mismatch(value, struct.type_name, place)
    found: dict[str, Any] = {}
    for field, item in _known(value, struct):
        if item is not None:
            found[field.attribute] = _read_field(item, field, f"{place}.{field.key}")
    if struct.has_layer:
        for key, attribute in (("digest", "digest"), ("diffid", "diff_id")):
            texts = [item for name, item in value.items() if name.casefold() == key and item is not None]
            if texts:
                found[attribute] = _text(texts[-1], f"{place}.{key}")
    return struct.cls(**found)


def _known(value: dict[str, FreeData], struct: Struct) -> Iterator[tuple[Field, FreeData]]:
    for key, item in value.items():
        field = struct.find_any_case(key)
        if field is not None:
            yield field, item


def _read_field(value: FreeData, field: Field, place: str) -> object:
    if field.kind is Kind.TEXT:
        return _text(value, place)
    if field.kind is Kind.FREE:
        return Parameters(value)
    if field.kind is Kind.ENTRY:
        assert field.struct is not None
        return _read_entry(value, field.struct, place)
    if not isinstance(value, list):
        raise _mismatch(value, field.type_name, place)
    if field.struct is None:
        return tuple("" if item is None else _text(item, place) for item in value)
    # A null entry counts as an empty one: entries and layers are matched by position.
    return tuple(_read_entry({} if item is None else item, field.struct, place) for item in value)


def _text(value: FreeData, place: str) -> str:
    if not isinstance(value, str):
        raise _mismatch(value, "string", place)
    return value


def _mismatch(value: FreeData, wanted: str, place: str) -> InvalidManifest:
    return InvalidManifest(
        f"cannot unmarshal {_TYPE_OF_JSON.get(type(value), 'null')} into {place} of type {wanted}"
    )
