"""The table says what holds, and the faults stand whole below it."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from autograder.verification.proof import Proof, print_proofs


def printed(*proofs: Proof) -> tuple[bool, str]:
    file = io.StringIO()
    return print_proofs(proofs, Console(file=file, width=80)), file.getvalue()


@pytest.mark.parametrize(
    ("faults", "counts", "text"),
    [((), False, "3 tests"), (("a",), False, "1 fault"), (("a", "b"), True, "3 tests; 2 faults")],
)
def test_a_line_shows_what_was_seen_or_how_many_faults_there_are(faults, counts, text):
    assert Proof("it holds", "all", "3 tests", faults, counts).text == text


def test_faults_stand_below_the_table_uncut_and_as_they_are():
    fault = "[bold]" + "word " * 40 + "end"
    holds, shown = printed(Proof("first", "all", "seen"), Proof("second", "en", "", (fault,)))
    assert not holds
    assert f"\u2717 second (en):\n  {fault}\n" in shown
    assert "\u2713" in shown.partition("first")[0]


def test_all_holds_when_there_is_no_fault():
    assert printed(Proof("first", "all", "seen"))[0]
