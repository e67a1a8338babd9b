"""Leaks, each planted by a function whose docstring says what was done: in the source notebook, or in what it gives."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import nbformat

from autograder.course.paths import KIT_ROOT
from tests.release.leaks.workshop import FILE, base64_of, cell, jpeg, png, solved, solved_file, zipped

SALT = "correct horse battery staple"
STATEMENT = "da = dnext_h * (1 - next_h**2)"
PRODUCT = "return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)"
OTHER_WORDS = """\
def rnn_forward(x, h0, Wx, Wh, b):
    out = [h0]
    for step in np.moveaxis(x, 1, 0):
        out.append(np.tanh(step.dot(Wx) + out[-1].dot(Wh) + b))
    return np.array(out[1:]), None"""
BEGIN, END = "    ### BEGIN SOLUTION\n", "    ### END SOLUTION"


@dataclass(frozen=True)
class Plant:
    """One leak.

    Attributes:
        name: The function's.
        make: Plants it.
        where: What the report has to say of its place: the cell and the line, or the file.
        kind: What it has to call it.
        source: Whether it is planted into the source notebook; else into the files that are made of it.
        published: Whether the files are taken for a folder that was published.
        runs: Whether stubs have to be run to find it.
    """

    name: str
    make: Callable[[Any], object]
    where: str
    kind: str
    source: bool
    published: bool = False
    runs: bool = False

    @property
    def done(self) -> str:
        """What was planted."""
        return " ".join((self.make.__doc__ or "").split())


@dataclass
class Plants:
    """All leaks, in the order of this file."""

    all: list[Plant] = field(default_factory=list)

    def source(self, where: str, kind: str) -> Callable[..., Callable[[Any], object]]:
        """Return a decorator that takes a leak in the source notebook down."""
        return self._taking(where, kind, source=True)

    def files(self, where: str, kind: str, *, published: bool = False) -> Callable[..., Callable[[Any], object]]:
        """Return a decorator that takes a leak in the made files down."""
        return self._taking(where, kind, published=published)

    def _taking(
        self, where: str, kind: str, *, source: bool = False, published: bool = False
    ) -> Callable[..., Callable[[Any], object]]:
        def take(make: Callable[[Any], object]) -> Callable[[Any], object]:
            self.all.append(Plant(make.__name__, make, where, kind, source, published, "stub that passes" in kind))
            return make

        return take


PLANTS = Plants()


def replace(notebook, name, old, new):
    """Replace a text in a cell; it has to be there."""
    found = cell(notebook, name)
    if old not in found.source:
        raise ValueError(f"{name} has changed: there is no {old!r} in it")
    found.source = found.source.replace(old, new)


def append(notebook, name, text):
    """Write a text below that of a cell."""
    cell(notebook, name).source += "\n" + text


def insert(notebook, made, place=3):
    """Put a new cell into a notebook."""
    notebook.cells.insert(place, made)


def edit(files, change):
    """Change the JSON of the released notebook."""
    content = json.loads(files[FILE])
    change(content)
    files[FILE] = json.dumps(content).encode()


def raw_cell(content, name):
    """Return a cell of a notebook's JSON."""
    return next(
        one for one in content["cells"] if name in (one["metadata"].get("nbgrader", {}).get("grade_id"), one["id"])
    )


# Delimiters


@PLANTS.source("cell 'rnn_step_backward' (cell 16), line 23", "code of a stub outside the delimiters")
def statement_above_the_delimiter(nb):
    """A line of the solution stands above BEGIN SOLUTION."""
    replace(nb, "rnn_step_backward", BEGIN, f"    {STATEMENT}\n{BEGIN}")
    replace(
        nb,
        "rnn_step_backward",
        f"    x, prev_h, Wx, Wh, next_h = cache\n    {STATEMENT}\n",
        "    x, prev_h, Wx, Wh, next_h = cache\n",
    )


@PLANTS.source("cell 'rnn_forward' (cell 20), line 1", "a solution without delimiters")
def no_delimiters(nb):
    """A solution cell has lost both delimiters."""
    replace(nb, "rnn_forward", BEGIN, "")
    replace(nb, "rnn_forward", END, "")


@PLANTS.source("cell 'rnn_forward' (cell 20), line 22", "BEGIN SOLUTION without END SOLUTION")
def no_end(nb):
    """END SOLUTION is missing."""
    replace(nb, "rnn_forward", END, "")


@PLANTS.source("cell 'rnn_forward' (cell 20), line 29", "END SOLUTION without BEGIN SOLUTION")
def no_begin(nb):
    """BEGIN SOLUTION is missing."""
    replace(nb, "rnn_forward", BEGIN, "")


@PLANTS.source("cell 'rnn_backward' (cell 24), line 26", "a misspelt delimiter, for BEGIN SOLUTION")
def misspelt(nb):
    """BEGIN SOLUTION is misspelt."""
    replace(nb, "rnn_backward", "### BEGIN SOLUTION", "### BEGIN SOLUTON")


@PLANTS.source("cell 'rnn_backward' (cell 24), line 26", "a misspelt delimiter, for BEGIN SOLUTION")
def small_letters(nb):
    """BEGIN SOLUTION is written in small letters."""
    replace(nb, "rnn_backward", "### BEGIN SOLUTION", "### begin solution")


@PLANTS.source("cell 'captioning_loss' (cell 40), line 31", "a delimiter within SOLUTION")
def nested(nb):
    """A second BEGIN SOLUTION stands within a solution."""
    replace(nb, "captioning_loss", "    h0, proj_cache", f"{BEGIN}    h0, proj_cache")


@PLANTS.source("cell 'word_embedding_forward' (cell 28), line 17", "delimiters that enclose nothing")
def empty_region(nb):
    """The delimiters enclose `pass`, and the solution stands below them."""
    replace(
        nb,
        "word_embedding_forward",
        f"{BEGIN}    return W[x], (x, W.shape)\n{END}",
        f"{BEGIN}    pass\n{END}\n    return W[x], (x, W.shape)",
    )


@PLANTS.source("cell 'word_embedding_forward' (cell 28), line 1", "a stub that passes its own check")
def region_that_does_not_matter(nb):
    """The delimiters enclose a line without which the function is right as well."""
    replace(
        nb,
        "word_embedding_forward",
        f"{BEGIN}    return W[x], (x, W.shape)\n{END}",
        f"    out = W[x]\n{BEGIN}    x = x.copy()\n{END}\n    return out, (x, W.shape)",
    )


@PLANTS.source("cell 'word_embedding_backward' (cell 32), line 1", "a stub that passes its own check")
def check_that_never_fails(nb):
    """The visible check of a problem swallows every error."""
    check = cell(nb, "test_word_embedding_backward")
    visible, _, hidden = check.source.partition("### BEGIN HIDDEN TESTS")
    lines = "".join(f"    {line}\n" for line in visible.strip().split("\n"))
    check.source = f"try:\n{lines}except Exception as fault:\n    print(fault)\n### BEGIN HIDDEN TESTS{hidden}"


@PLANTS.source("cell 'load_data' (cell 7), line 2", "a solution region in a cell that is no solution cell")
def region_in_another_cell(nb):
    """A solution stands between delimiters in a read-only cell."""
    append(nb, "load_data", "")
    cell(nb, "load_data").source = f"x = 1\n### BEGIN SOLUTION\n{STATEMENT}\n### END SOLUTION"


@PLANTS.source("cell 'setup' (cell 4), line 1", "a hidden test region in a cell that has no points")
def hidden_region_in_another_cell(nb):
    """A hidden test stands between delimiters in a cell without points."""
    cell(nb, "setup").source = "### BEGIN HIDDEN TESTS\nassert True\n### END HIDDEN TESTS\n" + cell(nb, "setup").source


@PLANTS.source("cell 'inline_question_masking_text' (cell 45), line 8", "BEGIN MARK SCHEME without END MARK SCHEME")
def open_mark_scheme(nb):
    """END MARK SCHEME is missing."""
    replace(nb, "inline_question_masking_text", "### END MARK SCHEME", "")


# Statements


@PLANTS.source("cell 'rnn-step-backward-text' (cell 15), line 16", "a statement of the solution of rnn_step_backward")
def in_a_code_block(nb):
    """A hint in a text cell shows a line of the solution as a block of code."""
    append(nb, "rnn-step-backward-text", f"```python\n{STATEMENT}\n```")


@PLANTS.source("cell 'rnn-step-backward-text' (cell 15), line 15", "a statement of the solution of rnn_step_backward")
def in_prose(nb):
    """A sentence has a line of the solution in it, without any marks around it."""
    append(nb, "rnn-step-backward-text", "It is enough to write da = dnext_h*(1-next_h ** 2) and go on from there.")


@PLANTS.source("cell 'tools' (cell 5), line 61", "a statement of the solution of rnn_step_backward")
def commented_out(nb):
    """A line of the solution is commented out in a provided cell."""
    append(nb, "tools", f"# {PRODUCT}")


@PLANTS.source("cell 'tools' (cell 5), line 64", "a statement of the solution of rnn_step_forward")
def in_a_docstring(nb):
    """The docstring of a provided function has a line of the solution as an example."""
    text = "both = np.concatenate([prev_h, x], axis=1) @ np.concatenate([Wh, Wx])"
    append(nb, "tools", f'def joined():\n    """Join them.\n\n    >>> {text}\n    """')


@PLANTS.source("cell 'notes' (cell 4), line 1", "a statement of the solution of captioning_loss")
def in_a_raw_cell(nb):
    """A raw cell keeps a line of the solution, with other quotes and other spaces."""
    insert(
        nb,
        nbformat.v4.new_raw_cell(
            "h0,proj_cache=affine_forward( features, params['W_proj'],params['b_proj'] )", id="notes"
        ),
    )


@PLANTS.source("cell 'spare' (cell 4), line 2", "a statement of the solution of rnn_step_backward")
def other_names(nb):
    """A new cell has a line of the solution with other names for all variables."""
    insert(nb, nbformat.v4.new_code_cell("# the derivative\ngrad = upstream * (1 - state**2)", id="spare"))


@PLANTS.source("cell 'spare' (cell 4), line 1", "a statement of the solution of rnn_backward")
def light_lines(nb):
    """A new cell has neighbouring lines of the solution, each of which alone would say nothing."""
    insert(nb, nbformat.v4.new_code_cell("dWx += dWx_t\ndWh += dWh_t\ndb += db_t", id="spare"))


@PLANTS.source("cell 'spare' (cell 4), line 1", "a written rnn_forward")
def another_solution(nb):
    """A new cell defines a function that students are to write, in other words than the solution."""
    insert(nb, nbformat.v4.new_code_cell(OTHER_WORDS, id="spare"))


@PLANTS.source(
    "cell 'check_temporal_affine' (cell 36), line 20",
    "a statement of the hidden tests (hidden/test_rnn_step_backward.py)",
)
def hidden_test_in_a_visible_cell(nb):
    """A line of a hidden test stands in a visible check."""
    append(
        nb,
        "check_temporal_affine",
        "several = gradient_rightness(gradients_of(student, reference, rng, N=4).check, STEP_GRADIENTS)",
    )


@PLANTS.source("cell 'test_rnn_forward' (cell 22), line 28", "the line that runs hidden tests")
def hidden_line_outside(nb):
    """The line that runs hidden tests stands below END HIDDEN TESTS as well."""
    append(nb, "test_rnn_forward", 'hidden_tests("rnn_captioning", "rnn_forward")')


# Written question


@PLANTS.source("cell 'captioning-gradient-text' (cell 43), line 2", "text of the mark scheme")
def mark_scheme_text(nb):
    """A sentence of the mark scheme stands in a text cell."""
    append(
        nb,
        "captioning-gradient-text",
        "The two masks differ in exactly one place of each caption that has any filling.",
    )


@PLANTS.source("cell 'captioning-gradient-text' (cell 43), line 2", "text of the answer to inline_question_masking")
def answer_text(nb):
    """A sentence of the model answer is given as a hint."""
    append(
        nb,
        "captioning-gradient-text",
        "*Hint: the loss is about the targets, so what counts must be decided by the targets.*",
    )


# The machine, and secrets


@PLANTS.source("cell 'setup' (cell 4), line 29", "a module that only staff have")
def staff_import(nb):
    """A provided cell imports a module of the autograder."""
    append(nb, "setup", "\nfrom autograder.testing.expect import close")


@PLANTS.source("cell 'load_data' (cell 7), line 1", "a path of somebody's machine")
def home_folder(nb):
    """A provided cell reads data from the instructor's home folder."""
    replace(nb, "load_data", "load_coco_data(", 'load_coco_data(base_dir="/home/ann/coco", ')


@PLANTS.source("cell 'data-text' (cell 6), line 14", "a path of somebody's machine")
def windows_path(nb):
    """A text cell names a folder on the instructor's Windows."""
    append(nb, "data-text", r"It lies in C:\Users\Ann\teaching\coco.")


@PLANTS.source("cell 'tools' (cell 5), line 61", "the course's salt")
def salt(nb):
    """A comment in a provided cell has the course's salt."""
    append(nb, "tools", f"# {SALT}")


# Encoded


@PLANTS.source("cell 'look-text' (cell 8), a data URI in line 4", "a statement of the solution of rnn_step_backward")
def drawing(nb):
    """A drawing in a text cell (SVG as a data URI) has a line of the solution as its text."""
    append(nb, "look-text", f"![a drawing](data:image/svg+xml,<svg><text>{STATEMENT.replace(' ', '%20')}</text></svg>)")


@PLANTS.source(
    "cell 'look-text' (cell 8), base64 text in line 4, PNG text 'Comment'",
    "a statement of the solution of rnn_step_backward",
)
def picture_in_a_text_cell(nb):
    """A picture in a text cell (PNG in base 64) has a line of the solution in a text chunk."""
    append(
        nb,
        "look-text",
        f"![](data:image/png;base64,{base64_of(png((b'tEXt', b'Comment' + bytes(1) + STATEMENT.encode())))})",
    )


@PLANTS.source("cell 'tools' (cell 5), base64 text in line 61", "a statement of the solution of rnn_step_backward")
def base64_text(nb):
    """A string in a provided cell is the solution in base 64."""
    append(nb, "tools", f'HINT = "{base64_of(f"{STATEMENT}{chr(10)}{PRODUCT}".encode())}"')


@PLANTS.source(
    "cell 'look-text' (cell 8), attachment 'plot.png', behind the picture", "bytes behind the end of a picture"
)
def archive_behind_a_picture(nb):
    """An attached picture has the solved notebook as an archive behind its end."""
    found = cell(nb, "look-text")
    found.source += "\n![](attachment:plot.png)"
    found["attachments"] = {"plot.png": {"image/png": base64_of(png(behind=zipped({"a.ipynb": solved()})))}}


@PLANTS.source("cell 'look-text' (cell 8), attachment 'notes.txt'", "an attachment that is no picture")
def attached_text(nb):
    """A text is attached to a text cell."""
    cell(nb, "look-text")["attachments"] = {"notes.txt": {"text/plain": "see me"}}


@PLANTS.source("cell 'look-text' (cell 8), metadata", "metadata that does not belong there")
def notes_in_metadata(nb):
    """A cell's metadata has notes for staff."""
    cell(nb, "look-text").metadata["staff_notes"] = "most get the transpose wrong"


@PLANTS.source("cell 'look-text' (cell 8), metadata", "a statement of the solution of rnn_step_backward")
def statement_in_tags(nb):
    """A cell's metadata has a line of the solution under a key that may be there."""
    cell(nb, "look-text").metadata["name"] = STATEMENT


# What is made


@PLANTS.files("cell 'show_pictures' (cell 9)", "outputs")
def outputs(files):
    """A cell has been run: its output is left."""
    edit(
        files,
        lambda nb: raw_cell(nb, "show_pictures").update(
            outputs=[{"output_type": "stream", "name": "stdout", "text": "5 pictures"}]
        ),
    )


@PLANTS.files("cell 'show_pictures' (cell 9)", "an execution count")
def execution_count(files):
    """A cell has been run: its number is left."""
    edit(files, lambda nb: raw_cell(nb, "show_pictures").update(execution_count=7))


@PLANTS.files(
    "cell 'show_pictures' (cell 9), output 1, PNG text 'Software'", "a statement of the solution of rnn_step_backward"
)
def output_picture(files):
    """An output is a picture with a line of the solution in a packed text chunk."""
    data = png((b"zTXt", b"Software\0\0" + zlib.compress(PRODUCT.encode())))
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": base64_of(data)}}
    edit(files, lambda nb: raw_cell(nb, "show_pictures").update(outputs=[output]))


@PLANTS.files("cell 'test_rnn_forward' (cell 22), metadata, nbgrader", "metadata that does not belong there")
def nbgrader_metadata(files):
    """nbgrader's metadata of a cell has a key that is not nbgrader's."""
    edit(files, lambda nb: raw_cell(nb, "test_rnn_forward")["metadata"]["nbgrader"].update(comment="easy"))


@PLANTS.files("cs231n/rnn_layers.py: line 90", "a statement of the solution of rnn_step_backward")
def function_in_a_module(files):
    """The solution of one problem stands in a provided module."""
    text = solved_file("cs231n/rnn_layers.py")
    start, end = text.index("def rnn_step_backward"), text.index("def rnn_forward")
    body = [line for line in text[start:end].split("\n") if "=" in line or "return" in line]
    files["cs231n/rnn_layers.py"] += ("\n\ndef _step(dnext_h, cache):\n" + "\n".join(body[-3:])).encode()


@PLANTS.files("cs231n/optim.py: line 2", "a statement of the solution of captioning_sample")
def comment_in_a_module(files):
    """A comment in a provided module has a line of the solution."""
    first, _, rest = files["cs231n/optim.py"].partition(b"\n")
    files["cs231n/optim.py"] = (
        first + b'\n# state, _ = rnn_step_forward(vector, state, params["Wx"], params["Wh"], params["b"])\n' + rest
    )


@PLANTS.files("cs231n/classifiers/rnn.py: line 120", "a written sample, which is asked for in captioning_sample")
def solved_method(files):
    """One method of the release of module files is solved."""
    files["cs231n/classifiers/rnn.py"] = solved_file("cs231n/classifiers/rnn.py").encode()


@PLANTS.files("test_rnn_forward.py: line", "a statement of the hidden tests (hidden/test_rnn_forward.py)")
def hidden_test_file(files):
    """A file with hidden tests lies among the students' files."""
    file = KIT_ROOT / "autograder/assignments/rnn_captioning/hidden/test_rnn_forward.py"
    files["cs231n/test_rnn_forward.py"] = file.read_bytes()


@PLANTS.files("cs231n/notes.py: line", "a statement of a staff file (misconceptions/rnn_backward/")
def misconception_file(files):
    """A file of the catalogue of misconceptions lies among the students' files."""
    file = KIT_ROOT / "autograder/assignments/rnn_captioning/misconceptions/rnn_backward/recurrence_lost.py"
    files["cs231n/notes.py"] = file.read_bytes()


@PLANTS.files("cs231n/notes.py: line", "a statement of a staff file (misconceptions/rnn_backward/last_state_only.py)")
def statement_of_a_misconception(files):
    """A statement of a misconception stands in a provided module, under a name that gives nothing away."""
    files["cs231n/notes.py"] = (
        b"def walk(dh, caches, dx, carried, t):\n"
        b"    dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(carried, caches[t])\n"
        b"    carried = carried + dh[:, t]\n"
        b"    return carried\n"
    )


@PLANTS.files("cs231n/optim.py: line 1", "a left-over delimiter")
def delimiter_in_a_module(files):
    """A delimiter is left in a module file."""
    files["cs231n/optim.py"] = b"# END SOLUTION\n" + files["cs231n/optim.py"]


@PLANTS.files(".ipynb_checkpoints/rnn_captioning-checkpoint.ipynb", "a folder of checkpoints")
def checkpoints(files):
    """Jupyter's checkpoint of the notebook lies beside it."""
    files[".ipynb_checkpoints/rnn_captioning-checkpoint.ipynb"] = files[FILE]


@PLANTS.files("cs231n/__pycache__/rnn_layers.cpython-311.pyc", "a folder of caches")
def compiled(files):
    """Python's cache of a module is left."""
    files["cs231n/__pycache__/rnn_layers.cpython-311.pyc"] = b"\xa7\r\r\n" + bytes(12)


@PLANTS.files("gradebook.db", "a database")
def gradebook(files):
    """The gradebook lies beside the notebook."""
    files["gradebook.db"] = b""


@PLANTS.files("numbers.bin", "a database (SQLite)")
def hidden_database(files):
    """A SQLite database lies there under another name."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("create table grade (score real)")
        files["numbers.bin"] = connection.serialize()


@PLANTS.files("old.zip", "an archive")
def archive(files):
    """An archive lies beside the notebook."""
    files["old.zip"] = zipped({"a.txt": b"nothing"})


@PLANTS.files("cs231n/rnn_layers.py.orig", "a backup file")
def backup(files):
    """A backup that an editor or a merge has left."""
    files["cs231n/rnn_layers.py.orig"] = b"x = 1\n"


@PLANTS.files(".git/HEAD", "a folder of version control")
def git(files):
    """A folder of git lies beside the notebook."""
    files[".git/HEAD"] = b"ref: refs/heads/main\n"


@PLANTS.files("photo.jpg: JPEG comment", "a statement of the solution of rnn_step_backward")
def photo(files):
    """A photograph has a line of the solution as its comment."""
    files["photo.jpg"] = jpeg(STATEMENT.encode())


@PLANTS.files("figure.svg: line 2", "a statement of the solution of rnn_step_backward")
def svg_file(files):
    """A drawing beside the notebook has a line of the solution, word by word."""
    words = "".join(f"<tspan>{word} </tspan>" for word in STATEMENT.split())
    files["figure.svg"] = f'<svg xmlns="http://www.w3.org/2000/svg">\n<text>{words}</text></svg>'.encode()


@PLANTS.files("requirements.txt: line", "a path of this machine")
def local_requirement(files):
    """requirements.txt names a folder of this machine."""
    files["requirements.txt"] += f"-e {KIT_ROOT}/cs231n\n".encode()


# What was published


@PLANTS.files("export.html: line", "a statement of the solution of", published=True)
def html_export(files):
    """The solved notebook was exported as a page and published."""
    from nbconvert import HTMLExporter

    notebook = nbformat.reads(solved(), as_version=4)
    notebook.cells = [one for one in notebook.cells if one.metadata.get("nbgrader", {}).get("solution")]
    files["export.html"] = HTMLExporter(template_name="basic").from_notebook_node(notebook)[0].encode()


@PLANTS.files("week3.zip/hw/solution.py: line", "a statement of the solution of", published=True)
def published_archive(files):
    """An archive with the solution's module among other files was published."""
    files["week3.zip"] = zipped({"hw/solution.py": solved_file("cs231n/rnn_layers.py").encode()})
