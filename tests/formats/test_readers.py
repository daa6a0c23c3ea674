"""What each format says of itself, from files of a few bytes."""

from __future__ import annotations

import gzip
import json
import pickle
import struct
import zlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import PurePosixPath

import pytest

from kitops_desktop.formats.recognise import recognise
from kitops_desktop.formats.source import MemoryBytes
from kitops_desktop.formats.values import Kind, Member, Recognised, Tensor
from support.model_files import (
    GGUF_ARRAY,
    GGUF_STRING,
    GGUF_U32,
    gguf,
    gguf_array,
    gguf_text,
    hdf5,
    npy,
    pickle_dict,
    proto,
    small_onnx,
    small_parquet,
    small_safetensors,
    torch_tensor,
    torch_zip,
    zipped,
)


class Counted(MemoryBytes):
    """Knows how much of it was read."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.bytes_read = 0

    def read(self, start: int, length: int, /) -> bytes:
        block = super().read(start, length)
        self.bytes_read += len(block)
        return block


def known(content: bytes, name: str = "") -> Recognised:
    found = recognise(MemoryBytes(content), name)
    assert found is not None
    return found


def said(found: Recognised) -> dict[str, str | int]:
    return {fact.name: fact.value for fact in found.facts}


def test_safetensors() -> None:
    found = known(small_safetensors())
    assert (found.format, found.framework, found.kind) == ("safetensors", "PyTorch", Kind.MODEL)
    assert (found.parameter_count, found.precision) == (15, "BF16")
    assert found.tensors == (Tensor("layer.weight", (3, 4), "BF16"), Tensor("layer.bias", (3,), "F32"))


@pytest.mark.parametrize(("version", "order"), [(1, "<"), (2, "<"), (3, "<"), (3, ">")])
def test_gguf_of_every_version_and_byte_order(version: int, order: str) -> None:
    wide = "I" if version == 1 else "Q"
    pairs = [
        (b"general.architecture", GGUF_STRING, gguf_text(b"llama", order, wide)),
        (b"general.file_type", GGUF_U32, struct.pack(order + "I", 15)),
    ]
    tensors = [(b"blk.0.weight", (32, 4), 12), (b"norm", (32,), 0)]
    found = known(gguf(pairs, tensors, version=version, order=order))
    assert (found.format, found.precision, found.parameter_count) == ("GGUF", "Q4_K_M", 160)
    assert found.tensors[0] == Tensor("blk.0.weight", (4, 32), "Q4_K")
    assert said(found)["architecture"] == "llama"
    assert said(found)["version"] == version


def test_arrays_of_gguf_are_counted_and_the_first_values_kept() -> None:
    words = b"".join(gguf_text(b"w%d" % index) for index in range(9))
    nested = gguf_array(GGUF_ARRAY, 2, gguf_array(0, 1, b"\1") + gguf_array(0, 1, b"\2"))
    found = known(
        gguf(
            [
                (b"tokens", GGUF_ARRAY, gguf_array(GGUF_STRING, 9, words)),
                (b"scores", GGUF_ARRAY, gguf_array(6, 1000, bytes(4000))),
                (b"nested", GGUF_ARRAY, nested),
            ],
            [(b"t", (2,), 999)],
        )
    )
    assert said(found)["metadata tokens"] == "9 values: w0, w1, w2, w3, w4, …"
    assert str(said(found)["metadata scores"]).startswith("1,000 values: 0.0")
    assert said(found)["metadata nested"] == "2 values: 1 values: 1, 1 values: 2"
    assert found.precision == "type 999"


def test_a_long_text_of_gguf_is_passed_over() -> None:
    tokenizer = gguf_text(b"{" + b"x" * (3 << 20))
    source = Counted(gguf([(b"tokenizer.huggingface.json", GGUF_STRING, tokenizer)], [(b"w", (64,), 40)]))
    found = recognise(source)
    assert found is not None
    assert found.tensors == (Tensor("w", (64,), "NVFP4"),)
    assert source.bytes_read < 300 << 10


def test_onnx() -> None:
    found = known(small_onnx())
    assert (found.format, found.parameter_count, found.precision) == ("ONNX", 10, "float32")
    assert found.tensors == (Tensor("w", (4, 2), "float32"), Tensor("b", (2,), "float16"))
    facts = said(found)
    assert facts["producer"] == "pytorch 2.3"
    assert facts["input"] == "x: float32[batch, 4]"  # the weight "w" is no input
    assert facts["output"] == "y: float32[batch, 2]"
    assert facts["operator sets"] == "ai.onnx 17"
    assert facts["operations"] == 2


def onnx_graph(*fields: tuple[int, int | bytes]) -> bytes:
    return proto((1, 8), (7, proto(*fields)))


def test_types_of_onnx_that_are_no_plain_tensors() -> None:
    tensor = proto((1, proto((1, 1), (2, proto((1, proto((1, 2))))))))
    shapeless = proto((1, b"s"), (2, proto((1, proto((1, 1))))))
    many = proto((4, proto((1, tensor))))
    sequence = proto((1, b"q"), (2, many))
    optional = proto((1, b"o"), (2, proto((9, proto((1, many))))))
    weight = proto((1, 4), (2, 25), (8, b"w"))
    found = known(onnx_graph((5, weight), (11, shapeless), (11, sequence), (11, optional)))
    assert [fact.value for fact in found.facts if fact.name == "input"] == [
        "s: float32",
        "q: sequence of float32[2]",
        "o: optional sequence of float32[2]",
    ]
    assert found.tensors == (Tensor("w", (4,), "uint2"),)


def test_of_many_large_weights_in_onnx_little_is_read() -> None:
    weight = proto((1, 25_000), (2, 1), (8, b"w"), (9, bytes(100_000)))
    source = Counted(onnx_graph(*[(5, weight)] * 200))
    found = recognise(source)
    assert found is not None
    assert found.parameter_count == 200 * 25_000
    assert source.bytes_read < source.size // 10


def test_what_only_begins_like_onnx_is_not_known() -> None:
    assert recognise(MemoryBytes(b"\x08\x08\x12\xff\xff and more"), "notes") is None


def test_pytorch_zip() -> None:
    found = known(torch_zip())
    assert (found.format, found.framework, found.parameter_count) == ("PyTorch zip", "PyTorch", 12)
    assert (found.precision, found.warnings) == ("float32", ())
    assert found.tensors == (Tensor("weight", (3, 4), "float32"),)
    assert said(found)["bytes of tensors"] == 48


def test_tensors_of_pytorch_have_the_names_they_are_kept_under() -> None:
    weights = {
        "conv.weight": torch_tensor("torch\nHalfStorage", 8, 3),
        "conv.bias": torch_tensor("torch\nLongStorage", 8),
    }
    state = pickle_dict(weights, b"ccollections\nOrderedDict\n)R") + pickle_dict({"_metadata": b"}"}) + b"b"
    step = b"}(K\x07" + pickle_dict({"step": torch_tensor("torch\nFloatStorage")}) + b"u"
    found = known(
        torch_zip(b"\x80\x02" + pickle_dict({"model": state, "state": step, "epoch": b"K\3"}) + b".")
    )
    assert found.tensors == (
        Tensor("model.conv.weight", (8, 3), "float16"),
        Tensor("model.conv.bias", (8,), "int64"),
        Tensor("state.7.step", (), "float32"),
    )


def test_tensors_of_a_module_have_the_names_that_pytorch_gives_them() -> None:
    parameter = b"ctorch._utils\n_rebuild_parameter\n(" + torch_tensor("torch\nFloatStorage", 2) + b"\x88}tR"
    layer = b"ctorch.nn.modules.linear\nLinear\n)\x81"
    layer += pickle_dict({"_parameters": pickle_dict({"weight": parameter})}) + b"b"
    net = b"ctorch.nn.modules.container\nSequential\n)\x81"
    net += pickle_dict({"_modules": pickle_dict({"fc": layer})}) + b"b"
    assert known(torch_zip(b"\x80\x02" + net + b".")).tensors == (Tensor("fc.weight", (2,), "float32"),)


def test_types_of_pytorch_that_have_no_storage_of_their_own() -> None:
    tensor = torch_tensor("torch.storage\nUntypedStorage", 4, dtype="float8_e5m2fnuz")
    found = known(torch_zip(b"\x80\x02" + pickle_dict({"w": tensor}) + b"."))
    assert (found.tensors, found.warnings) == ((Tensor("w", (4,), "float8_e5m2fnuz"),), ())


def test_a_tensor_that_is_kept_twice_has_its_first_name() -> None:
    first = torch_tensor("torch\nFloatStorage", 2) + b"q\1"
    body = pickle_dict({"a": first, "b": b"h\1"})
    assert known(torch_zip(b"\x80\x02" + body + b".")).tensors == (Tensor("a", (2,), "float32"),)


def test_code_in_a_pytorch_zip_is_told() -> None:
    found = known(torch_zip(**{"code/net.py": b"pass"}))
    assert found.format == "TorchScript"
    assert "code" in found.warnings[0]


class Bomb:
    """What an attacker would pickle."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        import os

        return os.system, ("touch /nowhere/at/all",)


@pytest.mark.parametrize("protocol", range(6))
def test_a_pickle_that_runs_a_program_is_told_apart_in_every_protocol(protocol: int) -> None:
    found = known(pickle.dumps({"a": [1, 2.5, Bomb()]}, protocol), "model.pkl")
    assert found.format == "pickle"
    assert "could run any program: it imports posix.system." in found.warnings[0]


@pytest.mark.parametrize("protocol", range(6))
def test_a_harmless_pickle_gives_no_warning(protocol: int) -> None:
    value = {"a": (1, 2, 3, 4), "b": OrderedDict(x=[b"1", 2**80, None, True, -1.5]), "s": {1}, "e": ()}
    found = known(pickle.dumps(value, protocol), "x.pkl")
    assert found.warnings == ()
    assert "OrderedDict" in str(said(found)["imports"])


def test_what_nobody_knows_is_a_question() -> None:
    found = known(pickle.dumps(PurePosixPath("a"), 4).replace(b"pathlib", b"mylibry"), "x.pkl")
    assert found.warnings == ("Loading it imports what is not known to be safe: mylibry.PurePosixPath.",)


def test_a_name_that_reaches_through_a_safe_module_is_not_safe() -> None:
    found = known(b"\x80\x04\x8c\x07sklearn\x8c\x09os.system\x93.", "x.pkl")
    assert "sklearn.os.system" in found.warnings[0]


def test_a_name_that_is_made_while_loading_is_told() -> None:
    found = known(b"\x80\x04N\x8c\x06system\x93.", "x.pkl")
    assert "?.system" in found.warnings[0]


def test_a_name_remembered_and_used_later_is_found() -> None:
    found = known(b"\x80\x04\x8c\x02os\x94\x8c\x06system\x9400h\x00h\x01\x93.", "x.pkl")
    assert "os.system" in found.warnings[0]


def test_large_values_in_a_pickle_are_passed_over() -> None:
    source = Counted(pickle.dumps({"weights": bytes(8 << 20), "n": 1}, 4))
    found = recognise(source, "x.pkl")
    assert found is not None
    assert source.bytes_read < 1 << 20


@pytest.mark.parametrize("protocol", range(6))
def test_the_protocol_of_a_pickle(protocol: int) -> None:
    assert said(known(pickle.dumps({"a": [1, "x" * 100_000]}, protocol), "x.pkl"))["protocol"] == protocol


@pytest.mark.parametrize(
    "names",
    [
        "__builtin__ xrange",
        "numpy float64",
        "numpy.random._mt19937 MT19937",
        "pandas DataFrame",
        "pandas.core.internals.managers BlockManager",
        "sklearn.neighbors._kd_tree newObj",
        "torch uint16",
        "torch.jit._pickle build_intlist",
    ],
)
def test_what_libraries_make_their_files_of_is_no_worry(names: str) -> None:
    assert known(b"\x80\x02c" + names.replace(" ", "\n").encode() + b"\n.").warnings == ()


@pytest.mark.parametrize("names", ["pandas HDFStore", "pandas read_pickle", "pandas.io.pickle read_pickle"])
def test_what_reaches_files_is_a_worry(names: str) -> None:
    assert known(b"\x80\x02c" + names.replace(" ", "\n").encode() + b"\n.").warnings


def test_a_compressed_pickle_with_two_suffixes_is_looked_into() -> None:
    content = gzip.compress(pickle.dumps(Bomb(), 4))
    assert "posix.system" in known(content, "frame.pkl.gz").warnings[0]
    assert recognise(MemoryBytes(content), "rows.csv.gz") is None


def test_several_pickles_in_a_row() -> None:
    found = known(pickle.dumps(1, 2) + pickle.dumps(Bomb(), 2) + b"tensors", "old.pt")
    assert said(found)["pickles"] == 2
    assert "posix.system" in found.warnings[0]


def test_a_later_pickle_need_not_begin_as_one() -> None:
    found = known(pickle.dumps(1, 2) + pickle.dumps(Bomb(), 0), "old.pt")
    assert "posix.system" in found.warnings[0]


def test_bytes_behind_a_pickle_are_no_pickle() -> None:
    found = known(pickle.dumps(1, 2) + b"cno\nmodule\n\xff\xff", "old.pt")
    assert (said(found)["protocol"], found.warnings) == (2, ())


def test_a_pickle_that_breaks_off_after_its_harm_is_told() -> None:
    found = known(pickle.dumps(Bomb(), 4)[:-1] + b"\xff", "x.pkl")
    assert "posix.system" in found.warnings[0]
    assert "Only its beginning" in found.warnings[1]


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("torch.storage", "_load_from_bytes"),
        ("posixpath", "os.system"),
        (r"\x6fs", "system"),
        ("builtins", "eval"),
    ],
)
def test_ways_around_a_list_of_bad_names(module: str, name: str) -> None:
    pickled = b"\x80\x02c%s\n%s\n." % (module.encode(), name.encode())
    assert "could run any program" in known(pickled).warnings[0]


@pytest.mark.parametrize("compress", [zlib.compress, gzip.compress])
def test_a_compressed_pickle_is_looked_into(compress: Callable[[bytes], bytes]) -> None:
    found = known(compress(pickle.dumps(Bomb(), 4)), "model.joblib")
    assert found.format == "compressed pickle"
    assert "posix.system" in found.warnings[0]


def test_a_pickle_compressed_otherwise_is_a_question() -> None:
    assert "not known" in known(b"BZh9 and more", "model.joblib").warnings[0]


def test_every_pickle_of_a_pytorch_zip_counts() -> None:
    found = known(zipped({"a/data.pkl": pickle.dumps(1, 2), "b/data.pkl": pickle.dumps(Bomb(), 2)}))
    assert "posix.system" in found.warnings[0]


def test_what_git_left_in_place_of_a_file() -> None:
    found = known(b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 77\n", "a.safetensors")
    assert said(found) == {"bytes of the file it stands for": 77}
    assert "git lfs pull" in found.warnings[0]


@pytest.mark.parametrize("version", [1, 2, 3])
def test_numpy(version: int) -> None:
    found = known(npy(version=version))
    assert (found.precision, found.tensors) == ("<f4", (Tensor("", (2, 3), "<f4"),))
    assert said(found)["elements"] == 6


def test_numpy_records_and_objects() -> None:
    fields = b"{'descr': [('a', '<i4'), ('b', '|O')], 'fortran_order': True, 'shape': (), }"
    found = known(npy(fields))
    assert (found.precision, said(found)["order"]) == ("records", "Fortran")
    assert "pickles" in found.warnings[0]


@pytest.mark.parametrize("is_archive", [False, True])
def test_numpy_records_of_many_fields(is_archive: bool) -> None:
    fields = ", ".join(f"('a field of the table, number {number}', '<f8')" for number in range(5_000))
    header = f"{{'descr': [{fields}], 'fortran_order': False, 'shape': (7,), }}".encode()
    content = npy(header, version=2)
    found = known(zipped({"a.npy": content, "b.npy": npy()}) if is_archive else content)
    assert found.tensors[0].shape == (7,)
    assert found.tensors[0].dtype == "records"


@pytest.mark.parametrize("deflate", [False, True])
def test_numpy_archive(deflate: bool) -> None:
    found = known(zipped({"a.npy": npy(), "b.npy": npy()}, deflate=deflate))
    assert found.format == "NumPy archive"
    assert [tensor.name for tensor in found.tensors] == ["a", "b"]


def test_other_zip() -> None:
    found = known(zipped({"a.txt": b"hello", "b/c": b""}))
    assert (found.kind, said(found)["members"]) == (Kind.ARCHIVE, 2)
    assert Member("a.txt", 5) in found.members


@pytest.mark.parametrize("version", range(4))
def test_hdf5(version: int) -> None:
    found = known(hdf5(version))
    assert (found.format, found.framework) == ("HDF5", "")
    assert said(found) == {"superblock version": version, "bytes": 200}


def test_keras() -> None:
    assert known(hdf5(marks=b"keras_version")).framework == "Keras"


def test_parquet() -> None:
    found = known(small_parquet())
    assert found.kind is Kind.DATASET
    assert said(found) == {"rows": 7, "row groups": 1, "columns": 3, "written by": "parquet-test 1.0"}
    assert found.table[1:] == (
        ("id", "int64", "optional"),
        ("name", "text", "optional"),
        ("place.lat", "double", "optional"),
    )


@pytest.mark.parametrize(
    ("delimiter", "word"), [(",", "comma"), ("\t", "tab"), (";", "semicolon"), ("|", "bar")]
)
def test_delimited(delimiter: str, word: str) -> None:
    rows = [["name", "age"], ['"a, b"', "1"], ["c", "2"]]
    found = known("\r\n".join(delimiter.join(row) for row in rows).encode(), "x.csv")
    assert said(found)["separated by"] == word
    assert said(found)["first row has names"] == "yes"
    assert found.table == (("name", "age"), ("a, b", "1"), ("c", "2"))


def test_long_csv_is_cut_in_the_middle_of_a_character() -> None:
    found = known(b"a,b\n" + "é,ü\n".encode() * 100_000, "x.csv")
    assert len(found.table) == 201
    assert found.has_more_rows
    assert said(found)["columns"] == 2


def test_csv_of_another_encoding() -> None:
    assert known("name,city\nJ\xf6rg,K\xf6ln\n".encode("latin-1"), "x.csv").table[1] == ("Jörg", "Köln")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_tables_of_other_unicode(encoding: str) -> None:
    assert known("name\tcity\nJörg\tKöln\n".encode(encoding), "x.csv").table[1] == ("Jörg", "Köln")
    assert known('{"name": "Jörg"}\n'.encode(encoding), "x.jsonl").table == (("name",), ("Jörg",))


def test_the_index_of_a_table_has_no_name() -> None:
    found = known(b",name,age\n0,a,1\n1,b,2\n", "x.csv")
    assert found.has_column_names
    assert found.table[0] == ("", "name", "age")
    assert not known(b",a,,b\n0,1,2,3\n", "x.csv").has_column_names


def test_csv_of_very_many_columns() -> None:
    line = ",".join(f"gene{number}" for number in range(6_000))
    found = known(f"{line}\n{line}\n".encode(), "x.csv")
    assert said(found)["columns"] == 6_000


def test_a_cell_longer_than_any_should_be_ends_the_rows() -> None:
    long = ",".join(["1", "x" * 140_000])
    found = known(f"id,text\n{long}\n".encode(), "x.csv")
    assert (found.table, found.has_column_names, found.has_more_rows) == ((("id", "text"),), True, True)


def test_json_lines() -> None:
    found = known(b'{"a": 1}\n\n{"b": [2], "a": "x"}\n', "x.jsonl")
    assert found.table == (("a", "b"), ("1", ""), ("x", "[2]"))


def test_values_of_json_lines_are_as_json_has_them() -> None:
    found = known(b'{"a": [{"role": "user"}], "b": null, "c": true, "d": NaN}\n', "x.jsonl")
    assert found.table[1] == ('[{"role": "user"}]', "null", "true", "NaN")


def test_lines_that_are_no_objects_are_counted() -> None:
    found = known(b'{"a": 1}\n[1]\n"x"\n', "x.jsonl")
    assert (found.table, said(found)["lines that are no objects"]) == ((("a",), ("1",)), 2)


def test_an_object_that_is_longer_than_what_is_read() -> None:
    found = known(b'{"book": "' + b"x" * 1_000_000 + b'"}\n', "x.jsonl")
    assert (found.format, found.table, found.has_more_rows) == ("JSON Lines", (), True)


@pytest.mark.parametrize("rows", [3, 100_000])
def test_json_lines_by_another_name(rows: int) -> None:
    found = known(b'{"a": 1, "b": "x"}\n' * rows, "train.json")
    assert (found.format, found.kind) == ("JSON Lines", Kind.DATASET)
    assert found.table[:2] == (("a", "b"), ("1", "x"))


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl"])
@pytest.mark.parametrize(("rows", "shown"), [(199, 199), (200, 200), (201, 200)])
def test_two_hundred_rows_are_shown_and_whether_there_are_more(name: str, rows: int, shown: int) -> None:
    lines = ["name,age\n"] if name == "x.csv" else []
    line = '{{"name": "x", "age": {}}}\n' if name == "x.jsonl" else "x,{}\n"
    found = known("".join([*lines, *(line.format(number) for number in range(rows))]).encode(), name)
    assert found.table[0] == ("name", "age")
    assert found.table[-1] == ("x", str(shown - 1))
    assert len(found.table) == 1 + shown
    assert found.has_more_rows == (rows > shown)


def test_rows_end_where_they_cannot_be_read_any_more() -> None:
    lines = known(b'{"a": 1}\n' * 30 + b'{"a":\n' + b'{"a": 1}\n' * 30, "x.jsonl")
    assert (len(lines.table), lines.has_more_rows) == (31, True)
    cells = known(b"a,b\n" + b"1,2\n" * 30 + b"3," + b"x" * 140_000 + b"\n4,5\n", "x.csv")
    assert (len(cells.table), cells.has_more_rows) == (31, True)


def test_a_cell_that_the_sample_cuts_through_is_not_shown() -> None:
    long = "\n".join(["a line"] * 1_000)
    found = known(("name,text\n" + f'one,"{long}"\n' * 100).encode(), "x.csv")
    assert 20 < len(found.table) < 60
    assert found.has_more_rows
    assert {row[0] for row in found.table[1:]} == {"one"}


def test_notebook() -> None:
    content = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"display_name": "Python 3"}, "language_info": {"name": "python"}},
        "cells": [
            {"cell_type": "code", "outputs": [{"text": "secret"}]},
            {"cell_type": "markdown"},
            {"cell_type": "raw"},
        ],
    }
    found = known(json.dumps(content).encode(), "x.ipynb")
    assert found.kind is Kind.CODE
    assert said(found) == {
        "kernel": "Python 3",
        "language": "python",
        "notebook format": "4.5",
        "code cells": 1,
        "text cells": 1,
        "other cells": 1,
        "outputs kept": "yes",
    }


def test_notebook_of_format_3() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Title"},
        {"cell_type": "code", "language": "python", "input": "f()", "outputs": []},
    ]
    content = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    assert said(known(json.dumps(content).encode(), "x.ipynb")) == {
        "language": "python",
        "notebook format": "3.0",
        "code cells": 1,
        "text cells": 1,
        "outputs kept": "no",
    }


def test_a_readme_that_begins_with_a_rule_is_no_model_card() -> None:
    assert recognise(MemoryBytes(b"---\n\n# Hello\n\ntext\n\n---\n"), "README.md") is None


def test_transformers_configuration() -> None:
    content = {
        "model_type": "llama",
        "architectures": ["LlamaForCausalLM"],
        "torch_dtype": "bfloat16",
        "hidden_size": 4096,
        "auto_map": {"AutoModel": "modeling.Net"},
    }
    found = known(json.dumps(content).encode(), "config.json")
    assert (found.kind, found.precision, said(found)["hidden size"]) == (Kind.PART, "bfloat16", 4096)
    assert said(found)["architectures"] == "LlamaForCausalLM"
    assert "trust_remote_code" in found.warnings[0]


def test_tokenizer() -> None:
    content = {"added_tokens": [], "model": {"type": "BPE", "vocab": {"a": 0, "b": 1}}}
    found = known(json.dumps(content).encode(), "tokenizer.json")
    assert said(found) == {"type": "BPE", "vocabulary": 2}


def test_adapter() -> None:
    content = {
        "peft_type": "LORA",
        "base_model_name_or_path": "team/base",
        "r": 8,
        "lora_alpha": 16,
        "target_modules": ["q_proj", "v_proj"],
    }
    found = known(json.dumps(content).encode(), "adapter_config.json")
    assert found.framework == "PEFT"
    assert said(found) == {
        "adapter": "LORA",
        "base model": "team/base",
        "rank": 8,
        "alpha": 16,
        "changes": "q_proj, v_proj",
    }


def test_other_json() -> None:
    assert said(known(b'{"a": 1, "b": 2}', "x.json")) == {"keys": "a, b"}
    assert said(known(b"[1, 2]", "x.json")) == {"values": 2}


@pytest.mark.parametrize(
    ("document", "kind", "format"),
    [
        ({"cells": [{"source": ["x" * 99] * 20_000}], "nbformat": 4}, Kind.CODE, "Jupyter notebook"),
        ({"added_tokens": [{"a": 1}], "model": {"vocab": {"x" * 9 + str(n): n for n in range(90_000)}}},
         Kind.PART, "tokenizer"),
        ([{"a": "b" * 99}] * 12_000, Kind.DATASET, "JSON"),
        ({"a": {"cells": 1}, "text": '"cells": [\\"' * 200_000, "nbformat": 1}, Kind.PART, "JSON"),
    ],
)  # fmt: skip
def test_of_large_json_only_the_beginning_is_read(document: object, kind: Kind, format: str) -> None:
    content = Counted(json.dumps(document).encode())
    assert content.size > 1 << 20
    found = recognise(content, "x.json")
    assert found is not None
    assert (found.kind, found.format) == (kind, format)
    assert content.bytes_read < 300 << 10


def test_model_card() -> None:
    content = (
        b"---\nlicense: mit\nbase_model: team/base\ntags: [a, no]\nlibrary_name: transformers\n---\n# Text\n"
    )
    found = known(content, "README.md")
    assert (found.kind, found.framework) == (Kind.DOCS, "transformers")
    assert said(found) == {"licence": "mit", "base model": "team/base", "tags": "a, no"}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "x.safetensors"),
        (b"", ""),
        (b"# Title\n", "README.md"),
        (b"print(1)\n", "a.py"),
        (b"\0\1\2", "x.bin"),
    ],
)
def test_what_is_not_known(content: bytes, name: str) -> None:
    assert recognise(MemoryBytes(content), name) is None


def test_bytes_count_more_than_the_name() -> None:
    assert known(pickle.dumps(Bomb(), 4), "model.safetensors").format == "pickle"
    assert known(small_safetensors(), "model.bin").format == "safetensors"


def test_only_headers_are_read() -> None:
    header = {"w": {"dtype": "U8", "shape": [16 << 20], "data_offsets": [0, 16 << 20]}}
    content = json.dumps(header).encode()
    source = Counted(struct.pack("<Q", len(content)) + content + bytes(16 << 20))
    found = recognise(source)
    assert found is not None
    assert found.parameter_count == 16 << 20
    assert source.bytes_read < 1024


def test_names_out_of_a_file_are_harmless_text() -> None:
    found = known(gguf([(b"general.name", GGUF_STRING, gguf_text(b"\x1b[31mred\nline\xff" + b"x" * 999))]))
    name = str(said(found)["name"])
    assert name.startswith("\N{REPLACEMENT CHARACTER}[31mred line")
    assert len(name) <= 301
