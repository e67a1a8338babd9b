"""The words of mini-COCO's captions and what they mean."""

from __future__ import annotations

from .scene import COLOURS, SHAPES

PLURALS = {shape: f"{shape}s" for shape in SHAPES}

SHAPE_WORDS = {**{shape: (shape, False) for shape in SHAPES}, **{f"{shape}s": (shape, True) for shape in SHAPES}}
"""A noun: the shape that it names, and whether it is a plural."""

COLOUR_WORDS = {colour: colour for colour in COLOURS}
SIZE_WORDS = {"small": "small", "little": "small", "large": "large", "big": "large"}
COUNT_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
PAIR = ("a", "pair", "of")

PLACES = {
    "in the top left corner": "top left",
    "in the top right corner": "top right",
    "in the bottom left corner": "bottom left",
    "in the bottom right corner": "bottom right",
    "in the top left": "top left",
    "in the top right": "top right",
    "in the bottom left": "bottom left",
    "in the bottom right": "bottom right",
    "in the middle": "middle",
    "in the centre": "middle",
    "at the top": "top",
    "at the bottom": "bottom",
    "on the left": "left",
    "on the right": "right",
}
"""Where in the picture. A longer phrase stands before a shorter one that it begins with."""

LINES = {"in a row": "row", "side by side": "row", "in a column": "column"}
"""How several things of one group lie."""

RELATIONS = {
    "above": "above",
    "over": "above",
    "below": "below",
    "under": "below",
    "to the left of": "left of",
    "to the right of": "right of",
    "next to": "beside",
    "beside": "beside",
    "inside": "inside",
    "around": "around",
}
"""How one group lies to another."""

INVERSES = {
    "above": "below",
    "below": "above",
    "left of": "right of",
    "right of": "left of",
    "beside": "beside",
    "inside": "around",
    "around": "inside",
}

BACKGROUND_PHRASES = {"on a light background": "light", "on a dark background": "dark"}

PICTURE_WORDS = ("picture", "image", "drawing")

RARE_WORDS = {
    "red": ("crimson", "scarlet"),
    "green": ("emerald",),
    "blue": ("azure",),
    "purple": ("violet",),
    "yellow": ("golden",),
    "large": ("huge", "enormous"),
    "small": ("tiny", "minute"),
    "circle": ("disc",),
    "square": ("box",),
}
"""Words that a writer uses so seldom that they don't get into the vocabulary and become ``<UNK>``."""


def phrases_for(table: dict[str, str], meaning: str) -> tuple[str, ...]:
    """Return the phrases of ``table`` that mean ``meaning``."""
    return tuple(phrase for phrase, said in table.items() if said == meaning)
