"""A plugin of pytest: no planted secret may be left anywhere by any test, or the whole session fails.

Watched are the files that tests leave in pytest's folder (homes with logs, state, records, caches, settings
and stores), what is logged and printed, and the command lines of the programs that this process starts.
``support.planted`` has the secrets and says who may hold them. Where several processes test (pytest-xdist),
each of them reports what it saw to the one that says how the session went, and that one looks through the
files.
"""

from __future__ import annotations

import logging
import sys

import pytest

from support.planted import command_holds_secret, files_with_secrets, holds_secret

_KEY = "planted-secrets"
_LOGGERS = ("urllib3", "requests", "oras", "keyring")  # they log addresses and headers at DEBUG


class SecretWatch(logging.Handler):
    """Collects where secrets were seen, a line each."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._found: dict[str, None] = {}
        self._test = "the session"

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a record before it is masked for the log file."""
        try:
            text = logging.Formatter().format(record)
        except Exception:  # whoever logs what cannot be formatted hears of it elsewhere
            text = f"{record.msg} {record.args}"
        if holds_secret(text):
            self._note(f"in what {record.name} logged")

    def audit(self, event: str, arguments: tuple[object, ...]) -> None:
        """For ``sys.addaudithook``, which tells of every program that is started."""
        if event == "subprocess.Popen":
            command = arguments[1]
            if isinstance(command, (str, bytes, list, tuple)) and command_holds_secret(command):
                self._note("among the arguments of a program that was started")

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._test = nodeid

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, text in report.sections:
            if holds_secret(text):
                self._note(f"in “{name}”")

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """Another process that tested for this session has ended."""
        self._found |= dict.fromkeys(getattr(node, "workeroutput", {}).get(_KEY, ()))

    @pytest.hookimpl(tryfirst=True)  # before pytest removes folders
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        worker = getattr(session.config, "workeroutput", None)
        if worker is not None:
            worker[_KEY] = list(self._found)
            return
        folders = getattr(session.config, "_tmp_path_factory").getbasetemp()  # noqa: B009 - pytest's own way
        self._found |= dict.fromkeys(f"in the file {path}" for path in files_with_secrets(folders))
        if self._found and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._found:
            terminalreporter.section("planted secrets were found", red=True, bold=True)
            for line in self._found:
                terminalreporter.line(line)

    def _note(self, where: str) -> None:
        self._found[f"{where}, during {self._test}"] = None


def pytest_configure(config: pytest.Config) -> None:
    watch = SecretWatch()
    config.pluginmanager.register(watch, "secret-watch")
    logging.getLogger().addHandler(watch)
    config.add_cleanup(lambda: logging.getLogger().removeHandler(watch))
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    sys.addaudithook(watch.audit)
