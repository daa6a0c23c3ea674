"""A kit of four layers, and the files it becomes."""

from __future__ import annotations

from kitops_desktop.kitfile.kitfile import CodeEntry, Dataset, DocsEntry, Kitfile, Model
from kitops_desktop.kitfile.yaml_text import to_yaml
from kitops_desktop.modelkit.inspect import ModelKit
from support.archives import archive, file, folder
from support.directory_storage import DirectoryStorage
from support.made_kits import MadeLayer, make_kit

KIT = "application/vnd.kitops.modelkit"
KITFILE = Kitfile(
    "1.0.0",
    model=Model("net", "model.bin"),
    code=(CodeEntry("src"),),
    datasets=(Dataset("train", "data"),),
    docs=(DocsEntry("README.md"),),
)
WEIGHTS = b"weights" * 20_000
FILES: dict[str, bytes | None] = {
    "Kitfile": to_yaml(KITFILE).encode(),
    "README.md": b"read me",
    "data": None,
    "data/train.csv": b"1,2",
    "model.bin": WEIGHTS,
    "src": None,
    "src/lib": None,
    "src/lib/a.py": b"a",
    "src/run.py": b"run",
}
_CODE = (folder(b"src"), folder(b"src/lib"), file(b"src/lib/a.py", b"a"), file(b"src/run.py", b"run", 0o755))
LAYERS = (
    MadeLayer(archive(file(b"model.bin", WEIGHTS)), f"{KIT}.model.v1.tar"),
    MadeLayer(archive(*_CODE)),
    MadeLayer(archive(folder(b"data"), file(b"data/train.csv", b"1,2")), f"{KIT}.dataset.v1.tar"),
    MadeLayer(archive(file(b"README.md", b"read me")), f"{KIT}.docs.v1.tar"),
)


def small_kit(storage: DirectoryStorage) -> ModelKit:
    return make_kit(storage, KITFILE, LAYERS)


def one_layer(storage: DirectoryStorage, *entries: bytes) -> ModelKit:
    """A kit of one code layer with these entries."""
    return make_kit(storage, Kitfile(code=(CodeEntry("x"),)), [MadeLayer(archive(*entries))])
