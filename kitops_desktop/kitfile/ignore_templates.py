"""Lines for a ``.kitignore`` that many projects want, in groups to choose from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IgnoreTemplate:
    """``name`` says what the patterns keep out."""

    name: str
    patterns: tuple[str, ...]


IGNORE_TEMPLATES = (
    IgnoreTemplate(
        "Python caches and builds",
        (
            "**/__pycache__",
            "**/*.py[cod]",
            "**/*.egg-info",
            "**/.pytest_cache",
            "**/.mypy_cache",
            "**/.ruff_cache",
        ),
    ),
    IgnoreTemplate("Virtual environments", ("**/.venv", "**/venv", "**/.conda", "**/node_modules")),
    IgnoreTemplate("Version control", ("**/.git", "**/.gitignore", "**/.gitattributes", "**/.hg", "**/.svn")),
    IgnoreTemplate("Notebook checkpoints", ("**/.ipynb_checkpoints",)),
    IgnoreTemplate(
        "Training runs and checkpoints",
        (
            "**/checkpoint-*",
            "**/runs",
            "**/wandb",
            "**/mlruns",
            "**/lightning_logs",
            "**/events.out.tfevents.*",
        ),
    ),
    IgnoreTemplate("Caches of downloads", ("**/.cache", "**/.huggingface")),
    IgnoreTemplate("Logs and temporary files", ("**/*.log", "**/*.tmp", "**/*.bak", "**/*~")),
    IgnoreTemplate("Left by systems and editors", ("**/.DS_Store", "**/Thumbs.db", "**/.idea", "**/.vscode")),
    IgnoreTemplate(
        "Files that hold secrets",
        (
            "**/.env",
            "**/.env.*",
            "**/*.pem",
            "**/*.key",
            "**/id_rsa",
            "**/id_ed25519",
            "**/.netrc",
            "**/.aws",
            "**/.ssh",
        ),
    ),
)
