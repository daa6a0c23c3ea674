"""The text of a Kitfile as a document that is edited field by field.

The text is what counts: an edit changes the characters of one field and leaves comments, quoting, order and
line ends of everything else alone. After each edit the new text is read again; if it does not say what was
meant (because of anchors or an unforeseen layout), the section is written anew, and if that cannot help,
the whole Kitfile.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from kitops_desktop.errors import KitfileInvalid, KitfileSyntaxError
from kitops_desktop.kitfile.fields import Field, Kind, Struct
from kitops_desktop.kitfile.free_data import FieldPath
from kitops_desktop.kitfile.kitfile import FreeData, Kitfile
from kitops_desktop.kitfile.nodes import Node, compose, decode
from kitops_desktop.kitfile.problems import Problem, Severity, field_path
from kitops_desktop.kitfile.reading import END_OF_FILE, read_tree
from kitops_desktop.kitfile.splices import CannotSplice, Splicer
from kitops_desktop.kitfile.text_places import Splice, find
from kitops_desktop.kitfile.updates import NoSuchField, entry_from, field_at, updated, value_at
from kitops_desktop.kitfile.validation import validate
from kitops_desktop.kitfile.yaml_text import section_yaml, to_yaml

_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r?\n")

Edit = Callable[[Splicer], Splice | None]


class KitfileDocument:
    """One state of the text, with what it says. Immutable: edits give a new text, ``changed`` a new document.

    Field paths are tuples of YAML keys and indices: ``("model", "parts", 0, "path")``.
    """

    def __init__(self, text: str, last_valid: Kitfile | None = None) -> None:
        """Text that cannot be read is no error here; see ``problems``."""
        self.text = text
        self._plain = text.removeprefix("\ufeff")
        self._root: Node | None = None
        self._read = Kitfile()
        self._reading: tuple[Problem, ...] = ()
        try:
            self._root = compose(decode(text))
            if self._root is not None:
                self._read, self._reading = read_tree(self._root)
        except KitfileSyntaxError as error:
            self._reading = tuple(problem for problem in error.problems if isinstance(problem, Problem))
        self._is_readable = self._root is not None and not self._reading
        self.kitfile = self._read if self._is_readable else last_valid or Kitfile()
        """What the text says; while it cannot be read, what it said before."""
        self.problems = self._all_problems()
        """Everything that is wrong, with lines: what cannot be read, else the rules that are broken."""

    @property
    def is_readable(self) -> bool:
        """Whether all of the text could be read, so that ``kitfile`` is what it says now."""
        return self._is_readable

    @property
    def read_so_far(self) -> Kitfile:
        """What could be read, with all that could not left out."""
        return self._read

    @property
    def is_editable(self) -> bool:
        """Whether fields can be edited: the text is YAML, or empty."""
        return self._root is not None or not self._reading

    def changed(self, text: str) -> KitfileDocument:
        """The document for another text; keeps the last valid Kitfile."""
        return self if text == self.text else KitfileDocument(text, self.kitfile)

    def value(self, path: FieldPath) -> FreeData:
        """What the field at ``path`` says; texts that are absent are ``""``, other absent things None or
        ``()``.

        Raises NoSuchField.
        """
        return value_at(self._read, path)

    def line_of(self, path: FieldPath) -> int | None:
        """The line (from 1) where the field or entry stands, None when the text does not have it."""
        if self._root is None:
            return None
        found = find(self._root, path)
        return (
            None if found.rest else self._line(found.key.start if found.key is not None else found.node.start)
        )

    def with_field(self, path: FieldPath, value: FreeData) -> str:
        """The text with another value at ``path``; what is missing above it is made.

        None takes the field away, and so does ``""`` for a text. Values are texts, below ``parameters`` any
        data. Raises NoSuchField, KitfileSyntaxError when the text cannot be edited as it is, and
        KitfileInvalid for data that a Kitfile cannot hold.
        """
        field, rest = field_at(path)
        if value is None or (value == "" and field is not None and field.kind is Kind.TEXT):
            return self.without(path)
        value = _clean(value)
        _check_value(path, field, rest, value)
        expected = updated(self._read, path, lambda _: value)
        return self._edited(path, expected, lambda splicer: splicer.set_value(path, value))

    def without(self, path: FieldPath) -> str:
        """The text without the field, section or list item at ``path``. Raises as ``with_field``."""
        old = self.value(path)
        if old in ("", None, ()) and self.line_of(path) is None:
            return self.text
        expected = updated(self._read, path, lambda _: () if isinstance(old, tuple) else None)
        return self._edited(path, expected, lambda splicer: splicer.remove(path))

    def with_null(self, path: FieldPath) -> str:
        """The text with ``null`` at ``path``, which is a key of a map below ``parameters``. Raises as
        ``with_field``."""
        return self._edited(path, self._with_map(path, lambda key: {key: None}), _setting(path, None))

    def with_renamed(self, path: FieldPath, name: str) -> str:
        """The text with another name for the key ``path`` of a map below ``parameters``; its value and
        place stay.

        Raises as ``with_field``, and NoSuchField for a name the map has.
        """
        value = _clean(name)
        expected = self._with_map(path, lambda key: {value: self.value(path)}, without=True)
        return self._edited(path, expected, lambda splicer: splicer.rename_key(path, value))

    def with_pair_moved(self, path: FieldPath, target: int) -> str:
        """The text with the key ``path`` of a map below ``parameters`` at the place ``target``. Raises as
        ``with_field``."""
        pairs = self._map_above(path)
        if path[-1] not in pairs or not 0 <= target < len(pairs):
            raise NoSuchField(path)
        if list(pairs).index(str(path[-1])) == target:
            return self.text
        # A map reads the same in any order, so that it must not be written anew.
        for text in self._spliced(lambda: [Splicer(self._plain, self._tree()).move_pair(path, target)]):
            if self._says(text, self._read):
                return "\ufeff" + text if self.text.startswith("\ufeff") else text
        raise KitfileSyntaxError((_cannot_hold(path),))

    def with_entry(
        self,
        path: FieldPath,
        entry: Mapping[str, FreeData] | str,
        index: int | None = None,
        written: str = "",
    ) -> str:
        """The text with one more entry in the list at ``path``, at the end or before the entry at ``index``.

        ``entry`` has the YAML keys of the entry (empty values are left out); for authors it is a text.
        ``written`` is how ``entry_text`` says it was written elsewhere, which is kept where it can be.
        """
        field, rest = field_at(path)
        if field is None or rest or field.kind not in (Kind.ENTRIES, Kind.TEXTS):
            raise NoSuchField(path)
        new = entry_from(_clean(entry), field)
        items: tuple[object, ...] = value_at(self._read, path) or ()
        place = len(items) if index is None else index
        if not 0 <= place <= len(items):
            raise NoSuchField((*path, place))
        expected = updated(self._read, path, lambda _: (*items[:place], new, *items[place:]))
        data = _clean(entry) if isinstance(entry, str) else _in_order(_clean(entry), field.struct)
        edits: list[Edit] = [lambda splicer: splicer.insert_item(path, place, data)]
        if written:
            edits.insert(0, lambda splicer: splicer.insert_item_text(path, place, written))
        return self._edited(path, expected, *edits)

    def entry_text(self, path: FieldPath) -> str:
        """How the entry at ``path`` of a list is written, with comments; "" when it cannot be moved so."""
        try:
            return Splicer(self._plain, self._tree()).item_text(path)
        except CannotSplice:
            return ""

    def with_moved(self, path: FieldPath, source: int, target: int) -> str:
        """The text with the entry ``source`` of the list at ``path`` at the index ``target``."""
        items = list(value_at(self._read, path) or ())
        if not (0 <= source < len(items) and 0 <= target < len(items)):
            raise NoSuchField((*path, source))
        if source == target:
            return self.text
        items.insert(target, items.pop(source))
        expected = updated(self._read, path, lambda _: tuple(items))
        return self._edited(path, expected, lambda splicer: splicer.move_item(path, source, target))

    def _tree(self) -> Node:
        if self._root is None:
            raise KitfileSyntaxError(self._reading)
        return self._root

    def _map_above(self, path: FieldPath) -> dict[str, FreeData]:
        """The map that has the key ``path``. Raises NoSuchField when there is none."""
        field, rest = field_at(path)
        pairs = value_at(self._read, path[:-1]) if rest else None
        if field is None or field.kind is not Kind.FREE or not isinstance(pairs, dict):
            raise NoSuchField(path)
        return pairs

    def _with_map(
        self, path: FieldPath, change: Callable[[str], dict[str, FreeData]], without: bool = False
    ) -> Kitfile:
        """What the Kitfile is to say when the key ``path`` has become what ``change`` makes of it."""
        pairs, key = dict(self._map_above(path)), str(path[-1])
        new = change(key)
        if without and (key not in pairs or any(name in pairs for name in new if name != key)):
            raise NoSuchField(path)
        if without:
            del pairs[key]
        return updated(self._read, path[:-1], lambda _: {**pairs, **new})

    def _edited(self, path: FieldPath, expected: Kitfile, *edits: Edit) -> str:
        """The first text that reads back as ``expected``: edited in place, by section, or written anew."""
        if not self.is_editable:
            raise KitfileSyntaxError(self._reading)
        if not self._reading and expected == self._read:
            return self.text
        for text in self._candidates(path, expected, edits):
            if self._says(text, expected):
                return "\ufeff" + text if self.text.startswith("\ufeff") else text
        raise KitfileSyntaxError(self._reading or (_cannot_hold(path),))

    def _candidates(self, path: FieldPath, expected: Kitfile, edits: tuple[Edit, ...]) -> Iterator[str]:
        if self._root is None:
            gap = "" if not self._plain or self._plain.endswith("\n") else "\n"
            yield self._plain + self._with_line_ends(gap + _only(expected))
            return
        splicer = Splicer(self._plain, self._root)
        section = str(path[0])
        for edit in edits:
            yield from self._spliced(functools.partial(_splice_alone, edit, splicer))
        # What an anchor names must not vanish while an alias elsewhere needs it.
        for keys in ((section,), (section, *splicer.aliased_sections())):
            if not self._understands(keys):
                continue
            sections = {key: section_yaml(expected, key) for key in keys}
            rewrite = functools.partial(_rewritten, splicer, sections)
            yield from self._spliced(rewrite)
        if not self._reading:
            # Nothing but the layout is lost: all of the text is understood.
            yield self._with_line_ends(to_yaml(expected, as_written=True))

    def _understands(self, sections: tuple[str, ...]) -> bool:
        """Whether everything in these sections could be read, so that writing them anew drops nothing."""
        places = [field_path(problem.field) for problem in self._reading]
        return all(place and place[0] not in sections for place in places)

    def _spliced(self, attempt: Callable[[], list[Splice | None]]) -> Iterator[str]:
        try:
            splices = [splice for splice in attempt() if splice is not None]
        except (CannotSplice, NoSuchField, IndexError):
            return
        text = self._plain
        for splice in sorted(splices, key=lambda splice: splice.start, reverse=True):
            text = replace(splice, text=self._with_line_ends(splice.text)).apply(text)
        yield text

    def _says(self, text: str, expected: Kitfile) -> bool:
        try:
            root = compose(text)
        except KitfileSyntaxError:
            return False
        if root is None:
            return False
        kitfile, problems = read_tree(root)
        return kitfile == expected and len(problems) <= len(self._reading)

    def _with_line_ends(self, text: str) -> str:
        """New text with the line ends of the document's first line."""
        first = self._plain.find("\n")
        newline = "\r\n" if first > 0 and self._plain[first - 1] == "\r" else "\n"
        return _LINE_END.sub(newline, text)

    def _all_problems(self) -> tuple[Problem, ...]:
        if self._root is None and not self._reading:
            return (Problem(Severity.ERROR, END_OF_FILE, 1, suggestion="The Kitfile is empty."),)
        if self._reading:
            return self._reading
        return tuple(self._placed(problem) for problem in validate(self._read))

    def _placed(self, problem: Problem) -> Problem:
        """The problem with its line: that of its field, or of the nearest entry that the text has."""
        if self._root is None or not problem.field:
            return problem
        found = find(self._root, field_path(problem.field))
        node = found.key or found.node
        return replace(problem, line=self._line(node.start), column=node.column)

    def _line(self, offset: int) -> int:
        return self._plain.count("\n", 0, offset) + 1


def _splice_alone(edit: Edit, splicer: Splicer) -> list[Splice | None]:
    return [edit(splicer)]


def _setting(path: FieldPath, value: FreeData) -> Edit:
    return lambda splicer: splicer.set_value(path, value)


def _rewritten(splicer: Splicer, sections: dict[str, str | None]) -> list[Splice | None]:
    return [splicer.replace_section(key, value) for key, value in sections.items()]


def _only(kitfile: Kitfile) -> str:
    """The YAML of a Kitfile, without a ``manifestVersion`` that nobody asked for."""
    return to_yaml(kitfile, as_written=True).removeprefix('manifestVersion: ""\n')


def _clean(value: FreeData) -> FreeData:
    """Half surrogate pairs cannot be written in any text; they become U+FFFD."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(item) for item in value]
    return value


def _check_value(path: FieldPath, field: Field | None, rest: FieldPath, value: FreeData) -> None:
    if field is None:
        raise NoSuchField(path)
    if field.kind is Kind.FREE:
        return
    is_text = field.kind is Kind.TEXT or (field.kind is Kind.TEXTS and len(rest) == 1)
    if not is_text or not isinstance(value, str):
        problem = Problem(Severity.ERROR, f"cannot set {path} to a value of this kind")
        raise KitfileInvalid((problem,))


def _in_order(entry: FreeData, struct: Struct | None) -> dict[str, FreeData]:
    """The values that are there, in the order in which ``kit`` writes them."""
    keys = [field.key for field in struct or ()]
    return {key: entry[key] for key in keys if entry.get(key) not in (None, "")}


def _cannot_hold(path: FieldPath) -> Problem:
    return Problem(Severity.ERROR, f"the text cannot hold this value of {'.'.join(map(str, path))}")
