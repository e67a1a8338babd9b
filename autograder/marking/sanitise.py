"""Makes what students show safe to open: nothing in it runs, loads from elsewhere, or takes another page's place.

Outputs are cleaned when a notebook is marked, because nbgrader's formgrader shows the autograded notebook itself. Text
cells stay as they were written; `autograder.nbgrader_plugins.markdown_filters` cleans them each time they are shown.
All code is coloured by the lexer of Python. A text can ask for others by name, and some of those take minutes, or never
end, for one line that is made for them.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections import Counter
from collections.abc import Callable
from html import escape, unescape
from typing import Any

import nbformat
import nh3
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.token import STANDARD_TYPES

from autograder.marking.execution.outputs import image_sizes, output_of, storable
from autograder.marking.formulas import Formulas

# What pages of formulas, tables, code and pictures are made of; tags in rows, for one a line would fill the screen.
TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "details", "div",
    "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins",
    "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
}  # fmt: skip
# These are removed with everything in them: their content is code or data, not text for a reader. Of other tags only
# the tag itself is removed. In rows, as above.
GONE = {
    "applet", "embed", "frame", "frameset", "head", "iframe", "noscript", "object", "script", "style", "template",
    "title", "xml",
}  # fmt: skip
NUMBERS = ("border", "colspan", "height", "rowspan", "start", "width")
# No class but those of `CLASSES`, no id and no name: with one of the page's own, an output could pose as part of it.
ATTRIBUTES = {
    "*": {"title"},
    "a": {"href"},
    "col": {"span"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "table": {"border"},
    "td": {"colspan", "rowspan", "style"},
    "th": {"colspan", "rowspan", "style"},
}
CLASSES = {
    "div": {"highlight"},
    "span": {name for name in STANDARD_TYPES.values() if name},
    "table": {"dataframe"},
}
# What nbconvert shows as text. Other types, SVG, JavaScript and widgets among them, are not shown.
TEXTS = ("text/plain", "text/latex")
LINKS = ("http://", "https://", "mailto:")
# Cleaning HTML takes time that grows with the square of how deep it is nested. What is left open counts as nested;
# tables as pandas writes them close what they open.
HTML_MAX = 200_000
NESTED_MAX = 500
OPENED = re.compile(r"<(/?)(?!(?:area|br|col|embed|hr|img|input|link|meta|wbr)\b)([a-zA-Z][\w-]*)")
# Of these elements a parser opens each that was left open again in each paragraph and cell that follows: three times at
# most, but all of those that differ in an attribute. 46 kB came to 45 MB of HTML that way, and 700 MB of memory.
FORMATS = r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\b"
FORMAT, ODD_FORMAT = re.compile(rf"{FORMATS}[^<>]*>", re.IGNORECASE), re.compile(rf"{FORMATS}(?!>)", re.IGNORECASE)
SAME_FORMAT, REOPENED_MAX = 3, 500_000
NOTEBOOK_HTML_MAX = 400_000
TEXT_MAX = 100_000
# nbconvert takes most of the time of showing a text for turning these codes into colours.
COLOURS_MAX = 2_000
NOTEBOOK_COLOURS_MAX = 10_000
# The parser and the lexer take time that grows with the square of a text's length; longer texts are shown as they
# were typed. At these lengths each takes a quarter of a second, whatever is in the text.
MARKDOWN_MAX = 4_000
CODE_MAX = 8_000
# Of all texts of one notebook: many of a bounded length can still take minutes. What comes after that is shown plain.
NOTEBOOK_MARKDOWN_MAX = 120_000
PYTHON = ("python", "python3", "ipython", "ipython3", "py")
# Of one text. Those that come after that are shown as they were typed.
FORMULAS_MAX = 200
# Characters of all pictures in one text, each as often as it is shown; of those that come after that, the names are. An
# attached picture can have megabytes, and a text show it in 24 characters.
PICTURES_MAX = HTML_MAX * 9 // 10
BLANK = re.compile(r"^[^\S\n]+$", re.MULTILINE)
BLANKS_MAX = 200
BLANKS = re.compile(rf"[^\S\n]{{{BLANKS_MAX},}}")
# The first bytes of a file of the type.
PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
# A colour is one number, or 38 or 48 and what must follow; where that does not follow, nbconvert fails.
COLOUR = r"(?:[34]8;(?:5;\d{1,3}|2;\d{1,3};\d{1,3};\d{1,3})|(?![34]8(?!\d))(?:[1-9]\d{0,2}|0\d?)?)"
ESCAPES = re.compile(rf"(\x1b\[{COLOUR}(?:;{COLOUR}){{0,9}}m)|\x1b(?:\[[0-?]*[ -/]*[@-~]|[^\[]?)")
MARKS = re.compile(r"<(?!img src)[^>]*>")
TAG = re.compile(r"<[^>]*>")
FindFigure = Callable[[str], bytes | None]
CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
NBGRADER_FIELDS: dict[str, type | tuple[type, ...]] = {
    "cell_type": str,
    "checksum": str,
    "grade": bool,
    "grade_id": str,
    "locked": bool,
    "points": (int, float),
    "schema_version": int,
    "solution": bool,
    "task": bool,
}
LANGUAGE = {"name": "python", "pygments_lexer": "ipython3"}
# The kernel in which a marked notebook is opened, whatever the submission or the instructor names: see
# `autograder.nbgrader_plugins.live_kernel`.
KERNEL = {"name": "autograder-sandbox", "display_name": "Python 3 (shut in, as for marking)", "language": "python"}


def picture(mime: str, text: Any) -> str | None:
    """Return the base64 text of a picture without blanks, or None when it is not a PNG or JPEG file."""
    if mime not in PICTURES or not isinstance(text, str):
        return None
    packed = "".join(text.split())
    try:
        data = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        return None
    # By its bytes: what calls itself a picture may be anything.
    return packed if data.startswith(PICTURES[mime]) else None


def picture_address(address: str) -> str | None:
    """Return the ``data:`` address of a picture that it holds itself, or None for any other address."""
    head, comma, text = address.strip().partition(";base64,")
    packed = picture(head.removeprefix("data:").lower(), text) if comma and head.startswith("data:") else None
    return None if packed is None else f"{head.lower()};base64,{packed}"


def filter_attribute(tag: str, name: str, value: str) -> str | None:
    """Return the value that an attribute may have, or None to leave it out."""
    if name == "src":
        return picture_address(value)
    # A remote picture would tell its owner who reads the page; a link is only followed when somebody clicks on it.
    if name == "href":
        return value if value.strip().lower().startswith(LINKS) else None
    if name in (*NUMBERS, "span"):
        # Larger numbers make tables that no browser can draw.
        return value if value.isascii() and value.isdigit() and len(value) <= 4 else None
    return value


CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=GONE,
    attributes=ATTRIBUTES,
    attribute_filter=filter_attribute,
    allowed_classes=CLASSES,
    # The alignment of a table's columns is the one style that pandas and Markdown need.
    filter_style_properties={"text-align"},
    url_schemes={"http", "https", "mailto", "data"},
)


def clean_html(text: str) -> str:
    """Return HTML reduced to text, tables, code, links and pictures that it holds itself.

    Raises:
        ValueError: It is too long, nested too deep, or would grow too much, to be cleaned.
    """
    if len(text) > HTML_MAX:
        raise ValueError(f"HTML of {len(text):,} characters; at most {HTML_MAX:,} are shown")
    if is_deep(text):
        raise ValueError(f"HTML that is nested deeper than {NESTED_MAX} levels")
    text = FORMAT.sub(r"<\1>", text)
    if reopened(text) > REOPENED_MAX:
        raise ValueError("HTML that opens bold, italics and the like again and again")
    return CLEANER.clean(storable(text))


def is_deep(text: str) -> bool:
    """Return whether HTML has more open elements anywhere than are cleaned in a moment."""
    opened, level = Counter[str](), 0
    for tag in OPENED.finditer(text):
        name = tag[2].lower()
        # What closes nothing leaves all open.
        step = 1 if not tag[1] else -1 if opened[name] else 0
        opened[name] += step
        level += step
        if level > NESTED_MAX:
            return True
    return False


def reopened(text: str) -> int:
    """Return how many elements a parser may add to HTML by opening those again that were left open."""
    kinds = {found[1].lower() for found in FORMAT.finditer(text)}
    # Of links, one alone is open. A tag with a "<" in an attribute kept its attributes.
    most = SAME_FORMAT * len(kinds) + len(ODD_FORMAT.findall(text)) + 1
    return most * text.count("<")


def clean_text(text: str, colours: int = COLOURS_MAX) -> str:
    """Return text of a bounded length, with no terminal codes but those for colours.

    Args:
        text: Of any length, as the kernel sent it.
        colours: How many codes it may have at most; where there are more, all are removed.
    """
    coloured = text.count("\x1b") <= min(colours, COLOURS_MAX)
    text = ESCAPES.sub(lambda found: found[1] or "" if coloured else "", storable(text))
    return text if len(text) <= TEXT_MAX else f"{text[:TEXT_MAX]}\n[Cut here: {len(text):,} characters.]"


class Renderer(IPythonRenderer):
    """nbconvert's renderer, which shows the names of pictures that are not attached to the cell.

    Formulas and the course's own figures are kept apart, as MathML and SVG are nothing that the HTML of a text may
    hold: `with_kept` puts them in their places when all else is clean.
    """

    def __init__(self, attachments: dict[str, dict[str, str]], figure: FindFigure, formulas: Formulas) -> None:
        # Not escaped here: HTML in Markdown is cleaned with the rest of the page.
        super().__init__(escape=False, attachments=attachments, exclude_anchor_links=True)
        self._figure, self._converter, self._room = figure, formulas, PICTURES_MAX
        # Cannot be guessed, so that no text can ask for a place.
        self._name = secrets.token_hex(16)
        self._kept: list[str] = []
        # By their places; all are made at once, see `autograder.marking.formulas`.
        self._formulas: dict[int, tuple[str, bool]] = {}

    def inline_math(self, body: str) -> str:
        """Return the place of a formula in a line."""
        return self._place(body, block=False)

    def block_math(self, body: str) -> str:
        """Return the place of a formula in a line of its own."""
        return self._place(body, block=True)

    def latex_environment(self, name: str, body: str) -> str:
        """Return the place of a formula that names its environment."""
        return self._place(f"\\begin{{{name}}}{body}\\end{{{name}}}", block=True)

    def _place(self, tex: str, *, block: bool) -> str:
        if len(self._formulas) == FORMULAS_MAX:
            return f"<code>{escape(tex)}</code>"
        self._formulas[len(self._kept)] = tex, block
        return self._keep("")

    def _keep(self, html: str) -> str:
        self._kept.append(html)
        # An element: in an attribute, where what is kept may not come to stand, its quotes would be other characters.
        return f'<var title="{self._name}-{len(self._kept) - 1}"></var>'

    def with_kept(self, cleaned: str) -> str:
        """Return clean HTML with formulas and figures in their places."""
        for place, made in zip(self._formulas, self._converter.html(*self._formulas.values()), strict=True):
            self._kept[place] = made
        place_of = re.compile(rf'<var title="{self._name}-(\d+)"></var>')
        return place_of.sub(lambda found: self._kept[int(found[1])], cleaned)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return an attached picture or a figure of the course's, or what the text calls it."""
        if (svg := self._figure(url)) is not None:
            address = f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
            words = escape(unescape(TAG.sub("", text)))
            return self._keep(f'<img src="{address}" alt="{words}">')
        name = url.removeprefix("attachment:")
        # nbconvert raises for an attachment that is not there, and a student's notebook may lack it.
        if url.startswith("data:") or (url != name and name in self.attachments):
            self._room -= max([len(url), *map(len, self.attachments.get(name, {}).values())])
            if self._room >= 0:
                return str(super().image(text, url, title))
        return f"[picture: {escape(TAG.sub('', text))}]"

    def block_code(self, code: str, info: str | None = None) -> str:
        """Return a block of code, coloured when it is said to be Python."""
        language = (info or "").split(maxsplit=1)[:1]
        return code_html(code) if language and language[0] in PYTHON else f"<pre><code>{escape(code)}</code></pre>\n"


def code_html(source: str) -> str:
    """Return code as HTML, coloured when it is not too long.

    The lexer takes time that grows with the square of how many blanks, or lines that hold nothing but blanks, stand in
    a row: such lines are shown as empty, and so many blanks as fewer.
    """
    code = BLANKS.sub(" " * BLANKS_MAX, BLANK.sub("", source))
    if len(code) > CODE_MAX:
        return f'<div class="highlight hl-ipython3"><pre>{escape(code)}</pre></div>\n'
    return str(highlight(code, PythonLexer(stripnl=False), HtmlFormatter(cssclass="highlight hl-ipython3")))


def text_html(
    source: str,
    attachments: Any = None,
    figure: FindFigure = lambda _address: None,
    formulas: Formulas | None = None,
) -> str:
    """Return Markdown as clean HTML.

    Args:
        source: A student's Markdown, with any HTML in it.
        attachments: What is attached to its cell, in the form that notebooks have.
        figure: Returns the course's own SVG that an address leads to, or None. Its bytes are not cleaned: shown as a
            picture, it can run and load nothing.
        formulas: Those of the text's notebook; None for a text by itself.
    """
    if len(source) > MARKDOWN_MAX:
        return f"<pre>{escape(source)}</pre>"
    renderer = Renderer(attached_pictures(attachments), figure, formulas or Formulas())
    try:
        return renderer.with_kept(clean_html(MarkdownWithMath(renderer=renderer).render(source)))
    except Exception:  # the parser and its highlighters raise whatever a text leads them to
        return f"<pre>{escape(source)}</pre>"


class OutputCleaner:
    """Cleans the outputs of one notebook; beyond a total size, HTML and colours are left out."""

    def __init__(self) -> None:
        self._room, self._colours = NOTEBOOK_HTML_MAX, NOTEBOOK_COLOURS_MAX
        self._formulas = Formulas()

    def clean(self, outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
        """Return the outputs of one cell as they may be shown."""
        return [self._clean(output) for output in outputs]

    def _clean(self, output: nbformat.NotebookNode) -> nbformat.NotebookNode:
        # Made anew, so that no field is left that is not named here.
        if output.output_type == "stream":
            return output_of("stream", name=output.name, text=self._text(output.text))
        if output.output_type == "error":
            lines = [self._text(line) for line in output.traceback]
            return output_of("error", ename=output.ename, evalue=output.evalue, traceback=lines)
        fields = {"data": self._bundle(output.data), "metadata": image_sizes(output.metadata)}
        if output.output_type == "execute_result":
            fields["execution_count"] = output.execution_count
        return output_of(output.output_type, **fields)

    def _bundle(self, data: dict[str, str]) -> dict[str, str]:
        kept = {mime: self._text(text) for mime, text in data.items() if mime in TEXTS}
        kept |= {mime: good for mime, text in data.items() if (good := picture(mime, text)) is not None}
        html = self._html(data)
        if html:
            kept["text/html"] = html
        # An output that vanished would look like code that showed nothing.
        return kept or {"text/plain": f"[Not shown here: {clean_text(', '.join(sorted(data)))[:200]}]"}

    def _text(self, text: str) -> str:
        cleaned = clean_text(text, self._colours)
        self._colours -= cleaned.count("\x1b")
        return cleaned

    def _html(self, data: dict[str, str]) -> str:
        """Return what is left of an output's HTML or Markdown; nothing when that shows nothing."""
        # One of the two: nbconvert shows the HTML where there is both.
        source = data.get("text/html", data.get("text/markdown", ""))
        if len(source) > self._room:
            return ""
        try:
            cleaned = clean_html(source) if "text/html" in data else text_html(source, formulas=self._formulas)
        except ValueError:
            return ""
        self._room -= max(len(source), len(cleaned))
        return cleaned if MARKS.sub("", cleaned).strip() else ""


def clean_cells(notebook: nbformat.NotebookNode) -> None:
    """Leave only what is needed of a notebook's metadata, and only pictures among its cells' attachments.

    Args:
        notebook: A submission; changed in place. Sources and outputs stay.
    """
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": LANGUAGE})
    for cell in notebook.cells:
        given = cell.metadata.get("nbgrader")
        cell.metadata = nbformat.from_dict({"nbgrader": known_fields(given)} if isinstance(given, dict) else {})
        if "attachments" in cell:
            cell.attachments = nbformat.from_dict(attached_pictures(cell.attachments))
        # Pages use cells' ids as anchors.
        if not CELL_ID.fullmatch(str(cell.get("id", "none"))):
            cell.id = nbformat.v4.new_code_cell().id


def known_fields(given: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that nbgrader itself writes into a cell's metadata, of the types that it writes."""
    return {name: value for name, value in given.items() if isinstance(value, NBGRADER_FIELDS.get(name, ()))}


def attached_pictures(attachments: Any) -> dict[str, dict[str, str]]:
    """Return the pictures among what is attached to a cell, by name and type."""
    if not isinstance(attachments, dict):
        return {}
    found = {}
    for name, files in attachments.items():
        pictures = {mime: picture(mime, text) for mime, text in files.items()} if isinstance(files, dict) else {}
        found[name] = {mime: packed for mime, packed in pictures.items() if packed is not None}
    return {name: files for name, files in found.items() if files}
