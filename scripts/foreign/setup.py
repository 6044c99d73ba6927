"""Fetch twitter-api-v2 and oidc-provider, a certified OpenID provider, from npm into build/foreign.

    python3 -m scripts.foreign.setup
    python3 dev.py test --slow tests/e2e/foreign

`dev.py test` does it before the suite. It takes what package-lock.json names, each package with
its hash, and runs none of their scripts. Without them their tests are skipped, and say so.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
FOLDER: Final = HERE.parents[1] / "build" / "foreign"
PROGRAM: Final = HERE / "oidc_provider.mjs"
MODULES: Final = FOLDER / "node_modules"
_PACKAGES: Final = ("oidc-provider", "twitter-api-v2")
_LOCK: Final = "package-lock.json"
_MANIFESTS: Final = ("package.json", _LOCK)
_SECONDS: Final = 300


def missing() -> str:
    """Return what the tests of packages from npm lack here, "" when they can run."""
    if shutil.which("node") is None:
        return "there is no node on this computer"
    fetched = FOLDER / _LOCK
    if not all((MODULES / name).is_dir() for name in _PACKAGES) or not fetched.is_file():
        return "the packages are not fetched: python3 -m scripts.foreign.setup"
    if fetched.read_bytes() != (HERE / _LOCK).read_bytes():
        return "other packages are fetched: python3 -m scripts.foreign.setup"
    return ""


def main() -> int:
    """Fetch them, unless they are there; return the exit code."""
    npm = shutil.which("npm")
    if npm is None:
        print("npm is needed: install Node.js 22 or later", file=sys.stderr)
        return 1
    if missing():
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name in _MANIFESTS:
            shutil.copyfile(HERE / name, FOLDER / name)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            subprocess.run(command, cwd=FOLDER, check=True, timeout=_SECONDS)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
            (FOLDER / _LOCK).unlink(missing_ok=True)  # half of it counts as nothing
            slow = isinstance(problem, subprocess.TimeoutExpired)
            why = f"did not end within {_SECONDS} s" if slow else "failed; its lines above say why"
            print(
                f"npm {why}. It uses your own npm settings; behind a company's proxy or"
                " authority these are `npm config set proxy` and `npm config set cafile`."
                " The tests that need its packages are skipped, and all others run.",
                file=sys.stderr,
            )
            return 1
    print(missing() or "The packages from npm are ready.", file=sys.stderr)
    return int(bool(missing()))


if __name__ == "__main__":
    sys.exit(main())
