"""What is shown of one file without loading it: bounded, and read by ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from kitops_desktop.errors import ContentTooLarge, FormatError
from kitops_desktop.formats.code_languages import language_of
from kitops_desktop.formats.code_spans import Span, coloured
from kitops_desktop.formats.delimited import SHOWN_COLUMNS
from kitops_desktop.formats.json_document import lines_in_json
from kitops_desktop.formats.json_text import parse_json
from kitops_desktop.formats.notebook import cells_of, is_notebook, read_notebook
from kitops_desktop.formats.notebook_cells import MOST_CELLS, NotebookCell, read_cells
from kitops_desktop.formats.parquet import FORMAT as PARQUET
from kitops_desktop.formats.recognise import is_known_by_its_front, needs_its_end, recognise
from kitops_desktop.formats.source import Bytes, known_size
from kitops_desktop.formats.values import Kind, Recognised, clean_text
from kitops_desktop.preview.file_bytes import MOST_KEPT
from kitops_desktop.preview.memory_need import (
    MemoryNeed,
    memory_needs,
    of_all_parts,
    parts_of_model,
    weights_size,
)
from kitops_desktop.preview.parquet_rows import can_read_rows, first_rows

MOST_TEXT = 128 << 10
"""Bytes that are shown of a text."""
TEXT_CUT = f"Of the text only the beginning is shown, at most {MOST_TEXT >> 10} KiB."
MOST_DOCUMENT = 64 << 20
"""Bytes of a file that is known only when all of it was read, as JSON is."""
QUICK_DOCUMENT = 4 << 20
"""The same where the file has to be fetched, or a window waits."""
MOST_IMAGE = 8 << 20
_MOST_LINE = 2_000
_MOST_LINES = 4_000
_HEAD = 512
_IN_LINE = 16
_IMAGE_HEAD = 18
_LEAST_FRONT, _MOST_FRONT = 8 << 10, 512 << 10
_ODD = 20
"""One character in so many may be one that no text has."""
_DOCUMENTS = frozenset({".json", ".ipynb"})
_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
"""Bytes. The letters BM alone begin many a table, as with a column BMI."""
_NOT_TEXT = frozenset({Kind.MODEL, Kind.ARCHIVE})


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as text, none longer than ``headers``. ``title`` says what they are: "Rows", "Columns". When it
    ``is_cut`` there are more.
    """

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class PreviewText:
    """The beginning of a text, cleaned; ``spans`` are the colours of each line. ``language`` may be ""."""

    content: str
    language: str = ""
    spans: tuple[tuple[Span, ...], ...] = ()
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class PreviewImage:
    """The bytes of a picture as they are in the file, none if they were not wanted; nothing was decoded."""

    format: str
    content: bytes


@dataclass(frozen=True, slots=True)
class FilePreview:
    """What there is to see of a file of ``size`` bytes (None: that was not found out); what there is not is
    empty.

    ``damage`` is why a file is not what it seems to be. ``notes`` are sentences on what is not shown.
    ``head`` are its first bytes, where there is nothing better.
    """

    name: str
    size: int | None
    known: Recognised | None = None
    damage: FormatError | None = None
    needs: tuple[MemoryNeed, ...] = ()
    tables: tuple[Table, ...] = ()
    text: PreviewText | None = None
    cells: tuple[NotebookCell, ...] = ()
    image: PreviewImage | None = None
    head: bytes = b""
    notes: tuple[str, ...] = ()

    @property
    def format(self) -> str:
        """In a word or two: "GGUF", "Python", "PNG picture", "text"; "" when it is not known."""
        if self.known is not None:
            return self.known.format
        if self.image is not None:
            return f"{self.image.format.upper()} picture"
        if self.text is not None:
            return self.text.language or "text"
        return ""


def preview_file(
    source: Bytes,
    name: str,
    *,
    most_document: int = MOST_DOCUMENT,
    whole_model: int = 0,
    with_pictures: bool = True,
) -> FilePreview:
    """Look into a file. Only what is needed is read: headers, the beginning of text, a picture of moderate
    size. Where it is not known how long the file is, as much more as tells it, within the same limits.
    ``whole_model`` are the bytes of all the files of a model of which this is one, 0 for not known. Not
    ``with_pictures``, those are told but not read. Raises what reading ``source`` raises, but never for what
    is in the file."""
    source = _Remembering(source)
    if source.read(0, _HEAD) and known_size(source) is None:
        _look_for_end(source, name, most_document)
    image = _image_format(source.read(0, _IMAGE_HEAD))
    if image:
        return _of_image(source, name, image, with_pictures)
    known, damage, notes = None, None, []
    if PurePosixPath(name).suffix.casefold() in _DOCUMENTS and source.size > most_document:
        known = lines_in_json(source)
        if known is None:
            notes.append(f"Of JSON larger than {_size(most_document)} only the beginning is read.")
    else:
        try:
            known = recognise(source, name)
        except FormatError as error:
            damage = error
        except ContentTooLarge as error:
            notes.append(
                "What it is could not be found out: its layer has to be read from the beginning, and at most"
                f" {_size(error.limit)} of the file are kept meanwhile."
            )
    needs = memory_needs(known) if known is not None else ()
    tables = _tables(known) if known is not None else []
    cells: tuple[NotebookCell, ...] = ()
    if known is not None:
        notes += _notes_on_weights(known, source.size, name, whole_model)
        if whole_model and known_size(source):
            needs = of_all_parts(needs, source.size, whole_model)
        if known.format == PARQUET:
            tables += _parquet_rows(source, known, notes)
        if known.kind is Kind.CODE:
            known, cells = _with_cells(source, known, notes)
        notes += _notes_on_columns(known, tables)
    notes += [_cut_note(len(one.rows)) for one in tables if one.is_cut and one.rows]
    is_text = not cells and (known is None or known.kind not in _NOT_TEXT)
    text = _text(source, name) if is_text else None
    if text is not None and not text.is_whole:
        notes.append(TEXT_CUT)
    is_bare = known is None and text is None
    return FilePreview(
        name, known_size(source), known, damage, needs, tuple(tables), text, cells,
        head=source.read(0, _HEAD) if is_bare else b"", notes=tuple(notes),
    )  # fmt: skip


def _look_for_end(source: Bytes, name: str, most_document: int) -> None:
    """Weights tell all in front, and may be large; of others the end is looked for as far as a picture goes,
    and further where nothing can be said without it.
    """
    beginning = source.read(0, _HEAD)
    if is_known_by_its_front(beginning):
        return
    most = MOST_IMAGE
    if PurePosixPath(name).suffix.casefold() in _DOCUMENTS:
        most = most_document
    elif needs_its_end(beginning, name) and not _image_format(beginning):
        most = MOST_KEPT - 1
    source.read(most, 1)


class _Remembering:
    """Keeps the beginning of a file, which several readers ask for: over a network each read is a request."""

    def __init__(self, source: Bytes) -> None:
        self._source = source
        self._front = b""

    @property
    def size(self) -> int:
        return self._source.size

    def read(self, start: int, length: int, /) -> bytes:
        end, known = min(start + length, self.size), len(self._front)
        if start > known or end > _MOST_FRONT:
            return self._source.read(start, length)
        if end > known:
            self._front += self._source.read(known, max(end, _LEAST_FRONT) - known)
        return self._front[start:end]


def hex_lines(content: bytes) -> str:
    """Bytes for people: offset, hexadecimal, and the letters among them."""
    lines = []
    for start in range(0, len(content), _IN_LINE):
        piece = content[start : start + _IN_LINE]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in piece)
        lines.append(f"{start:08x}  {piece.hex(' '):<47}  {letters}")
    return "\n".join(lines)


def _image_format(beginning: bytes) -> str:
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "webp"
    if beginning[:2] == b"BM" and int.from_bytes(beginning[14:18], "little") in _BMP_HEADERS:
        return "bmp"
    return next((format for magic, format in _IMAGES if beginning.startswith(magic)), "")


def _of_image(source: Bytes, name: str, format: str, is_read: bool) -> FilePreview:
    if not is_read:
        return FilePreview(name, known_size(source), image=PreviewImage(format, b""))
    if source.size > MOST_IMAGE:
        note = f"Pictures larger than {_size(MOST_IMAGE)} are not shown."
        return FilePreview(name, known_size(source), notes=(note,), head=source.read(0, _HEAD))
    return FilePreview(name, source.size, image=PreviewImage(format, source.read(0, source.size)))


def _tables(known: Recognised) -> list[Table]:
    if not known.table:
        return []
    width = max(map(len, known.table))
    if known.has_column_names:
        first, *rows = known.table
    else:
        first, rows = (), list(known.table)
    headers = tuple(first[number] if number < len(first) else str(number + 1) for number in range(width))
    title = "Columns" if known.format == PARQUET else "Rows"
    return [Table(title, headers, tuple(rows), known.has_more_rows)]


def _cut_note(count: int) -> str:
    return "Only the first row is shown." if count == 1 else f"The first {count:,} rows are shown."


def _notes_on_columns(known: Recognised, tables: Sequence[Table]) -> list[str]:
    """Which columns are left out, where a format says how many there are."""
    columns = next((fact.value for fact in known.facts if fact.name == "columns"), 0)
    notes = []
    for one in tables:
        shown = len(one.rows) if one.title == "Columns" else len(one.headers)
        is_full = one.title == "Columns" or shown >= SHOWN_COLUMNS
        if isinstance(columns, int) and columns > shown and is_full:
            of_what = "" if one.title == "Columns" else " of each row"
            notes.append(f"The first {shown:,} columns{of_what} are shown.")
    return notes


def _parquet_rows(source: Bytes, known: Recognised, notes: list[str]) -> list[Table]:
    if not can_read_rows():
        notes.append("Rows are shown once the optional extra parquet is installed: kitops-desktop[parquet].")
        return []
    try:
        headers, *rows = first_rows(source)
    except FormatError as error:
        notes.append(f"No rows are shown: {error.reason}.")
        return []
    count = next((fact.value for fact in known.facts if fact.name == "rows"), 0)
    return [Table("Rows", headers, tuple(rows), isinstance(count, int) and count > len(rows))]


def _notes_on_weights(known: Recognised, size: int, name: str, whole: int) -> list[str]:
    notes = []
    parts = parts_of_model(name)
    if parts > 1 and whole:
        notes.append(
            f"It is one of {parts:,} files of a model; the memory is for all of them, by their sizes."
        )
    elif parts > 1:
        notes.append(f"It is one of {parts:,} files of a model: parameters and memory are those of this one.")
    weights = weights_size(known.tensors)
    if known.format in ("GGUF", "safetensors") and weights is not None and weights > size:
        notes.append("Its tensors claim more bytes than the file has: it is damaged, or not all of it.")
    return notes


def _with_cells(
    source: Bytes, known: Recognised, notes: list[str]
) -> tuple[Recognised, tuple[NotebookCell, ...]]:
    """``recognise`` has taken it for a notebook, so it is one, and no larger than may be read; of a large one
    it has read only the beginning."""
    try:
        document = parse_json(source.read(0, source.size), "notebook")
        if not isinstance(document, dict) or not is_notebook(document):
            return known, ()
        known = read_notebook(document).recognised()
    except FormatError:
        return known, ()
    count = len(cells_of(document) or ())
    if count > MOST_CELLS:
        notes.append(f"The first {MOST_CELLS:,} of its {count:,} cells are shown.")
    return known, read_cells(document)


def _text(source: Bytes, name: str) -> PreviewText | None:
    content = source.read(0, MOST_TEXT)
    decoded = _decoded(content)
    if decoded is None:
        return None
    lines = clean_text(decoded, MOST_TEXT).split("\n")
    is_whole = source.size <= MOST_TEXT and len(lines) <= _MOST_LINES
    shown = [line if len(line) <= _MOST_LINE else line[:_MOST_LINE] + "…" for line in lines[:_MOST_LINES]]
    is_whole = is_whole and all(len(line) <= _MOST_LINE for line in lines)
    text = "\n".join(shown)
    language = language_of(name, text)
    if language is None:
        return PreviewText(text, "", (), is_whole)
    return PreviewText(text, language.name, coloured(text, language), is_whole)


def _decoded(content: bytes) -> str | None:
    """As UTF-8, UTF-16 with its mark, or else as Latin-1; None for what is no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content[: len(content) // 2 * 2].decode("utf-16", "replace")
    if b"\0" in content:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(content) - 3:  # a letter was cut through
            return content[: error.start].decode("utf-8-sig")
    text = content.decode("latin-1")
    odd = sum(not (letter.isprintable() or letter.isspace()) for letter in text)
    return None if odd * _ODD > len(text) else text


def _size(size: int) -> str:
    if size >= 1 << 30:
        return f"{size / (1 << 30):.1f} GiB"
    return f"{size >> 20} MiB" if size >= 1 << 20 else f"{size >> 10} KiB"
