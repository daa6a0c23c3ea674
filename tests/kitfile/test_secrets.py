"""Secrets and junk, known by their names."""

from __future__ import annotations

import pytest

from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.secrets import FlagKind, flag

SECRETS = {
    ".env": "**/.env",
    "deploy/.env.production": "**/.env.production",
    "prod.env": "**/prod.env",
    "server.pem": "**/*.pem",
    "SERVER.PEM": "**/SERVER.PEM",
    "tls/private.key": "**/*.key",
    "id_rsa": "**/id_rsa",
    "keys/id_ed25519": "**/id_ed25519",
    ".netrc": "**/.netrc",
    "_netrc": "**/_netrc",
    "credentials.json": "**/credentials.json",
    "service-account-1.json": "**/service-account-1.json",
    "kaggle.json": "**/kaggle.json",
    ".git-credentials": "**/.git-credentials",
    "huggingface/token": "huggingface/token",
    "a [1]/.env": "**/.env",
}
SECRET_FOLDERS = {".ssh/config": ".ssh", "home/.aws/credentials": "home/.aws", ".kube/config": ".kube"}
JUNK = {
    ".git/HEAD": ".git",
    "pkg/__pycache__/x.pyc": "pkg/__pycache__",
    "x.pyc": "x.pyc",
    ".ipynb_checkpoints/a.ipynb": ".ipynb_checkpoints",
    "venv/bin/python": "venv",
    ".venv/lib/x.py": ".venv",
    "web/node_modules/a/b.js": "web/node_modules",
    ".mypy_cache/x": ".mypy_cache",
    "a/.DS_Store": "a/.DS_Store",
    "Thumbs.db": "Thumbs.db",
    "notes.txt~": "notes.txt~",
    ".x.swp": ".x.swp",
}
HARMLESS = (
    "environment.yml",
    ".env.example",
    "model.safetensors",
    "token",
    "tokenizer.json",
    "keys.csv",
    "monkey",
    ".gitignore",
    ".gitattributes",
    "git/x",
    "venv.py",
    "public/key/readme.md",
    "secrets.py",
)


@pytest.mark.parametrize(("path", "pattern"), SECRETS.items())
def test_secret_files(path: str, pattern: str) -> None:
    found = flag(path)
    assert found is not None
    assert (found.kind, found.path, found.pattern) == (FlagKind.SECRET, path, pattern)


@pytest.mark.parametrize(("path", "folder"), SECRET_FOLDERS.items())
def test_secret_folders(path: str, folder: str) -> None:
    found = flag(path)
    assert found is not None
    assert (found.kind, found.path) == (FlagKind.SECRET, folder)
    assert flag(folder, is_dir=True) == found


@pytest.mark.parametrize(("path", "about"), JUNK.items())
def test_junk(path: str, about: str) -> None:
    found = flag(path)
    assert found is not None
    assert (found.kind, found.path) == (FlagKind.JUNK, about)


@pytest.mark.parametrize("path", HARMLESS)
def test_harmless(path: str) -> None:
    assert flag(path) is None


@pytest.mark.parametrize("path", [*SECRETS, *SECRET_FOLDERS, *JUNK])
def test_the_proposed_pattern_keeps_it_out_and_not_everything(path: str) -> None:
    found = flag(path)
    assert found is not None
    assert found.reason.endswith((".", "files."))
    rules = IgnoreRules.parse(found.pattern + "\n")
    assert rules.ignores(path)
    assert not rules.ignores("model.safetensors")


def test_a_secret_is_one_also_inside_junk() -> None:
    found = flag(".cache/huggingface/token")
    assert found is not None
    assert (found.kind, found.path) == (FlagKind.SECRET, ".cache/huggingface/token")
    inside = flag("node_modules/x/.env")
    assert inside is not None
    assert inside.kind is FlagKind.SECRET
    folder = flag("venv/.ssh/x.pyc")
    assert folder is not None
    assert (folder.kind, folder.path) == (FlagKind.SECRET, "venv/.ssh")


def test_a_file_named_like_a_folder_of_secrets_is_none() -> None:
    assert flag(".ssh") is None
    assert flag(".env", is_dir=True) is None
