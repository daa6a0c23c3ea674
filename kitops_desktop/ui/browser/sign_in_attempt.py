"""What sheets that sign in do alike: one attempt at a time, and what goes wrong is said there."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QObject, Signal

from kitops_desktop.errors import SignInRefused
from kitops_desktop.explanation import Explanation
from kitops_desktop.jobs.background import Background
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.browser.problem_panel import ProblemPanel
from kitops_desktop.ui.browser.remedies import Remedy
from kitops_desktop.ui.browser.sign_in_work import SignedInNow
from kitops_desktop.ui.widgets.secret_field import SecretField
from kitops_desktop.ui.widgets.sheet import Sheet


class SignInAttempt(QObject):
    """Adds the primary button to ``sheet``, which closes when somebody has signed in. ``secret`` does not
    outlive it.
    """

    signed_in = Signal(object)  # SignedInNow
    failed = Signal(object)  # Exception

    def __init__(self, sheet: Sheet, reads: Background, secret: SecretField, problem: ProblemPanel) -> None:
        super().__init__(sheet)
        self._sheet, self._secret, self._problem = sheet, secret, problem
        self._reader = Reader(reads, self)
        self.button = sheet.add_button("Sign in", "primary", "sign-in")
        sheet.closed.connect(self._reader.cancel)
        sheet.closed.connect(secret.clear)

    def begin(self, work: Callable[[CancelToken], SignedInNow]) -> None:
        """Try it; what went wrong before is not said any more."""
        self._problem.clear()
        self._reader.read(work, self._on_signed_in, self.failed.emit)

    def allow(self, possible: bool) -> None:
        """Offer to sign in if what was entered makes it possible and no attempt is under way."""
        busy = self._reader.busy
        self.button.setEnabled(possible and not busy)
        self.button.setText("Signing in…" if busy else "Sign in")

    def say(
        self, error: Exception, explanation: Explanation, *, retry: bool, without: Collection[Remedy]
    ) -> None:
        """Say what went wrong, as ``ProblemPanel`` does; what was refused is there to be typed anew."""
        self._problem.show_error(error, explanation=explanation, retry=retry, without=without)
        self._sheet.reveal(self._problem)
        if isinstance(error, SignInRefused):
            self._secret.selectAll()
            self._secret.setFocus()

    def _on_signed_in(self, now: SignedInNow) -> None:
        self.signed_in.emit(now)
        self._sheet.close_sheet()
