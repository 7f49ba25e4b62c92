"""Known faults end CI; lists that cannot be reached do not."""

from pathlib import Path

import pytest

from installer.known_faults import LOCKS, ROOT, judged, look

FOUND = "Found 2 known vulnerabilities in 1 package\nName  Version ID\nx 1 PYSEC-2026-1"


@pytest.mark.parametrize(
    ("code", "said", "ends"),
    [
        (0, "No known vulnerabilities found", 0),
        (1, FOUND, 1),
        (1, "ERROR:pip_audit: Could not connect to pypi.org", 0),
        (2, "", 0),
    ],
)
def test_only_a_fault_that_is_known_ends_it(code: int, said: str, ends: int) -> None:
    assert judged(code, said)[0] == ends


def test_the_tool_is_asked_about_each_lock_as_it_stands(tmp_path: Path) -> None:
    tool = tmp_path / "pip-audit"
    tool.write_text('#!/bin/sh\ntest -s "$2" && echo "Found 1 known vulnerability: $2"; exit 1\n')
    tool.chmod(0o755)
    for name in LOCKS:
        code, said = look(str(tool), ROOT / name)
        assert code == 1 and name in said
    assert look(None, ROOT / LOCKS[0]) == (0, "not looked: pip-audit is not installed")
