"""What the Hub's interface says of a repository, a tree, refs and an account, with its own field names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from support.hub_repository import HubCommit, HubFile, HubRepository

_ALWAYS = ("_id", "id")  # whatever is asked for
_OF_ALL = {
    "author", "cardData", "createdAt", "disabled", "lastModified", "likes", "private", "resourceGroup", "sha",
    "siblings", "tags", "trendingScore", "usedStorage",
}  # fmt: skip
_COUNTED = {"downloads", "downloadsAllTime", "gated"}
EXPANDED = {
    "models": _OF_ALL
    | _COUNTED
    | {"config", "gguf", "library_name", "pipeline_tag", "safetensors", "spaces"},
    "datasets": _OF_ALL | _COUNTED | {"citation", "description", "mainSize", "paperswithcode_id"},
    "spaces": _OF_ALL | {"datasets", "models", "region", "runtime", "sdk", "subdomain"},
}
"""What a list can be asked for, by kind; the client's lists, but for some that nobody here asks for."""
_UNASKED = {
    "author", "createdAt", "downloads", "gated", "lastModified", "library_name", "likes", "modelId",
    "pipeline_tag", "private", "sdk", "tags",
}  # fmt: skip
"""What a list says unasked."""


def info(
    repository: HubRepository, commit: HubCommit, *, blobs: bool, only: Collection[str]
) -> dict[str, Any]:
    """With ``blobs`` sizes and ids of the files too; ``only`` are names of members, none being all."""
    card = commit.card
    found: dict[str, Any] = {
        "_id": commit.sha[:24],
        "id": repository.name,
        "author": repository.team,
        "sha": commit.sha,
        "lastModified": _moment(commit.made),
        "createdAt": _moment(min(one.made for one in repository.commits.values())),
        "private": repository.private,
        "gated": repository.gated,
        "disabled": repository.disabled,
        "downloads": repository.downloads,
        "likes": repository.likes,
        "tags": [*card.get("tags", ()), *([f"license:{card['license']}"] if "license" in card else ())],
        **({"cardData": card} if card else {}),
        **_by_kind(repository, card),
        "siblings": [_sibling(path, commit.files[path], blobs) for path in sorted(commit.files)],
        "usedStorage": sum(file.size for one in repository.commits.values() for file in one.files.values()),
    }
    return {name: found[name] for name in found if not only or name in only or name in _ALWAYS}


def changed(repository: HubRepository) -> datetime:
    """When the branch ``main`` was."""
    return _main(repository).made


def listed(repository: HubRepository, only: Collection[str]) -> dict[str, Any]:
    """One of a list, with what ``only`` names, or what there is unasked."""
    found = info(repository, _main(repository), blobs=False, only=only or _UNASKED)
    if repository.kind == "space":
        found.pop("downloads", None)
    return found


def overview(
    name: str, full_name: str, repositories: Collection[HubRepository], *, is_person: bool
) -> dict[str, Any]:
    """Who somebody is. What is private is counted for those only who see it; here for nobody."""

    def count(kind: str) -> int:
        return sum(one.kind == kind and not one.private for one in repositories)

    return {
        "avatarUrl": f"https://cdn-avatars.huggingface.co/{name}.png",
        ("user" if is_person else "name"): name,
        "fullname": full_name,
        "type": "user" if is_person else "org",
        "numModels": count("model"),
        "numDatasets": count("dataset"),
        "numSpaces": count("space"),
        "numFollowers": 0,
        **({"isPro": False, "orgs": []} if is_person else {"isVerified": False, "numUsers": 1}),
    }


def tree(
    repository: HubRepository, commit: HubCommit, folder: str, *, recursive: bool, expand: bool
) -> list[dict[str, Any]]:
    """Folders before files, what is not deep before what is. (What order the Hub keeps it does not say.)"""
    below = f"{folder}/" if folder else ""

    def shown(path: str) -> bool:
        if path == folder or not path.startswith(below):
            return False
        return recursive or "/" not in path.removeprefix(below)

    def place(path: str) -> tuple[int, str]:
        return path.count("/"), path

    entries = [_folder(commit, path) for path in sorted(filter(shown, commit.folders), key=place)]
    entries += [_file(path, commit.files[path]) for path in sorted(filter(shown, commit.files), key=place)]
    if expand:
        for entry in entries:
            _expand(repository, commit, entry)
    return entries


def refs(repository: HubRepository, *, pull_requests: bool) -> dict[str, Any]:
    kinds = {"branches": "refs/heads/", "tags": "refs/tags/", "converts": "refs/convert/"}
    if pull_requests:
        kinds["pullRequests"] = "refs/pr/"
    return {
        kind: [
            {"name": ref.removeprefix(prefix), "ref": ref, "targetCommit": sha}
            for ref, sha in repository.refs.items()
            if ref.startswith(prefix)
        ]
        for kind, prefix in kinds.items()
    }


def account(name: str) -> dict[str, Any]:
    token = {"displayName": "test", "role": "read", "createdAt": "2026-01-01T00:00:00.000Z"}
    return {
        "type": "user",
        "id": name.encode().hex().ljust(24, "0")[:24],
        "name": name,
        "fullname": name,
        "isPro": False,
        "orgs": [],
        "auth": {"type": "access_token", "accessToken": token},
    }


def _main(repository: HubRepository) -> HubCommit:
    found = repository.find("main")
    assert found is not None
    return found


def _by_kind(repository: HubRepository, card: Mapping[str, Any]) -> dict[str, Any]:
    match repository.kind:
        case "model":
            named = {name: card[name] for name in ("pipeline_tag", "library_name") if name in card}
            return {"modelId": repository.name, **named}
        case "space":
            return {"sdk": card.get("sdk", "static")}
        case "dataset":
            return {}


def _sibling(path: str, file: HubFile, blobs: bool) -> dict[str, Any]:
    if not blobs:
        return {"rfilename": path}
    sizes = {"rfilename": path, "blobId": file.oid, "size": file.size}
    if not file.lfs:
        return sizes
    return {**sizes, "lfs": {"sha256": file.sha256, "size": file.size, "pointerSize": len(file.pointer)}}


def _folder(commit: HubCommit, path: str) -> dict[str, Any]:
    return {"type": "directory", "oid": commit.folders[path], "size": 0, "path": path}


def _file(path: str, file: HubFile) -> dict[str, Any]:
    entry = {"type": "file", "oid": file.oid, "size": file.size, "path": path}
    if not file.lfs:
        return entry
    pointer = {"oid": file.sha256, "size": file.size, "pointerSize": len(file.pointer)}
    return {**entry, "lfs": pointer, "xetHash": file.xet_hash}


def _expand(repository: HubRepository, commit: HubCommit, entry: dict[str, Any]) -> None:
    last = commit.last_change(entry["path"])
    entry["lastCommit"] = {"id": last.sha, "title": last.title, "date": _moment(last.made)}
    if entry["type"] == "file":
        status = repository.security.get(entry["path"], "safe")
        entry["securityFileStatus"] = {
            "status": status,
            "avScan": {"status": status},
            "pickleImportScan": {"status": status, "pickleImports": []},
        }


def _moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S.000Z")
