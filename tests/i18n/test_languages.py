"""Folders of editions, and files of catalogues."""

from __future__ import annotations

from pathlib import Path

from autograder.i18n.languages import catalogue_file, edition_name


def test_the_english_edition_bears_the_plain_name():
    assert (edition_name("rnn", "en"), edition_name("rnn", "zh-CN")) == ("rnn", "rnn.zh-CN")


def test_a_catalogue_lies_where_gettext_looks_for_it():
    assert catalogue_file(Path("kit"), "zh-CN", "rnn") == Path("kit/locale/zh_CN/LC_MESSAGES/rnn.po")
