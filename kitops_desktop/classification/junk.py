"""What hardly anyone wants in a kit, beyond ``kitfile.secrets``: what training and its tools leave behind."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kitops_desktop.classification.known_files import is_among_data
from kitops_desktop.kitfile.ignore import literal_pattern
from kitops_desktop.kitfile.secrets import FlagKind, flag


@dataclass(frozen=True, slots=True)
class Junk:
    """``pattern`` is the line for ``.kitignore`` that keeps ``path`` and its like out."""

    path: str
    pattern: str
    why: str
    is_secret: bool = False


_FOLDERS = (
    (r"wandb|mlruns|tb_logs|tensorboard|catboost_info|\.(neptune|comet|aim|guild)",
     "Records of an experiment tracker, made anew with every run."),
    (r"\.dvc", "What DVC keeps for itself: its cache, locks and settings."),
    (r"\.huggingface", "What the Hugging Face client remembers of a download."),
    (r"\.vscode|\.Rproj\.user|\.spyderproject|\.spyproject", "Settings of an editor."),
    (r"htmlcov", "A report of test coverage."),
    (r"\.snakemake|\.metaflow|\.dask-worker-space|dask-worker-space|\.joblib", "Left by a workflow tool."),
    (r"\.Trash(-\d+)?|\.local|\.conda|\.npm|\.cargo|\.rustup|\.pyenv|\.nv|\.keras|\.torch",
     "Kept by a program for itself, not part of the work."),
    (r"\.ruff_cache|\.pytype|\.pyre", "A cache."),
)  # fmt: skip
_BESIDE = "*.log"
"""In the folder it is in only: in a folder of data a log is data."""
_FILES = (
    (r".+\.log", _BESIDE, "A log."),
    (r"events\.out\.tfevents\..+", "**/events.out.tfevents.*", "Records of training for TensorBoard."),
    (r"nohup\.out", "**/nohup.out", "A log."),
    (r"slurm-\d+\.out", "**/slurm-*.out", "A log of a batch job."),
    (r"\.coverage(\..+)?", "", "A report of test coverage."),
    (r".+\.(tmp|part|crdownload|incomplete)", "", "Left over from work or a download that was broken off."),
    (r".+\.(bak|orig|rej)", "", "A backup copy."),
    (r"\.(bash|zsh|python|psql|node_repl)_history|\.Rhistory|\.RData|\.viminfo|\.lesshst", "",
     "What a program remembers of earlier sessions."),
    (r"\.(bashrc|bash_profile|bash_logout|profile|zshrc|vimrc|gitconfig|condarc|tmux\.conf)", "",
     "Settings of a user, not part of the work."),
    (r"~\$.+|\.~lock\..+#", "", "Left by an office program."),
    (r"\.gitattributes|\.gitignore|\.gitmodules|\.gitkeep|\.keep|\.hgignore", "",
     "Means something to git only."),
)  # fmt: skip
_ANY_FOLDER = tuple((re.compile(name), why) for name, why in _FOLDERS)
_ANY_FILE = tuple((re.compile(name), pattern, why) for name, pattern, why in _FILES)
_FILE_UNION = re.compile("|".join(f"(?:{name})" for name, _, _ in _FILES))
_FOLDER_UNION = re.compile("|".join(f"(?:{name})" for name, _ in _FOLDERS))

CHECKPOINT = re.compile(
    r"(checkpoint|ckpt|global_step|step|epoch)[-_=]?\d+.*|checkpoints?|ckpts?|lightning_logs"
)
"""Folders that training leaves behind."""
RUN_RECORDS = "lightning_logs"
"""Holds checkpoints beside records of training: to be looked into, then left out."""
RUN_METRICS = "metrics.csv"
TRAINING_STATE = re.compile(
    r"optimizer\.(pt|bin)|scheduler\.(pt|bin)|scaler\.pt|rng_state.*\.pth|trainer_state\.json"
    r"|random_states_\d+\.pkl|.+_optim_states\.pt|optimizer-\d+.*"
)
"""What training needs to go on, and nobody who uses the model."""


def junk_folder(path: str) -> Junk | None:
    """Why the folder had better stay out, by its name."""
    found = flag(path, is_dir=True)
    if found is not None:
        return Junk(path, found.pattern, found.reason, found.kind is FlagKind.SECRET)
    name = path.rpartition("/")[2]
    if not _FOLDER_UNION.fullmatch(name):
        return None
    why = next(why for rule, why in _ANY_FOLDER if rule.fullmatch(name))
    return Junk(path, f"**/{literal_pattern(name)}", why)


def junk_inside(path: str, names: set[str]) -> Junk | None:
    """Why the folder had better stay out, by the names of what is in it."""
    if "pyvenv.cfg" in names or "conda-meta" in names:
        return Junk(path, literal_pattern(path), "A virtual environment: installed packages, not your files.")
    if "CACHEDIR.TAG" in names:
        return Junk(path, literal_pattern(path), "It is marked as a cache.")
    return None


def junk_file(path: str) -> Junk | None:
    """Why the file had better stay out, by its name."""
    found = flag(path)
    if found is not None:
        return Junk(path, found.pattern, found.reason, found.kind is FlagKind.SECRET)
    name = path.rpartition("/")[2]
    if not _FILE_UNION.fullmatch(name) or (name.endswith(".log") and is_among_data(path)):
        return None
    pattern, why = next((pattern, why) for rule, pattern, why in _ANY_FILE if rule.fullmatch(name))
    if pattern == _BESIDE:
        folder = path.rpartition("/")[0]
        pattern = f"{literal_pattern(folder)}/{_BESIDE}" if folder else _BESIDE
    return Junk(path, pattern or f"**/{literal_pattern(name)}", why)
