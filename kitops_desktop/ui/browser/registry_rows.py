"""The registries the user has, as rows: how each is spoken to, who is signed in, and whether it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kitops_desktop import errors
from kitops_desktop.credentials.credential import Origin
from kitops_desktop.explanation import explain
from kitops_desktop.registry.host import HostOptions
from kitops_desktop.registry.hosts import is_here
from kitops_desktop.ui.widgets.badge import Tone

_PLACES = {
    Origin.GIVEN: "for this run",
    Origin.SESSION: "for this run",
    Origin.KEYRING: "in the keyring",
    Origin.KIT: "by kit",
    Origin.DOCKER: "by Docker",
}


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
    """``problem`` is why it does not answer, or what is wrong with its sign-in. Without ``signed_in`` one is
    anonymous there.
    """

    host: str
    options: HostOptions = field(default_factory=HostOptions)
    signed_in: SignedInAs | None = None
    answers: Answers = Answers.UNKNOWN
    problem: BaseException | None = None


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


def state_pills(row: RegistryRow) -> tuple[tuple[str, Tone], ...]:
    """How it is spoken to, and what is wrong."""
    pills: list[tuple[str, Tone]] = []
    if row.answers is Answers.NO:
        pills.append(_problem_pill(row.problem))
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
    if row.signed_in is not None:
        lines[-1] += f", {where_kept(row)} ({row.signed_in.place})"
    if row.problem is not None:
        lines.append(explain(row.problem).title)
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
            return ("No answer", "danger")
        case errors.ForeignRealm() | errors.PasswordInTheClear():
            return ("Needs your consent", "warning")
        case _:
            return ("Problem", "danger")
