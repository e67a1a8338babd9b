"""Paths of somebody's machine, staff's modules and secrets, told from what looks like them."""

from __future__ import annotations

import base64

import pytest

from autograder.course.paths import PACKAGE
from autograder.release.leaks.findings import Piece, Where
from autograder.release.leaks.text_rules import key_leaks, path_leaks, staff_leaks
from autograder.release.leaks.withheld import Withheld

WITHHELD = Withheld({}, {}, {}, {}, {}, salt="correct horse", machine=("/srv/courses/cs231n",))


def piece(text: str, *, code: bool = False) -> Piece:
    return Piece(Where("a"), text, code)


@pytest.mark.parametrize(
    "text",
    [
        "/home/ann/x",
        "see /Users/ann/Desktop.",
        "file:///home/ann/x",
        "C:\\Users\\Ann\\x",
        "d:/Users/ann",
        "/mnt/c/Users/ann",
        "/root/course/x",
        "E:\\teaching\\week 3\\x.py",
        "/srv/courses/cs231n/release",
        "('/home/ann')",
    ],
)
def test_paths_of_a_machine_are_told(text):
    assert list(path_leaks(piece(text), WITHHELD))
    assert next(path_leaks(piece(f"x = 1\ny = {text!r}", code=True), WITHHELD)).line == 2


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/home/ann",
        "https://example.org/?at=/home/ann",
        "see http://x.org/Users/ann.",
        "/tmp/x",
        "~/x",
        "/home/jovyan/work",
        "/home/you/x",
        "a/home/ann",
        "./home/ann",
        "/usr/lib/python3",
        "$C:\\alpha\\beta\\gamma$",
        "V:\\n",
        "/homeward/bound",
        "{base}/home/x",
        "/srv/courses/cs231n-2",
    ],
)
def test_what_only_looks_like_one_is_not(text):
    assert not list(path_leaks(piece(text), WITHHELD))


def test_line_ends_in_strings_of_code_are_no_folders():
    assert not list(path_leaks(piece('print("Loss E:\\nabc\\nabc")', code=True), WITHHELD))


@pytest.mark.parametrize(
    "text",
    [
        "import autograder",
        "from autograder.hidden import x",
        "import os, autograder.testing.expect",
        "`autograder.hidden` runs them",
        "hidden_tests('a', 'b')",
        ">>> from autograder import x",
    ],
)
def test_staff_modules_are_told(text):
    assert list(staff_leaks(piece(text)))


def test_every_module_of_the_kit_is_staffs_however_it_is_named():
    files = [file for file in PACKAGE.rglob("*.py") if "assignments" not in file.parts and file.stem != "__init__"]
    places = [".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts) for file in files]
    assert len(places) > 150
    texts = [f"see {text}" for place in places for text in (place, place.replace(".", "/") + ".py")]
    texts += [f"see autograder.{file.stem}" for file in files]
    assert [text for text in texts if not list(staff_leaks(piece(text)))] == []


@pytest.mark.parametrize(
    "text",
    ["the autograder", "autograder.example.org", "The autograder. Then", "an autograder/x", "hidden tests (many)"],
)
def test_speaking_of_the_autograder_is_no_leak(text):
    assert not list(staff_leaks(piece(text, code=False)))


@pytest.mark.parametrize("salt", ["correct horse", base64.b64encode(b"correct horse").decode(), b"correct horse".hex()])
def test_the_salt_is_told_and_not_shown(salt):
    (leak,) = key_leaks(piece(f"a\nSALT={salt}"), WITHHELD)
    assert leak.line == 2
    assert salt not in str(leak)


# Written in two parts, so that those who look for keys in repositories find none here.
KEYS = {
    "a key": ("-----BEGIN OPENSSH", " PRIVATE KEY-----"),
    "an encrypted key": ("-----BEGIN ENCRYPTED", " PRIVATE KEY-----"),
    "an RSA key": ("-----BEGIN RSA", " PRIVATE KEY-----"),
    "a PGP key": ("-----BEGIN PGP", " PRIVATE KEY BLOCK-----"),
    "GitHub": ("ghp_", "a1" * 18),
    "GitHub, an application": ("ghs_", "a1" * 18),
    "GitHub, fine-grained": ("github_pat_", "a1" * 41),
    "GitLab": ("glpat-", "a1" * 10),
    "Amazon": ("AKIA", "A1" * 8),
    "Amazon, for a while": ("ASIA", "A1" * 8),
    "Google": ("AIza", "aB1_-" * 7),
    "OpenAI, old": ("sk-", "a1" * 10 + "T3BlbkFJ" + "b2" * 10),
    "OpenAI": ("sk-proj-", "a1B-_" * 8),
    "Anthropic": ("sk-ant-api03-", "aB1-_" * 18),
    "Hugging Face": ("hf_", "aB" * 17),
    "PyPI": ("pypi-AgE", "IcHlwaS5vcmc" + "aB1" * 30),
    "npm": ("npm_", "aB1" * 12),
    "Slack": ("xoxb-", "123456789012-" * 2 + "aB1" * 8),
    "Stripe": ("sk_live_", "aB1" * 8),
}


@pytest.mark.parametrize("kind", KEYS)
def test_keys_and_tokens_are_told_and_not_shown(kind):
    key = "".join(KEYS[kind])
    (leak,) = key_leaks(piece(f'token = "{key}"'), WITHHELD)
    assert key not in str(leak)


@pytest.mark.parametrize(
    "text", ["risk-" + "a-word-" * 8, "task_sk-learn", "-----BEGIN CERTIFICATE-----", "sk-learn and hf_hub_download"]
)
def test_other_words_are_no_keys(text):
    assert not list(key_leaks(piece(text), WITHHELD))
