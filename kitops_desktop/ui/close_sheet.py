"""The question that is asked once before something closes: Save, Discard or Cancel."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kitops_desktop.ui.closing import CloseQuestion
from kitops_desktop.ui.widgets.parts import label
from kitops_desktop.ui.widgets.sheet import Sheet


class CloseSheet(Sheet):
    """``save_wanted`` and ``leave_wanted`` are answers; closing the sheet is the third, to stay."""

    save_wanted = Signal()
    leave_wanted = Signal()

    def __init__(self, question: CloseQuestion, host: QWidget) -> None:
        super().__init__(question.title, host, width=440)
        self.body.addWidget(label(question.text, wrap=True))
        for name in question.names:
            self.body.addWidget(label(f"• {name}", wrap=True))
        self.body.addStretch(1)
        leave = self.add_button(question.leave, "danger")
        leave.clicked.connect(self.leave_wanted)
        stay = self.add_button(question.stay, "" if question.save else "primary")
        stay.clicked.connect(self.close_sheet)
        self.first = stay
        if question.save:
            save = self.add_button(question.save, "primary")
            save.clicked.connect(self.save_wanted)
            self.first = save
