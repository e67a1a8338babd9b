"""Says times and spans as people write them in their language; a time is said in the course's zone, which is named."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_datetime, format_timedelta
from markupsafe import Markup, escape

# As CLDR writes patterns. Weeks are how people remember what is due.
PATTERNS = {"en": "EEE d MMM y, HH:mm", "zh": "y年M月d日（EEE）HH:mm"}
SHORT = {"en": "d MMM, HH:mm", "zh": "M月d日 HH:mm"}
SECONDS = {"en": "EEE d MMM y, HH:mm:ss", "zh": "y年M月d日（EEE）HH:mm:ss"}
UNITS: tuple[tuple[int, Literal["day", "hour", "minute", "second"]], ...] = (
    (86400, "day"),
    (3600, "hour"),
    (60, "minute"),
    (1, "second"),
)


def locale_of(language: str) -> Locale:
    """Return Babel's locale of a language tag such as ``zh-CN``."""
    return Locale.parse(language.replace("-", "_"))


def moment(at: datetime, zone: str, language: str, *, seconds: bool = False, short: bool = False) -> Markup:
    """Return a time as HTML, without its zone's name.

    Args:
        at: The time, with a zone.
        zone: The name of the zone in which it is said.
        language: The language in which it is said.
        seconds: Whether its seconds are said, too.
        short: Whether day and year are left out, where there are many.
    """
    locale = locale_of(language)
    patterns = SECONDS if seconds else SHORT if short else PATTERNS
    pattern = patterns.get(locale.language, patterns["en"])
    said = format_datetime(at, pattern, tzinfo=ZoneInfo(zone), locale=locale)
    return Markup(f'<time datetime="{at.isoformat(timespec="seconds")}">{escape(said)}</time>')


def zone_name(at: datetime, zone: str) -> str:
    """Return the zone of a time as people can compare it with their own: ``Asia/Shanghai, UTC+08:00``."""
    if zone == "UTC":
        return zone
    offset = at.astimezone(ZoneInfo(zone)).strftime("%z")
    return f"{zone}, UTC{offset[:3]}:{offset[3:5]}"


def span(seconds: float, language: str) -> str:
    """Return a span in its two largest units, never more than there is: ``1 hour 40 minutes``."""
    locale, left = locale_of(language), max(0, int(seconds))
    said: list[str] = []
    for size, unit in UNITS:
        count, left = divmod(left, size)
        if count or (unit == "second" and not said):
            said.append(
                format_timedelta(timedelta(seconds=count * size), granularity=unit, threshold=1e9, locale=locale)
            )
        elif said:
            break
        if len(said) == 2:
            break
    return ("" if locale.language == "zh" else " ").join(said)
