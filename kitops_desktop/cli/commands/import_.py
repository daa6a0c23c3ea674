"""``import``: make a ModelKit of a repository of Hugging Face, or of one that git fetches; or only fetch."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kitops_desktop.cli.arguments import PROGRAM
from kitops_desktop.cli.command import Invocation, count
from kitops_desktop.cli.console import Console, printable
from kitops_desktop.cli.existing_flags import add_existing_flags, has_existing_flags
from kitops_desktop.cli.given_kitfile import STDIN, kitfile_from_stdin
from kitops_desktop.cli.hugging_face_authors import naming_authors
from kitops_desktop.cli.import_into import download_into
from kitops_desktop.cli.json_text import go_indented_json
from kitops_desktop.cli.kitfile_editing import edited
from kitops_desktop.cli.network_flags import add_network_flags, concurrency, use_network
from kitops_desktop.cli.packed_text import saved_lines, stored_before, warn_of_packed
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.errors import FileAccessError, InvalidArgument, InvalidReference
from kitops_desktop.importers.git.address import GitAddress
from kitops_desktop.importers.hugging_face.address import HfAddress
from kitops_desktop.importers.hugging_face.endpoint import hf_endpoint
from kitops_desktop.importers.source import TOOLS, find_source
from kitops_desktop.jobs.import_job import Asking, Imported, ImportWork, import_repository, name_of
from kitops_desktop.jobs.pack_job import MAX_KITFILE_BYTES
from kitops_desktop.kitfile.generate import Generated
from kitops_desktop.kitfile.yaml_text import to_yaml
from kitops_desktop.oci.reference import parse_reference_with_tags
from kitops_desktop.progress import Cancelled

SUMMARY = "Import a model from HuggingFace"
SEEN = (
    "Others on this computer can see what --token has. Have it in HF_TOKEN instead, or sign in:"
    f" {PROGRAM} login huggingface.co"
)
_LONGEST_TOKEN = 4096
_NOT_FOR_GIT = ("plain_http", "tls_verify", "tls_cert", "cert", "key", "proxy")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repository", metavar="REPOSITORY", help="ORGANISATION/NAME, or an address")
    parser.add_argument("--ref", default="", metavar="REF", help="a branch, a tag or a commit (main)")
    parser.add_argument(
        "--token", default="", metavar="TOKEN", help="to be let in; others on this computer can see it"
    )
    parser.add_argument(
        "-t", "--tag", default="", metavar="REFERENCE[,TAG...]", help="of the kit (ORGANISATION/NAME:latest)"
    )
    parser.add_argument(
        "-f", "--file", default="", metavar="PATH", help="the Kitfile to pack with; - reads standard input"
    )
    parser.add_argument(
        "--tool",
        default="",
        metavar="|".join(TOOLS),
        help="hf: the interface of Hugging Face, for what is there; git: git and git-lfs, for any address",
    )
    parser.add_argument("--refuse-secrets", action="store_true", help="stop when a secret would be packed")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="of what was imported")
    only = parser.add_argument_group("downloading only")
    only.add_argument(
        "--into", default="", metavar="FOLDER", help="download into this folder (hf), and pack nothing"
    )
    only.add_argument(
        "--path", action="append", default=[], metavar="GLOB", help="only files whose path matches"
    )
    add_existing_flags(only)
    add_network_flags(parser, sign_in=False)


def run(invocation: Invocation) -> int:
    arguments = invocation.arguments
    source = find_source(arguments.repository, arguments.tool, arguments.ref)
    _check_flags(arguments, source)
    _use_network(invocation, source)
    with naming_authors(invocation, source), _way_on(invocation, source) as pinned:
        if isinstance(source, HfAddress) and arguments.into:
            return download_into(invocation, source, pinned)
        return _import(invocation, source, pinned)


def _import(invocation: Invocation, source: HfAddress | GitAddress, pinned: Callable[[str], None]) -> int:
    arguments, console = invocation.arguments, invocation.console
    as_json = arguments.format == "json"
    say = (lambda _: None) if as_json else console.info
    work = ImportWork(
        source,
        _reference(arguments.tag, source, say),
        _kitfile(arguments.file),
        arguments.token if isinstance(source, GitAddress) else "",
        () if arguments.refuse_secrets else None,
        concurrency(arguments),
    )
    if isinstance(source, HfAddress) and source.path:
        console.note(f"All of {source.name} is imported, not only {printable(source.path)}.")
    before = stored_before(invocation.workspace.store, work.reference)
    done = import_repository(
        work,
        invocation.workspace.tools,
        asking=_Asking(console, say, work.reference, pinned, may_ask=not as_json),
        token=invocation.token,
        report=console.progress,
    )
    console.end_progress()
    for path in done.left_out:
        console.warn(f"left out {printable(path)}: it is a link, or no file here may be called so")
    warn_of_packed(console, done.outcome.prepared)
    if as_json:
        console.result(go_indented_json(_json(work, done)))
        return 0
    for line in saved_lines(done.outcome, before):
        say(line)
    say(f"Model is packed as {done.outcome.reference.short}")
    return 0


class _Asking(Asking):
    def __init__(
        self,
        console: Console,
        say: Callable[[str], None],
        reference: str,
        pinned: Callable[[str], None],
        *,
        may_ask: bool,
    ) -> None:
        self._console, self._say, self._reference, self._pinned = console, say, reference, pinned
        self._may_ask = may_ask

    def pinned(self, commit: str) -> None:
        self._pinned(commit)
        self._console.debug(f"importing commit {commit}")

    def kitfile(self, generated: Generated) -> str | None:
        self._console.end_progress()
        for reason in generated.reasons:
            self._console.debug(f"{printable(reason.path)}: {reason.choice} ({reason.why})")
        for warning in generated.warnings:
            self._console.warn(warning)
        text = to_yaml(generated.kitfile)
        self._say(f"Generated Kitfile:\n\n{text}")
        return edited(text, self._console) if self._may_ask else None

    def fetching(self, files: int, size: int) -> None:
        self._say(f"Downloading {count(files, 'file')} ({kit_size(size)})")

    def packing(self) -> None:
        self._console.end_progress()
        self._say(f"Packing model to {self._reference}")


def _check_flags(arguments: argparse.Namespace, source: HfAddress | GitAddress) -> None:
    if arguments.into:
        if isinstance(source, GitAddress):
            raise InvalidArgument("--into is for Hugging Face's own interface (--tool hf)")
        if arguments.tag or arguments.file or arguments.refuse_secrets:
            raise InvalidArgument("--into packs nothing: it goes without --tag, --file and --refuse-secrets")
    elif arguments.path or has_existing_flags(arguments):
        raise InvalidArgument("--path and what is said of existing files are for --into")
    if isinstance(source, GitAddress) and any(
        getattr(arguments, name) not in (None, "") for name in _NOT_FOR_GIT
    ):
        raise InvalidArgument(
            "network flags are not for git: it goes by its own settings (http.proxy, http.sslCAInfo …)"
        )
    token = arguments.token
    if token and not (len(token) <= _LONGEST_TOKEN and token.isascii() and token.isprintable()):
        raise InvalidArgument("the token holds characters that no token has")


def _use_network(invocation: Invocation, source: HfAddress | GitAddress) -> None:
    """The token that is given goes to where the repository is, and nowhere else."""
    from kitops_desktop.importers.hugging_face.sign_in import credential_of

    token = invocation.arguments.token
    if token:
        invocation.console.warn(SEEN)
    if token and isinstance(source, HfAddress):
        use_network(invocation, hf_endpoint().host, given=credential_of(token))
    else:
        use_network(invocation)


@contextmanager
def _way_on(invocation: Invocation, source: HfAddress | GitAddress) -> Iterator[Callable[[str], None]]:
    """When it is stopped, it is said how to go on with the commit that was meant; gives whom to tell it."""
    commits: list[str] = []
    try:
        yield commits.append
    except (Cancelled, KeyboardInterrupt):
        invocation.console.end_progress()
        if commits and not invocation.arguments.ref:
            invocation.console.note(
                f"It was at commit {commits[-1]}: when {name_of(source)} has changed by then, --ref"
                f" {commits[-1]} goes on with that."
            )
        raise


def _reference(tag: str, source: HfAddress | GitAddress, say: Callable[[str], None]) -> str:
    if not tag:
        tag = f"{name_of(source).lower()}:latest"
        say(f"Using tag {tag}. Use flag --tag to override")
        try:
            parse_reference_with_tags(tag)
        except InvalidReference as error:
            raise InvalidArgument(f"{tag} cannot be the name of a kit: give one with --tag") from error
    if parse_reference_with_tags(tag)[0].digest:
        raise InvalidArgument("a kit is packed under tags; its digest is the result of packing")
    return tag


def _kitfile(file: str) -> str | None:
    if not file:
        return None
    if file == STDIN:
        return kitfile_from_stdin()
    path = Path(file)
    try:
        with path.open("rb") as opened:
            return opened.read(MAX_KITFILE_BYTES).decode("utf-8", "surrogateescape")
    except OSError as error:
        raise FileAccessError(path, "read", error.strerror or type(error).__name__) from error


def _json(work: ImportWork, done: Imported) -> dict[str, object]:
    packed = done.outcome.packed
    return {
        "reference": done.outcome.reference.short,
        "digest": packed.manifest.digest,
        "repository": str(work.source),
        "commit": done.commit,
        "layers": [
            {"kind": str(layer.kind), "digest": layer.descriptor.digest, "size": layer.descriptor.size}
            for layer in packed.layers
        ],
        "leftOut": [printable(path) for path in done.left_out],
    }
