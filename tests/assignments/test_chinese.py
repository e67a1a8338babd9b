"""The Chinese edition: the same assignment, in the words of the field, with nothing left out."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from autograder.course.assignment import Assignment
from autograder.course.paths import KIT_ROOT
from autograder.i18n.catalogue import DOMAIN, KIT, translations_in
from autograder.i18n.code_text import code_of
from autograder.i18n.languages import catalogue_file
from autograder.release.extract_messages import citations
from autograder.release.translation_check import twin_faults

HAN = r"[\u4e00-\u9fff]"
# What is no sentence: code, formulas, addresses, marks of Markdown.
NOT_TEXT = re.compile(r"```.*?```|\$\$.*?\$\$|\]\([^)]*\)", re.DOTALL)
PLOTS = ("plt", "axis", "figure")


@pytest.fixture(scope="module")
def english(marker) -> Assignment:
    """The English edition."""
    return marker.assignment


@pytest.fixture(scope="module")
def chinese(english) -> Assignment:
    """The Chinese edition."""
    return english.in_language("zh-CN")


@pytest.fixture(scope="module")
def texts(chinese) -> list[str]:
    """All Chinese texts: of the notebook and of both catalogues."""
    cells = [cell.source.split("### BEGIN MARK")[0] for cell in chinese.notebook.cells if cell.cell_type == "markdown"]
    said = [
        translations_in(catalogue_file(folder, "zh-CN", domain))
        for folder, domain in ((KIT, DOMAIN), (chinese.folder, chinese.name))
    ]
    return [*cells, *(text for translations in said for text in translations.values())]


def test_the_twins_say_the_same(english):
    assert list(twin_faults(english)) == []


def test_the_code_of_both_editions_is_the_same(english, chinese):
    pairs = list(zip(english.notebook.cells, chinese.notebook.cells, strict=True))
    assert [ours.id for ours, _ in pairs] == [theirs.id for _, theirs in pairs]
    code = [(ours.source, theirs.source) for ours, theirs in pairs if ours.cell_type == "code"]
    assert all(code_of(ours) == code_of(theirs) for ours, theirs in code)
    assert sum(ours != theirs for ours, theirs in code) > 15


def squeezed(text: str) -> str:
    return "".join(text.split())


def handout(assignment: Assignment, problem: str) -> str:
    """Return what students read of a problem: the docstring of its stub and the text above its checks."""
    parts = [
        cell.source
        for cell in assignment.notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == problem or cell.cell_type == "markdown"
    ]
    return squeezed("\n".join(parts))


def test_every_citation_is_found_in_the_chinese_text(english, chinese):
    for problem in (problem for problem in english.problems.values() if not problem.manual):
        cited = set(citations(ast.parse(english.hidden_file(problem.id).read_text(encoding="utf-8"))))
        assert cited
        said = {text: chinese.catalogue.text(text) for text in cited if squeezed(text) in handout(english, problem.id)}
        assert said
        assert [text for text in said.values() if squeezed(text) not in handout(chinese, problem.id)] == []


def test_titles_and_citations_are_whole_sentences(chinese):
    files = [chinese.hidden_file(problem.id) for problem in chinese.problems.values() if not problem.manual]
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    titles = [ast.get_docstring(node) for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)
              and node.name.startswith("test_")]  # fmt: skip
    said = [chinese.catalogue.text(text) for text in (*titles, *(one for tree in trees for one in citations(tree)))]
    assert len(said) > 50
    assert [text for text in said if not text.endswith("。")] == []


def test_one_word_stands_for_one_thing(texts, chinese):
    # The words of docs/instructor.md that were given up for others.
    given_up = re.compile("真实的|批次|容许|就地|由人评分|图片|张图|前向计算|反向计算|掩去|失败")
    assert [text for text in texts if given_up.search(text)] == []
    # 得分 is what a student gets; a word gets 打分 from the model.
    translations = translations_in(catalogue_file(chinese.folder, "zh-CN", chinese.name))
    assert [text for text in translations.values() if "得分" in text] == []
    assert any("打分" in text for text in translations.values())


def test_characters_are_simplified(texts):
    # GB 2312 has the simplified characters in general use, and no traditional ones.
    strange = {letter for text in texts for letter in re.findall(HAN, text) if not in_gb2312(letter)}
    assert strange == set()


def in_gb2312(letter: str) -> bool:
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def test_a_space_stands_between_chinese_and_latin_text_and_nowhere_else(texts):
    plain = [NOT_TEXT.sub(" ", text) for text in texts]
    close = [
        found
        for text in plain
        for found in re.findall(rf".{{0,8}}(?:{HAN}[A-Za-z0-9`$]|[A-Za-z0-9`$]{HAN}).{{0,8}}", text)
    ]
    apart = [found for text in plain for found in re.findall(rf".{{0,8}}(?:{HAN}|[，。；：）]) +{HAN}.{{0,8}}", text)]
    assert close == []
    assert apart == []


def test_punctuation_between_chinese_words_is_chinese(texts):
    assert [
        found for text in texts for found in re.findall(rf".{{0,8}}(?:{HAN}[,;:!?()]|[,;!?]{HAN}).{{0,8}}", text)
    ] == []


def test_plots_are_labelled_in_ascii(chinese):
    for cell in chinese.notebook.cells:
        if cell.cell_type != "code":
            continue
        for node in ast.walk(ast.parse(cell.source.replace("%matplotlib", "#"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called.split(".")[0] in PLOTS or called == "show_pictures":
                assert ast.unparse(node).isascii()


# Words of the field that the notebook needs.
FIELD = {
    "rnn_captioning": (
        "循环神经网络 反向传播 词嵌入 隐藏状态 时间步 梯度检验 小批量 交叉熵损失 链式法则 掩码 教师强制 学习率 词表"
    ),
    "lstm_captioning": (
        "长短期记忆网络 循环神经网络 反向传播 隐藏状态 细胞状态 遗忘门 输入门 输出门 候选值 时间步 小批量 掩码 词表"
    ),
}


def test_names_of_the_field_are_used(chinese):
    text = "\n".join(cell.source for cell in chinese.notebook.cells)
    assert [word for word in FIELD[chinese.name].split() if word not in text] == []


def test_the_committed_chinese_release_is_an_edition_of_the_same_notebook(english):
    for kind in ("release", "solutions"):
        folders = [KIT_ROOT / kind / name for name in (english.name, f"{english.name}.zh-CN")]
        files = [{path.relative_to(folder) for path in folder.rglob("*.[ip]*") if "__pycache__" not in path.parts}
                 for folder in folders]  # fmt: skip
        assert files[0] == files[1]
        assert Path(f"{english.name}.ipynb") in files[1]
