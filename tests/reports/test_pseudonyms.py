"""Names are taken out of texts, however they are written."""

from __future__ import annotations

import re
import unicodedata

import pytest

from autograder.reports.pseudonyms import Scrubber, scrubber


def test_a_scrubber_takes_names_and_no_parts_of_words():
    scrub = Scrubber(["ada", "x", "Ada Lovelace"])
    assert scrub("Ada Lovelace, ADA_1, shadado x") == "student, student_1, shadado x"


def test_names_in_scripts_without_blanks_are_taken_out_of_the_midst_of_a_text():
    scrub = scrubber(["ada"], ["三 张", "陈静", "김철수"])
    assert scrub("我是张三的同学ada") == "我是student的同学student"
    assert scrub("陈静写的 김철수는 ada") == "student写的 student는 student"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_are_taken_out_however_their_accents_are_written(form):
    scrub = scrubber(["ada"], [unicodedata.normalize(form, "José Nuñez")])
    for name in ("josé_nuñez", "Jose Nunez", "NunezJose"):
        found = scrub(unicodedata.normalize("NFD", f"{name}.ipynb"))
        assert re.fullmatch(r"(student[_ ]?)+\.ipynb", found), found
