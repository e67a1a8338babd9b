"""Writes captions: five different, true English sentences about a scene.

A pattern writes one kind of sentence, or returns ``None`` if it doesn't fit the scene. What it may claim comes from
``facts``, so a caption is true because of where things are, not because of how the scene was made.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from . import facts
from .lexicon import (
    BACKGROUND_PHRASES,
    INVERSES,
    LINES,
    PICTURE_WORDS,
    PLACES,
    PLURALS,
    RARE_WORDS,
    RELATIONS,
    SIZE_WORDS,
    phrases_for,
)
from .scene import Group, Scene, pick

CAPTIONS_PER_PICTURE = 5
MAX_WORDS = 15
"""A caption of length 17 without ``<START>`` and ``<END>``."""

RARE_WORD_CHANCE = 0.004
SIZE_CHANCE = 0.92
SYNONYM_CHANCE = 0.15
READING_ORDER_CHANCE = 0.93

Pattern = Callable[[Scene, random.Random], str | None]


def write_captions(scene: Scene, rng: random.Random) -> list[str]:
    """Return ``CAPTIONS_PER_PICTURE`` different captions of at most ``MAX_WORDS`` words each.

    Args:
        scene: What to write about.
        rng: Decides on the wording; its state moves on.
    """
    patterns = ONE_GROUP_PATTERNS if len(scene.groups) == 1 else TWO_GROUP_PATTERNS
    captions: list[str] = []
    while len(captions) < CAPTIONS_PER_PICTURE:
        caption = pick(rng, patterns)(scene, rng)
        if caption is None or len(caption.split()) > MAX_WORDS or caption in captions:
            continue
        captions.append(caption)
    return [_with_rare_word(caption, rng) for caption in captions]


def _with_rare_word(caption: str, rng: random.Random) -> str:
    if rng.random() >= RARE_WORD_CHANCE:
        return caption
    words = caption.split()
    places = [place for place, word in enumerate(words) if word in RARE_WORDS]
    if places:
        place = pick(rng, places)
        words[place] = pick(rng, RARE_WORDS[words[place]])
        if words[place - 1] == "a" and words[place][0] in "aeiou":
            words[place - 1] = "an"
    return " ".join(words)


def noun_phrase(group: Group, rng: random.Random) -> str:
    """Return a phrase for all things of a group, such as "two small blue squares"; the size is sometimes left out."""
    thing = group[0]
    noun = thing.shape if len(group) == 1 else PLURALS[thing.shape]
    size = f"{_size_word(thing.size, rng)} " if rng.random() < SIZE_CHANCE else ""
    rest = f"{size}{thing.colour} {noun}"
    if len(group) == 1:
        article = "an" if rest.startswith("orange") else "a"
        return f"{'one' if rng.random() < 0.1 else article} {rest}"
    return f"{_count_phrase(len(group), rng)} {rest}"


def _count_phrase(count: int, rng: random.Random) -> str:
    if count == 2:
        return "a pair of" if rng.random() < 0.2 else "two"
    return "three"


def _size_word(size: str, rng: random.Random) -> str:
    plain, other = phrases_for(SIZE_WORDS, size)
    return other if rng.random() < SYNONYM_CHANCE else plain


def _place(group: Group, rng: random.Random) -> str | None:
    """Return a phrase for where a group is, the most precise that is true, or ``None`` if none is."""
    true_places = [place for place in dict.fromkeys(PLACES.values()) if facts.is_at(group, place)]
    return pick(rng, phrases_for(PLACES, true_places[0])) if true_places else None


def _line(group: Group, rng: random.Random) -> str | None:
    """Return a phrase for how the things of a group lie, or ``None`` if there is but one."""
    for line in ("row", "column"):
        if facts.lie_in(group, line):
            fitting = [p for p in phrases_for(LINES, line) if p != "side by side" or len(group) == 2]
            return pick(rng, fitting)
    return None


def _whereabouts(group: Group, rng: random.Random) -> str | None:
    """Return where a group is, how its things lie, or both."""
    parts = [part for part in (_line(group, rng), _place(group, rng)) if part is not None]
    if len(parts) == 2 and rng.random() < 0.6:
        parts = [pick(rng, parts)]
    return " ".join(parts) if parts else None


def _relation(first: Group, second: Group) -> str | None:
    for relation in ("inside", "around", "above", "below", "left of", "right of"):
        if facts.are_related(first, relation, second):
            return relation
    return None


def _relation_phrase(relation: str, rng: random.Random) -> str:
    if relation in ("left of", "right of") and rng.random() < 0.2:
        relation = "beside"
    phrases = phrases_for(RELATIONS, relation)
    return phrases[0] if rng.random() < 0.75 else pick(rng, phrases)


def _in_order(scene: Scene, rng: random.Random) -> tuple[Group, Group]:
    """Return both groups as a writer would name them: mostly as one reads, from the top left to the bottom right."""
    first, second = sorted(scene.groups, key=_reading_order)
    if _relation(first, second) == "around":
        first, second = second, first
    return (first, second) if rng.random() < READING_ORDER_CHANCE else (second, first)


def _reading_order(group: Group) -> float:
    return sum(thing.x + thing.y for thing in group) / len(group)


def _background(scene: Scene) -> str:
    return phrases_for(BACKGROUND_PHRASES, scene.background)[0]


def _is_or_are(group: Group) -> str:
    return "is" if len(group) == 1 else "are"


def _described(group: Group, rng: random.Random) -> str:
    """Return a sentence about one group that names its shape first: "the circle is large and red"."""
    thing = group[0]
    subject = f"the {thing.shape}" if len(group) == 1 else f"the {_COUNTS[len(group)]} {PLURALS[thing.shape]}"
    return f"{subject} {_is_or_are(group)} {_size_word(thing.size, rng)} and {thing.colour}"


_COUNTS = {2: "two", 3: "three"}


def _alone_somewhere(scene: Scene, rng: random.Random) -> str | None:
    where = _whereabouts(scene.groups[0], rng)
    return where and f"{noun_phrase(scene.groups[0], rng)} {where}"


def _there_is_one(scene: Scene, rng: random.Random) -> str | None:
    where = _whereabouts(scene.groups[0], rng)
    group = scene.groups[0]
    return where and f"there {_is_or_are(group)} {noun_phrase(group, rng)} {where}"


def _alone_on_background(scene: Scene, rng: random.Random) -> str | None:
    group = scene.groups[0]
    phrase = noun_phrase(group, rng)
    if rng.random() < 0.5:
        return f"{_background(scene)} there {_is_or_are(group)} {phrase}"
    return f"{phrase} {_background(scene)}"


def _picture_of_one(scene: Scene, rng: random.Random) -> str | None:
    picture = pick(rng, PICTURE_WORDS)
    article = "an" if picture == "image" else "a"
    where = _whereabouts(scene.groups[0], rng)
    return where and f"{article} {picture} of {noun_phrase(scene.groups[0], rng)} {where}"


def _description_of_one(scene: Scene, rng: random.Random) -> str | None:
    return _described(scene.groups[0], rng)


def _one_to_other(scene: Scene, rng: random.Random) -> str | None:
    first, second = _in_order(scene, rng)
    relation = _relation(first, second)
    return relation and f"{noun_phrase(first, rng)} {_relation_phrase(relation, rng)} {noun_phrase(second, rng)}"


def _there_is_one_to_other(scene: Scene, rng: random.Random) -> str | None:
    first, second = _in_order(scene, rng)
    relation = _relation(first, second)
    return relation and (
        f"there {_is_or_are(first)} {noun_phrase(first, rng)} {_relation_phrase(relation, rng)} "
        f"{noun_phrase(second, rng)}"
    )


def _one_is_to_other(scene: Scene, rng: random.Random) -> str | None:
    first, second = _in_order(scene, rng)
    relation = _relation(first, second)
    return relation and (
        f"{noun_phrase(first, rng)} {_is_or_are(first)} {_relation_phrase(relation, rng)} {noun_phrase(second, rng)}"
    )


def _one_with_other(scene: Scene, rng: random.Random) -> str | None:
    first, second = _in_order(scene, rng)
    relation = _relation(first, second)
    pronoun = "it" if len(first) == 1 else "them"
    return relation and (
        f"{noun_phrase(first, rng)} with {noun_phrase(second, rng)} "
        f"{_relation_phrase(INVERSES[relation], rng)} {pronoun}"
    )


def _both_on_background(scene: Scene, rng: random.Random) -> str | None:
    first, second = _in_order(scene, rng)
    both = f"{noun_phrase(first, rng)} and {noun_phrase(second, rng)}"
    if rng.random() < 0.5:
        return f"{_background(scene)} there {_is_or_are(first)} {both}"
    return f"{both} {_background(scene)}"


def _both_with_places(scene: Scene, rng: random.Random) -> str | None:
    first, second = _in_order(scene, rng)
    places = _place(first, rng), _place(second, rng)
    if None in places or _relation(first, second) in ("inside", "around"):
        return None
    return f"{noun_phrase(first, rng)} {places[0]} and {noun_phrase(second, rng)} {places[1]}"


def _picture_of_both(scene: Scene, rng: random.Random) -> str | None:
    first, second = _in_order(scene, rng)
    picture = pick(rng, PICTURE_WORDS)
    article = "an" if picture == "image" else "a"
    return f"{article} {picture} of {noun_phrase(first, rng)} and {noun_phrase(second, rng)}"


def _descriptions_of_both(scene: Scene, rng: random.Random) -> str | None:
    first, second = _in_order(scene, rng)
    if first[0].shape == second[0].shape:
        return None
    return f"{_described(first, rng)} and {_described(second, rng)}"


ONE_GROUP_PATTERNS: tuple[Pattern, ...] = (
    _alone_somewhere,
    _alone_somewhere,
    _alone_somewhere,
    _there_is_one,
    _alone_on_background,
    _picture_of_one,
    _description_of_one,
)
TWO_GROUP_PATTERNS: tuple[Pattern, ...] = (
    _one_to_other,
    _one_to_other,
    _one_to_other,
    _there_is_one_to_other,
    _one_is_to_other,
    _one_with_other,
    _both_on_background,
    _both_with_places,
    _picture_of_both,
    _descriptions_of_both,
)
