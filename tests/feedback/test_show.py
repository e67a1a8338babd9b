"""What came from a student stays within its place on the page."""

from __future__ import annotations

import pytest

from autograder.feedback.show import in_page
from autograder.i18n.catalogue import catalogue
from autograder.marking.sanitise import clean_html


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('<td style="text-align: right" title="a">x</td>', '<td align="right" title="a">x</td>'),
        ('<td title="a" style="text-align:center">x</td>', '<td title="a" align="center">x</td>'),
        # Else all up to the next quotation mark went: the ends of the table and of what is folded, and so the rest of
        # the page came to stand inside.
        ('<td title=" style=">x</td>', '<td title=" style=">x</td>'),
    ],
)
def test_a_style_becomes_an_alignment_and_nothing_else_goes(cell, shown):
    before, after = "<details><table><tbody><tr>", '</tr></tbody></table></details><q title="z">y</q>'
    assert in_page(clean_html(before + cell + after), catalogue("en")) == before + shown + after
