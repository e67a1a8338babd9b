"""Catalogues say messages in another language, and what they lack in English."""

from __future__ import annotations

import pytest

from autograder.i18n.catalogue import ENGLISH, Catalogue, CatalogueError, catalogue, translations_in
from autograder.i18n.messages import say

CHINESE = Catalogue(
    "zh-CN",
    {
        "{name}: {count} off": "{name}：{count} 个不对",
        "{what} {advice}": "{what}{advice}",
        "Look.": "请看。",
        ", ": "、",
    },
)


def test_values_are_filled_into_the_translation():
    assert CHINESE.say(say("{name}: {count} off", name="dx", count=3)) == "dx：3 个不对"


def test_messages_in_messages_and_lists_are_said_as_well():
    inner = say("{name}: {count} off", name=["a", "b"], count=1)
    assert CHINESE.say(say("{what} {advice}", what=inner, advice=say("Look."))) == "a、b：1 个不对请看。"


def test_what_has_no_translation_stays_english():
    assert CHINESE.say(say("{name} is None", name="dx")) == "dx is None"
    assert ENGLISH.say(say("Look.")) == "Look."


def test_what_a_student_wrote_is_filled_in_as_it_is():
    assert CHINESE.say(say("{name}: {count} off", name="{count} Look.", count=0)) == "{count} Look.：0 个不对"


def entry(text, translation, comment=""):
    return f'{comment}msgid "{text}"\nmsgstr "{translation}"\n'


def test_entries_that_are_empty_or_doubtful_do_not_count(tmp_path):
    file = tmp_path / "a.po"
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    entries = [entry("one", "一"), entry("two", ""), entry("three", "四", "#, fuzzy\n")]
    file.write_text("\n".join([head, *entries]), encoding="utf-8")
    assert translations_in(file) == {"one": "一"}
    file.write_text("\n".join([head, entry("one", "壹壹")]), encoding="utf-8")
    assert translations_in(file) == {"one": "壹壹"}
    assert translations_in(tmp_path / "none.po") == {}


def test_a_damaged_catalogue_is_named(tmp_path):
    file = tmp_path / "a.po"
    file.write_text('msgid "one"\nmsgstr "1"\n<<<<<<< ours\n', encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"a\.po is no gettext catalogue"):
        translations_in(file)


def test_the_kits_own_catalogue_is_found_and_english_needs_none():
    assert catalogue("zh-CN").say(say("What to look at: {hint}", hint="x")) == "请检查：x"
    assert catalogue("en").say(say("What to look at: {hint}", hint="x")) == "What to look at: x"
