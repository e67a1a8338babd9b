"""Finds what a text must not hold: withheld code and words, delimiters, staff's modules, paths, keys."""

from __future__ import annotations

import ast
import base64
import re
from collections.abc import Iterator
from pathlib import Path

from autograder.course.paths import PACKAGE
from autograder.release.leaks.code_rule import code_leaks
from autograder.release.leaks.delimiters import delimiters
from autograder.release.leaks.findings import Leak, Piece
from autograder.release.leaks.sequences import words_of
from autograder.release.leaks.statements import syntax_tree
from autograder.release.leaks.withheld import Withheld

LEFT_OVER = (
    "Correct it in the source: nbgrader takes out what stands between exact pairs only, in cells of the right type."
)
TAKE_OUT = (
    "Take it out: a mark scheme stands between BEGIN MARK SCHEME and END MARK SCHEME, an answer in its own cell only."
)
# A home folder, on any system. Not: a URL, a path below another folder, one with a placeholder for the name.
HOME = re.compile(
    r"(?<![\w.~}/-])(?:file://|/mnt/[a-z]|/[a-z](?=/Users))?/(?:home|Users)/(?P<unix>[\w.-]+)"
    r"|(?<!\w)[A-Za-z]:[\\/]{1,2}Users[\\/]{1,2}(?P<windows>[\w.-]+)"
    r"|(?<![\w.~}/-])/root/(?P<root>[\w.-]+)"
    r"|(?<!\w)[C-Z]:\\{1,2}[\w-]+(?:\.[\w-]+)?(?:\\{1,2}[\w. -]+)+"
)
# Placeholders for anybody's name, and the user of the Jupyter project's public images.
ANYBODY = frozenset({
    "user", "username", "yourusername", "you", "me", "yourname", "your-name", "your_name", "name", "student",
    "jovyan", "shared",
})  # fmt: skip
MATHS = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
URL = re.compile(r"\b(?:https?|ftp)://\S+")
MACHINE = "Write a path below the assignment's folder instead."
PRIVATE = "The autograder is for staff, and students don't have it: take the line out."
# Packages and all that is in them: a text may name a module by its last name alone. Assignments have their own words.
STAFF_MODULES = frozenset(
    part
    for place in PACKAGE.iterdir()
    for path in (place, *(place.rglob("*") if place.name != "assignments" else ()))
    for part in path.relative_to(PACKAGE).with_suffix("").parts
    if not path.name.startswith(("_", ".")) and path.suffix != ".pyc"
)
NAMED = re.compile(r"(?<![\w./-])autograder[./](\w+)")
RUNS_TESTS = re.compile(r"\bhidden_tests\s*\(")
CHANGE_SALT = "Take it out; if it was ever published, choose a new salt (`autograder docs operator`) before you mark."
REVOKE = "Take it out; if it was ever published, revoke it where it was issued."
# Not those of detect-secrets (1.5.0): of the 19 kinds that tests plant it misses 7, encrypted private keys, GitHub's
# fine-grained and OpenAI's present tokens among them. Neither has a false alarm on a release; its plugins take 0.16 s
# of processor time to load, and four times as long to look.
KEYS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{60,}\b|\bglpat-[\w-]{20}"  # GitHub, GitLab
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w-]{35}"  # Amazon, Google
    r"|\bsk-[\w-]{32,}|\bhf_[A-Za-z0-9]{34}\b"  # OpenAI and Anthropic, Hugging Face
    r"|\bpypi-AgE[\w-]{50,}|\bnpm_[A-Za-z0-9]{36}\b"
    r"|\bxox[abeprs]-[\w-]{20,}|\b[sr]k_live_[A-Za-z0-9]{24,}\b"  # Slack, Stripe
)


def text_leaks(piece: Piece, withheld: Withheld) -> list[Leak]:
    """Return the leaks in a piece of text, in the order of its lines."""
    return sorted(_leaks(piece, withheld), key=lambda leak: leak.line or 0)


def _leaks(piece: Piece, withheld: Withheld) -> Iterator[Leak]:
    yield from code_leaks(piece, withheld)
    yield from word_leaks(piece, withheld)
    for mark in delimiters(piece.text):
        kind = "a left-over delimiter" if mark.exact else f"a misspelt delimiter, for {mark.edge} {mark.kind}"
        yield Leak(piece.at(mark.line), kind, mark.text, LEFT_OVER)
    yield from staff_leaks(piece)
    yield from path_leaks(piece, withheld)
    yield from key_leaks(piece, withheld)


def word_leaks(piece: Piece, withheld: Withheld) -> Iterator[Leak]:
    """Yield the lines with words that are withheld, one for each owner and line."""
    words = words_of(piece.text) if withheld.runs else []
    said: set[tuple[str, int]] = set()
    for length in withheld.run_lengths:
        for at in range(len(words) - length + 1):
            owner = withheld.runs.get(tuple(word for word, _ in words[at : at + length]))
            line = words[at][1]
            if owner and (owner, line) not in said:
                said.add((owner, line))
                yield Leak(piece.at(line), f"text of {owner}", piece.line(line), TAKE_OUT)


def path_leaks(piece: Piece, withheld: Withheld) -> Iterator[Leak]:
    """Yield absolute paths of somebody's machine."""
    own = [folder for folder in withheld.machine if len(Path(folder).parts) > 2]
    for number, line in _lines(piece):
        for match in HOME.finditer(line):
            name = next((part for part in match.groupdict().values() if part), "")
            if name.lower() not in ANYBODY:
                yield Leak(piece.at(number), "a path of somebody's machine", match[0], MACHINE)
        for folder in own:
            if re.search(re.escape(folder) + r"(?![\w-])", line):
                yield Leak(piece.at(number), "a path of this machine", folder, MACHINE)


def _lines(piece: Piece) -> Iterator[tuple[int, str]]:
    """Yield the lines that can hold paths: strings and comments of code; prose without formulas and web addresses."""
    tree = syntax_tree(piece.text) if piece.code else None
    if tree is None:
        blanked = MATHS.sub(lambda match: "\n" * match[0].count("\n"), URL.sub("", piece.text))
        yield from enumerate(blanked.split("\n"), 1)
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for offset, line in enumerate(URL.sub("", node.value).split("\n")):
                yield node.lineno + offset, line
    for number, line in enumerate(piece.text.split("\n"), 1):
        _, sign, comment = line.partition("#")
        if sign or line.lstrip().startswith(("%", "!")):
            yield number, URL.sub("", comment or line)


def staff_leaks(piece: Piece) -> Iterator[Leak]:
    """Yield the lines that name staff's modules, and the line that runs hidden tests."""
    for number, line in enumerate(piece.text.split("\n"), 1):
        if RUNS_TESTS.search(line):
            yield Leak(piece.at(number), "the line that runs hidden tests", line.strip(), PRIVATE)
        elif _imports(line, code=piece.code) or any(name in STAFF_MODULES for name in NAMED.findall(line)):
            yield Leak(piece.at(number), "a module that only staff have", line.strip(), PRIVATE)


def _imports(line: str, *, code: bool) -> bool:
    if "autograder" not in line:
        return False
    if re.search(r"(?:^|[\s`'\";(>])(?:from|import)\s+(?:[\w., ]+,\s*)?autograder\b", line):
        return True
    return (
        code
        and re.search(r"(?:import_module|__import__)\s*\(\s*['\"]autograder\b|^\s*autograder\b\s*[.(=]", line)
        is not None
    )


def key_leaks(piece: Piece, withheld: Withheld) -> Iterator[Leak]:
    """Yield the course's salt, private keys and tokens; the report does not show them."""
    spellings = _spellings(withheld.salt) if withheld.salt else []
    for number, line in enumerate(piece.text.split("\n"), 1):
        if any(spelling in line for spelling in spellings):
            yield Leak(piece.at(number), "the course's salt", "", CHANGE_SALT)
        for match in KEYS.finditer(line):
            yield Leak(piece.at(number), "a key or a token", match[0][:8] + "…", REVOKE)


def _spellings(salt: str) -> list[str]:
    data = salt.encode()
    return [salt, data.hex(), base64.b64encode(data).decode().rstrip("=")]
