"""README and docs: links lead somewhere, pictures are described, commands can be given, pages of roles are short."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

from autograder.cli import parser
from autograder.course.paths import KIT_ROOT
from docs.make_pictures import COLOURS, MOST_BYTES, SCHEMES, PictureError, file_of, shots, small
from tests.hostile.attack import attacks

DOCS = KIT_ROOT / "docs"
ROLES = sorted(DOCS.glob("*.md"))
REFERENCE = sorted((DOCS / "reference").glob("*.md"))
PAGES = [*sorted(KIT_ROOT.glob("*.md")), *ROLES, *REFERENCE]
# Two screens of text.
MOST_LINES = 100

FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"!?\[(?P<text>(?:[^\[\]]|!\[[^\]]*\]\([^)]*\))*)\]\((?P<target>[^)\s]+)\)")
PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<file>[^)\s]+)\)")
TAG = re.compile(r"<(?:img|source)\b[^>]*>")


def name_of(page: Path) -> str:
    return page.relative_to(KIT_ROOT).as_posix()


each_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


def text_of(page: Path) -> str:
    """Return a page without its blocks of code."""
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def targets(page: Path) -> Iterator[str]:
    """Yield the addresses of a page's links and pictures that lead into this repository."""
    text = CODE.sub("", text_of(page))
    found = [match["target"] for match in LINK.finditer(text)] + [match["file"] for match in PICTURE.finditer(text)]
    for tag in TAG.findall(text):
        found += re.findall(r'(?:src|srcset)="([^"]+)"', tag)
    yield from (target for target in found if "://" not in target)


def leads_somewhere(page: Path, target: str) -> bool:
    """Say whether a relative address names a file or folder that is there, and a heading of it."""
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    return file.exists() and (not anchor or anchor in anchors(file))


@each_page
def test_every_link_leads_to_a_file_and_a_heading_that_is_there(page):
    assert [target for target in targets(page) if not leads_somewhere(page, target)] == []


@each_page
def test_every_picture_says_in_words_what_it_shows(page):
    text = CODE.sub("", text_of(page))
    described = [match["alt"] for match in PICTURE.finditer(text)]
    described += ["".join(re.findall(r'\balt="([^"]*)"', tag)) for tag in TAG.findall(text) if tag.startswith("<img")]
    assert [alt for alt in described if len(alt.split()) < 4] == []


def test_every_picture_is_small_and_shown():
    there = set((DOCS / "pictures").glob("*.png"))
    shown = {(page.parent / target).resolve() for page in PAGES for target in targets(page) if target.endswith(".png")}
    assert there == shown
    assert [file.name for file in there if file.stat().st_size > MOST_BYTES] == []
    for file in there:
        with Image.open(file) as picture:
            picture.verify()


def test_the_pictures_are_those_that_the_script_makes():
    made = {
        file_of(shot, scheme)
        for shot in shots(Path("/course"), "http://localhost/lab?token=t", Path("/course/work/a.ipynb"))
        for scheme in SCHEMES
    }
    assert {file.name for file in (DOCS / "pictures").iterdir()} == made


def test_a_picture_is_written_with_few_colours():
    with Image.open(io.BytesIO(small(png(Image.linear_gradient("L")), "gradient"))) as picture:
        assert picture.size == (256, 256)
        assert len(picture.getcolors() or []) == COLOURS


def test_a_picture_that_is_too_large_for_a_page_is_refused_and_named():
    noise = Image.effect_noise((600, 600), 200)
    with pytest.raises(PictureError, match=r"noise: \d+ bytes, at most 120000 are right for README"):
        small(png(noise), "noise")


def png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize("page", ROLES, ids=name_of)
def test_the_page_of_a_role_fits_on_two_screens(page):
    assert len(page.read_text(encoding="utf-8").splitlines()) <= MOST_LINES, "put details into docs/reference/"


@pytest.mark.parametrize("page", REFERENCE, ids=name_of)
def test_the_details_are_linked_from_the_pages_of_the_roles_that_they_name(page):
    behind = re.search(r"^Details behind (.+)\.$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert behind is not None
    roles = re.findall(r"\]\(\.\./([\w-]+\.md)\)", behind[1])
    assert roles
    for role in roles:
        assert f"reference/{page.name}" in {target.partition("#")[0] for target in targets(DOCS / role)}, role


def commands(program: str) -> list[str]:
    """Return the lines of all pages' blocks of code that call a program, without what stands behind `#`."""
    lines = [
        line.strip()
        for page in PAGES
        for block in FENCED.findall(page.read_text(encoding="utf-8"))
        for line in block.splitlines()
    ]
    return sorted({line.partition(" #")[0].strip() for line in lines if re.match(rf"{program} (?!\w+: )", line)})


@pytest.mark.parametrize("command", commands("autograder"))
def test_every_command_of_the_kit_in_the_pages_can_be_given(command):
    parser().parse_args(shlex.split(command)[1:])


@pytest.mark.parametrize("command", commands("make"))
def test_every_make_command_in_the_pages_is_in_the_makefile(command):
    rules = (KIT_ROOT / "Makefile").read_text(encoding="utf-8")
    for goal in (word for word in command.partition("&&")[0].split()[1:] if "=" not in word and "/" not in word):
        assert re.search(rf"^{goal}:", rules, re.MULTILINE), goal


@pytest.mark.parametrize("module", sorted({command.split()[2] for command in commands("python -m")}))
def test_every_module_that_the_pages_run_is_there(module):
    assert find_spec(module) is not None


def test_there_are_as_many_attacks_and_misconceptions_as_the_readme_says():
    readme = (KIT_ROOT / "README.md").read_text(encoding="utf-8")
    said = {what: int(number) for number, what in re.findall(r"[Mm]ore than (\d+) (ways|known mistakes)", readme)}
    misconceptions = (KIT_ROOT / "autograder/assignments/rnn_captioning/misconceptions").glob("*/*.py")
    assert len(list(attacks(""))) > said["ways"]
    assert len(list(misconceptions)) > said["known mistakes"]


def test_every_page_that_messages_and_comments_name_is_there():
    files = [KIT_ROOT / name for name in ("pyproject.toml", ".pre-commit-hooks.yaml", "Makefile", "nbgrader_config.py")]
    files += [
        file for room in ("autograder", "tests", "benchmarks", "cs231n") for file in (KIT_ROOT / room).rglob("*.py")
    ]
    named = {
        (name_of(file), target)
        for file in files
        for target in re.findall(r"\bdocs/[\w/-]+\.md(?:#[\w-]+)?", file.read_text(encoding="utf-8"))
    }
    assert named
    assert [
        (file, target) for file, target in sorted(named) if not leads_somewhere(KIT_ROOT / "README.md", target)
    ] == []
