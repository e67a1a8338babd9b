"""Draws the pictures in the notebook's texts, as SVG.

`autograder release` calls each function in `DIAGRAMS` for each language, and puts what it returns beside the source
notebook, as ``figures/<name>.svg``. The drawings bring a light ground of their own: whether a page is dark is known to
the page alone, and not to a picture in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from itertools import pairwise

Say = Callable[[str], str]
"""Returns a text in the language that is drawn."""

BLUE, ORANGE, RED, GREY, INK = "#1f5fa8", "#a85400", "#b3261e", "#767676", "#222222"
# Of the words read and predicted, and of states and gradients: light grounds on which INK is easily read.
PALE = {BLUE: "#dbe8f7", ORANGE: "#fbe6cf", RED: "#fadcd9", GREY: "#ececec", INK: "#ffffff"}
# The ids of arrowheads.
NAMES = {BLUE: "b", ORANGE: "o", RED: "r", GREY: "g", INK: "i"}
STYLE = (
    "text{font:15px system-ui,'Segoe UI','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif;fill:#222;"
    "text-anchor:middle}.s{font-size:13px}.l{text-anchor:start}.c{font-family:ui-monospace,Consolas,monospace}"
    "path,rect,circle{fill:none;stroke-width:1.6}"
)
SUBSCRIPT = re.compile(r"_\{?(\w+(?:[+-]\d)?)\}?")


class Drawing:
    """An SVG that is made piece by piece. Lengths are in pixels, from the upper left corner."""

    def __init__(self, width: int, height: int, title: str) -> None:
        self._width, self._height, self._title = width, height, title
        self._pieces: list[str] = []
        self._heads: set[str] = set()

    def text(self, x: float, y: float, text: str, style: str = "", colour: str = INK) -> None:
        """Write a line; ``h_t`` and ``h_{t+1}`` have subscripts where the style is not that of code (``c``)."""
        shown = escape(text, quote=False)
        if "c" not in style:
            shown = SUBSCRIPT.sub(r'<tspan dy="4" font-size="11">\1</tspan><tspan dy="-4">&#8203;</tspan>', shown)
        kind = f' class="{style}"' if style else ""
        fill = "" if colour == INK else f' style="fill:{colour}"'
        self._pieces.append(f'<text x="{x:g}" y="{y:g}"{kind}{fill}>{shown}</text>')

    def box(self, x: float, y: float, width: float, height: float, colour: str, dashed: bool = False) -> None:
        """Draw a box around the point (x, y)."""
        dashes = ' stroke-dasharray="5 4"' if dashed else ""
        self._pieces.append(
            f'<rect x="{x - width / 2:g}" y="{y - height / 2:g}" width="{width:g}" height="{height:g}" rx="6" '
            f'style="fill:{PALE[colour]}" stroke="{colour}"{dashes}/>'
        )

    def circle(self, x: float, y: float, radius: float, colour: str) -> None:
        """Draw a circle around the point (x, y)."""
        self._pieces.append(
            f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" style="fill:{PALE[colour]}" stroke="{colour}"/>'
        )

    def arrow(self, points: str, colour: str = INK, dashed: bool = False) -> None:
        """Draw an arrow along a path in SVG's own notation, such as ``M0 0H20``."""
        self._heads.add(colour)
        dashes = ' stroke-dasharray="5 4"' if dashed else ""
        self._pieces.append(f'<path d="{points}" stroke="{colour}" marker-end="url(#{NAMES[colour]})"{dashes}/>')

    def svg(self) -> str:
        """Return the drawing."""
        heads = "".join(
            f'<marker id="{NAMES[colour]}" viewBox="0 0 9 8" refX="8" refY="4" markerWidth="9" markerHeight="8" '
            f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L9 4L0 8z" style="fill:{colour}"/></marker>'
            for colour in PALE
            if colour in self._heads
        )
        ground = f'<rect width="{self._width}" height="{self._height}" rx="10" style="fill:#fffefb"/>'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self._width}" height="{self._height}" '
            f'viewBox="0 0 {self._width} {self._height}" role="img">\n<title>{escape(self._title)}</title>\n'
            f"<style>{STYLE}</style>\n<defs>{heads}</defs>\n" + "\n".join([ground, *self._pieces]) + "\n</svg>\n"
        )


def unrolled(say: Say) -> str:
    """Draw the network unrolled in time: one step with its weights, made again at each place of the sequence."""
    drawing = Drawing(700, 264, say("The network unrolled in time"))
    drawing.text(38, 119, "h_0")
    drawing.arrow("M56 114H94")
    for number, x in enumerate((140, 300, 460), 1):
        drawing.box(x, 114, 88, 44, BLUE)
        drawing.text(x, 119, say("step"))
        drawing.arrow(f"M{x} 196V140", ORANGE)
        drawing.text(x, 214, f"x_{number}", colour=ORANGE)
        drawing.arrow(f"M{x} 92V52", BLUE)
        drawing.text(x, 40, f"h_{number}", colour=BLUE)
        drawing.arrow(f"M{x + 46} 114H{x + 114}")
        drawing.text(x + 80, 106, f"h_{number}", "s", BLUE)
    drawing.text(592, 118, "…")
    drawing.arrow("M608 114H640")
    drawing.text(662, 119, "h_T", colour=BLUE)
    drawing.text(350, 246, say("Each step has the same weights: W_x, W_h and b."), "s")
    return drawing.svg()


def two_gradients(say: Say) -> str:
    """Draw the two gradients that meet in a state, and the step that their sum goes back through."""
    drawing = Drawing(700, 300, say("Two gradients meet in each state"))
    drawing.box(220, 150, 104, 48, BLUE)
    drawing.text(220, 155, say("step t"))
    drawing.box(570, 150, 120, 48, BLUE)
    drawing.text(570, 155, say("step t + 1"))
    drawing.circle(400, 150, 26, RED)
    drawing.text(400, 156, "+")
    drawing.text(434, 190, "h_t", colour=BLUE)
    # What comes from outside, and from the next step.
    drawing.arrow("M400 58V122", RED)
    drawing.text(400, 30, "dh[:, t]", "c", RED)
    drawing.text(400, 49, say("from outside: from the scores of this step"), "s")
    drawing.arrow("M510 150H428", RED)
    drawing.text(468, 140, "dprev_h", "c s", RED)
    drawing.text(520, 212, say("from the next step: through it, from all later steps"), "s")
    # The sum, back through the step.
    drawing.arrow("M374 150H274", RED)
    drawing.text(323, 140, say("the sum"), "s", RED)
    drawing.arrow("M168 150H96", RED)
    drawing.text(60, 155, "dprev_h", "c s", RED)
    drawing.text(78, 128, say("to h_{t-1}"), "s")
    drawing.arrow("M196 174V232", RED)
    drawing.text(196, 250, "dx[:, t]", "c s", RED)
    drawing.arrow("M244 174V214H300", RED)
    drawing.text(350, 236, "dWx, dWh, db", "c s", RED)
    drawing.text(350, 254, say("added up over all steps"), "s")
    drawing.text(350, 286, say("Read it from right to left: backwards in time."), "s")
    return drawing.svg()


def teacher_forcing(say: Say) -> str:
    """Draw what goes in at each step, what is asked for, and which targets count."""
    drawing = Drawing(760, 290, say("Teacher forcing"))
    words = ["<START>", "a", "red", "circle", "<END>", "<NULL>", "<NULL>"]
    drawing.text(14, 58, "captions_out", "c s l")
    drawing.text(14, 76, say("asked for"), "s l")
    drawing.text(14, 154, say("the network"), "s l")
    drawing.text(14, 232, "captions_in", "c s l")
    drawing.text(14, 250, say("goes in"), "s l")
    for number, (given, asked) in enumerate(pairwise(words)):
        x, counts = 176 + 104 * number, asked != "<NULL>"
        if number:
            drawing.arrow(f"M{x - 70} 150H{x - 34}", BLUE)
            # The caption's word, whatever the network has said.
            drawing.arrow(f"M{x - 74} 84L{x - 26} 218", GREY, dashed=True)
        drawing.box(x, 64, 84, 34, ORANGE if counts else GREY, dashed=not counts)
        drawing.text(x, 69, asked, "c s")
        drawing.box(x, 150, 64, 34, BLUE)
        drawing.text(x, 155, f"h_{number + 1}")
        drawing.box(x, 236, 84, 34, ORANGE)
        drawing.text(x, 241, given, "c s")
        drawing.arrow(f"M{x} 218V169", ORANGE)
        drawing.arrow(f"M{x} 132V84", ORANGE if counts else GREY, dashed=not counts)
        drawing.text(x, 34, say("counts") if counts else say("masked"), "s", INK if counts else GREY)
    drawing.text(
        380, 278, say("Dashed lines: the word of the caption goes in next, whatever the network has said."), "s"
    )
    return drawing.svg()


def model(say: Say) -> str:
    """Draw the captioning model, from the picture to the loss; its layers have the numbers that the text gives them."""
    drawing = Drawing(760, 370, say("The captioning model"))
    drawing.box(76, 190, 96, 76, INK)
    drawing.circle(60, 180, 15, RED)
    drawing.text(76, 220, say("picture"), "s")
    drawing.arrow("M126 190H150")
    drawing.box(168, 190, 30, 96, ORANGE)
    drawing.text(168, 256, say("features"), "s")
    drawing.arrow("M185 190H272")
    drawing.text(228, 180, "①")
    drawing.text(230, 210, "W_{proj}, b_{proj}", "s")
    drawing.text(294, 195, "h_0", colour=BLUE)
    words = ["<START>", "a", "red", "circle", "<END>"]
    for number, (given, asked) in enumerate(pairwise(words)):
        x = 374 + 104 * number
        drawing.arrow(f"M{x - 62} 190H{x - 34}", BLUE)
        drawing.box(x, 190, 64, 38, BLUE)
        drawing.text(x, 195, f"h_{number + 1}")
        drawing.arrow(f"M{x} 296V211", ORANGE)
        drawing.box(x, 313, 84, 32, ORANGE)
        drawing.text(x, 318, given, "c s")
        drawing.arrow(f"M{x} 170V124", ORANGE)
        drawing.box(x, 106, 84, 32, INK)
        drawing.text(x, 111, say("scores"), "s")
        drawing.arrow(f"M{x} 89V66")
        drawing.text(x, 57, asked, "c s", ORANGE)
    drawing.text(324, 276, "②  W_{embed}", "s")
    drawing.text(300, 234, "③  W_x, W_h, b", "s")
    drawing.text(294, 152, "④  W_{vocab}, b_{vocab}", "s")
    drawing.text(530, 26, say("⑤  the loss: what the scores give to the next word"), "s")
    drawing.text(530, 352, say("the words before"), "s")
    return drawing.svg()


DIAGRAMS: dict[str, Callable[[Say], str]] = {
    "unrolled": unrolled,
    "two_gradients": two_gradients,
    "teacher_forcing": teacher_forcing,
    "model": model,
}
