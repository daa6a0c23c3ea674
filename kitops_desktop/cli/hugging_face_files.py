"""Looking into a repository of Hugging Face by the commands that look into kits: nothing of it is one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kitops_desktop.cli.arguments import PROGRAM
from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.console import printable
from kitops_desktop.cli.file_tree_text import TreeFile, branches_for, file_tree
from kitops_desktop.cli.hugging_face_authors import kinds_of, list_author, not_a_repository
from kitops_desktop.cli.json_text import go_indented_json
from kitops_desktop.cli.network_flags import use_network
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.cli.table import table
from kitops_desktop.errors import (
    HfContentWrong,
    InvalidArgument,
    InvalidReference,
    NotOnHuggingFace,
    ReferenceNotFound,
)
from kitops_desktop.importers.hugging_face.address import HfAddress, HfTarget, target_not_reference
from kitops_desktop.importers.hugging_face.authors import HfAuthor, target_at
from kitops_desktop.importers.hugging_face.client import HfClient
from kitops_desktop.importers.hugging_face.content import HfContent
from kitops_desktop.importers.hugging_face.file_digest import FileDigest, digest_of
from kitops_desktop.importers.hugging_face.looking import ORIGIN, HfLooking
from kitops_desktop.importers.hugging_face.sign_in import hugging_face
from kitops_desktop.importers.hugging_face.values import HfFile, HfRepository
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.preview.file_preview import FilePreview, preview_file
from kitops_desktop.preview.memory_need import parts_of_model, size_of_parts
from kitops_desktop.progress import CancelToken

NAMED = "[registry/]repository[:tag|@digest]"
OR_ADDRESS = "or an address of Hugging Face: hf://ORGANISATION/NAME, or that of a page there"
_BLOCK = 128 << 10


def given_address(invocation: Invocation) -> HfTarget | None:
    """What the command is about, if that is an address of Hugging Face; a kit of the store may have such a
    name too, and goes before. Raises ``InvalidArgument`` for a page there that is about nothing of use.
    """
    text = invocation.arguments.modelkit
    address = target_not_reference(text)
    return None if address is None or _is_stored(invocation, text) else address


def files_at(client: HfClient, repository: HfRepository, path: str, token: CancelToken) -> list[HfFile]:
    """The file or all those of the folder ``path``, "" for the whole. Raises ``InvalidArgument`` for none."""
    found = [file for file in client.all_files(repository, token) if _is_at(file.path, path)]
    if path and not found:
        raise InvalidArgument(f"{repository.address.name} has nothing at {path}")
    return found


def list_files(invocation: Invocation, address: HfTarget) -> int:
    """``files``, for what an address is about; of somebody the repositories."""
    console, arguments = invocation.console, invocation.arguments
    client = _client(invocation)
    repository = target_at(client, _whole(address), invocation.token)
    if isinstance(repository, HfAuthor):
        return list_author(invocation, client, repository, kinds_of(address))
    files = files_at(client, repository, _path(address), invocation.token)
    console.note(f"Listed from {repository.pinned}.")
    if arguments.tree:
        console.result(file_tree(map(_in_tree, files), branches_for(sys.stdout.encoding)))
    elif arguments.format == "json":
        console.result(go_indented_json([_json(file, repository) for file in files]))
    else:
        rows = [(kit_size(file.size), printable(file.path)) for file in files]
        console.result(table([("SIZE", "PATH"), *rows]))
    return 0


def print_file(invocation: Invocation, address: HfTarget) -> int:
    """``cat``. Raises ``HfContentWrong`` when what was printed has another digest than the file."""
    content = _opened_file(invocation, address)
    file, digest = content.file, FileDigest(content.file)
    with content.stream(0, invocation.token) as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
            invocation.console.raw(block)
    expected = digest_of(file)
    if expected and not digest.is_right():
        raise HfContentWrong(content.host, file.path, expected, digest.found, printed=True)
    verified = f"it has its digest, {expected}" if expected else "not verified, no digest of it is known"
    invocation.console.note(f"Read from Hugging Face, commit {content.repository.commit}: {verified}.")
    return 0


@dataclass(frozen=True, slots=True)
class LookedInto:
    """``note`` says where it is from, ``place`` that for programs."""

    preview: FilePreview
    note: str
    place: dict[str, object]


def look_into(invocation: Invocation, address: HfTarget) -> LookedInto:
    """What ``preview`` shows. The same things are raised as for a kit's file."""
    content = _opened_file(invocation, address)
    file, commit = content.file, content.repository.commit
    source = HfLooking(content.client, content.repository).open(file, invocation.token)
    whole = _whole_model(content, invocation.token)
    preview = preview_file(source, file.path, whole_model=whole, with_pictures=False)
    read = f"{kit_size(source.bytes_read)} of {kit_size(file.size)} were looked at."
    return LookedInto(
        preview,
        f"{ORIGIN}. It is of commit {commit}. {read}",
        {"commit": commit, "source": "Hugging Face, not verified"},
    )


def _is_stored(invocation: Invocation, text: str) -> bool:
    try:
        invocation.workspace.store.resolve(parse_reference(text))
    except (InvalidReference, ReferenceNotFound):
        return False
    return True


def _client(invocation: Invocation) -> HfClient:
    """A password for a registry is not sent there."""
    if invocation.arguments.username or invocation.arguments.password_stdin:
        raise InvalidArgument(
            "Hugging Face takes an access token and no password: have it in HF_TOKEN, or sign in"
            f" ({PROGRAM} login huggingface.co)"
        )
    use_network(invocation)
    return hugging_face(invocation.workspace.registries)


def _opened_file(invocation: Invocation, address: HfTarget) -> HfContent:
    """The file that is asked for; what is behind it is not listed."""
    path = invocation.arguments.path or _path(address)
    if not path and "/" in address.name:
        raise _no_path(address)
    client = _client(invocation)
    repository = target_at(client, _whole(address), invocation.token)
    if isinstance(repository, HfAuthor):
        raise not_a_repository(client, repository, kinds_of(address), invocation.token)
    if not path:
        raise _no_path(address)
    for file in client.files(repository, invocation.token):
        if file.path == path and file.unsafe:
            raise InvalidArgument(f"{path!r} cannot be read: {file.unsafe}")
        if file.path == path:
            return HfContent(client, repository, file)
        if _is_at(file.path, path):
            raise InvalidArgument(f"{path!r} is a folder")
    missing = str(replace(repository.address, path=path))
    raise NotOnHuggingFace(missing, "file", repository.address.name, signed_in=client.is_signed_in)


def _path(address: HfTarget) -> str:
    return address.path if isinstance(address, HfAddress) else ""


def _whole(address: HfTarget) -> HfTarget:
    return replace(address, path="") if isinstance(address, HfAddress) else address


def _no_path(address: HfTarget) -> InvalidArgument:
    return InvalidArgument(f"no PATH is given; all there are: {PROGRAM} files {address}")


def _whole_model(content: HfContent, token: CancelToken) -> int:
    """Bytes of all files of the model that it is one of; 0 where it is whole."""
    folder, _, name = content.file.path.rpartition("/")
    if parts_of_model(name) == 1:
        return 0
    return size_of_parts(name, _beside(content.client, content.repository, folder, token))


def _beside(
    client: HfClient, repository: HfRepository, folder: str, token: CancelToken
) -> Iterator[tuple[str, int]]:
    """Names and sizes of the files that lie in a folder itself."""
    for file in client.files(repository, token):
        above, _, name = file.path.rpartition("/")
        if above == folder:
            yield name, file.size


def _is_at(path: str, place: str) -> bool:
    return not place or path == place or path.startswith(f"{place}/")


def _in_tree(file: HfFile) -> TreeFile:
    return TreeFile(file.path, file.size, note=f"not downloaded: {file.unsafe}" if file.unsafe else "")


def _json(file: HfFile, repository: HfRepository) -> dict[str, object]:
    return {
        "path": printable(file.path),
        "type": "file",
        "size": file.size,
        "digest": digest_of(file) or None,
        "commit": repository.commit,
    }
