"""A first Kitfile for a repository that is not here, from the list of its files, and what that needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kitops_desktop.errors import LayerPathMissing
from kitops_desktop.importers.git.files import GIT_FILES
from kitops_desktop.importers.hugging_face.client import HfClient
from kitops_desktop.importers.hugging_face.content import HfBytes, HfContent
from kitops_desktop.importers.hugging_face.values import HfFile, HfRepository
from kitops_desktop.kitfile.folder_listing import ListedFile, ListedFolder
from kitops_desktop.kitfile.generate import Generated, generate_from_listing, is_licence_file
from kitops_desktop.kitfile.ignore import IGNORE_FILE
from kitops_desktop.kitfile.kitfile import Kitfile, Package
from kitops_desktop.kitfile.licence import MAX_TEXT
from kitops_desktop.kitfile.paths import leaves_folder
from kitops_desktop.modelkit.layers import layer_entries
from kitops_desktop.progress import CancelToken

_Below = tuple[list[str], HfFile]
"""What the path of a file still has below a folder."""
_DEPTH = 2
"""So many levels are looked at for a first Kitfile."""


def files_to_pack(client: HfClient, repository: HfRepository, token: CancelToken) -> tuple[HfFile, ...]:
    """All files but those that are for git alone. Raises what ``HfClient.all_files`` raises."""
    found = client.all_files(repository, token)
    return tuple(file for file in found if _name(file.path) not in GIT_FILES)


def first_kitfile(
    client: HfClient,
    repository: HfRepository,
    files: Iterable[HfFile],
    package: Package,
    token: CancelToken,
) -> Generated:
    """By the rules of ``kit init``; of the files only those that name a licence are read."""
    usable = [file for file in files if not file.unsafe]
    licences = {
        file.path: _text(client, repository, file, token)
        for file in usable
        if "/" not in file.path and is_licence_file(file.path)
    }
    return generate_from_listing(listed_folder(usable), package, licences)


def needed_files(files: Sequence[HfFile], kitfile: Kitfile) -> tuple[HfFile, ...]:
    """Those that a layer takes, and what says which of them are ignored.

    Raises ``LayerPathMissing`` for a layer that there is nothing for.
    """
    entries = layer_entries(kitfile)
    there = {path for file in files for path in _with_folders(file.path)}
    for entry in entries:
        path = entry.clean_path
        if path != "." and path not in there and not leaves_folder(path):
            raise LayerPathMissing(entry.kind, entry.path)
    wanted = {entry.clean_path for entry in entries}
    return tuple(
        file
        for file in files
        if "." in wanted or file.path == IGNORE_FILE or not wanted.isdisjoint(_with_folders(file.path))
    )


def listed_folder(files: Iterable[HfFile]) -> ListedFolder:
    """As ``list_folder`` would list them, once they are here."""
    return _listed("", ".", [(file.path.split("/"), file) for file in files], _DEPTH)


def _listed(name: str, path: str, files: Sequence[_Below], depth: int) -> ListedFolder:
    if not depth:
        return ListedFolder(name, path)
    inside: dict[str, list[_Below]] = {}
    for (first, *rest), file in files:
        inside.setdefault(first, []).append((rest, file))
    children = sorted(inside.items(), key=lambda item: item[0].encode("utf-8", "surrogatepass"))
    plain, folders = [], []
    for child, found in children:
        below = [one for one in found if one[0]]
        if len(below) < len(found):
            file = next(file for rest, file in found if not rest)
            plain.append(ListedFile(child, file.path, file.size))
        else:
            inner = child if path == "." else f"{path}/{child}"
            folders.append(_listed(child, inner, below, depth - 1))
    return ListedFolder(name, path, tuple(plain), tuple(folders))


def _text(client: HfClient, repository: HfRepository, file: HfFile, token: CancelToken) -> str:
    content = HfBytes(HfContent(client, repository, file), token)
    return content.read(0, MAX_TEXT).decode("utf-8", "replace")


def _with_folders(path: str) -> list[str]:
    """The path and the folders it lies in."""
    found = [path]
    while path := path.rpartition("/")[0]:
        found.append(path)
    return found


def _name(path: str) -> str:
    return path.rpartition("/")[2]
