"""What is shown of one file: every kind of it, bounded, and never an error for what it holds."""

from __future__ import annotations

import base64
import io
import json
import os
import pickle
import struct
import zlib

import pytest

from kitops_desktop.errors import ContentTooLarge
from kitops_desktop.formats.source import UNKNOWN_SIZE, MemoryBytes
from kitops_desktop.preview.file_bytes import MOST_KEPT
from kitops_desktop.preview.file_preview import (
    MOST_IMAGE,
    MOST_TEXT,
    TEXT_CUT,
    FilePreview,
    hex_lines,
    preview_file,
)
from kitops_desktop.preview.memory_need import memory_of_this_computer, parts_of_model, size_of_parts
from kitops_desktop.preview.parquet_rows import can_read_rows
from kitops_desktop.progress import Cancelled
from support.model_files import (
    gguf,
    npy,
    proto,
    safetensors,
    small_onnx,
    small_parquet,
    small_safetensors,
    torch_zip,
    zipped,
)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


class Counted(MemoryBytes):
    """Claims a size, and counts what is read of it."""

    def __init__(self, content: bytes, size: int | None = None) -> None:
        super().__init__(content)
        self._size = len(content) if size is None else size
        self.bytes_read = 0

    @property
    def size(self) -> int:
        return self._size

    def read(self, start: int, length: int, /) -> bytes:
        block = super().read(start, length)
        self.bytes_read += len(block)
        return block


class EndsSomewhere(Counted):
    """Nobody knows its size before something beyond its end was asked for."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content, UNKNOWN_SIZE)

    def read(self, start: int, length: int, /) -> bytes:
        if start + length > MOST_KEPT:
            raise ContentTooLarge("a file", start + length, MOST_KEPT)
        block = super().read(start, length)
        if len(block) < length:
            self._size = len(self._content)
        return block


def of(content: bytes, name: str) -> FilePreview:
    return preview_file(MemoryBytes(content), name)


def titles(preview: FilePreview) -> list[str]:
    return [table.title for table in preview.tables]


def test_tensors_and_the_memory_they_want() -> None:
    entry = {"dtype": "BF16", "shape": [1 << 20], "data_offsets": [0, 2 << 20]}
    found = of(safetensors({"w": entry}, 2 << 20), "model-00001-of-00004.safetensors")
    assert found.known is not None
    assert [tensor.name for tensor in found.known.tensors] == ["w"]
    assert [(need.precision, need.weights) for need in found.needs] == [
        ("as it is (BF16)", 2 << 20),
        ("8 bit", 1 << 20),
        ("4 bit", 1 << 19),
    ]
    need = found.needs[0]
    assert need.total == (2 << 20) * 12 // 10
    assert need.fits(need.total)
    assert not need.fits(need.total - 1)
    assert "one of 4 files" in found.notes[0]
    assert (found.text, found.head) == (None, b"")


def test_quantised_weights_are_not_said_to_grow() -> None:
    found = of(gguf(tensors=[(b"w", [256, 4], 12)]), "q.gguf")  # Q4_K
    assert [(need.precision, need.weights) for need in found.needs] == [
        ("as it is (Q4_K)", 1024 * 144 // 256),
        ("4 bit", 512),
    ]


def test_tensors_that_claim_more_than_there_is() -> None:
    found = of(gguf(tensors=[(b"w", [1 << 20, 1 << 20], 0)]), "q.gguf")
    assert "claim more bytes than the file has" in found.notes[0]
    assert found.needs


def test_nothing_is_worked_out_from_nonsense() -> None:
    weight = proto(*[(1, 1 << 62)] * 64, (2, 1), (8, b"w"))
    found = of(proto((1, 8), (7, proto((5, weight)))), "a.onnx")
    assert found.known is not None
    assert found.known.tensors[0].elements == 1 << (62 * 64)
    assert (found.needs, found.damage) == ((), None)


def test_onnx_and_what_is_in_a_pytorch_zip() -> None:
    assert of(small_onnx(), "a.onnx").needs
    found = of(torch_zip(), "model.pt").known
    assert found is not None
    assert [(member.name, member.size) for member in found.members][1] == ("net/data/0", 48)
    assert "torch._utils._rebuild_tensor_v2" in found.imports


def test_parquet_has_columns_and_rows() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    out = io.BytesIO()
    names = [f"n{number}" for number in range(3_000)]
    columns = {"id": list(range(3_000)), "name": names, "raw": [b"\0\1"] * 3_000, "none": [None] * 3_000}
    parquet.write_table(pyarrow.table(columns), out)
    found = of(out.getvalue(), "a.parquet")
    columns_table, rows = found.tables
    assert columns_table.rows[1][:2] == ("name", "text")
    assert rows.headers == ("id", "name", "raw", "none")
    assert rows.rows[19] == ("19", "n19", "2 bytes", "")
    assert len(rows.rows) == 20
    assert found.notes == ("The first 20 rows are shown.",)


def test_values_of_parquet_that_python_does_not_have() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    out = io.BytesIO()
    fine = pyarrow.array([1_600_000_000_000_000_001], pyarrow.timestamp("ns"))
    nested = pyarrow.array([{"role": "user", "parts": [1, 2]}])
    columns = {"at": fine, "ats": pyarrow.array([[1]], pyarrow.list_(pyarrow.timestamp("ns"))), "n": nested}
    parquet.write_table(pyarrow.table({**columns, "none": pyarrow.nulls(1)}), out)
    schema, rows = of(out.getvalue(), "a.parquet").tables
    assert schema.rows[-1] == ("none", "null", "optional")
    assert rows.rows == (("2020-09-13 12:26:40.000000001", "?", '{"role": "user", "parts": [1, 2]}', ""),)


def test_parquet_that_only_looks_like_one_keeps_its_columns() -> None:
    found = of(small_parquet(), "a.parquet")
    assert titles(found) == ["Columns"]
    assert ("No rows are shown" if can_read_rows() else "kitops-desktop[parquet]") in found.notes[0]


ABORTS = (
    b"c-oavy=uci43_0Xy)h}s+`$bdv`2;{I0csuS-N!c5K3Rbgo6g0#I@b_4f`may7dJrr}oyRLPBug&q><eKdxDE##zC{a0w8>Z"
    b"{X15p)>G|XA9Om5hgjKN5tq+li>W1*XeYyi_c*E4H#bmD_i7XsNFq>L&*p^ny6xADmKE(l~L8c?F3+Tjpia$;Si1;BxId+9-"
    b"J8DKoffxRcGeNU`TZG6-oLhum3lvUC1$@{}W_Qgw2O1v=1^o^)hiK-<!ict;^=+HFV2eT`$X~IlZTEp=tN0V|sJD%2sRZoJc"
    b";UwsPYi0@p0v"
)
"""A Parquet file of three rows with one byte changed: pyarrow 26 ends its process for it."""


def test_a_file_that_ends_the_process_of_pyarrow_ends_no_other() -> None:
    pytest.importorskip("pyarrow")
    found = of(zlib.decompress(base64.b85decode(ABORTS)), "a.parquet")
    assert titles(found) == ["Columns"]
    assert "No rows are shown" in found.notes[0]


def test_rows_wider_than_may_be_read() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    out = io.BytesIO()
    wide = pyarrow.table({"raw": [os.urandom(9 << 20), os.urandom(9 << 20)]})
    parquet.write_table(wide, out, compression="none", use_dictionary=False, write_statistics=False)
    source = Counted(out.getvalue())
    found = preview_file(source, "a.parquet")
    assert titles(found) == ["Columns"]
    assert "its rows are wider than" in found.notes[0]
    assert source.bytes_read < 17 << 20


def test_a_cancelled_read_of_rows_is_cancelled() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    out = io.BytesIO()
    parquet.write_table(pyarrow.table({"a": list(range(50_000))}), out)

    class Stops(MemoryBytes):
        def read(self, start: int, length: int, /) -> bytes:
            if start and start < self.size // 2:
                raise Cancelled
            return super().read(start, length)

    with pytest.raises(Cancelled):
        preview_file(Stops(out.getvalue()), "a.parquet")


def test_rows_with_and_without_names() -> None:
    named = of(b"id,name\n1,a\n2,b\n", "a.csv")
    assert (named.tables[0].headers, named.tables[0].rows) == (("id", "name"), (("1", "a"), ("2", "b")))
    bare = of(b"1,2\n3,4,5\n", "a.csv").tables[0]
    assert bare.headers == ("1", "2", "3")
    assert len(bare.rows) == 2
    lines = of(b'{"a": 1}\n{"b": [2]}\n', "a.jsonl")
    assert lines.tables[0].headers == ("a", "b")
    assert lines.text is not None


def test_only_what_is_cut_is_said_to_be() -> None:
    assert of(b"id,name\n" + b"1,a\n" * 200, "a.csv").notes == ()
    assert of(b"id,name\n" + b"1,a\n" * 201, "a.csv").notes == ("The first 200 rows are shown.",)
    wide = of(b"id,name\n" + (b"1," + b"a" * 100_000 + b"\n") * 9, "a.csv")
    assert wide.notes == ("The first 2 rows are shown.", TEXT_CUT)
    wider = of((b'{"a": "' + b"a" * 200_000 + b'"}\n') * 9, "a.jsonl")
    assert wider.notes == ("Only the first row is shown.", TEXT_CUT)


def test_columns_that_are_left_out_are_told() -> None:
    line = b",".join(b"%d" % number for number in range(60)) + b"\n"
    assert of(line * 2, "a.csv").notes == ("The first 50 columns of each row are shown.",)


def test_columns_of_parquet_that_are_left_out_are_told() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    out = io.BytesIO()
    parquet.write_table(pyarrow.table({f"c{number}": [1] for number in range(600)}), out)
    assert of(out.getvalue(), "a.parquet").notes == (
        "The first 500 columns are shown.",
        "The first 50 columns of each row are shown.",
    )


def test_json_lines_larger_than_any_document() -> None:
    found = preview_file(MemoryBytes(b'{"a": 1}\n' * 1_000), "train.json", most_document=1_000)
    assert (found.format, titles(found)) == ("JSON Lines", ["Rows"])


def test_a_table_is_no_picture_for_its_first_letters() -> None:
    found = of(b"BMI,age,outcome\n22.5,30,0\n31.0,41,1\n", "diabetes.csv")
    assert (found.format, titles(found)) == ("CSV", ["Rows"])
    header = b"BM" + struct.pack("<IIIIiiHH", 58, 0, 54, 40, 1, 1, 1, 24)
    assert of(header.ljust(58, b"\0"), "a.bmp").format == "BMP picture"


def test_numpy() -> None:
    found = of(npy(), "a.npy").known
    assert found is not None
    assert found.tensors[0].shape == (2, 3)


def notebook(*cells: dict[str, object]) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


def test_a_notebook_is_text_only() -> None:
    html = {"data": {"text/plain": ["a  b"], "text/html": ["<script>"]}, "output_type": "display_data"}
    printed = {"output_type": "stream", "text": ["1\n", "2\n"]}
    error = {"output_type": "error", "traceback": ["\x1b[0;31mValueError\x1b[0m: \x1b]0;x\x07no"]}
    found = of(
        notebook(
            {"cell_type": "markdown", "source": ["# Hello\n", "<img src=x>"]},
            {"cell_type": "code", "source": "print(1)\u202e", "outputs": [printed, html, error]},
            {"cell_type": 7, "source": {"a": 1}, "outputs": "x"},
        ),
        "a.ipynb",
    )
    assert [cell.kind for cell in found.cells] == ["markdown", "code", "cell"]
    assert found.cells[0].source == "# Hello\n<img src=x>"
    assert found.cells[1].source == "print(1)\N{REPLACEMENT CHARACTER}"
    output = found.cells[1].output
    assert output.startswith("1\n2\na  b\n[not shown: text/html]\nValueError: ")
    assert not {"\x1b", "\x07"} & set(output)
    assert "<script>" not in output
    assert found.text is None


def test_cells_of_notebooks_of_format_3() -> None:
    printed = {"output_type": "stream", "text": "1\n"}
    made = {"output_type": "pyout", "text": ["a"], "html": "<b>"}
    error = {"output_type": "pyerr", "traceback": ["ValueError: no"]}
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Title"},
        {"cell_type": "code", "input": ["f(\n", ")"], "outputs": [printed, made, error]},
    ]
    content = {"nbformat": 3, "worksheets": [{"cells": cells[:1]}, {"cells": cells[1:]}]}
    found = of(json.dumps(content).encode(), "a.ipynb")
    assert [(cell.kind, cell.source, cell.output) for cell in found.cells] == [
        ("markdown", "## Title", ""),
        ("code", "f(\n)", "1\na\n[not shown: text/html]\nValueError: no"),
    ]


def test_a_large_notebook_is_told_as_a_small_one() -> None:
    found = of(notebook(*[{"cell_type": "code", "source": "x" * 50_000}] * 30), "a.ipynb")
    assert found.known is not None
    assert ("code cells", 30) in [(fact.name, fact.value) for fact in found.known.facts]


def test_of_a_long_notebook_the_first_cells() -> None:
    found = of(notebook(*[{"cell_type": "code", "source": "x" * 50_000}] * 301), "a.ipynb")
    assert len(found.cells) == 300
    assert len(found.cells[0].source) <= 20_001
    assert "The first 300 of its 301 cells" in found.notes[0]


def test_text_has_a_language_and_colours() -> None:
    found = of(b"def f():\n    return 1\n", "f.py")
    assert found.text is not None
    assert (found.format, found.text.language, found.text.is_whole) == ("Python", "Python", True)
    assert len(found.text.spans) == 3
    assert of(b"\xff\xfeh\0i\0", "a.txt").text is not None
    assert of(b"caf\xe9 au lait", "a.txt").text is not None
    assert of("naïve".encode() * 30_000, "a.txt").text is not None  # cut through a letter
    readme = of(b"---\nlicense: mit\n---\n# Hi\n", "README.md")
    assert (readme.format, readme.text is not None) == ("model card", True)


def test_text_is_bounded_and_harmless() -> None:
    source = Counted(b"line\r\n" * (1 << 20))
    found = preview_file(source, "a.log")
    assert found.text is not None
    assert (len(found.text.content) <= MOST_TEXT, found.text.is_whole) == (True, False)
    assert source.bytes_read < 2 * MOST_TEXT
    assert found.notes
    wide = of(b"x" * 100_000, "a.txt").text
    assert wide is not None
    assert len(wide.content) < 3_000
    odd = of("a\x1b[2J\u202eb\u200d".encode(), "a.txt").text
    assert odd is not None
    assert odd.content == "a\ufffd[2J\ufffdb\u200d"


def test_pictures_are_bytes_and_no_larger_than_allowed() -> None:
    found = of(PNG, "a.png")
    assert found.image is not None
    assert (found.image.format, found.image.content, found.format) == ("png", PNG, "PNG picture")
    assert of(b"RIFF\1\1\1\1WEBPVP8 ", "x").format == "WEBP picture"
    large = Counted(PNG, MOST_IMAGE + 1)
    found = preview_file(large, "a.png")
    assert found.image is None
    assert "not shown" in found.notes[0]
    assert large.bytes_read < 1_000
    told = Counted(PNG, MOST_IMAGE)
    assert preview_file(told, "a.png", with_pictures=False).format == "PNG picture"
    assert told.bytes_read < 1_000
    drawing = of(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg")
    assert drawing.image is None
    assert drawing.text is not None


def test_what_a_pickle_would_import() -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, ("true",)

    found = of(pickle.dumps(Bomb(), 4), "a.pkl").known
    assert found is not None
    assert found.imports == found.dangerous_imports == ("posix.system",)


def test_a_zip_has_members_and_anything_else_bytes() -> None:
    found = of(zipped({"a": b"1"}), "a.zip").known
    assert found is not None
    assert found.members[0].name == "a"
    bare = of(bytes(range(256)) * 10, "a.bin")
    assert (bare.format, len(bare.head)) == ("", 512)
    assert hex_lines(b"AB\0" * 6).splitlines()[0].endswith("  AB.AB.AB.AB.AB.A")
    assert of(b"", "empty").text is not None


@pytest.mark.parametrize(
    ("content", "name", "size"),
    [
        (struct.pack("<Q", 1 << 60) + b"{}", "a.safetensors", None),
        (safetensors(b"{" * 1000), "a.safetensors", None),
        (gguf(counts=(1 << 60, 1 << 60)), "a.gguf", None),
        (b"PAR1" + b"\xff" * 4 + b"PAR1", "a.parquet", None),
        (zipped({"a": b"1"})[:-4], "a.zip", None),
        (b'{"a": ' * 100_000, "a.json", None),
        (b'{"nbformat": 4, "cells": 1}', "a.ipynb", None),
        (b"\x80\x04" + b"(" * 100, "a.pkl", None),
        (small_safetensors(), "a.safetensors", 1 << 50),
    ],
    ids=["long header", "open header", "counts", "footer", "cut zip", "deep", "no cells", "marks", "size"],
)
def test_hostile_files_are_damaged_or_odd_and_never_raise(
    content: bytes, name: str, size: int | None
) -> None:
    found = preview_file(Counted(content, size), name)
    assert found.damage is not None or size is not None
    assert found.known is not None or found.text is not None or found.head


SOME = bytes(range(256)) * 40  # more than is read to begin with


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (zipped({"a": SOME}), "a.zip"),
        (small_parquet(), "a.parquet"),
        (torch_zip(other=SOME), "a.pt"),
        (pickle.dumps([SOME], 4) * 2, "a.pkl"),
        (npy() + SOME, "a.npy"),
        (small_onnx(), "a.onnx"),
        (json.dumps({"a": ["b"] * 9_000}).encode(), "a.json"),
        (b"id,name\n" + b"1,first\n" * 9_000, "a.csv"),
        (b"print('a line')\n" * 9_000, "a.py"),
        (b"function{}\n" * 2_000, "a.js"),  # which could be a very long header of safetensors
        (PNG + SOME, "a.png"),
        (SOME, "a.bin"),
        (b"", "a"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_of_unknown_size_is_shown_as_any_other(content: bytes, name: str) -> None:
    assert preview_file(EndsSomewhere(content), name) == of(content, name)


def test_weights_of_unknown_size_are_known_by_their_front_alone() -> None:
    body = bytes(9 << 20)
    entry = {"dtype": "U8", "shape": [len(body)], "data_offsets": [0, len(body)]}
    for content, name in ((safetensors({"w": entry}) + body, "w.safetensors"), (gguf() + body, "w.gguf")):
        source = EndsSomewhere(content)
        found = preview_file(source, name, whole_model=1 << 40)
        assert found.known is not None
        assert (found.known, found.damage, found.size) == (of(content, name).known, None, None)
        assert not found.notes
        assert source.bytes_read < 1 << 20


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.json", "a.bin", "a.png"])
def test_the_end_of_a_large_file_is_looked_for_within_limits(name: str) -> None:
    content = PNG if name == "a.png" else b"[" if name == "a.json" else b"\0" if name == "a.bin" else b""
    source = EndsSomewhere(content + b"1,\n" * (4 << 20))
    found = preview_file(source, name, most_document=1 << 20)
    assert found.size is None
    assert (found.text is not None) == (name not in ("a.bin", "a.png"))
    assert found.head or found.text is not None
    assert source.bytes_read < MOST_TEXT * 4


def test_a_document_too_large_to_be_read_whole_shows_its_beginning() -> None:
    source = Counted(b"[" + b"1," * (1 << 20) + b"1]")
    found = preview_file(source, "a.json", most_document=1 << 20)
    assert found.known is None
    assert found.text is not None
    assert "Of JSON larger than 1 MiB" in found.notes[0]
    assert source.bytes_read < 1 << 20


def test_a_model_in_several_files_is_judged_as_a_whole() -> None:
    entry = {"dtype": "BF16", "shape": [500], "data_offsets": [0, 1000]}
    content = safetensors({"w": entry}, 1000)
    name = "model-00001-of-00002.safetensors"
    second = ("model-00002-of-00002.safetensors", 3 * len(content))
    others = [("other-00002-of-00002.safetensors", 7), ("model-00002-of-00002.json", 7), ("model.json", 7)]
    assert size_of_parts(name, [(name, len(content)), *others]) == 0  # the second is not there
    whole = size_of_parts(name, [(name, len(content)), second, *others])
    assert whole == 4 * len(content)
    assert size_of_parts("model.safetensors", [second]) == 0
    found = preview_file(MemoryBytes(content), name, whole_model=whole)
    assert [(need.precision, need.weights) for need in found.needs[:2]] == [
        ("as it is (BF16)", 4000),
        ("8 bit", 2000),
    ]
    assert "the memory is for all of them" in found.notes[0]


def test_numbers_about_memory() -> None:
    assert (memory_of_this_computer() or 0) > 1 << 28
    assert [parts_of_model(name) for name in ("a-00001-of-00009.gguf", "a-00010-of-00009.gguf", "a")] == [
        9,
        1,
        1,
    ]
