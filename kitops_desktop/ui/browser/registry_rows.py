"""The registries the user has, as rows: how each is spoken to, who is signed in, and whether it answers."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum

from kitops_desktop import errors
from kitops_desktop.credentials.credential import Origin
from kitops_desktop.explanation import explain
from kitops_desktop.progress import Wait
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.host_label import HostLabel
from kitops_desktop.registry.hosts import is_here
from kitops_desktop.ui.browser.registry_mark import label_text
from kitops_desktop.ui.units import clock_text, duration_text
from kitops_desktop.ui.waiting import short_wait_text, wait_text
from kitops_desktop.ui.widgets.badge import Tone

_PLACES = {
    Origin.GIVEN: "for this run",
    Origin.SESSION: "for this run",
    Origin.KEYRING: "in the keyring",
    Origin.KIT: "by kit",
    Origin.DOCKER: "by Docker",
}


SLOW_SECONDS = 2.0
"""A registry that lets one wait so long for an answer is called slow."""
_COUNTED_SECONDS = 120.0
_AWAY = frozenset({502, 503, 504})
"""Answers of what stands before a registry, while that is not there."""


class Answers(StrEnum):
    """What is known of a registry's being there."""

    UNKNOWN = "unknown"
    ASKED = "asked"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class SignedInAs:
    """Without the secret. ``username`` is "" for a token; ``place`` is where it was found, for people."""

    username: str
    origin: Origin
    place: str

    @property
    def can_be_forgotten(self) -> bool:
        """Docker's sign-ins and those of the command line are not ours to delete."""
        return self.origin in (Origin.SESSION, Origin.KEYRING, Origin.KIT)


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """``label`` is what the user calls it. ``problem`` is why it does not answer, or what is wrong with its
    sign-in. Without ``signed_in`` one is anonymous there. ``seconds`` is how long its slowest answer took,
    and ``asked_at`` when it was asked last, in seconds since the epoch. ``wait`` is what those who read from
    it wait for, where that is worth to be told.
    """

    host: str
    options: HostOptions = field(default_factory=HostOptions)
    signed_in: SignedInAs | None = None
    answers: Answers = Answers.UNKNOWN
    problem: BaseException | None = None
    label: HostLabel = field(default_factory=HostLabel)
    seconds: float = 0.0
    asked_at: float = 0.0
    wait: Wait | None = None

    @property
    def title(self) -> str:
        """What it is called; its host where it has no name."""
        return self.label.name or self.host


def name_text(row: RegistryRow) -> str:
    """The name with the host, as both are needed to know which registry it is."""
    return f"{row.label.name} ({row.host})" if row.label.name else row.host


def sign_in_text(row: RegistryRow) -> str:
    if isinstance(row.problem, errors.SignInRefused):
        return "Sign-in refused"
    if row.signed_in is None:
        return "Anonymous"
    return f"Signed in as {row.signed_in.username}" if row.signed_in.username else "Signed in with a token"


def sign_in_pills(row: RegistryRow) -> tuple[tuple[str, Tone], ...]:
    if isinstance(row.problem, errors.SignInNeeded):
        return ((sign_in_text(row) if row.signed_in else "Wants a sign-in", "warning"),)
    return ((sign_in_text(row), "success" if row.signed_in else "neutral"),)


def where_kept(row: RegistryRow) -> str:
    """Where the sign-in is kept."""
    return _PLACES[row.signed_in.origin] if row.signed_in is not None else ""


def pause_text(problem: errors.RateLimited, now: float | None = None) -> str:
    """How long a registry wants no requests, as far as it says so."""
    until = problem.until
    if until is None:
        return "Wants fewer requests"
    left = until - (time.time() if now is None else now)
    if left < _COUNTED_SECONDS:
        return f"Wants a pause: {duration_text(max(0.0, left))} left"
    return f"Wants a pause until {clock_text(until, now)}"


def waiting_seconds(row: RegistryRow, now: float | None = None) -> float:
    """For how long a registry that is being asked has not answered."""
    return max(0.0, (time.time() if now is None else now) - row.asked_at) if row.asked_at else 0.0


def state_pills(row: RegistryRow, now: float | None = None) -> tuple[tuple[str, Tone], ...]:
    """How it is spoken to, and what is wrong."""
    pills: list[tuple[str, Tone]] = []
    if row.answers is Answers.ASKED and (waited := waiting_seconds(row, now)) >= SLOW_SECONDS:
        pills.append((f"No answer for {duration_text(waited)}", "warning"))
    if row.wait is not None:
        pills.append((short_wait_text(row.wait, now), "warning"))
    elif isinstance(row.problem, errors.RateLimited):
        pills.append((pause_text(row.problem, now), "warning"))
    elif row.answers is Answers.NO:
        pills.append(_problem_pill(row.problem))
    elif row.answers is Answers.YES and row.seconds >= SLOW_SECONDS:
        pills.append((f"Slow: answers in {duration_text(row.seconds)}", "warning"))
    elif row.answers is Answers.YES:
        pills.append(("Reachable", "success"))
    if row.options.plain_http:
        pills.append(("http", "neutral" if is_here(row.host) else "warning"))
    if row.options.pinned:
        pills.append(("Certificate trusted by you", "neutral"))
    if not row.options.tls_verify:
        pills.append(("Certificate not checked", "warning"))
    if row.options.ca_file:
        pills.append(("Own CA", "neutral"))
    if row.options.client_cert:
        pills.append(("Client certificate", "neutral"))
    if row.options.proxy:
        pills.append(("Proxy", "neutral"))
    return tuple(pills)


def state_text(row: RegistryRow) -> str:
    words = ", ".join(text for text, _ in state_pills(row))
    return words or ("Asking…" if row.answers is Answers.ASKED else "")


def tool_tip(row: RegistryRow) -> str:
    lines = [f"{row.options.scheme}://{row.host}", sign_in_text(row)]
    if said := label_text(row.label):
        lines.insert(0, said)
    if row.signed_in is not None:
        lines[-1] += f", {where_kept(row)} ({row.signed_in.place})"
    if row.problem is not None:
        lines.append(explain(row.problem).title)
    if row.wait is not None:
        lines.append(wait_text(row.wait))
    return "\n".join(lines)


def answers_after(error: BaseException | None) -> Answers:
    """Whether a registry is there that gave us ``error`` (None: none)."""
    if error is None or isinstance(error, (errors.SignInNeeded, errors.AccessDenied, errors.RateLimited)):
        return Answers.YES
    return Answers.NO if isinstance(error, errors.RegistryError) else Answers.UNKNOWN


def _problem_pill(problem: BaseException | None) -> tuple[str, Tone]:
    match problem:
        case errors.CertificateUntrusted() | errors.ClientCertificateNeeded():
            return ("Certificate problem", "danger")
        case errors.WrongScheme():
            return ("Speaks http" if problem.spoken == "https" else "Wants https", "danger")
        case errors.RegistryUnreachable():
            return ("Too slow to answer" if problem.step == "timeout" else "No answer", "danger")
        case errors.RegistryFailed(status=status) if status in _AWAY:
            return (f"Not available ({status})", "danger")
        case errors.ForeignRealm() | errors.PasswordInTheClear():
            return ("Needs your consent", "warning")
        case _:
            return ("Problem", "danger")
