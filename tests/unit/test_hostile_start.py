"""What a hostile start leaves behind is removed, and nothing else."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.hostile_start import readable_to_own_children, scrub

ROOT = Path(__file__).resolve().parents[2]

HOSTILE = {
    "QTWEBENGINE_CHROMIUM_FLAGS": "--ignore-certificate-errors",
    "QTWEBENGINE_REMOTE_DEBUGGING": "9333",
    "QTWEBENGINE_RESOURCES_PATH": "/tmp/evil",
    "QTWEBENGINE_LOCALES_PATH": "/tmp/evil",
    "QTWEBENGINE_DICTIONARIES_PATH": "/tmp/evil",
    "QTWEBENGINE_ENABLE_LINUX_ACCESSIBILITY": "0",
    "QTWEBENGINEPROCESS_PATH": "/tmp/evil",
    "CHROME_DEVEL_SANDBOX": "/tmp/evil",
    "CHROME_LOG_FILE": "/tmp/log",
    "SSLKEYLOGFILE": "/tmp/keys",
    "OPENSSL_CONF": "/tmp/evil.cnf",
    "OPENSSL_MODULES": "/tmp/evil",
    "OPENSSL_ENGINES": "/tmp/evil",
    "QT_PLUGIN_PATH": "/tmp/evil",
    "QT_QPA_PLATFORM_PLUGIN_PATH": "/tmp/evil",
    "QT_QPA_PLATFORM": "vnc:port=5900",
    "QT_LOGGING_RULES": "*.debug=true",
    "QT_VULKAN_LIB": "/tmp/evil.so",
    "QML_IMPORT_PATH": "/tmp/evil",
    "QML2_IMPORT_PATH": "/tmp/evil",
    "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    "KEYRING_PROPERTY_FILE_PATH": "/tmp/evil",
    "SBK_EMBED": "1",
    "PYSIDE_DISABLE_INTERNAL_QT_CONF": "1",
    "PYSIDE6_OPTION_LAZY": "0",
    "NETRC": "/tmp/netrc",
    "SSL_CERT_FILE": "/tmp/evil.pem",
    "SSL_CERT_DIR": "/tmp/evil",
}
HARMLESS = {
    "HOME": "/home/a",
    "PATH": "/usr/bin",
    "DISPLAY": ":0",
    "LANG": "C.UTF-8",
    "QT_QPA_PLATFORM": "wayland;xcb",
    "QT_SCALE_FACTOR": "2",
    "QT_STYLE_OVERRIDE": "Fusion",
    "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
    "HTTPS_PROXY": "http://proxy:3128",
    "KEYPANE_HOME": "/home/a/.keypane",
    "XDG_RUNTIME_DIR": "/run/user/1000",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_variable_is_removed(name: str) -> None:
    environment = {**HARMLESS, name: HOSTILE[name]}
    expected = {key: value for key, value in HARMLESS.items() if key != name}

    assert scrub(environment, ["keypane"], is_root=False) == [name]
    assert environment == expected


@pytest.mark.parametrize("name", ["SslKeyLogFile", "qtwebengine_chromium_flags", "Netrc"])
def test_the_case_of_a_name_is_no_way_round(name: str) -> None:
    environment = {name: "x"}
    scrub(environment, ["keypane"], is_root=False)

    assert environment == {}


def test_what_is_harmless_stays() -> None:
    environment = dict(HARMLESS)
    argv = ["keypane", "--sandbox", "--home", "/tmp/a", "request", "GET", "/2/tweets", "-q", "a=b"]
    before = list(argv)

    assert scrub(environment, argv, is_root=True) == []
    assert (environment, argv) == (HARMLESS, before)


@pytest.mark.parametrize("is_root", [True, False])
def test_only_root_keeps_the_sandbox_switch(is_root: bool) -> None:
    environment = {"QTWEBENGINE_DISABLE_SANDBOX": "1"}
    removed = scrub(environment, ["keypane"], is_root=is_root)

    assert ("QTWEBENGINE_DISABLE_SANDBOX" in environment) is is_root
    assert (removed == []) is is_root


@pytest.mark.parametrize(
    "option",
    [
        *("--remote-debugging-port=9333", "--remote-debugging-pipe", "--remote-allow-origins=*"),
        *("--ignore-certificate-errors", "--no-sandbox", "--disable-web-security"),
        *("--ssl-key-log-file=/tmp/k", "--Remote-Debugging-Port=1", "-qmljsdebugger=port:1"),
        *("-platformpluginpath=/tmp", "--load-extension=/tmp/evil", "--user-data-dir=/tmp"),
    ],
)
def test_an_option_of_chromium_or_qt_is_removed(option: str) -> None:
    argv = ["keypane", "--sandbox", option, "--quiet"]

    assert scrub({}, argv, is_root=False) == [option.partition("=")[0]]
    assert argv == ["keypane", "--sandbox", "--quiet"]


@pytest.mark.parametrize("name", ["--webEngineArgs", "--webengineargs"])
def test_all_that_follows_the_door_to_chromium_is_removed(name: str) -> None:
    argv = ["keypane", "--sandbox", name, "--remote-debugging-port=1", "--anything"]

    assert scrub({}, argv, is_root=False) == [name]
    assert argv == ["keypane", "--sandbox"]


def test_values_are_never_told() -> None:
    removed = scrub({"NETRC": "canary-value"}, ["k", "--proxy-server=canary-value"], is_root=False)

    assert removed == ["--proxy-server", "NETRC"]


def test_the_packaged_program_keeps_its_own_paths_and_no_others(tmp_path: Path) -> None:
    bundle = tmp_path / "_internal"
    bundle.mkdir()
    inside = str(bundle / "PySide6" / "plugins")
    environment = {
        "QT_PLUGIN_PATH": inside,
        "QML2_IMPORT_PATH": os.pathsep.join([inside, str(tmp_path / "evil")]),
        "QTWEBENGINEPROCESS_PATH": str(bundle / ".." / "evil"),
        "QTWEBENGINE_RESOURCES_PATH": f"{bundle}-evil",
        "QTWEBENGINE_CHROMIUM_FLAGS": "",
    }
    scrub(environment, ["keypane"], is_root=False, bundle=str(bundle))

    assert environment == {"QT_PLUGIN_PATH": inside}


def test_the_process_is_closed_to_others_and_opens_for_a_moment_only() -> None:
    script = (
        "import json, os, resource, sys\n"
        "sys.argv = ['keypane', '--no-sandbox']\n"
        "from core import hostile_start as h\n"
        "loaded = sorted({'ssl', 'PySide6', 'ctypes', 'socket'} & set(sys.modules))\n"
        "dumpable = lambda: h._prctl(h._PR_GET_DUMPABLE, 0)\n"
        "removed = h.scrub_process(sys.argv)\n"
        "states = [dumpable()]\n"
        "with h.readable_to_own_children(): states.append(dumpable())\n"
        "states.append(dumpable())\n"
        "print(json.dumps([removed, loaded, states, resource.getrlimit(resource.RLIMIT_CORE)]))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(ROOT), "SSLKEYLOGFILE": "/nowhere/keys"},
        capture_output=True,
        text=True,
        check=True,
    )
    removed, loaded, states, core_limit = json.loads(finished.stdout)

    assert removed == ["--no-sandbox", "SSLKEYLOGFILE"]
    assert loaded == []
    assert states == ([0, 1, 0] if sys.platform.startswith("linux") else [0, 0, 0])
    assert core_limit == [0, 0]


def test_a_process_that_was_open_stays_open() -> None:
    with readable_to_own_children():
        pass

    assert Path("/proc/self/environ").read_bytes() != b""


def test_scrubbing_reaches_the_c_library() -> None:
    script = (
        "import os, subprocess, sys\n"
        "from core.hostile_start import scrub\n"
        "scrub(os.environ, ['keypane'], True)\n"
        "subprocess.run([sys.executable, '-c', 'import os; print(sorted(os.environ))'])"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(ROOT), "SSLKEYLOGFILE": "/nowhere/keys", "KEPT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "KEPT" in finished.stdout
    assert "SSLKEYLOGFILE" not in finished.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no exec")
@pytest.mark.parametrize(("words", "code"), [(["--version"], 0), (["no-command"], 2)])
def test_no_prompt_of_python_is_left_behind_and_exit_codes_are_ours(
    words: list[str], code: int
) -> None:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "--json", *words],
        env={**os.environ, "PYTHONINSPECT": "1"},
        input="print('a prompt ' + 'is here')\n",
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == code
    assert "a prompt is here" not in ran.stdout
    assert "Traceback" not in ran.stderr


def test_what_follows_exec_is_another_programs_and_stays() -> None:
    argv = ["keypane", "--no-sandbox", "exec", "App", "--", "chromium", "--no-sandbox"]

    assert scrub({}, argv, is_root=False) == ["--no-sandbox"]
    assert argv == ["keypane", "exec", "App", "--", "chromium", "--no-sandbox"]


def test_no_word_exec_opens_a_way_into_the_window() -> None:
    argv = ["keypane", "--sandbox", "exec", "--", "--no-sandbox"]

    assert scrub({}, argv, is_root=False) == ["--no-sandbox"]
    assert argv == ["keypane", "--sandbox", "exec", "--"]
