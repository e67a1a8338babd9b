"""Chooses the language of a page: what the person chose once, or else what the browser asks for."""

from __future__ import annotations

from functools import cache

from babel.core import Locale, UnknownLocaleError
from fastapi import Request

from autograder.i18n.catalogue import KIT
from autograder.i18n.languages import DEFAULT

COOKIE = "autograder_language"
# A year.
COOKIE_SECONDS = 365 * 24 * 3600
# Parts of a browser's header that are looked at.
ASKED_MAX = 20


@cache
def languages() -> dict[str, str]:
    """Return the languages that the kit's own texts are in, by their tags, each under its own name."""
    tags = [DEFAULT, *sorted(folder.name.replace("_", "-") for folder in (KIT / "locale").iterdir() if folder.is_dir())]
    return {tag: _own_name(tag) for tag in tags}


def _own_name(tag: str) -> str:
    try:
        locale = Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return tag
    return str(locale.languages.get(locale.language, tag))


def language_of(request: Request) -> str:
    """Return the language in which whoever asks is answered."""
    chosen = request.cookies.get(COOKIE)
    if chosen in languages():
        return chosen
    return asked_for(request.headers.get("accept-language", ""))


def asked_for(header: str) -> str:
    """Return the language that a browser prefers of those that there are; English when it prefers none.

    Args:
        header: ``Accept-Language`` as RFC 9110 has it: ``zh-TW,zh;q=0.9,en;q=0.5``.
    """
    wanted = []
    for part in header.split(",")[:ASKED_MAX]:
        tag, _, quality = part.strip().partition(";")
        try:
            weight = float(quality.partition("=")[2]) if quality else 1.0
        except ValueError:
            weight = 0.0
        if tag and weight > 0:
            wanted.append((-weight, tag.strip().lower()))
    for _, tag in sorted(wanted, key=lambda one: one[0]):
        # Whoever reads any Chinese reads the one that there is rather than English.
        primary = tag.partition("-")[0]
        for known in languages():
            if known.lower() == tag or known.partition("-")[0].lower() == primary:
                return known
    return DEFAULT
