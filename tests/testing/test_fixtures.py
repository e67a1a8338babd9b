"""Hidden tests get the same random numbers in each run, and others in another test, course or submission."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.course.limits import Limits
from autograder.kernel.call_server import Server
from autograder.testing.fixtures import FixedAccess, HiddenFixtures, SubmissionAccess, identify
from autograder.testing.link import LocalLink


def fixtures(salt="salt", access=None, **settings):
    assignment: Any = SimpleNamespace(
        name="sums", course=SimpleNamespace(salt=salt), reference=SimpleNamespace(), importing=nullcontext
    )
    return HiddenFixtures(assignment, access or SubmissionAccess(), **settings)


def item(name, folder="/somewhere"):
    return SimpleNamespace(name=name, path=Path(folder, "test_add.py"))


def drawn(found, *where):
    return found.generator(*where).integers(1 << 60)


def test_a_test_is_named_alike_wherever_pytest_was_started():
    assert identify(item("test_a[3]")) == identify(item("test_a[3]", "/elsewhere")) == "test_add.py::test_a[3]"


def test_a_generator_repeats_from_run_to_run():
    assert drawn(fixtures(), item("test_a")) == drawn(fixtures(), item("test_a", "/elsewhere"))


def test_it_differs_by_test_salt_and_purpose():
    draws = [
        drawn(fixtures(), item("test_a")),
        drawn(fixtures(), item("test_b")),
        drawn(fixtures("pepper"), item("test_a")),
        drawn(fixtures(), item("test_a"), "beside"),
    ]
    assert len(set(draws)) == len(draws)


def test_what_is_drawn_beside_a_tests_inputs_differs_by_submission():
    def beside(identity):
        access = SubmissionAccess()
        access.identity = identity
        return fixtures(access=access).case(item("test_a")).rng.integers(1 << 60)

    assert beside("one") == beside("one") != beside("other")


def test_a_test_has_one_case_and_all_tests_share_what_turned_out_unfit():
    found = fixtures(lenient=False)
    first, second = found.case(item("test_a"), ("f",)), found.case(item("test_b"))
    assert found.case(item("test_a")) is first is not second
    assert (first.functions, first.lenient, second.functions) == (("f",), False, ())
    first.unfit.add("g")
    assert second.unfit == {"g"}


def test_trusted_code_has_one_link_also_apart_and_cannot_be_run_afresh():
    link = LocalLink(Server({}))
    access = FixedAccess(link)
    assert access.link() is access.link_apart(2) is link
    of_no_matter: Any = None
    assert access.standing_in(of_no_matter) is None
    assert access.wrote("any line")
    assert access.limits == Limits()


def test_an_access_that_nobody_made_reaches_nothing():
    with pytest.raises(NotImplementedError):
        SubmissionAccess().link()
