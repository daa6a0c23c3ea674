"""Hugging Face's public interface (the "Hub") as it is for those who read.

Written after the source of its client ``huggingface_hub`` and after the Hub's documentation and replies that
others published; nobody asked the real one. The client's version 2.4.0 accepted the replies: information,
trees and lists of several pages, who somebody is, refs, accounts, downloads of files and snapshots, and the
refusals, each of which it took for what it is meant to be. It takes a 401 for a missing repository over
https only. Xet's protocol is named and not spoken: that client needs HF_HUB_DISABLE_XET=1.

As with the real one:

* A repository that is missing, or private and not for this reader, is 401 without a token, which then has no
  X-Error-Code, and 404 RepoNotFound with one.
* Of a gated repository everybody sees the information and the tree; the files are refused.
* A small file is a 307 to a relative address of its commit, except in private or gated repositories and when
  it is empty: then it is answered at once. A large one is a 302 to ``HubServer.storage``, of another origin.
* A list of what somebody has holds what this reader may see, the last changed first; of a name that nobody
  has it is empty. Who that is, is asked for apart, an organisation and a person each at an address of their
  own, and is 404 for what is not there. ``expand`` takes only what there is of a kind.
* The Content-Length of a redirect is that of its own text; X-Linked-Size is the file's.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from http import HTTPStatus
from itertools import count
from ssl import SSLContext
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from support import hub_replies
from support.http_server import Answer, HttpServer, Question, Rule
from support.hub_repository import PLURALS, HubCommit, HubFile, HubRepository
from support.hub_storage import HubStorage, part_of
from support.planted import HUB_TOKEN

_ABOUT = "revision|tree|refs|auth-check"
_API = re.compile(
    rf"/api/(?P<kind>models|datasets|spaces)/(?P<name>[^/]+(?:/(?!(?:{_ABOUT})(?:/|$))[^/]+)?)"
    rf"(?:/(?P<about>{_ABOUT})(?:/(?P<revision>[^/]+)(?:/(?P<path>.+))?)?)?"
)
_RESOLVE = re.compile(
    r"/(?:(?P<kind>datasets|spaces)/)?(?P<name>[^/]+(?:/[^/]+)?)/resolve/(?P<revision>[^/]+)/(?P<path>.+)"
)
_CACHED = re.compile(
    r"/api/resolve-cache/(?P<kind>models|datasets|spaces)/(?P<name>[^/]+/[^/]+)/(?P<revision>[^/]+)/(?P<path>.+)"
)
_LISTS = re.compile(r"/api/(?P<kind>models|datasets|spaces)")
_OVERVIEW = re.compile(r"/api/(?P<what>organizations|users)/(?P<name>[^/]+)/overview")
_WRONG_TOKEN = "Invalid credentials in Authorization header"
_NOBODY = "Invalid username or password."
_QUOTA, _WINDOW = 1000, 300  # requests, seconds


class _Refused(Exception):
    def __init__(self, status: HTTPStatus, message: str, code: str = "", commit: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.commit = status, message, code, commit


class HubServer(HttpServer):
    """The Hub with these repositories; ``tokens`` are those it gave out, with their owners' names.

    ``page_size`` is how many entries of a tree or a list one answer has. Teams are organisations, but for
    ``people``; with ``overviews`` off nobody is told who is who, as mirrors may have it. A token nobody has
    is refused everywhere; with ``lenient`` it counts as none, but where one asks who one is: both are
    reported of the real one. Requests for large files' content are in ``storage.exchanges``, and
    ``storage.rules`` break that.
    """

    def __init__(
        self,
        *repositories: HubRepository,
        tokens: Mapping[str, str] | None = None,
        page_size: int = 1000,
        people: Collection[str] = (),
        overviews: bool = True,
        lenient: bool = False,
        rules: Iterable[Rule] = (),
        context: SSLContext | None = None,
        port: int = 0,
    ) -> None:
        self.tokens = dict({HUB_TOKEN: "team"} if tokens is None else tokens)
        self.page_size, self.lenient = page_size, lenient
        self.people, self.overviews = frozenset(people), overviews
        self.full_names: dict[str, str] = {}
        """Of teams, also of those that have nothing."""
        self._repositories: dict[tuple[str, str], HubRepository] = {}
        self._moved: dict[tuple[str, str], str] = {}
        self._requests = count(1)
        for repository in repositories:
            self.add(repository)
        self.storage = HubStorage(context=context)
        super().__init__(rules, context, port)

    def add(self, repository: HubRepository) -> None:
        self._repositories[PLURALS[repository.kind], repository.name] = repository

    def rename(self, repository: HubRepository, name: str) -> None:
        """The old name leads to the new one from now on."""
        kind, old = PLURALS[repository.kind], repository.name
        del self._repositories[kind, old]
        repository.name = name
        self._moved[kind, old] = name
        self.add(repository)

    def close(self) -> None:
        self.storage.close()
        super().close()

    def answer(self, question: Question) -> Answer:
        try:
            answer = self._answer(question)
        except _Refused as refused:
            answer = _refusal(refused, in_json=question.path.startswith("/api/"))
        answer.headers["X-Request-Id"] = f"Root=1-{next(self._requests):08x}"
        answer.headers.update(_limits(question.path, _QUOTA - 1, _WINDOW))
        return answer

    def _answer(self, question: Question) -> Answer:
        if question.method not in ("GET", "HEAD"):
            raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED, "this server is only read")
        if question.path == "/api/whoami-v2":
            return self._whoami(question)
        answers: tuple[tuple[re.Pattern[str], Callable[[Question, re.Match[str]], Answer]], ...] = (
            (_CACHED, self._cached),
            (_LISTS, self._list),
            (_OVERVIEW, self._overview),
            (_API, self._api),
            (_RESOLVE, self._resolve),
        )
        for pattern, answer in answers:
            if found := pattern.fullmatch(question.path):
                return answer(question, found)
        raise _Refused(HTTPStatus.NOT_FOUND, "Sorry, we can't find the page you are looking for.")

    # Who asks ----------------------------------------------------------------------------------------------

    def _whoami(self, question: Question) -> Answer:
        owner = self._owner(question, lenient=False)
        if owner is None:
            raise _Refused(HTTPStatus.UNAUTHORIZED, _NOBODY)
        return _json(hub_replies.account(owner))

    def _owner(self, question: Question, *, lenient: bool) -> str | None:
        """Whose token came; None of whoever has none."""
        given = question.headers.get("Authorization")
        if given is None:
            return None
        owner = self.tokens.get(given.removeprefix("Bearer ")) if given.startswith("Bearer ") else None
        if owner is None and not lenient:
            raise _Refused(HTTPStatus.UNAUTHORIZED, _WRONG_TOKEN)
        return owner

    def _repository(self, question: Question, kind: str, name: str) -> HubRepository:
        """What somebody may know of."""
        owner = self._owner(question, lenient=self.lenient)
        found = self._repositories.get((kind, name))
        if found is None or (found.private and not found.admits(owner)):
            if owner is None:
                raise _Refused(HTTPStatus.UNAUTHORIZED, _NOBODY)
            raise _Refused(HTTPStatus.NOT_FOUND, "Repository not found", "RepoNotFound")
        if found.disabled:
            raise _Refused(HTTPStatus.FORBIDDEN, "Access to this resource is disabled.")
        return found

    def _check_gate(self, question: Question, repository: HubRepository) -> None:
        owner = self._owner(question, lenient=self.lenient)
        if not repository.gated or repository.admits(owner):
            return
        what = f"{repository.kind} {repository.name}"
        if owner is None:
            message = (
                f"Access to {what} is restricted. "
                "You must have access to it and be authenticated to access it. Please log in."
            )
            raise _Refused(HTTPStatus.UNAUTHORIZED, message, "GatedRepo")
        if owner in repository.awaiting:
            message = f"Your request to access {what} is awaiting a review from the repo authors."
        else:
            message = (
                f"Access to {what} is restricted and you are not in the authorized list. "
                f"Visit https://huggingface.co{_page(repository)} to ask for access."
            )
        raise _Refused(HTTPStatus.FORBIDDEN, message, "GatedRepo")

    # What is asked -----------------------------------------------------------------------------------------

    def _api(self, question: Question, asked: re.Match[str]) -> Answer:
        if moved := self._elsewhere(question, asked["kind"], asked):
            return moved
        repository = self._repository(question, asked["kind"], unquote(asked["name"]))
        match asked["about"]:
            case "auth-check":
                self._check_gate(question, repository)
                return Answer(HTTPStatus.OK)
            case "refs":
                wanted = question.query.get("include_prs", ["0"])[0]
                return _json(hub_replies.refs(repository, pull_requests=wanted in ("1", "true")))
        commit = _commit(repository, unquote(asked["revision"] or "main"))
        if asked["about"] == "tree":
            return self._tree(question, repository, commit, unquote(asked["path"] or ""))
        only = [name for key in ("expand", "expand[]") for name in question.query.get(key, ())]
        return _json(hub_replies.info(repository, commit, blobs=_is_on(question, "blobs"), only=only))

    def _tree(self, question: Question, repository: HubRepository, commit: HubCommit, folder: str) -> Answer:
        folder = folder.strip("/")
        if folder not in commit.folders:
            message = f"{folder} does not exist on {commit.sha}"
            raise _Refused(HTTPStatus.NOT_FOUND, message, "EntryNotFound", commit.sha)
        recursive, expand = _is_on(question, "recursive"), _is_on(question, "expand")
        entries = hub_replies.tree(repository, commit, folder, recursive=recursive, expand=expand)
        return self._paged(question, entries, {"X-Repo-Commit": commit.sha})

    def _paged(self, question: Question, entries: list[Any], headers: dict[str, str]) -> Answer:
        size = min([self.page_size, *(int(limit) for limit in question.query.get("limit", ()))])
        start = _position(question.query.get("cursor", [""])[0])
        if len(entries) > start + size:
            headers["Link"] = f'<{self._here(question)}{_next(question.url, start + size)}>; rel="next"'
        return _json(entries[start : start + size], headers)

    def _list(self, question: Question, asked: re.Match[str]) -> Answer:
        """What somebody has of one kind."""
        owner = self._owner(question, lenient=self.lenient)
        author = question.query.get("author", [""])[0]
        only = [name for key in ("expand", "expand[]") for name in question.query.get(key, ())]
        if unknown := set(only) - hub_replies.EXPANDED[asked["kind"]]:
            raise _Refused(HTTPStatus.BAD_REQUEST, f"Invalid expand: {', '.join(sorted(unknown))}")
        found = [
            one
            for (kind, _), one in self._repositories.items()
            if kind == asked["kind"] and _is_of(one, author)
            if not one.private or one.admits(owner)
        ]
        found.sort(key=hub_replies.changed, reverse=True)
        return self._paged(question, [hub_replies.listed(one, only) for one in found], {})

    def _overview(self, question: Question, asked: re.Match[str]) -> Answer:
        self._owner(question, lenient=self.lenient)
        is_person, name = asked["what"] == "users", unquote(asked["name"])
        theirs = [one for one in self._repositories.values() if _is_of(one, name)]
        names = {*(one.team for one in theirs), *(one for one in self.full_names if one == name)}
        if not self.overviews or not names or (min(names) in self.people) is not is_person:
            raise _Refused(HTTPStatus.NOT_FOUND, "Sorry, we can't find the page you are looking for.")
        team = min(names)
        full_name = self.full_names.get(team, team)
        return _json(hub_replies.overview(team, full_name, theirs, is_person=is_person))

    def _resolve(self, question: Question, asked: re.Match[str]) -> Answer:
        kind = asked["kind"] or "models"
        if moved := self._elsewhere(question, kind, asked):
            return moved
        repository = self._repository(question, kind, unquote(asked["name"]))
        self._check_gate(question, repository)
        commit, path = _commit(repository, unquote(asked["revision"])), unquote(asked["path"])
        file = _entry(commit, path)
        headers = {
            "X-Repo-Commit": commit.sha,
            "X-Linked-Size": str(file.size),
            "X-Linked-ETag": f'"{file.etag}"',
        }
        if file.lfs:
            return self._to_storage(question, repository, headers, file, path)
        if repository.private or repository.gated or not file.size:
            return _content(question, commit, file)
        origin = urlencode({urlsplit(question.url).path: "", "etag": f'"{file.etag}"'})
        place = f"/api/resolve-cache/{kind}/{repository.name}/{commit.sha}/{quote(path)}?{origin}"
        return _redirect(HTTPStatus.TEMPORARY_REDIRECT, place, headers)

    def _to_storage(
        self, question: Question, repository: HubRepository, headers: dict[str, str], file: HubFile, path: str
    ) -> Answer:
        place = f"/api/{PLURALS[repository.kind]}/{repository.name}/xet-read-token/{headers['X-Repo-Commit']}"
        headers |= {
            "Accept-Ranges": "bytes",
            "X-Xet-Hash": file.xet_hash,
            "Link": f'<{self._here(question)}{place}>; rel="xet-auth"',
        }
        return _redirect(HTTPStatus.FOUND, self.storage.address(file, path), headers)

    def _cached(self, question: Question, asked: re.Match[str]) -> Answer:
        """Where small files of public repositories are answered."""
        repository = self._repository(question, asked["kind"], unquote(asked["name"]))
        self._check_gate(question, repository)
        commit = _commit(repository, asked["revision"])
        return _content(question, commit, _entry(commit, unquote(asked["path"])))

    def _elsewhere(self, question: Question, kind: str, asked: re.Match[str]) -> Answer | None:
        """The way to a repository that has another name now."""
        name = self._moved.get((kind, unquote(asked["name"])))
        if name is None:
            return None
        start, end = asked.span("name")
        return _redirect(HTTPStatus.TEMPORARY_REDIRECT, question.url[:start] + name + question.url[end:], {})

    def _here(self, question: Question) -> str:
        """The origin, as whoever asks calls it."""
        return f"{urlsplit(self.origin).scheme}://{question.headers.get('Host', self.host)}"


def rate_limited(
    path: str = "", *, times: int | None = 1, skip: int = 0, seconds: int = 1, retry_after: bool = True
) -> Rule:
    """The rule of a Hub that was asked too often; ``seconds`` until it may be asked again.

    With ``retry_after`` off only the header RateLimit has them.
    """
    headers = {"Content-Type": "application/json", **_limits(path, 0, seconds)}
    if retry_after:
        headers["Retry-After"] = str(seconds)
    error = f"We had to rate limit you: {_QUOTA} requests per {_WINDOW} seconds."
    body = json.dumps({"error": error}).encode()
    return Rule("*", path, skip, times, HTTPStatus.TOO_MANY_REQUESTS, headers, body)


def _limits(path: str, left: int, seconds: int) -> dict[str, str]:
    what = "resolvers" if "/resolve/" in path else "api"
    return {
        "RateLimit": f'"{what}";r={left};t={seconds}',
        "RateLimit-Policy": f'"fixed window";"{what}";q={_QUOTA};w={_WINDOW}',
    }


def _is_of(repository: HubRepository, name: str) -> bool:
    """The oldest repositories are nobody's here."""
    return "/" in repository.name and repository.team.casefold() == name.casefold()


def _commit(repository: HubRepository, revision: str) -> HubCommit:
    found = repository.find(revision)
    if found is None:
        raise _Refused(HTTPStatus.NOT_FOUND, f"Invalid rev id: {revision}", "RevisionNotFound")
    return found


def _entry(commit: HubCommit, path: str) -> HubFile:
    if path not in commit.files:
        raise _Refused(HTTPStatus.NOT_FOUND, "Entry not found", "EntryNotFound", commit.sha)
    return commit.files[path]


def _content(question: Question, commit: HubCommit, file: HubFile) -> Answer:
    headers = {
        "ETag": f'"{file.etag}"',
        "X-Repo-Commit": commit.sha,
        "Content-Type": "text/plain; charset=utf-8",
    }
    return part_of(file.content, question.headers, headers)


def _page(repository: HubRepository) -> str:
    place = "" if repository.kind == "model" else f"/{PLURALS[repository.kind]}"
    return f"{place}/{repository.name}"


def _is_on(question: Question, name: str) -> bool:
    return question.query.get(name, [""])[0].lower() in ("true", "1")


def _next(url: str, start: int) -> str:
    """The same address with the cursor of the next page."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "cursor"]
    cursor = base64.urlsafe_b64encode(json.dumps({"after": start}).encode()).decode()
    return f"{parts.path}?{urlencode([*kept, ('cursor', cursor)])}"


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(json.loads(base64.urlsafe_b64decode(cursor))["after"])
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise _Refused(HTTPStatus.BAD_REQUEST, "Invalid cursor") from error


def _redirect(status: HTTPStatus, place: str, headers: Mapping[str, str]) -> Answer:
    text = f"{status.phrase}. Redirecting to {place}"
    return Answer(
        status, {"Content-Type": "text/plain; charset=utf-8", "Location": place, **headers}, text.encode()
    )


def _json(body: Any, headers: Mapping[str, str] | None = None) -> Answer:  # noqa: ANN401
    # what YAML takes for a date is a text here
    content = json.dumps(body, ensure_ascii=False, default=str).encode()
    kind = {"Content-Type": "application/json; charset=utf-8"}
    return Answer(HTTPStatus.OK, {**kind, **(headers or {})}, content)


def _refusal(refused: _Refused, *, in_json: bool) -> Answer:
    # what came in the address may be anything, and a header has one line of latin letters
    headers = {"X-Error-Message": re.sub(r"[^ -~]", "?", refused.message)}
    if refused.code:
        headers["X-Error-Code"] = refused.code
    if refused.commit:
        headers["X-Repo-Commit"] = refused.commit
    if refused.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="Authentication required", charset="UTF-8"'
    if in_json:
        headers["Content-Type"] = "application/json; charset=utf-8"
        return Answer(refused.status, headers, json.dumps({"error": refused.message}).encode())
    headers["Content-Type"] = "text/plain; charset=utf-8"
    return Answer(refused.status, headers, refused.message.encode())
