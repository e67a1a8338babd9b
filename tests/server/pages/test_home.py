"""People see their courses, in their language, and nothing of others; who has not signed in is led there."""

from autograder.server.pages.frame import POLICY, local


def test_who_has_not_signed_in_is_led_there_and_back(browser):
    answer = browser().get("/c/vision/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/c/vision/")


def test_a_student_sees_where_they_stand_and_staff_the_way_to_their_pages(browser):
    page = browser("ada").get("/").text
    assert "Counts: attempt 3, 84.5 of 92 so far, 8 wait for a person." in page
    assert "/staff/" not in page
    assert "/c/vision/staff/" in browser("ina").get("/").text
    assert "You are in no course on this server." not in page


def test_the_language_is_the_browsers_until_somebody_chooses_one(browser):
    ada = browser("ada", "zh-TW,zh;q=0.9,en;q=0.1")
    assert '<html lang="zh-CN">' in ada.get("/").text
    answer = ada.post("/language", language="en", next="/tokens")
    assert answer.headers["location"] == "/tokens"
    assert '<html lang="en">' in ada.get("/").text
    ada.post("/language", language="xx")
    assert '<html lang="en">' in ada.get("/").text


def test_no_form_leads_to_another_site(browser):
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"):
        assert browser().post("/language", language="en", next=elsewhere).headers["location"] == "/"
        assert local(elsewhere) == "/"
    assert local("/c/vision/?a=b") == "/c/vision/?a=b"


def test_pages_load_this_servers_files_alone_and_are_kept_nowhere(browser):
    page = browser("ada").get("/")
    assert page.headers["content-security-policy"] == POLICY
    assert page.headers["cache-control"] == "no-store"
    assert "unsafe" not in POLICY
    assert "<style" not in page.text
    assert "<script>" not in page.text
