"""Draws the pictures in the notebook's texts, as SVG, with the pen of the first assignment's."""

from __future__ import annotations

from collections.abc import Callable

from autograder.assignments.rnn_captioning.diagrams import BLUE, ORANGE, RED, Drawing, Say

TIMES, SIGMA = "\N{MULTIPLICATION SIGN}", "\N{GREEK SMALL LETTER SIGMA}"


def lstm_step(say: Say) -> str:
    """Draw one step: the cell state's way above, the four blocks below it, and the hidden state that comes of both."""
    drawing = Drawing(760, 380, say("One step of an LSTM"))
    # The cell state's way.
    drawing.text(40, 75, "c_{t-1}", colour=ORANGE)
    drawing.arrow("M66 70H188", ORANGE)
    drawing.circle(206, 70, 16, ORANGE)
    drawing.text(206, 75, TIMES)
    drawing.arrow("M224 70H396", ORANGE)
    drawing.circle(414, 70, 16, ORANGE)
    drawing.text(414, 75, "+")
    drawing.arrow("M432 70H694", ORANGE)
    drawing.text(718, 75, "c_t", colour=ORANGE)
    # The four blocks of one affine map.
    drawing.text(40, 305, "h_{t-1}", colour=BLUE)
    drawing.arrow("M66 300H142", BLUE)
    drawing.box(372, 300, 456, 36, BLUE)
    drawing.text(372, 305, "a = x_t W_x + h_{t-1} W_h + b")
    drawing.arrow("M206 352V321", ORANGE)
    drawing.text(206, 370, "x_t", colour=ORANGE)
    for x, block, kind in (
        (206, "f", "forget gate"),
        (326, "i", "input gate"),
        (446, "g", "candidate"),
        (566, "o", "output gate"),
    ):
        drawing.arrow(f"M{x} 281V260", BLUE)
        drawing.text(x + 16, 275, f"a_{block}", "s")
        drawing.box(x, 232, 108, 52, BLUE)
        drawing.text(x, 230, "tanh" if block == "g" else SIGMA)
        drawing.text(x, 250, say(kind), "s")
        drawing.text(x - 16, 196, f"{block}_t")
    drawing.arrow("M206 205V88", BLUE)
    drawing.circle(386, 140, 16, BLUE)
    drawing.text(386, 145, TIMES)
    drawing.arrow("M326 205V140H368", BLUE)
    drawing.arrow("M446 205V140H404", BLUE)
    drawing.arrow("M386 123V100L402 85", BLUE)
    # What is shown of the cell state.
    drawing.arrow("M630 70V104")
    drawing.box(630, 122, 64, 34, ORANGE)
    drawing.text(630, 127, "tanh")
    drawing.arrow("M630 140V170")
    drawing.circle(630, 188, 16, BLUE)
    drawing.text(630, 193, TIMES)
    drawing.arrow("M566 205V188H612", BLUE)
    drawing.arrow("M648 188H694", BLUE)
    drawing.text(718, 193, "h_t", colour=BLUE)
    drawing.text(320, 30, say("the memory: changed by one product and one sum, element by element"), "s")
    return drawing.svg()


def two_paths(say: Say) -> str:
    """Draw the two gradients that meet in a cell state, and where their sum goes."""
    drawing = Drawing(760, 322, say("Two gradients meet in each cell state"))
    drawing.circle(430, 90, 26, RED)
    drawing.text(430, 96, "+")
    drawing.text(430, 50, "c_t", colour=ORANGE)
    drawing.arrow("M640 90H458", RED)
    drawing.text(550, 80, "dnext_c", "c s", RED)
    drawing.text(550, 112, say("from the next step"), "s")
    drawing.arrow("M640 230H548", RED)
    drawing.text(594, 220, "dnext_h", "c s", RED)
    drawing.text(630, 264, say("from the scores and the next step"), "s")
    drawing.circle(530, 230, 16, BLUE)
    drawing.text(530, 235, TIMES)
    drawing.text(530, 206, "h_t", colour=BLUE)
    drawing.arrow("M514 226C470 214 440 180 432 119", RED)
    drawing.text(462, 160, say("times o_t and the derivative of the tanh"), "s l")
    drawing.arrow("M512 238C440 262 400 262 330 262", RED)
    drawing.text(290, 267, "o_t")
    drawing.text(290, 290, say("from the hidden state alone"), "s")
    drawing.arrow("M402 90H196", RED)
    drawing.text(300, 80, say("times f_t"), "s", RED)
    drawing.text(150, 95, "dprev_c", "c s", RED)
    drawing.arrow("M404 100C340 130 300 140 226 160", RED)
    drawing.text(176, 172, "f_t, i_t, g_t")
    drawing.text(380, 310, say("Read it from right to left: backwards in time."), "s")
    return drawing.svg()


def lstm_unrolled(say: Say) -> str:
    """Draw the LSTM unrolled in time, with the two states that go from step to step."""
    drawing = Drawing(720, 290, say("The LSTM unrolled in time"))
    drawing.text(40, 115, "c_0 = 0", colour=ORANGE)
    drawing.text(40, 155, "h_0", colour=BLUE)
    drawing.arrow("M72 110H104", ORANGE)
    drawing.arrow("M60 150H104", BLUE)
    for number, x in enumerate((150, 310, 470), 1):
        drawing.box(x, 130, 88, 76, BLUE)
        drawing.text(x, 135, say("step"))
        drawing.arrow(f"M{x} 222V170", ORANGE)
        drawing.text(x, 240, f"x_{number}", colour=ORANGE)
        drawing.arrow(f"M{x} 92V52", BLUE)
        drawing.text(x, 40, f"h_{number}", colour=BLUE)
        drawing.arrow(f"M{x + 46} 110H{x + 114}", ORANGE)
        drawing.text(x + 80, 102, f"c_{number}", "s", ORANGE)
        drawing.arrow(f"M{x + 46} 150H{x + 114}", BLUE)
        drawing.text(x + 80, 142, f"h_{number}", "s", BLUE)
    drawing.text(604, 134, "…")
    drawing.arrow("M622 134H654")
    drawing.text(680, 139, "h_T", colour=BLUE)
    drawing.text(360, 272, say("The cell state stays inside; scores are computed from the hidden states."), "s")
    return drawing.svg()


DIAGRAMS: dict[str, Callable[[Say], str]] = {
    "lstm_step": lstm_step,
    "two_paths": two_paths,
    "lstm_unrolled": lstm_unrolled,
}
