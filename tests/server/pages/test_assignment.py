"""An assignment's page says the rules and takes files; what it tells its script is what marking will find."""

import html
import json
import re

from autograder.server.pages.preview import stubs
from autograder.server.tables import Attempt
from tests.support.seeded import notebook

PAGE = "/c/vision/rnn_captioning/"


def key_in(page) -> str:
    return re.findall(r'name="key" value="([^"]+)"', page.text)[0]


def test_the_page_says_when_it_is_due_in_the_zone_of_the_course_and_how_much_is_left(browser):
    page = browser("ada").get(PAGE).text
    assert '<time datetime="2026-11-30T07:59:00+00:00">Sun 29 Nov 2026, 23:59</time>' in page
    assert "America/Los_Angeles, UTC-08:00" in page
    assert "19 hours 59 minutes" in page
    assert "You can hand in late until 2026-12-02 00:04 (America/Los_Angeles, UTC-08:00)" in page
    assert "each late day of 24 hours that has begun costs 10 % of your points." in page


def test_an_extension_is_said_where_it_counts(browser):
    assert "extended for you" in browser("ben").get(PAGE).text
    assert "extended for you" not in browser("ada").get(PAGE).text


def test_its_script_is_told_stubs_limits_and_texts(seeded, browser):
    page = browser("ada", "zh-CN,en;q=0.5").get(PAGE).text
    told = json.loads(html.unescape(re.findall(r'data-settings="([^"]+)"', page)[0]))
    assert told["stubs"] == stubs(seeded.assignment)
    assert told["limits"]["file"] == seeded.server.settings.limits.file_bytes
    assert told["texts"]["none"] == "请先选择文件。"
    assert told["api"] == "/api/v1/courses/vision/assignments/rnn_captioning/attempts"


def test_a_form_without_a_script_hands_in_and_a_reload_is_the_same_attempt(seeded, browser):
    otis = browser("s0003")
    key = key_in(otis.get(PAGE))
    files = {"files": ("rnn_captioning.ipynb", notebook(3, "# mine"))}
    first = otis.post(PAGE, files, key=key)
    assert first.status_code == 303
    page = otis.get(first.headers["location"])
    assert "Your files have been received." in page.text
    again = otis.post(PAGE, files, key=key)
    assert again.headers["location"] == first.headers["location"].replace("received", "same")
    attempt = first.headers["location"].split("/")[2]
    with seeded.school.database.reading() as session:
        assert session.get_one(Attempt, attempt).source.value == "browser"


def test_other_files_with_a_used_key_are_refused_and_lead_back_to_a_new_form(browser):
    otis = browser("s0004")
    key = key_in(otis.get(PAGE))
    otis.post(PAGE, {"files": ("a.ipynb", notebook(1, "# mine"))}, key=key)
    answer = otis.post(PAGE, {"files": ("a.ipynb", notebook(2, "# mine"))}, key=key)
    assert answer.status_code == 409
    assert f'<a class="button main" href="{PAGE}">Back</a>' in answer.text
    assert key_in(otis.get(PAGE)) != key


def test_no_file_and_a_forged_form_are_refused(browser):
    otis = browser("s0005")
    assert otis.post(PAGE, {"files": ("", b"")}).status_code == 422
    otis.csrf = "forged"
    assert otis.post(PAGE, {"files": ("a.ipynb", b"{}")}).status_code == 403


def test_staff_see_the_page_without_a_form_and_cannot_hand_in(browser):
    tom = browser("tom")
    assert "You are staff here" in tom.get(PAGE).text
    assert tom.post(PAGE, {"files": ("a.ipynb", b"{}")}).status_code == 403


def test_what_is_not_there_is_not_found(browser):
    assert browser("ada").get("/c/vision/nothing/").status_code == 404
    assert browser("ada").get("/c/other/").status_code == 404
