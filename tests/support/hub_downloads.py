"""A repository of the tests' Hub, and a folder that it is downloaded into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from kitops_desktop.importers.hugging_face.address import HfAddress
from kitops_desktop.importers.hugging_face.client import HfClient
from kitops_desktop.importers.hugging_face.download import (
    Downloaded,
    DownloadSurvey,
    download,
    survey_download,
)
from kitops_desktop.importers.hugging_face.values import HfFile, HfRepository
from kitops_desktop.modelkit.entry_names import DOWNLOAD_PREFIX
from kitops_desktop.progress import CancelToken
from support.hub_repository import HubFile, HubRepository
from support.hub_server import HubServer
from support.registry_clients import client as registry_client
from support.repositories import noise

WEIGHTS = noise(300_000)
EMPTY = "tokenizer/added tokens.json"
FILES: Mapping[str, bytes] = {
    "README.md": b"# Churn\n",
    "config.json": b'{"hidden_size": 8}',
    "model.safetensors": WEIGHTS,
    "onnx/quantized/model.onnx": noise(20_000, seed=2),
    EMPTY: b"",
}
LFS = ("model.safetensors", "onnx/quantized/model.onnx")
CONTENTS = "/xet-bridge/|/resolve-cache/"
"""Where the servers give what is in files."""


class Downloading:
    """``hub.storage`` has the files in LFS, ``hub`` the others."""

    def __init__(self, hub: HubServer, model: HubRepository, client: HfClient, target: Path) -> None:
        self.hub, self.model, self.client, self.target = hub, model, client, target

    def repository(self, revision: str = "") -> HfRepository:
        return self.client.repository(HfAddress(self.model.name, revision=revision), CancelToken())

    def files(self, revision: str = "") -> tuple[HfFile, ...]:
        return tuple(self.client.files(self.repository(revision), CancelToken()))

    def download(
        self,
        *,
        revision: str = "",
        files: Sequence[HfFile] | None = None,
        **options: Any,  # noqa: ANN401 - those of ``download``
    ) -> Downloaded:
        wanted = self.files(revision) if files is None else files
        return download(self.client, self.repository(revision), wanted, self.target, **options)

    def survey(self, *globs: str) -> DownloadSurvey:
        return survey_download(
            self.client, self.repository(), self.files(), globs, self.target, CancelToken()
        )

    def file(self, path: str) -> HubFile:
        """As it is on the Hub now."""
        commit = self.model.find("main")
        assert commit is not None
        return commit.files[path]

    def content(self) -> dict[str, bytes]:
        """What is in the target under its name."""
        return {
            path.relative_to(self.target).as_posix(): path.read_bytes()
            for path in self.target.rglob("*")
            if path.is_file() and DOWNLOAD_PREFIX not in str(path)
        }

    def hidden(self) -> list[Path]:
        """The hidden folders."""
        return list(self.target.glob(f"{DOWNLOAD_PREFIX}*"))

    def partials(self) -> list[Path]:
        return [path for folder in self.hidden() for path in folder.iterdir() if path.name != "notes"]

    def kept(self) -> int:
        """Bytes of what is not whole."""
        return sum(map(len, self.left()))

    def left(self) -> list[bytes]:
        """What there is of them; some may get their names while this looks."""
        found = []
        for path in self.partials():
            with suppress(FileNotFoundError):
                found.append(path.read_bytes())
        return found

    def fetched(self) -> int:
        """Bytes of contents that were sent."""
        return sum(
            one.bytes for server in (self.hub, self.hub.storage) for one in server.asked("GET", CONTENTS)
        )

    def forget(self) -> None:
        """All goes well from now on, and nothing has been asked."""
        for server in (self.hub, self.hub.storage):
            server.rules.clear()
            server.exchanges.clear()


@contextmanager
def downloading(
    folder: Path,
    files: Mapping[str, bytes] = FILES,
    lfs: Sequence[str] = LFS,
    **of_model: Any,  # noqa: ANN401
) -> Iterator[Downloading]:
    """The repository ``team/churn``, and a target below ``folder`` that is not there yet."""
    model = HubRepository("team/churn", files=files, lfs=lfs, **of_model)
    with HubServer(model) as hub, registry_client(hub.host) as transport:
        yield Downloading(hub, model, HfClient(transport), folder / "target")
