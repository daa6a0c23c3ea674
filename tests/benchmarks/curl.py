"""A registry as somebody with a shell uses it: one curl after the other."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urljoin

from stored_kit import StoredKit

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"


def push(host: str, repository: str, kit: StoredKit, tag: str) -> None:
    """POST and PUT of each blob, then of the manifest."""
    base = f"http://{host}/v2/{repository}"
    for blob in kit.blobs:
        location = urljoin(base, _begun(f"{base}/blobs/uploads/"))
        joint = "&" if "?" in location else "?"
        _put(blob, f"{location}{joint}digest=sha256:{blob.name}", "application/octet-stream")
    _put(kit.manifest, f"{base}/manifests/{tag}", MANIFEST_TYPE)


def pull(host: str, repository: str, names: Sequence[str], folder: Path) -> list[Path]:
    """GET each blob and check it."""
    folder.mkdir(parents=True)
    return [_pull_blob(f"http://{host}/v2/{repository}/blobs/sha256:{name}", folder / name) for name in names]


def unpack(host: str, repository: str, names: Sequence[str], folder: Path, target: Path) -> None:
    """GET each blob, check it, extract it."""
    folder.mkdir(parents=True)
    target.mkdir(parents=True)
    for name in names:
        blob = _pull_blob(f"http://{host}/v2/{repository}/blobs/sha256:{name}", folder / name)
        subprocess.run(["tar", "-xf", blob, "-C", target], check=True)


def _pull_blob(url: str, path: Path) -> Path:
    _curl("--output", str(path), url)
    subprocess.run(["sha256sum", path], check=True, stdout=subprocess.DEVNULL)
    return path


def _begun(url: str) -> str:
    """The Location of a new upload."""
    headers = _curl("--request", "POST", "--dump-header", "-", "--output", "/dev/null", url)
    for line in headers.splitlines():
        name, _, value = line.partition(":")
        if name.lower() == "location":
            return value.strip()
    raise ValueError(f"no Location in {headers!r}")


def _put(path: Path, url: str, media_type: str) -> None:
    _curl("--upload-file", str(path), "--header", f"Content-Type: {media_type}", "--output", "/dev/null", url)


def _curl(*arguments: str) -> str:
    command = ["curl", "--silent", "--show-error", "--fail", "--noproxy", "*", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
