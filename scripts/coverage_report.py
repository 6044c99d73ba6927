"""`dev.py cover`: the files that hold and send credentials, covered by line and by branch.

Runs the tests of these files and fails under 100 % on any of them. A line may be left out
only with `# pragma: no cover` and the reason beside it.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
FILES: Final = (
    "core/vault/*.py",
    "core/user_context.py",
    "core/told_exchange.py",
    "core/user_exchange.py",
    "core/user_grants.py",
    "core/user_refresh.py",
    "core/user_revoke.py",
    "core/answers.py",
    "core/redaction.py",
    "core/adapters/requests_transport.py",
    "core/adapters/http_*.py",
)
TESTS: Final = (
    "tests/unit/test_answers.py",
    "tests/unit/test_answers_edges.py",
    "tests/unit/test_redaction.py",
    "tests/unit/test_redaction_edges.py",
    "tests/unit/vault",
    "tests/unit/core/test_user_refresh.py",
    "tests/unit/core/test_user_revoke.py",
    "tests/unit/core/test_user_tokens.py",
    "tests/unit/core/test_user_token_corners.py",
    "tests/unit/core/test_user_token_edges.py",
    "tests/unit/core/test_timeline.py",
    "tests/unit/core/test_sign_in.py",
    "tests/unit/core/test_sign_in_threats.py",
    "tests/unit/core/test_consents.py",
    "tests/unit/core/test_receipts.py",
    "tests/contract/test_transport_contract.py",
    "tests/contract/test_transport_corners.py",
    "tests/contract/test_transport_edges.py",
    "tests/contract/test_transport_hostile.py",
    "tests/contract/test_transport_time.py",
    "tests/contract/test_transport_connections.py",
    "tests/contract/test_transport_sent.py",
    "tests/contract/test_transport_errors.py",
    "tests/contract/test_transport_parts.py",
    "tests/contract/test_transport_stream.py",
    "tests/contract/test_transport_trust.py",
    "tests/contract/test_network_settings.py",
)
DATA: Final = ROOT / "build" / "coverage"


def guarded_files() -> list[Path]:
    """Return the files that must be covered, sorted."""
    return sorted({path for pattern in FILES for path in ROOT.glob(pattern)})


def run_tests(data: Path = DATA, *pytest_arguments: str) -> int:
    """Run the tests with coverage; leave its data and the tests' durations in `data`."""
    data.mkdir(parents=True, exist_ok=True)
    rules = data / "rules.ini"  # pyproject's are for the whole tree, and would slow this down
    included = "\n  ".join(FILES)
    rules.write_text(f"[run]\nbranch = true\ninclude =\n  {included}\n", "utf-8")
    command = [
        sys.executable, "-m", "coverage", "run", f"--rcfile={rules}",
        f"--data-file={data / 'data'}",
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "scripts.covering",
        "-m", "not slow and not packaged", *pytest_arguments, *TESTS,
    ]  # fmt: skip
    surroundings = {**os.environ, "KEYPANE_DURATIONS": str(data / "durations.json")}
    return subprocess.run(command, cwd=ROOT, env=surroundings, check=False).returncode


def report(data: Path = DATA) -> int:
    """Print the table; return 2 where a file has a line or a branch that no test takes."""
    command = [
        sys.executable, "-m", "coverage", "report", f"--data-file={data / 'data'}",
        "--show-missing", "--fail-under=100", "--precision=2", f"--include={','.join(FILES)}",
    ]  # fmt: skip
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def main() -> int:
    """Run, then report; a red test makes it red as well."""
    return run_tests() or report()


if __name__ == "__main__":
    sys.exit(main())
