"""What the user has chosen, kept in a JSON file, and the folders the platform gives this program."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from platformdirs import PlatformDirs

from kitops_desktop.errors import SettingsError

log = logging.getLogger(__name__)

APP_NAME = "kitops-desktop"
Appearance = Literal["system", "light", "dark"]
CompressionName = Literal["none", "gzip", "gzip-fastest", "zstd"]

MAX_PARALLEL_LAYERS = 64
MAX_TRASH_DAYS = 3650
MAX_TRANSFER_SLOTS = 16
MAX_LIMIT = 1 << 40
MAX_MEMORY = 1 << 50
_MAX_FILE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Settings:
    """All choices. A value of the wrong kind in the file counts as not set.

    ``store_home`` is the folder of the store, "" for KITOPS_HOME or the default. ``unpack_folder`` is
    proposed when unpacking, "" for none; ``download_folder`` is where the last download from Hugging Face
    went, "" when nothing did. ``parallel_layers`` 0 means as many as suit the computer. What is
    removed stays ``trash_days`` days in the trash. ``transfer_slots`` transfers run at a time; what is sent
    and received is limited to ``upload_limit`` and ``download_limit`` bytes a second, 0 for no limit.
    No chunk of an upload has more than ``most_chunk`` bytes, 0 for as many as suit: for proxies that take
    little at once, and for tests.
    ``preview_shown`` and ``preview_share`` (per cent of the width) are how the preview of files was left.
    Models are to fit ``model_memory`` bytes, 0 for what this computer has.
    ``registries`` are the registries the user added, by host, with ``registry.host.HostOptions`` as JSON.
    ``unpack_profiles`` are those the user saved, by name, as ``modelkit.unpack_profiles`` has them.
    ``unknown`` are keys of other versions, kept as they are.
    """

    store_home: str = ""
    appearance: Appearance = "system"
    compression: CompressionName = "none"
    author: str = ""
    unpack_folder: str = ""
    download_folder: str = ""
    parallel_layers: int = 0
    trash_days: int = 7
    transfer_slots: int = 3
    upload_limit: int = 0
    download_limit: int = 0
    most_chunk: int = 0
    keep_awake: bool = True
    notify: bool = True
    first_run_done: bool = False
    preview_shown: bool = True
    preview_share: int = 42
    model_memory: int = 0
    registries: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    unpack_profiles: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    unknown: Mapping[str, Any] = field(default_factory=dict)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and "\0" not in value


def _is_number(most: int, least: int = 0) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_choice(value: object) -> bool:
    return isinstance(value, bool)


def _is_named_objects(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(one, dict) for one in value.values())


_VALID: dict[str, Callable[[object], bool]] = {
    "store_home": _is_text,
    "appearance": lambda value: value in get_args(Appearance),
    "compression": lambda value: value in get_args(CompressionName),
    "author": _is_text,
    "unpack_folder": _is_text,
    "download_folder": _is_text,
    "parallel_layers": _is_number(MAX_PARALLEL_LAYERS),
    "trash_days": _is_number(MAX_TRASH_DAYS),
    "transfer_slots": _is_number(MAX_TRANSFER_SLOTS, 1),
    "upload_limit": _is_number(MAX_LIMIT),
    "download_limit": _is_number(MAX_LIMIT),
    "most_chunk": _is_number(MAX_LIMIT),
    "keep_awake": _is_choice,
    "notify": _is_choice,
    "first_run_done": _is_choice,
    "preview_shown": _is_choice,
    "preview_share": _is_number(80, 20),
    "model_memory": _is_number(MAX_MEMORY),
    "registries": _is_named_objects,
    "unpack_profiles": _is_named_objects,
}


class SettingsFile:
    """The file the settings are in. ``notice`` tells the user when it could not be used as it was."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notice = ""

    def load(self) -> Settings:
        """The settings; defaults where there is no file. A file that is no JSON object is put aside as
        ``settings.json.damaged``, never overwritten. Raises nothing.
        """
        self.notice = ""
        try:
            content = self._content()
        except FileNotFoundError:
            return Settings()
        except OSError as error:
            self.notice = (
                f"The settings in {self.path} cannot be read ({error.strerror}); the defaults are used."
            )
            return Settings()
        try:
            value = json.loads(content)
            if not isinstance(value, dict):
                raise ValueError("no object")
        except (ValueError, RecursionError):
            self._put_aside()
            return Settings()
        return _from_json(value)

    def save(self, settings: Settings) -> None:
        """Write the whole file or nothing. Raises ``SettingsError``."""
        value = dict(settings.unknown) | asdict(settings)
        del value["unknown"]
        content = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        target = Path(os.path.realpath(self.path))  # a link, as keepers of dot files set one up, stays a link
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _replace(target, content.encode("utf-8", "surrogatepass"))
        except OSError as error:
            raise SettingsError(self.path, error.strerror or type(error).__name__) from error

    def _content(self) -> bytes:
        with self.path.open("rb") as file:
            return file.read(_MAX_FILE_BYTES)

    def _put_aside(self) -> None:
        aside = self.path.with_name(self.path.name + ".damaged")
        try:
            self.path.replace(aside)
            kept = f"It was kept as {aside.name}"
        except OSError:
            kept = "It was left as it is"
        self.notice = f"The settings in {self.path} are damaged. {kept}; the defaults are used."
        log.warning("damaged settings: %s", self.notice)


def _from_json(value: Mapping[str, Any]) -> Settings:
    known = {item.name for item in fields(Settings)} - {"unknown"}
    chosen = {}
    for key in known & value.keys():
        if _VALID[key](value[key]):
            chosen[key] = value[key]
        else:
            log.warning("the setting %s has a value that cannot be used; its default is", key)
    return Settings(**chosen, unknown={k: v for k, v in value.items() if k not in known})


def _replace(target: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


@dataclass(frozen=True, slots=True)
class Folders:
    """Where things are kept besides the store (which has its own place, shared with `kit`)."""

    config: Path
    state: Path
    data: Path
    cache: Path
    logs: Path

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.json"


def platform_folders() -> Folders:
    """The folders the platform gives this program; nothing is created."""
    places = PlatformDirs(APP_NAME, appauthor=False)
    return Folders(
        config=places.user_config_path,
        state=places.user_state_path,
        data=places.user_data_path,
        cache=places.user_cache_path,
        logs=places.user_log_path,
    )
