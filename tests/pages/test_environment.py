"""Every page is one file: its policy lets nothing load or run, and lets its own stylesheet in."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from autograder.course.paths import KIT_ROOT
from autograder.pages.environment import STYLE, templates

CONTRAST = 4.5
# What all pages are made of, and those pages that are released.
PARTS = sorted([
    *(file for file in (KIT_ROOT / "autograder").rglob("*.html.j2") if "base.html.j2" in file.name + file.read_text()),
    *(KIT_ROOT / "autograder").rglob("*.css"),
    *(KIT_ROOT / "release").glob("*/what_is_marked.html"),
])  # fmt: skip
# What text is drawn on.
GROUNDS = ("ground", "paper", "sunk")


@pytest.fixture
def page(tmp_path: Path) -> str:
    source = '{% extends "base.html.j2" %}{% block body %}<main>{{ text }}</main>{% endblock %}'
    (tmp_path / "a.html.j2").write_text(source, encoding="utf-8")
    return templates(tmp_path).get_template("a.html.j2").render(language="en", text="<script>")


def test_the_policy_lets_in_the_pages_own_stylesheet_and_pictures_that_it_holds(page):
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy.replace("&#39;", "'").split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]


@pytest.mark.parametrize("part", PARTS, ids=lambda file: str(file.relative_to(KIT_ROOT)))
def test_no_page_has_a_style_in_an_attribute_or_loads_one_as_its_policy_would_refuse_it(part):
    assert not re.findall(r"\sstyle\s*=|url\(|@import", part.read_text(encoding="utf-8"))


def test_what_is_put_into_a_page_is_escaped(page):
    assert "&lt;script&gt;" in page


def colours(scheme: str) -> dict[str, tuple[int, ...]]:
    """Return the colours of the stylesheet by their names, in one scheme."""
    light, dark = STYLE.read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")[:2]
    found = dict(re.findall(r"--([a-z-]+): #([0-9a-f]{3,6})", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([a-z-]+): #([0-9a-f]{3,6})", dark.partition("*, ::before")[0]))
    full = {name: value if len(value) == 6 else "".join(2 * digit for digit in value) for name, value in found.items()}
    return {name: tuple(bytes.fromhex(value)) for name, value in full.items()}


def luminance(colour: tuple[int, ...]) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_text_has_enough_contrast_on_every_ground(scheme):
    found = colours(scheme)
    texts = ("ink", "soft", "accent", "good", "some", "bad", "keyword", "string", "number", "comment")
    pairs = [(text, ground) for text in texts for ground in GROUNDS]
    pairs += [(name, f"{name}-tint") for name in ("good", "some", "bad")]
    pairs += [("ink", f"{name}-tint") for name in ("good", "some", "bad")]
    assert [pair for pair in pairs if contrast(found[pair[0]], found[pair[1]]) < CONTRAST] == []


def test_no_line_ends_within_a_number_and_what_is_put_in_stays_escaped(tmp_path):
    (tmp_path / "a.html.j2").write_text("{{ text|unbroken }}", encoding="utf-8")
    shown = templates(tmp_path).get_template("a.html.j2").render(text="<b>: 2.5e-09 > 1e-05, one-eyed")
    whole = '<span class="whole">{}</span>'.format
    assert shown == f"&lt;b&gt;: {whole('2.5e-09')} &gt; {whole('1e-05')}, one-eyed"
