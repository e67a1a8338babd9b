"""What people read in a code cell is translated; the code stays as it is."""

from __future__ import annotations

import pytest

from autograder.i18n.catalogue import Catalogue, CatalogueError
from autograder.i18n.code_text import code_texts, translated

CELL = '''\
%matplotlib inline
def f(x, *, hint="no text"):
    """Return x.

    Args:
        x: anything.
    """
    # Nothing to do.
    ### BEGIN SOLUTION
    return x  # at once
    ### END SOLUTION


print(f"{f(1):.2f} errors: ", "a" "b")
assert f(1), (
    f"f returned {f(1)}, "
    "which is wrong."
)
check(name="key", hint="Look at the bias.", words=["not a text", "x"])
raise ValueError("too many words")
'''
TEXTS = {
    "Return x.\n\nArgs:\n    x: anything.": "返回 x。\n\n参数：\n    x: 任何东西。",
    "Nothing to do.": "无事可做。",
    "at once": "立即",
    "{f(1):.2f} errors: ": "错误：{f(1):.2f}",
    "ab": "甲乙",
    "f returned {f(1)}, which is wrong.": "f 返回了 {f(1)}，不对。",
    "Look at the bias.": "请检查偏置。",
    "too many words": "太多",
}
CHINESE = '''\
%matplotlib inline
def f(x, *, hint="no text"):
    """返回 x。

    参数：
        x: 任何东西。
    """
    # 无事可做。
    ### BEGIN SOLUTION
    return x  # 立即
    ### END SOLUTION


print(f"错误：{f(1):.2f}", "甲乙")
assert f(1), (
    f"f 返回了 {f(1)}，不对。"
)
check(name="key", hint="请检查偏置。", words=["not a text", "x"])
raise ValueError("太多")
'''


def test_docstrings_comments_and_what_is_shown_are_texts_and_nothing_else_is():
    assert [text.text for text in code_texts(CELL)] == list(TEXTS)


def test_texts_are_replaced_and_what_has_no_translation_stays():
    assert translated(CELL, Catalogue("zh-CN", TEXTS)) == CHINESE
    assert translated(CELL, Catalogue("zh-CN", {})) == CELL


@pytest.mark.parametrize(
    "translation",
    ["错误：", "错误：{f(2):.2f}", "错误：{f(1):.2f} {x}", '错误"：{f(1):.2f}', '", exit(), f"{f(1):.2f}'],
    ids=["lacks what is filled in", "fills in something else", "fills in more", "a quote", "code"],
)
def test_a_translation_that_would_change_the_code_is_refused(translation):
    with pytest.raises(CatalogueError, match="changes the code"):
        translated(CELL, Catalogue("zh-CN", {"{f(1):.2f} errors: ": translation}))


def test_a_docstring_cannot_end_early():
    text = next(iter(TEXTS))
    with pytest.raises(CatalogueError, match="changes the code"):
        translated(CELL, Catalogue("zh-CN", {text: 'x"""\n    exit()\n    """'}))


def test_code_that_python_cannot_read_has_no_texts():
    assert code_texts("def f(:\n  # a comment") == []
