#!/usr/bin/env python3
"""Everything a checkout needs, on a machine where nothing is set up yet.

python3 packaging/dev.py run [ARGUMENT ...]    set up what the window needs, and open it
python3 packaging/dev.py test [ARGUMENT ...]   set up the rest, run all checks and tests (arguments: pytest's)

Both make a virtual environment in .venv, install this checkout and the versions of packaging/constraints.txt
into it, and use it again until those change. Missing packages of the system are named and installed with apt
on Debian and Ubuntu (by sudo when not root); on other systems they are named. `docker-registry`, which the
tests push to, is unpacked into .venv and not installed, as its package would start a daemon. Only Python's
standard library is used here.
"""

import ctypes
import hashlib
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - this is for the one who starts it with an older one
    sys.exit(
        "KitOps Desktop needs Python 3.11 or newer, and this is Python {}.{} ({}).".format(
            *sys.version_info[:2], sys.executable
        )
    )

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
STAMP = VENV / "kitops-desktop-setup.json"
REGISTRY = VENV / "docker-registry"
BYTECODE = VENV / "bytecode"
MEMORY = Path("/dev/shm")
ROOM = 12 << 30  # bytes in memory, of which tests take less than half
LINUX = sys.platform.startswith("linux")

# Debian's and Ubuntu's package -> what it is known by on another Linux: a library, a program or a folder.
WINDOW_PACKAGES = {
    "libdbus-1-3": "libdbus-1.so.3",
    "libegl1": "libEGL.so.1",
    "libfontconfig1": "libfontconfig.so.1",
    "libgl1": "libGL.so.1",
    "libglib2.0-0": "libglib-2.0.so.0",
    "libgssapi-krb5-2": "libgssapi_krb5.so.2",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
    "libxkbcommon0": "libxkbcommon.so.0",
}
TEST_PACKAGES = {
    "at-spi2-core": "/usr/libexec/at-spi-bus-launcher",
    "curl": "curl",
    "dbus": "dbus-daemon",
    "fonts-dejavu-core": "/usr/share/fonts",
    "gir1.2-atspi-2.0": "/usr/lib",
    "git": "git",
    "git-lfs": "git-lfs",
    "gnome-keyring": "gnome-keyring-daemon",
    "imagemagick": "import",
    "mount": "mount",
    "openbox": "openbox",
    "python3-dbusmock": "/usr/lib/python3/dist-packages/dbusmock",
    "python3-gi": "/usr/bin/python3",
    "util-linux": "setpriv",
    "x11-utils": "xprop",
    "xdotool": "xdotool",
    "xvfb": "Xvfb",
}


def main(arguments: list[str]) -> int:
    command, *rest = arguments or [""]
    if command == "run":
        return run(rest)
    if command == "test":
        return test(rest)
    print(__doc__.strip())
    return 0 if command in ("-h", "--help") else 2


def run(arguments: list[str]) -> int:
    """Open the window, or hand a command to the command line; gives its exit code."""
    stop_if(no_display())
    set_up(WINDOW_PACKAGES, extra="")
    stop_if(display_refused())
    # -P: a file named like a library in the current folder must not be imported in its place
    return subprocess.run([python(), "-P", "-m", "kitops_desktop", *arguments], check=False).returncode


def test(arguments: list[str]) -> int:
    """Run every check even when one fails, then say which failed; the exit code is 0 when all passed."""
    set_up({**WINDOW_PACKAGES, **TEST_PACKAGES}, extra="test")
    provide_registry()
    with folder_in_memory() as memory:
        return check(arguments, memory)


def check(arguments: list[str], memory: Path | None) -> int:
    checks = {
        "lint (ruff check)": [program("ruff"), "check", "."],
        "format (ruff format)": [program("ruff"), "format", "--check", "."],
        "types (mypy)": [program("mypy")],
        "import direction (import-linter)": [program("lint-imports"), "--no-logo"],
        **tests(arguments, memory),
    }
    environment = environment_of_tests()
    outcomes = []
    for title, command in checks.items():
        say(title)
        started = time.monotonic()
        code = subprocess.run(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False
        ).returncode
        outcomes.append((title, code, time.monotonic() - started))
    say("summary")
    for title, code, seconds in outcomes:
        print(f"{'passed' if code == 0 else 'FAILED':8}{title:36}{seconds:7.1f} s")
    return 0 if all(code == 0 for _, code, _ in outcomes) else 1


def tests(arguments: list[str], memory: Path | None) -> dict[str, list[str]]:
    """All tests: most of them on all processors, writing into the folder ``memory`` where there is one, then
    those that must have the machine to themselves. With arguments, whatever pytest makes of them, in one
    process.
    """
    pytest = [python(), "-m", "pytest"]
    if arguments:
        return {"tests (pytest)": [*pytest, *arguments]}
    spread = ["-n", "auto", "--maxprocesses", "4", "--dist", "worksteal", "-q"]
    spread += [] if memory is None else [f"--basetemp={memory / 'tests'}"]
    return {
        "tests (pytest, side by side)": [*pytest, *spread, "-m", "not alone"],
        "tests (pytest, one by one)": [*pytest, "-m", "alone", *files_with_tests_alone()],
    }


def files_with_tests_alone() -> list[str]:
    """Only these are read for the few tests that run alone: it takes long to collect all."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [
        path.relative_to(ROOT).as_posix()
        for path in files
        if "mark.alone" in path.read_text(encoding="utf-8")
    ]


@contextmanager
def folder_in_memory() -> Iterator[Path | None]:
    """A folder for what tests write, gone after them: on a disk they wait for it much of their time. There is
    none where people look at what failed, where memory is little, or where no program in it may be run.
    """
    if os.environ.get("CI") != "true" or not LINUX or not is_roomy(MEMORY):
        yield None
        return
    with tempfile.TemporaryDirectory(dir=MEMORY, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def is_roomy(folder: Path) -> bool:
    try:
        about = os.statvfs(folder)
        left = re.search(r"^MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    except OSError:
        return False
    room = min(about.f_bavail * about.f_frsize, int(left[1]) << 10 if left else 0)
    return room >= ROOM and not about.f_flag & os.ST_NOEXEC


def environment_of_tests() -> dict[str, str]:
    """What is compiled of Python is kept, also where that is switched off: tests start the program hundreds
    of times. It is kept apart, so that no folder of this checkout is another one after a test.
    """
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV), "PYTHONPYCACHEPREFIX": str(BYTECODE)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    folders = [str(Path(python()).parent), environment.get("PATH", os.defpath), str(REGISTRY / "usr" / "bin")]
    environment["PATH"] = os.pathsep.join(folders)
    return environment


# What the system must have ----------------------------------------------------------------------------------


def set_up(packages: dict[str, str], extra: str) -> None:
    """Bring the system packages, the virtual environment and the pinned requirements up to date."""
    if LINUX:
        provide_system_packages(packages)
    if not usable_environment():
        create_environment()
    install_requirements(extra)


def provide_system_packages(packages: dict[str, str]) -> None:
    if shutil.which("apt-get") and shutil.which("dpkg-query"):
        wanted = list(packages)
        if not usable_environment() and not can_create_environment():
            wanted.append(venv_package())
        install_with_apt(sorted(set(wanted) - installed_with_dpkg()))
        return
    missing = [
        f"{probe} (Debian's package {name})" for name, probe in packages.items() if not is_there(probe)
    ]
    if missing:
        sys.exit(
            f"This system lacks {', '.join(missing)}. "
            "Install what your distribution calls them, and start again."
        )


def installed_with_dpkg() -> set[str]:
    """Names of all installed packages and of what they provide (libglib2.0-0t64 provides libglib2.0-0)."""
    listing = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${db:Status-Status}|${Package}|${Provides}\n"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = set()
    for line in listing.splitlines():
        status, package, provides = line.split("|", 2)
        if status == "installed":
            names |= {package, *(name.split()[0] for name in provides.split(",") if name.strip())}
    return names


def install_with_apt(names: list[str]) -> None:
    if not names:
        return
    say(f"installing packages of the system: {' '.join(names)}")
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *names]
    if os.geteuid() != 0 and not shutil.which("sudo"):
        sys.exit(f"Missing packages, and no sudo to install them with. As root, run: {shlex.join(install)}")
    # An update that fails for one source leaves the others' lists: the installation is what counts.
    subprocess.run([*as_root(), "apt-get", "update"], stdin=subprocess.DEVNULL, check=False)
    if subprocess.run([*as_root(), *install], stdin=subprocess.DEVNULL, check=False).returncode != 0:
        sys.exit(
            f"apt could not install what is missing, for the reason above. It was: {shlex.join(install)}"
        )


def provide_registry() -> None:
    """Unpack the program docker-registry into the environment, as whoever runs this."""
    if shutil.which("docker-registry") or (REGISTRY / "usr" / "bin" / "docker-registry").exists():
        return
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        say("there is no program docker-registry here: the tests that need a registry are skipped")
        return
    say(f"unpacking docker-registry into {REGISTRY}")
    with tempfile.TemporaryDirectory(dir=VENV) as folder:
        package = downloaded("docker-registry", Path(folder))
        if package is None:
            say("apt could not get docker-registry: the tests that need a registry are skipped")
            return
        unpacked = Path(folder) / "unpacked"
        subprocess.run(["dpkg-deb", "--extract", str(package), str(unpacked)], check=True)
        unpacked.replace(REGISTRY)


def downloaded(name: str, folder: Path) -> Path | None:
    """Have apt download a package; where its lists are missing, as in an image for CI, they are fetched."""
    download = ["apt-get", "-o", "APT::Sandbox::User=root", "download", name]
    for prepare in ([], [*as_root(), "apt-get", "update"]):
        if prepare:
            subprocess.run(prepare, stdin=subprocess.DEVNULL, check=False)
        subprocess.run(download, cwd=folder, stdin=subprocess.DEVNULL, check=False)
        package = next(folder.glob(f"{name}_*.deb"), None)
        if package is not None:
            return package
    return None


def as_root() -> list[str]:
    """What is to stand before a command that only root may run."""
    sudo = [] if os.geteuid() == 0 or not shutil.which("sudo") else ["sudo"]
    return [*sudo, "env", "DEBIAN_FRONTEND=noninteractive"]


def is_there(probe: str) -> bool:
    if ".so" not in probe:
        return Path(probe).exists() or shutil.which(probe) is not None
    try:
        ctypes.CDLL(probe)
    except OSError:
        return False
    return True


# The display ------------------------------------------------------------------------------------------------


def no_display() -> str | None:
    """Why no window can open here, as far as the environment tells; None when it may."""
    if not LINUX or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return None
    return "There is no display to open the window on: neither DISPLAY nor WAYLAND_DISPLAY is set."


def display_refused() -> str | None:
    """Why the X server of DISPLAY takes no window; None when it does, or when another display is meant."""
    if not LINUX or any(os.environ.get(name) for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return None
    xcb = ctypes.CDLL("libxcb.so.1")  # Qt would end the process with SIGABRT
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return (
        f"The display {os.environ['DISPLAY']} does not answer, so the window cannot open."
        if refused
        else None
    )


# The virtual environment ------------------------------------------------------------------------------------


def python() -> str:
    return program("python")


def program(name: str) -> str:
    """The path of a program of the virtual environment."""
    return str(
        VENV / ("Scripts" if os.name == "nt" else "bin") / (f"{name}.exe" if os.name == "nt" else name)
    )


def usable_environment() -> bool:
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([python(), "-c", check], stderr=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def can_create_environment() -> bool:
    return all(importlib.util.find_spec(module) for module in ("venv", "ensurepip"))


def venv_package() -> str:
    """Debian's package of the module venv for this very Python; it is not part of the package python3."""
    return f"python3.{sys.version_info.minor}-venv"


def create_environment() -> None:
    say(f"creating the virtual environment {VENV}")
    if subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False).returncode != 0:
        sys.exit(f"{sys.executable} could not create a virtual environment; its reason is above.")


def install_requirements(extra: str) -> None:
    """Install the pinned requirements and this checkout (editable), unless that is done."""
    if stamped(extra):
        return
    say("installing the pinned requirements")
    STAMP.unlink(missing_ok=True)
    install = [python(), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    install += ["--constraint", str(CONSTRAINTS)]
    # Without build isolation pip takes the pinned hatchling instead of the newest.
    for words in (
        ["hatchling", "editables"],
        ["--no-build-isolation", "--editable", f"{ROOT}[{extra}]" if extra else str(ROOT)],
    ):
        if subprocess.run([*install, *words], stdin=subprocess.DEVNULL, check=False).returncode != 0:
            sys.exit("pip could not install the requirements; its reason is above.")
    STAMP.write_text(json.dumps({"pins": pins(), "extra": extra}), encoding="utf-8")


def stamped(extra: str) -> bool:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        return stamp["pins"] == pins() and extra in ("", stamp["extra"])
    except (OSError, ValueError, KeyError):
        return False


def pins() -> str:
    """A digest of all that decides what is installed, and where this checkout is."""
    digest = hashlib.sha256(str(ROOT).encode())
    for path in (CONSTRAINTS, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def stop_if(reason: str | None) -> None:
    if reason is not None:
        sys.exit(reason)


def say(words: str) -> None:
    print(f"\n== {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
