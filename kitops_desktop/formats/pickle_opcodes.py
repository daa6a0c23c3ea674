"""Pickles by their instructions. Nothing is loaded: a stack of inert values stands in for what would be made.

The instructions and what they take from the stack and put there are those of ``pickletools``.
"""

from __future__ import annotations

import pickletools
from dataclasses import dataclass

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.joblib_arrays import (
    ALIGNMENT,
    WRAPPER,
    ArrayType,
    ArrayWrapper,
    array_size,
    has_objects,
)
from kitops_desktop.formats.known_globals import is_dangerous, is_known_safe
from kitops_desktop.formats.pickle_names import dangerous_names
from kitops_desktop.formats.pickle_tensors import Mapping, Named, Persistent, PickleTensors
from kitops_desktop.formats.source import Bytes, Cursor
from kitops_desktop.formats.values import Kind, Recognised, Tensor, clean, facts, main_dtype, total_elements

FORMAT = "pickle"
MOST_STEPS = 1_000_000
"""Instructions that are read; what follows is not known, and that is said."""
_MOST_PICKLES = 16
_MOST_TEXT = 4_096
_MOST_GLOBALS = 10_000
_LINE = 1 << 20
_LENGTH_CODES = {
    pickletools.TAKEN_FROM_ARGUMENT1: "B",
    pickletools.TAKEN_FROM_ARGUMENT4: "i",
    pickletools.TAKEN_FROM_ARGUMENT4U: "I",
    pickletools.TAKEN_FROM_ARGUMENT8U: "Q",
}
_OPCODES = {ord(info.code): info for info in pickletools.opcodes}
_TEXTS = frozenset({"BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BINSTRING", "SHORT_BINSTRING"})
_LINE_TEXTS = frozenset({"UNICODE", "STRING"})
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3, "EMPTY_TUPLE": 0}
_INTEGERS = {"BININT": "i", "BININT1": "B", "BININT2": "H"}


@dataclass(frozen=True, slots=True, order=True)
class PickleGlobal(Named):
    """A function or class that loading would import. Names that are computed while loading are "?"."""

    @property
    def is_known_safe(self) -> bool:
        return is_known_safe(self.module, self.name)

    @property
    def is_dangerous(self) -> bool:
        return is_dangerous(self.module, self.name)

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(frozen=True, slots=True)
class PickleHeader:
    """``tensors`` are those that PyTorch would rebuild. Not ``is_whole``: more follows than was read.
    ``has_arrays``: bytes between the instructions were passed over, as joblib does."""

    protocol: int
    globals: tuple[PickleGlobal, ...]
    tensors: tuple[Tensor, ...]
    pickles: int
    is_whole: bool
    has_arrays: bool = False

    @property
    def dangerous(self) -> tuple[PickleGlobal, ...]:
        return tuple(found for found in self.globals if found.is_dangerous)

    @property
    def unknown(self) -> tuple[PickleGlobal, ...]:
        """Neither known to be safe nor dangerous."""
        return tuple(found for found in self.globals if not (found.is_known_safe or found.is_dangerous))

    def warnings(self) -> tuple[str, ...]:
        found = []
        if self.dangerous:
            found.append(f"Loading it could run any program: it imports {_names(self.dangerous)}.")
        if self.unknown:
            found.append(f"Loading it imports what is not known to be safe: {_names(self.unknown)}.")
        if not self.is_whole:
            found.append("Only its beginning was read: what loading the rest would import is not known.")
        elif self.has_arrays:
            found.append(
                "The bytes of arrays in it were passed over, as joblib does: what loading it otherwise would"
                " make of them is not known."
            )
        return tuple(found)

    def recognised(self) -> Recognised:
        framework = next(
            (
                name
                for prefix, name in (
                    ("torch", "PyTorch"),
                    ("sklearn", "scikit-learn"),
                    ("xgboost", "XGBoost"),
                )
                if any(found.module.partition(".")[0] == prefix for found in self.globals)
            ),
            "",
        )
        return Recognised(
            Kind.MODEL,
            FORMAT,
            framework,
            facts(
                ("protocol", self.protocol),
                ("pickles", self.pickles if self.pickles > 1 else None),
                ("imports", tuple(str(found) for found in self.globals)),
                ("tensors", len(self.tensors) or None),
            ),
            total_elements(self.tensors) if self.tensors else None,
            main_dtype(self.tensors),
            self.tensors,
            warnings=self.warnings(),
            dangerous_imports=tuple(map(str, self.dangerous)),
            unknown_imports=tuple(map(str, self.unknown)),
            imports=tuple(map(str, self.globals)),
        )


def looks_like_pickle(beginning: bytes) -> bool:
    """Protocol 2 or later; earlier ones have no mark to know them by."""
    return len(beginning) > 1 and beginning[0] == 0x80 and 2 <= beginning[1] <= 5


@dataclass(slots=True)
class Steps:
    """How many instructions may be read yet: of all pickles of a file together."""

    left: int = MOST_STEPS


def read_pickle(source: Bytes, steps: Steps | None = None) -> PickleHeader:
    """Raises ``FormatError`` for what is no pickle. Of ``steps`` it takes what it needs.

    One that breaks off has been obeyed until there when it is loaded, so what it imports counts all the same.
    """
    cursor = Cursor(source, FORMAT)
    machine = _Machine(cursor, steps or Steps())
    try:
        is_whole = machine.run()
    except FormatError:
        if not machine.globals:
            raise
        is_whole = False
    if not is_whole or machine.arrays_at is not None:
        after = cursor.position if machine.arrays_at is None else machine.arrays_at
        machine.globals |= {PickleGlobal(*names) for names in dangerous_names(source, after)}
    pickles = 1
    # PyTorch's older files are several pickles, then the bytes of the tensors.
    while is_whole and cursor.left and pickles < _MOST_PICKLES:
        before = set(machine.globals)
        try:
            is_whole = machine.run()
        except FormatError:
            machine.globals = before | {found for found in machine.globals if found.is_dangerous}
            break
        pickles += 1
    return PickleHeader(
        machine.protocol,
        tuple(sorted(machine.globals)),
        tuple(machine.tensors.found),
        pickles,
        is_whole,
        machine.arrays_at is not None,
    )


_MOST_DEPTH = 4
"""Arrays of objects, which are pickles, in one another."""
_MARK = object()
_UNKNOWN = object()


class _Machine:
    def __init__(self, cursor: Cursor, steps: Steps) -> None:
        self.protocol = 0
        self.globals: set[PickleGlobal] = set()
        self.tensors = PickleTensors()
        self.arrays_at: int | None = None
        self._depth = 0
        self._cursor = cursor
        self._steps = steps
        self._stack: list[object] = []
        self._memo: dict[int, object] = {}

    def run(self) -> bool:
        """One pickle, up to its end; False when that is too far away."""
        self._stack, self._memo = [], {}
        while self._steps.left:
            self._steps.left -= 1
            info = _OPCODES.get(self._cursor.byte())
            if info is None:
                self._cursor.fail("it has an unknown instruction")
            if info.name == "STOP":
                if not self._stack:
                    self._cursor.fail("it makes nothing")
                return True
            self._step(info)
        return False

    def _step(self, info: pickletools.OpcodeInfo) -> None:
        name, stack = info.name, self._stack
        if info.proto == 1 and not self.protocol:
            self.protocol = 1  # only later ones say it themselves
        if name in _INTEGERS:
            stack.append(self._cursor.number(_INTEGERS[name]))
            return
        argument = self._argument(info)
        if name == "PROTO" and isinstance(argument, int):
            self.protocol = max(self.protocol, argument)
        elif name in _TEXTS or name in _LINE_TEXTS:
            stack.append(argument)
        elif name == "MARK":
            stack.append(_MARK)
        elif name in _TUPLES:
            count = _TUPLES[name]
            stack.append(tuple(reversed([self._pop() for _ in range(count)])))
        elif name == "TUPLE":
            stack.append(tuple(self._pop_mark()))
        elif name == "POP":
            self._pop_any()
        elif name == "POP_MARK":
            self._pop_mark()
        elif name == "DUP":
            stack.append(self._top())
        elif not (self._memory(name, argument) or self._naming(name, argument) or self._filling(name)):
            self._others(info)

    def _memory(self, name: str, argument: object) -> bool:
        if name == "MEMOIZE":
            self._memo[len(self._memo)] = self._top()
        elif name in ("PUT", "BINPUT", "LONG_BINPUT") and isinstance(argument, int):
            self._memo[argument] = self._top()
        elif name in ("GET", "BINGET", "LONG_BINGET") and isinstance(argument, int):
            if argument not in self._memo:
                self._cursor.fail("it refers to what it has not made")
            self._stack.append(self._memo[argument])
        else:
            return False
        return True

    def _naming(self, name: str, argument: object) -> bool:
        """Instructions that import something, or call what was imported."""
        stack = self._stack
        if name in ("GLOBAL", "INST"):
            assert isinstance(argument, tuple)
            if name == "INST":
                self._pop_mark()
            stack.append(self._import(*argument))
        elif name == "STACK_GLOBAL":
            attribute, module = self._pop(), self._pop()
            stack.append(self._import(module, attribute))
        elif name in ("EXT1", "EXT2", "EXT4"):
            stack.append(self._import("copyreg extension", str(argument)))
        elif name == "PERSID":
            stack.append(Persistent(argument))
        elif name == "BINPERSID":
            stack.append(Persistent(self._pop()))
        elif name == "NEWOBJ":
            _, made = self._pop(), self._pop()
            is_wrapper = isinstance(made, PickleGlobal) and (made.module, made.name) == WRAPPER
            stack.append(ArrayWrapper() if is_wrapper else _UNKNOWN)
        elif name == "REDUCE":
            arguments, function = self._pop(), self._pop()
            stack.append(self._called(function, arguments))
        else:
            return False
        return True

    def _filling(self, name: str) -> bool:
        """Instructions that make dictionaries, and that put something into them or into objects."""
        stack = self._stack
        if name == "EMPTY_DICT":
            stack.append(Mapping())
        elif name == "DICT":
            items = self._pop_mark()
            stack.append(Mapping())
            self._put(items)
        elif name == "SETITEMS":
            self._put(self._pop_mark())
        elif name == "SETITEM":
            value, key = self._pop(), self._pop()
            self._put([key, value])
        elif name == "BUILD":
            state, made = self._pop(), self._pop()
            if isinstance(made, ArrayWrapper) and isinstance(state, Mapping):
                self._pass_array(state.array or {})
            elif isinstance(made, ArrayType):
                made.set_state(state)
            stack.append(state if isinstance(state, Mapping) and not isinstance(made, Mapping) else made)
        else:
            return False
        return True

    def _pass_array(self, said: dict[str, object]) -> None:
        """What joblib writes behind the instruction that describes an array."""
        cursor, size = self._cursor, array_size(said)
        if self.arrays_at is None:
            self.arrays_at = cursor.position
        if has_objects(said) and self._depth < _MOST_DEPTH:
            outer = self._stack, self._memo
            self._depth += 1
            self.run()
            self._depth -= 1
            self._stack, self._memo = outer
        elif size is None:
            cursor.fail("an array in it cannot be passed over")
        else:
            if isinstance(said.get(ALIGNMENT), int):
                cursor.skip(cursor.byte())
            cursor.skip(size)

    def _put(self, items: list[object]) -> None:
        """Keys and values in turn, into what is on top."""
        made = self._top()
        if isinstance(made, Mapping):
            for key, value in zip(items[::2], items[1::2], strict=False):
                self.tensors.keep(made, key, value)

    def _others(self, info: pickletools.OpcodeInfo) -> None:
        """Only how many values go and come matters. A container stays what it is when it is filled."""
        before = info.stack_before
        if pickletools.stackslice in before:
            self._pop_mark()
            before = before[: before.index(pickletools.markobject)]
        for _ in before:
            self._pop()
        self._stack.extend(_UNKNOWN for _ in info.stack_after)

    def _argument(self, info: pickletools.OpcodeInfo) -> object:
        cursor, kind = self._cursor, info.arg
        if kind is None:
            return None
        if kind.n == pickletools.UP_TO_NEWLINE:
            return self._line_argument(info)
        if kind.n in _LENGTH_CODES:
            length = cursor.number(_LENGTH_CODES[kind.n])
            if length < 0:
                cursor.fail("a value has a negative length")
            if info.name not in _TEXTS or length > _MOST_TEXT:
                cursor.skip(length)
                return _UNKNOWN
            return cursor.take(length).decode("utf-8", "replace")
        content = cursor.take(kind.n)
        return int.from_bytes(content, "little") if info.name != "BINFLOAT" else None

    def _line_argument(self, info: pickletools.OpcodeInfo) -> object:
        line = self._cursor.line(_LINE).decode("utf-8", "replace")
        if info.name in ("GLOBAL", "INST"):
            return line, self._cursor.line(_LINE).decode("utf-8", "replace")
        if info.name in ("GET", "PUT"):
            if not line.isascii() or not line.isdigit() or len(line) > 18:
                self._cursor.fail("a number cannot be read")
            return int(line)
        return line.strip("'\"") if info.name == "STRING" else line

    def _import(self, module: object, name: object) -> PickleGlobal:
        named = [clean(part, 200) if isinstance(part, str) else "?" for part in (module, name)]
        found = PickleGlobal(*named)
        self.globals.add(found)
        if len(self.globals) > _MOST_GLOBALS:
            self._cursor.fail("it imports too many things")
        return found

    def _called(self, function: object, arguments: object) -> object:
        if isinstance(function, PickleGlobal) and function.name == "OrderedDict":
            return Mapping()
        if isinstance(function, PickleGlobal) and (function.module, function.name) == ("numpy", "dtype"):
            name = arguments[0] if isinstance(arguments, tuple) and arguments else None
            return ArrayType(name) if isinstance(name, str) else _UNKNOWN
        return self.tensors.called(function, arguments) or _UNKNOWN

    def _top(self) -> object:
        if not self._stack or self._stack[-1] is _MARK:
            self._cursor.fail("it takes more than it has")
        return self._stack[-1]

    def _pop(self) -> object:
        value = self._top()
        self._stack.pop()
        return value

    def _pop_any(self) -> None:
        if not self._stack:
            self._cursor.fail("it takes more than it has")
        self._stack.pop()

    def _pop_mark(self) -> list[object]:
        values: list[object] = []
        while self._stack:
            value = self._stack.pop()
            if value is _MARK:
                return values[::-1]
            values.append(value)
        self._cursor.fail("it takes more than it has")


def _names(found: tuple[PickleGlobal, ...]) -> str:
    shown = ", ".join(str(item) for item in found[:10])
    return shown + (f" and {len(found) - 10} more" if len(found) > 10 else "")
