"""One value of a generated Kitfile is edited: all other lines stay as they were, and it reads back equal."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.kitfile.updates import updated
from kitops_desktop.kitfile.yaml_text import to_yaml

Path = tuple[str | int, ...]

_FIELDS: dict[str, tuple[str, ...]] = {
    "package": ("name", "version", "description", "license"),
    "model": ("name", "path", "license", "framework", "format", "version", "description"),
    "code": ("path", "description", "license"),
    "datasets": ("name", "path", "remotePath", "description", "license"),
    "docs": ("path", "description"),
    "prompts": ("name", "path", "description"),
    "mcpServers": ("name", "path", "description"),
}
_LISTS = ("code", "datasets", "docs", "prompts", "mcpServers")
_WORDS = st.text(alphabet="abcxyzé. /-0123456789", min_size=1, max_size=12)
_NEW = st.one_of(
    _WORDS,
    st.text(alphabet="ab :#-'\"[]{},&*!|>%@`é\t", min_size=1, max_size=10),
    st.sampled_from(
        ["yes", "1.10", "null", "~", "# no", "a: b", "- x", " lead", "trail ", "<<", "0x1F", "=", "!!int 3"]
    ),
)


@dataclass(frozen=True)
class Written:
    """A Kitfile as text, with the lines (from 0, the second exclusive) that each text field takes."""

    text: str
    places: dict[Path, tuple[int, int]]


@st.composite
def kitfiles(draw: st.DrawFn) -> Written:
    """Sections in any order, with comments, blank lines, quotes, flow style, and one kind of line end."""
    lines: list[str] = []
    places: dict[Path, tuple[int, int]] = {}

    def stray() -> None:
        for line in draw(st.lists(st.sampled_from(["", "# note: x", "  # deeper", "    "]), max_size=2)):
            lines.append(line)

    def write(path: Path, key: str, before: str, indent: str) -> None:
        value, comment = draw(_VALUES), draw(st.sampled_from(["", "", " # why", "   #"]))
        start = len(lines)
        lines.extend(f"{before}{key}:{draw(st.sampled_from([' ', '  ']))}{value}{comment}".split("\n"))
        if value in _BLOCKS:
            lines[start] = f"{before}{key}: {value}"
            lines.extend(f"{indent}  {line}" for line in ("first", "second"))
        places[path] = (start, len(lines))

    def write_map(path: Path, keys: tuple[str, ...], before: str, indent: str) -> None:
        chosen = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=3, unique=True))
        if draw(st.integers(0, 4)) == 0:
            values = [draw(_VALUES.filter(lambda value: value not in _BLOCKS)) for _ in chosen]
            pairs = ", ".join(f"{key}: {value}" for key, value in zip(chosen, values, strict=True))
            lines.append(f"{before}{{{pairs}}}" if path[-1] in range(9) else f"{before[:-2]} {{{pairs}}}")
            places.update({(*path, key): (len(lines) - 1, len(lines)) for key in chosen})
            return
        if isinstance(path[-1], str):
            lines.append(before[:-2])
            before = indent
        for key in chosen:
            write((*path, key), key, before, indent)
            before = indent
            stray()

    stray()
    lines.append("manifestVersion: 1.0.0")
    for section in draw(st.lists(st.sampled_from(sorted(_FIELDS)), min_size=1, max_size=4, unique=True)):
        stray()
        if section not in _LISTS:
            write_map((section,), _FIELDS[section], f"{section}:  ", "  ")
            continue
        lines.append(f"{section}:")
        dash = draw(st.sampled_from(["- ", "  - ", "  -   "]))
        for index in range(draw(st.integers(1, 3))):
            write_map((section, index), _FIELDS[section], dash, " " * len(dash))
    stray()
    end = draw(st.sampled_from(["\n", "\r\n"]))
    last = draw(st.sampled_from([end, ""]))
    mark = draw(st.sampled_from(["", "", "\ufeff"]))
    return Written(mark + end.join(lines) + last, places)


_BLOCKS = ("|", ">-")
_VALUES = st.one_of(
    st.text(alphabet="abcé./-_0", min_size=1, max_size=10).filter(lambda text: text[0] in "abcé"),
    _WORDS.map(lambda text: "'" + text + "'"),
    _WORDS.map(lambda text: '"' + text + '"'),
    st.sampled_from(_BLOCKS),
)


def lines_of(text: str) -> list[str]:
    """The lines, each with its end; the last line may have none."""
    return text.splitlines(keepends=True)


@settings(max_examples=60, deadline=None)
@given(written=kitfiles(), value=_NEW, data=st.data())
def test_no_other_line_changes(written: Written, value: str, data: st.DataObject) -> None:
    document = KitfileDocument(written.text)
    assert document.is_readable, (document.problems, written.text)
    path = data.draw(st.sampled_from(sorted(written.places, key=str)))
    start, end = written.places[path]
    after = document.with_field(path, value)
    before_lines, after_lines = lines_of(written.text), lines_of(after)
    behind = len(before_lines) - end
    assert after_lines[:start] == before_lines[:start]
    assert after_lines[len(after_lines) - behind :] == before_lines[end:]
    assert ("\r\n" in written.text) == ("\r\n" in after)
    assert read_kitfile(after) == updated(document.kitfile, path, lambda _: value)
    again = KitfileDocument(after).with_field(path, document.value(path))
    assert read_kitfile(again) == document.kitfile


@settings(max_examples=25, deadline=None)
@given(written=kitfiles(), data=st.data())
def test_a_field_that_is_taken_away_takes_only_its_lines(written: Written, data: st.DataObject) -> None:
    document = KitfileDocument(written.text)
    path = data.draw(st.sampled_from(sorted(written.places, key=str)))
    after = document.without(path)
    assert KitfileDocument(after).value(path) == ""
    assert comments(after) == comments(written.text)


def comments(text: str) -> list[str]:
    """The lines that are nothing but a comment."""
    return [line for line in text.splitlines() if line.lstrip().startswith("#")]


@settings(max_examples=25, deadline=None)
@given(written=kitfiles())
def test_what_is_written_anew_is_read_by_the_strict_reader(written: Written) -> None:
    kitfile = read_kitfile(written.text)
    assert read_kitfile(to_yaml(kitfile)) == kitfile
