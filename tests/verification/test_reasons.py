"""Why the grader failed is gathered from what it logs, for staff."""

from __future__ import annotations

import logging

from autograder.verification.reasons import gathered_reasons, reason_for


def test_errors_are_kept_once_with_the_exception_behind_them():
    log = logging.getLogger("autograder.somewhere")
    with gathered_reasons() as reasons:
        log.info("nothing")
        for _ in range(2):
            log.error("%s: %s", "double", "test_double.py::test_a: KeyError: x")
        try:
            raise ValueError("odd")
        except ValueError:
            log.exception("a stand-in could not be asked")
    log.error("later")
    assert reasons == ["double: test_double.py::test_a: KeyError: x", "a stand-in could not be asked (ValueError: odd)"]
    assert reason_for("test_double.py::test_a", reasons) == "KeyError: x"
    assert reason_for("test_double.py::test_b", reasons) == ""
