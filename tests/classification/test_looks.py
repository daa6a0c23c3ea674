"""Looking into files: what they are, secrets, imports; and that nothing is read twice."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from kitops_desktop.classification.classify import classify
from kitops_desktop.classification.content_flags import pickle_flag, secret_flag
from kitops_desktop.classification.file_look import look_at
from kitops_desktop.classification.looking_over import FilesToSee, look_over, rank_of
from kitops_desktop.classification.looks import Looks, LooksOfFolders
from kitops_desktop.kitfile.secrets import FlagKind
from kitops_desktop.progress import Cancelled, CancelToken, Progress
from support.model_files import npy, torch_zip, zipped

EVIL = b"\x80\x04cposix\nsystem\nq\x00X\x04\x00\x00\x00trueq\x01\x85q\x02Rq\x03."
TOKEN = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"
OBJECTS = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }          \n"


class Strange:
    """A class that no list knows."""


@pytest.mark.parametrize(
    ("name", "content", "imports"),
    [
        ("a.pkl", EVIL, ("posix.system",)),
        ("a.bin", EVIL, ("posix.system",)),
        ("a.pt", torch_zip(EVIL), ("posix.system",)),
        ("a.npy", npy(OBJECTS)[:-24] + EVIL, ("posix.system",)),
        ("a.npz", zipped({"x.npy": npy(OBJECTS)[:-24] + EVIL}), ("posix.system",)),
        ("b.pkl", pickle.dumps({"a": [1, 2.5]}), ()),
        ("c.pkl", pickle.dumps(Strange()), (f"{__name__}.Strange",)),
    ],
)
def test_what_loading_would_import(
    tmp_path: Path, name: str, content: bytes, imports: tuple[str, ...]
) -> None:
    (tmp_path / name).write_bytes(content)
    look = look_at(tmp_path, name)
    assert look.imports == imports
    assert look.dangerous_imports == tuple(one for one in imports if one == "posix.system")
    flag = pickle_flag(look)
    assert (flag is None) == (not imports)
    if flag is not None:
        assert (flag.kind, flag.path) == (FlagKind.PICKLE, name)
        assert imports[0] in flag.reason


def test_secrets_have_their_lines(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text(f"import os\nKEY = '{TOKEN}'\nPASSWORD = 'Tr0ub4dor&3'\n")
    flag = secret_flag(look_at(tmp_path, "run.py"))
    assert flag is not None
    assert flag.reason == "Line 2: GitHub token; line 3: password."
    assert flag.pattern == "run.py"


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "bad.safetensors").write_bytes(b"\xff" * 20)
    assert look_at(tmp_path, "gone").problem == "No such file or directory"
    assert all(look_at(tmp_path, name).unreadable for name in ("gone", "folder", "pipe", "nul\0"))
    bad = look_at(tmp_path, "bad.safetensors")
    assert bad.problem
    assert not bad.unreadable


def test_a_file_that_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(f"KEY = '{TOKEN}'\n")
    looks = Looks(tmp_path)
    first = looks.look("a.py", 1)
    path.unlink()
    assert looks.look("a.py", 1) is first
    assert looks.look("a.py", 2).unreadable, "another identity is another file"
    path.write_text("1\n")
    assert looks.look("a.py", 2).secrets == (), "that it could not be read is not remembered"


def test_memory_has_bounds(tmp_path: Path) -> None:
    looks = Looks(tmp_path, most=2)
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text("1")
        looks.look(name, 1)
    assert [looks.known(name, 1) is None for name in ("a", "b", "c")] == [True, False, False]
    folders = LooksOfFolders()
    first = folders.of(tmp_path)
    assert folders.of(tmp_path) is first
    for number in range(4):
        folders.of(tmp_path / str(number))
    assert folders.of(tmp_path) is not first


def test_tensors_are_not_kept(tmp_path: Path) -> None:
    (tmp_path / "a.npy").write_bytes(npy() + b"\0" * 64)
    assert look_at(tmp_path, "a.npy").recognised.tensors  # type: ignore[union-attr]
    kept = Looks(tmp_path).look("a.npy", 1).recognised
    assert kept is not None
    assert not kept.tensors
    assert kept.format == "NumPy"


@pytest.mark.parametrize(
    ("path", "size", "rank"),
    [
        ("a.pkl", 10**10, 0),
        ("w/model.safetensors", 130, 0),
        ("w/model.safetensors", 10**9, None),
        ("a.py", 100, 1),
        ("a.py", 10**7, None),
        ("a.ipynb", 3 * 10**6, 1),
        ("a.ipynb", 10**8, None),
        (".env.local", 100, 1),
        (".aws/credentials", 100, 1),
        ("a.json", 100, 2),
        ("LICENSE", 100, 2),
        ("a.png", 100, None),
        ("a.txt", 0, None),
    ],
)
def test_what_is_worth_a_look(path: str, size: int, rank: int | None) -> None:
    assert rank_of(path, size) == rank


@pytest.fixture
def see(tmp_path: Path) -> Callable[..., FilesToSee]:
    """see(content by name, most=…): the files, written and collected."""

    def collect(files: dict[str, bytes], most: int = 100, most_texts: int = 100) -> FilesToSee:
        found = FilesToSee(most, most_texts)
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
            found.add(name, len(content), content)
        return found

    return collect


def test_what_matters_most_comes_first_and_how_much_was_seen_is_said(
    tmp_path: Path, see: Callable[..., FilesToSee]
) -> None:
    texts = {f"{number}.txt": TOKEN.encode() for number in range(10)}
    files = see({**texts, "run.py": TOKEN.encode(), "a.pkl": EVIL, "a.png": b"x"}, most=5)
    told: list[Progress] = []
    looked = look_over(files, Looks(tmp_path), CancelToken(), told.append)
    assert [look.path for look in looked.looks] == ["a.pkl", "run.py", "0.txt", "1.txt", "2.txt"]
    assert (looked.looked, looked.worth, looked.files, looked.is_whole) == (5, 12, 13, False)
    assert (told[-1].done, told[-1].total) == (5, 5)
    few = look_over(see({**texts, "a.pkl": EVIL}, most_texts=2), Looks(tmp_path), CancelToken())
    assert few.looked == 3


def test_looking_ends_when_it_is_not_wanted(tmp_path: Path, see: Callable[..., FilesToSee]) -> None:
    token = CancelToken()
    files = see({"a.py": b"1", "b.py": b"2", "c.py": b"3"})
    seen = []

    def stop(progress: Progress) -> None:
        seen.append(progress.detail)
        token.cancel()

    with pytest.raises(Cancelled):
        look_over(files, Looks(tmp_path), token, stop)
    assert seen == ["a.py"]


def test_what_was_classified_is_not_read_again_for_secrets(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text(f"KEY = '{TOKEN}'\n")
    looks = Looks(tmp_path)
    classify(tmp_path, on_look=lambda look, stat: looks.keep(stat.st_ino, look))
    identity = (tmp_path / "run.py").stat().st_ino
    (tmp_path / "run.py").unlink()
    assert looks.look("run.py", identity).secrets
