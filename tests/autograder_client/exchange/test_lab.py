"""JupyterLab's Assignment List against a grading server: what its handlers answer, in each case."""

from __future__ import annotations

import json
from pathlib import Path

from autograder_client.http import Server
from tests.support.seeded import NAME, notebook


def home(lab) -> Path:
    return Path(lab.root_dir)


def rows(listed, status):
    assert listed["success"], listed["value"]
    return [one for one in listed["value"] if one["status"] == status]


def attempts(lab):
    (found,) = rows(lab.list_assignments("vision"), "submitted")
    return found["submissions"]


def last_line(answer) -> str:
    """Return what a person reads last of what JupyterLab shows: a sentence below the traceback, in short lines."""
    assert not answer["success"]
    said = answer["value"].strip().rpartition("\n\n")[2].splitlines()
    assert max(map(len, said)) <= 120
    return " ".join(said)


def test_courses_are_those_of_the_student(lab, sign_in):
    sign_in("ada")
    assert lab().list_courses() == {"success": True, "value": ["vision"]}


def test_what_is_released_can_be_fetched_once_and_worked_on(lab, sign_in):
    sign_in("ada")
    made = lab()
    assert [one["assignment_id"] for one in rows(made.list_assignments("vision"), "released")] == [NAME]
    assert made.fetch_assignment("vision", NAME) == {"success": True}
    (fetched,) = rows(made.list_assignments("vision"), "fetched")
    assert (home(made) / fetched["notebooks"][0]["path"]).is_file()
    assert (home(made) / NAME / "cs231n" / "layers.py").is_file()
    assert fetched["notebooks"][0]["notebook_id"] == f"{NAME} (due 2026-12-13 23:59, UTC)"
    assert "you already have" in last_line(made.fetch_assignment("vision", NAME))


def test_a_list_asks_the_server_once(lab, sign_in, monkeypatch):
    sign_in("ada")
    asked = []
    json_of = Server.json
    monkeypatch.setattr(Server, "json", lambda self, path, **more: asked.append(path) or json_of(self, path, **more))
    lab().list_assignments("vision")
    assert asked == ["/api/v1/courses/vision/assignments"]


def test_attempts_are_the_servers_wherever_one_works(lab, sign_in):
    sign_in("ada")
    said = [one["timestamp"] for one in attempts(lab())]
    assert said[:3] == [
        "2026-11-27 20:00:00 UTC, attempt 1: marked, 22 of 92 points so far",
        "2026-11-28 16:00:00 UTC, attempt 2: marked, 50 of 92 points so far",
        "2026-11-29 10:00:00 UTC, attempt 3: marked, 84.5 of 92 points so far (this one counts)",
    ]


def test_submit_hands_in_what_is_ones_own_and_leaves_the_receipt_beside_it(lab, sign_in, handin):
    server = sign_in("ben")
    made = lab()
    made.fetch_assignment("vision", NAME)
    folder = home(made) / NAME
    (folder / f"{NAME}.ipynb").write_bytes(notebook(5))
    assert made.submit_assignment("vision", NAME) == {"success": True}
    receipts = list(folder.glob("*.receipt.json"))
    receipt = json.loads(receipts[0].read_text())
    assert [one["name"] for one in receipt["files"]] == [f"{NAME}.ipynb"]
    assert server.content(f"/api/v1/attempts/{receipt['attempt']}/files") == notebook(5)
    assert server.json(f"/api/v1/attempts/{receipt['attempt']}")["source"] == "jupyterlab"
    assert attempts(made)[-1]["timestamp"].startswith("2026-11-29 12:00:00 UTC, attempt 3: queued, place ")


def test_changed_module_files_are_handed_in_where_they_lie(lab, sign_in):
    sign_in("ben")
    made = lab()
    made.fetch_assignment("vision", NAME)
    with (home(made) / NAME / "cs231n" / "rnn_layers.py").open("a") as module:
        module.write("\n# mine\n")
    assert made.submit_assignment("vision", NAME) == {"success": True}
    (file,) = json.loads(next((home(made) / NAME).glob("*.receipt.json")).read_text())["files"]
    assert file["name"] == f"{NAME}.zip"


def test_feedback_is_fetched_where_the_list_looks_for_it(lab, sign_in):
    sign_in("ada")
    made = lab()
    made.fetch_assignment("vision", NAME)
    before = attempts(made)[0]
    assert (before["has_exchange_feedback"], before["has_local_feedback"]) == (True, False)
    assert made.fetch_feedback("vision", NAME) == {"success": True}
    after = attempts(made)[0]
    assert (after["has_local_feedback"], after["feedback_updated"]) == (True, False)
    page = home(made) / after["local_feedback_path"] / f"{NAME}.html"
    assert "<title>Feedback</title>" in page.read_text()


def test_feedback_of_another_marking_is_fetched_again(lab, sign_in):
    sign_in("ada")
    made = lab()
    made.fetch_feedback("vision", NAME)
    marking = next((home(made) / NAME).glob("feedback/*/.marking"))
    marking.write_text("0\n")
    assert attempts(made)[0]["feedback_updated"]
    made.fetch_feedback("vision", NAME)
    assert not attempts(made)[0]["feedback_updated"]


def test_feedback_alone_does_not_make_an_assignment_fetched(lab, sign_in):
    sign_in("ada")
    made = lab()
    made.fetch_feedback("vision", NAME)
    assert [one["assignment_id"] for one in rows(made.list_assignments("vision"), "released")] == [NAME]
    assert made.fetch_assignment("vision", NAME) == {"success": True}
    assert (home(made) / NAME / f"{NAME}.ipynb").is_file()
    assert list((home(made) / NAME / "feedback").iterdir())


def test_a_file_that_was_lost_is_fetched_again_without_touching_others(lab, sign_in):
    sign_in("ada")
    lab().fetch_assignment("vision", NAME)
    made = lab(
        "from autograder_client.exchange import configure\nc = get_config()\nconfigure(c)\n"
        "c.ExchangeFetchAssignment.replace_missing_files = True\n"
    )
    folder = home(made) / NAME
    (folder / f"{NAME}.ipynb").write_text("mine")
    (folder / "requirements.txt").unlink()
    assert made.fetch_assignment("vision", NAME) == {"success": True}
    assert (folder / "requirements.txt").is_file()
    assert (folder / f"{NAME}.ipynb").read_text() == "mine"


def test_a_server_that_is_not_there_is_told_in_one_sentence(lab, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SERVER", "http://127.0.0.1:9")
    monkeypatch.setenv("AUTOGRADER_TOKEN", "t")
    made = lab()
    said = "http://127.0.0.1:9 cannot be reached ([Errno 111] Connection refused): look at your connection"
    assert last_line(made.list_courses()).startswith(said)
    (home(made) / NAME).mkdir()
    (home(made) / NAME / f"{NAME}.ipynb").write_bytes(notebook(1))
    assert last_line(made.submit_assignment("vision", NAME)).startswith(f"{said}")


def test_a_wrong_token_is_told_in_one_sentence(lab, handin, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SERVER", handin.url)
    monkeypatch.setenv("AUTOGRADER_TOKEN", "wrong")
    assert last_line(lab().list_courses()) == (
        "The token is wrong, has been revoked, or has ended. Make a new one on the page of your tokens, or ask your "
        "instructor for a new link."
    )


def test_a_fault_of_fetching_which_lab_drops_is_what_the_next_list_says_once(lab, sign_in):
    sign_in("ada")
    made = lab()
    made.fetch_assignment("vision", NAME)
    made.fetch_assignment("vision", NAME)
    assert "you already have rnn_captioning" in last_line(made.list_assignments("vision"))
    assert made.list_assignments("vision")["success"]


def test_what_the_rules_refuse_is_told_with_the_reason(lab, own, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SERVER", own.url)
    monkeypatch.setenv("AUTOGRADER_TOKEN", own.token("ada"))
    made = lab()
    made.fetch_assignment("vision", NAME)
    (home(made) / NAME / f"{NAME}.ipynb").write_bytes(notebook(5))
    own.seeded.school.clock.forward(days=30)
    assert last_line(made.submit_assignment("vision", NAME)) == (
        "Handing in closed at 2026-12-02 00:04 (America/Los_Angeles, UTC-08:00). Ask your instructor if you "
        "need an extension."
    )


def test_what_is_too_large_is_told_before_it_is_sent(lab, sign_in):
    sign_in("ada")
    made = lab()
    made.fetch_assignment("vision", NAME)
    with (home(made) / NAME / "weights.npz").open("wb") as file:
        file.truncate(51 << 20)
    assert last_line(made.submit_assignment("vision", NAME)).startswith("weights.npz has more than 50 MB")


def test_a_receipt_that_cannot_be_kept_does_not_make_the_hand_in_fail(lab, sign_in, monkeypatch):
    sign_in("ben")
    made = lab()
    made.fetch_assignment("vision", NAME)
    (home(made) / NAME / f"{NAME}.ipynb").write_bytes(notebook(2))
    before = len(attempts(made))

    def full(*_arguments, **_more):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        assert made.submit_assignment("vision", NAME) == {"success": True}
    assert len(attempts(made)) == before + 1


def test_a_name_from_the_server_that_leads_elsewhere_is_refused(lab, sign_in, monkeypatch):
    sign_in("ada")
    json_of = Server.json

    def evil(self, path, **more):
        told = json_of(self, path, **more)
        return [{**one, "assignment": "../../evil"} for one in told]

    monkeypatch.setattr(Server, "json", evil)
    assert "is no name of a folder" in last_line(lab().list_assignments("vision"))


def test_an_answer_of_another_kind_is_told_without_a_traceback_of_ours(lab, sign_in, monkeypatch):
    sign_in("ada")
    monkeypatch.setattr(Server, "json", lambda self, path, **more: [{"other": 1}])
    assert last_line(lab().list_assignments("vision")).startswith("The server answers in a way that this client")


def test_nothing_is_listed_that_is_not_open_yet(lab, own, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SERVER", own.url)
    monkeypatch.setenv("AUTOGRADER_TOKEN", own.token("ada"))
    made = lab()
    own.seeded.school.clock.forward(days=-12)
    assert rows(made.list_assignments("vision"), "released") == []
    assert "This assignment is not released yet." in last_line(made.fetch_assignment("vision", NAME))


def test_what_the_rules_do_not_show_is_no_feedback_to_fetch(lab, own, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SERVER", own.url)
    monkeypatch.setenv("AUTOGRADER_TOKEN", own.token("ada"))
    file = own.seeded.course.course.root / "handing_in.toml"
    file.write_text(f"{file.read_text()}shows = 'counts_only'\n")
    made = lab()
    assert not any(one["has_exchange_feedback"] for one in attempts(made))
    assert made.fetch_feedback("vision", NAME) == {"success": True}
    assert not list((home(made)).rglob("*.html"))
