"""Pages that staff open: nothing that a student put into a notebook runs there or loads from elsewhere."""

from __future__ import annotations

import contextlib
import copy
import http.server
import importlib.util
import os
import re
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import nbgrader
import pytest
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.nbgrader_app import load_config
from autograder.course.paths import KIT_ROOT
from autograder.course.results import ProblemResult, Record, Status, TestResult, Verdict
from autograder.feedback.page import feedback_page
from autograder.i18n.messages import Message
from autograder.marking.feedback import problem_output
from autograder.marking.sanitise import OutputCleaner, clean_cells
from benchmarks.chromium import program

TEMPLATES = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader"
RESOURCES: dict[str, dict[str, Any]] = {
    "feedback": {"nbgrader": {"notebook": "n", "score": 1, "max_score": 2, "late_penalty": 0}},
    "formgrade": {
        "notebook_id": "n",
        "assignment_id": "a",
        "submission_id": "s",
        "index": 0,
        "total": 1,
        "base_url": "",
    },
}
RECORD = Record(
    assignment="rnn_captioning",
    student="s",
    sha256="0",
    status=Status.MARKED,
    score=0,
    max_score=92,
    kit_version="0",
    tests_sha256="0",
    environment={},
    seconds=0.1,
)
POLICY = "Content-Security-Policy"
# What a person does in a page, and only that: point at things and follow links that lead nowhere.
VISITOR = """
<script>
addEventListener('load', () => {
  for (const e of document.querySelectorAll('*')) e.dispatchEvent(new Event('mouseover'));
  for (const a of document.querySelectorAll('a')) if (a.protocol === 'javascript:') a.click();
});
</script>
"""
BROWSER = program()
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--virtual-time-budget=8000",
    "--autoplay-policy=no-user-gesture-required",
    "--dump-dom",
)


@pytest.fixture(scope="module")
def attacks() -> ModuleType:
    """The attacks, from the file beside this one."""
    spec = importlib.util.spec_from_file_location("attacks", Path(__file__).with_name("attacks.py"))
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Asked(http.server.BaseHTTPRequestHandler):
    """Serves pages, and answers all else with nothing; notes what it was asked for."""

    server: PageServer

    def do_GET(self) -> None:
        page = self.server.pages.get(self.path)
        if page is None:
            self.server.asked.add(self.path.rpartition("/")[2])
        self.send_response(204 if page is None else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((page or "").encode())

    def log_message(self, *_arguments: object) -> None:
        pass


class PageServer(http.server.ThreadingHTTPServer):
    """Has some pages by their paths, and keeps the names of all else that it was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.pages: dict[str, str] = {}
        self.asked: set[str] = set()


@pytest.fixture
def server() -> Iterator[PageServer]:
    made = PageServer()
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def page(notebook: nbformat.NotebookNode, template: str, filters: object = None) -> str:
    """Return the page that nbgrader makes of a notebook: ``feedback``, or ``formgrade`` as formgrader does."""
    config = Config()
    config.HTMLExporter.template_name = template
    config.HTMLExporter.extra_template_basedirs = [str(TEMPLATES / "templates")]
    config.HTMLExporter.extra_template_paths = [str(TEMPLATES / "static/node_modules/bootstrap/dist/css")]
    if filters is not None:
        config.HTMLExporter.filters = filters
    return HTMLExporter(config=config).from_notebook_node(copy.deepcopy(notebook), RESOURCES[template])[0]


def cleaned(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a notebook as marking leaves it."""
    made, cleaner = copy.deepcopy(notebook), OutputCleaner()
    clean_cells(made)
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs = cleaner.clean(cell.outputs)
    return made


def safe_page(notebook: nbformat.NotebookNode, template: str) -> str:
    """Return the page that this kit makes of a marked notebook: its own, or formgrader's with its filters."""
    if template == "feedback":
        made = feedback_page(Assignment(Course(KIT_ROOT), "rnn_captioning"), RECORD, cleaned(notebook))
        # What is tried is that nothing is left that could do harm, where no policy keeps it from doing so, either.
        assert POLICY in made
        return made.replace(POLICY, "x-policy")
    return page(cleaned(notebook), template, load_config(Course(KIT_ROOT)).HTMLExporter.filters)


class Contents(HTMLParser):
    """All elements and attributes of a page, and the text of its scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.code: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            self.code.add(data)


# Unformatted: tags read as a text.
HARMLESS_TAGS = {
    "a", "b", "br", "code", "col", "dd", "del", "details", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "i", "img", "li", "ol", "p", "pre", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul",
    "figcaption", "figure",
    # Formulas.
    "math", "mfrac", "mi", "mn", "mo", "mrow", "mspace", "msub", "msup", "mtable", "mtd", "mtext", "mtr",
}  # fmt: skip
HARMLESS_SRC = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=]+")
HARMLESS_HREF = re.compile(r"(https?://|mailto:|#)")
# nbconvert's, and the kit's.
HARMLESS_ID = re.compile(r"cell-id=.*|cell-\d+")


@pytest.mark.parametrize("template", RESOURCES)
def test_no_attack_leaves_anything_in_a_page_that_could_do_harm(attacks, template):
    provided = Contents(safe_page(nbformat.v4.new_notebook(), template))
    found = Contents(safe_page(attacks.notebook("http://elsewhere.test"), template))
    assert found.code == provided.code
    assert len(found.elements) > len(provided.elements) + 50
    for tag, attributes in found.elements:
        if (tag, attributes) in provided.elements:
            continue
        assert tag in HARMLESS_TAGS
        assert not [name for name in attributes if name.startswith("on") or name in ("srcset", "poster", "action")]
        assert "url(" not in attributes.get("style", "")
        assert "src" not in attributes or HARMLESS_SRC.fullmatch(attributes["src"])
        assert "href" not in attributes or HARMLESS_HREF.match(attributes["href"])
        assert not {"score", "nbgrader_cell"} & set(attributes.get("class", "").split())
        assert HARMLESS_ID.fullmatch(attributes.get("id", "cell-1"))


def test_the_static_test_sees_what_stock_nbgrader_leaves(attacks):
    found = Contents(page(attacks.notebook("http://elsewhere.test", dormant=False), "feedback"))
    assert any(name.startswith("on") for _, attributes in found.elements for name in attributes)
    assert any("Image()" in code for code in found.code)


@pytest.mark.skipif(BROWSER is None, reason="no chromium here: only the static test of pages was run")
def test_no_attack_works_in_a_browser_where_all_work_in_stock_nbgraders_page(attacks, server):
    address = f"http://127.0.0.1:{server.server_port}"
    notebook = attacks.notebook(address)
    server.pages["/stock"] = page(attacks.notebook(address, dormant=False), "feedback") + VISITOR
    server.pages["/feedback"] = safe_page(notebook, "feedback") + VISITOR
    server.pages["/formgrade"] = safe_page(notebook, "formgrade") + VISITOR
    asked = {}
    for name in server.pages:
        server.asked.clear()
        assert "</body>" in visit(address + name)
        asked[name] = server.asked & (set(attacks.attacks()) | set(attacks.DORMANT_HTML))
    assert set(attacks.attacks()) - asked["/stock"] == set(), "attacks that don't work unguarded prove nothing"
    assert (asked["/feedback"], asked["/formgrade"]) == (set(), set())


def visit(address: str) -> str:
    """Return what a page has become in a browser that reaches this machine only."""
    assert BROWSER is not None
    with tempfile.TemporaryDirectory(prefix="ag", ignore_cleanup_errors=True) as profile:
        hosts = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        command = [BROWSER, *OPTIONS, hosts, f"--user-data-dir={profile}", address]
        browser = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            return browser.communicate(timeout=120)[0].decode()
        finally:
            with_children_ended(browser)


def with_children_ended(process: subprocess.Popen) -> None:
    """End a process and what it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("template", RESOURCES)
def test_formulas_plots_tables_code_and_attached_pictures_stay(attacks, template):
    text = "# Why\n\n$a<b$ and $$\\frac{1}{2}$$\n\n|a|b|\n|-|-|\n|1|2|\n\n```python\nx = 1\n```\n![p](attachment:p.png)"
    cells = [
        nbformat.v4.new_markdown_cell(text, attachments={"p.png": {"image/png": attacks.PNG}}),
        attacks.shown(attacks.PNG + "\n", "image/png"),
        attacks.shown('<table border="1" class="dataframe"><tr><th>word</th><td>3.5</td></tr></table>'),
        attacks.printed("\x1b[31mred\x1b[0m"),
    ]
    found = safe_page(nbformat.v4.new_notebook(cells=cells), template)
    for kept in (
        "<mi>a</mi><mo>&lt;</mo><mi>b</mi></math>",
        '<math display="block"><mfrac><mn>1</mn><mn>2</mn></mfrac></math>',
        "<td>1</td>",
        'class="dataframe"',
        "<td>3.5</td>",
        # The kit's own page has no colours of terminals.
        'class="ansi-red-fg"' if template == "formgrade" else "<pre>red</pre>",
        '<span class="n">x</span>',
    ):
        assert kept in found
    assert found.count(f"data:image/png;base64,{attacks.PNG}") == 2


def test_the_kits_own_table_of_verdicts_stays_as_it_is_in_formgrader(attacks):
    texts: dict[str, Any] = {"title": Message("Is <b>right</b>."), "message": Message("<script>")}
    test = TestResult(id="t", verdict=Verdict.FAILED, score=0, max_score=2, **texts)
    output = problem_output(ProblemResult(id="double", score=0, max_score=2, tests=[test]))
    cell = nbformat.v4.new_code_cell("1", outputs=[output])
    filters = load_config(Course(KIT_ROOT)).HTMLExporter.filters
    found = page(nbformat.v4.new_notebook(cells=[cell]), "formgrade", filters)
    assert "Is &lt;b&gt;right&lt;/b&gt;." in found
    assert "&lt;script&gt;" in found
    assert "border-collapse:collapse" in found
