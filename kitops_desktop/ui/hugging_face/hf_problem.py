"""An error of Hugging Face, with what can be done about it at once."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QWidget

from kitops_desktop import errors
from kitops_desktop.ui.browser.problem_panel import ProblemPanel
from kitops_desktop.ui.browser.remedies import Remedy
from kitops_desktop.ui.hugging_face.token_words import explained

_SIGN_INS = (Remedy.SIGN_IN, Remedy.AGREE_REALM)
"""Remedies of registries; here one signs in otherwise."""


class HfProblem(ProblemPanel):
    """``sign_in_wanted`` where an access token may help, ``main_wanted`` where the main branch is there.

    Further remedies are those of registries.
    """

    sign_in_wanted = Signal()
    main_wanted = Signal()

    def pass_focus_to(self, widget: QWidget) -> None:
        """Before it goes, with what has the focus in it."""
        holder = QApplication.focusWidget()
        if holder is not None and self.isAncestorOf(holder):
            widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_failure(self, error: BaseException) -> None:
        """Show this error instead of an earlier one."""
        signs_in = may_sign_in(error)
        self.show_error(error, explanation=explained(error), without=_SIGN_INS, signs_in=signs_in)
        panel = self._panel
        if panel is None:
            return
        if signs_in:
            panel.add_button("Sign in…", "sign-in").clicked.connect(self.sign_in_wanted)
        if isinstance(error, errors.HfAccessNeeded):
            page = error.page
            shown = panel.add_button("Open its page", "external")
            shown.setToolTip(page)
            shown.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(page)))
        if isinstance(error, errors.NotOnHuggingFace) and error.what == "revision":
            panel.add_button("Show the main branch", "forward").clicked.connect(self.main_wanted)


def may_sign_in(error: BaseException) -> bool:
    """Whether signing in, or signing in otherwise, may help."""
    match error:
        case errors.NotOnHuggingFace():
            return not error.signed_in and error.what not in ("revision", "file")
        case errors.HfAccessNeeded():
            return not error.signed_in
        case _:
            return isinstance(error, (errors.SignInNeeded, errors.CredentialError))
