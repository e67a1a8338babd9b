"""What students, editors and file systems do to notebooks, each as a function; its docstring says what was done.

A case returns the file's bytes, or files by name: then they are handed in as a folder.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

import nbformat

from tests.mangled.classroom import HELPER_SOURCE, NAME, copy_of, named, place, untouched

Notebook = nbformat.NotebookNode
Files = dict[str, bytes]
FILE = f"{NAME}.ipynb"


@dataclass(frozen=True)
class Case:
    """One way to mangle.

    Attributes:
        name: The function's.
        make: Mangles a notebook.
        says: What the record has to say, in parts of its sentences; of its note, when it is rejected.
        loses: Problems whose code is gone.
        rejected: Whether it is no hand-in any more.
    """

    name: str
    make: Callable[[Notebook], bytes | Files]
    says: tuple[str, ...]
    loses: tuple[str, ...] = ()
    rejected: bool = False

    @property
    def done(self) -> str:
        """What was done."""
        return (self.make.__doc__ or "").strip()


@dataclass
class Cases:
    """All cases, in the order of this file."""

    all: list[Case] = field(default_factory=list)

    def add(
        self, *says: str, loses: tuple[str, ...] = (), rejected: bool = False
    ) -> Callable[..., Callable[..., object]]:
        """Return a decorator that takes a case down."""

        def take(make: Callable[[Notebook], bytes | Files]) -> Callable[[Notebook], bytes | Files]:
            self.all.append(Case(make.__name__, make, says, loses, rejected))
            return make

        return take


CASES = Cases()
case = CASES.add


def dumped(notebook: Notebook) -> bytes:
    """Return a notebook as Jupyter saves it."""
    return (nbformat.writes(notebook) + "\n").encode()


def zipped(**files: bytes) -> bytes:
    """Return an archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


# The file's text


@case()
def nothing(nb):
    """Nothing: the hand-in as it is."""
    return dumped(nb)


@case("byte-order mark")
def byte_order_mark(nb):
    """A byte-order mark before the text."""
    return b"\xef\xbb\xbf" + dumped(nb)


@case("UTF-16")
def utf_16(nb):
    """Saved as UTF-16 by a text editor."""
    return dumped(nb).decode().encode("utf-16")


@case("UTF-16")
def utf_16_without_mark(nb):
    """Saved as UTF-16, big end first, without a mark."""
    return dumped(nb).decode().encode("utf-16-be")


@case("Windows-1252")
def latin_1(nb):
    """A comment in Windows-1252 put in by an old editor."""
    return dumped(nb).replace(b"# prev_h Wh", b"# caf\xe9 prev_h Wh")


@case()
def windows_line_ends(nb):
    """Line ends of Windows between the JSON's tokens."""
    return dumped(nb).replace(b"\n", b"\r\n")


@case("line ends of another system")
def windows_line_ends_in_cells(nb):
    """Line ends of Windows within the cells' texts."""
    for cell in nb.cells:
        cell.source = cell.source.replace("\n", "\r\n")
    return dumped(nb)


@case("breaks off")
def cut_in_the_last_cell(nb):
    """Cut off within the last test cell."""
    data = dumped(nb)
    return data[: data.rindex(b"toy_captions")]


@case("breaks off", "captioning_sample", loses=("captioning_sample",))
def cut_in_the_last_function(nb):
    """Cut off in the middle of the function for captioning_sample."""
    data = dumped(nb)
    return data[: data.rindex(b"features of the pictures, shape (N, D)")]


@case("breaks off")
def cut_before_the_end(nb):
    """The last brackets are missing: the disk was full."""
    return dumped(nb).rstrip()[:-60]


@case("before or behind the notebook")
def saved_twice_into_one_file(nb):
    """The tail of an older, longer version stands behind it."""
    data = dumped(nb)
    return data + data[-2000:]


@case("before or behind the notebook")
def pasted_from_a_page(nb):
    """Copied out of a web page, with its tags."""
    return b"<pre>" + dumped(nb) + b"</pre>"


@case("before or behind the notebook")
def padded_with_rubbish(nb):
    """Rubbish behind the end."""
    return dumped(nb) + b"\0\0\x17 EOF"


@case("no number in JSON")
def not_a_number(nb):
    """NaN in its JSON, as some tools write it."""
    return dumped(nb).replace(b'"nbformat": 4', b'"score": NaN, "nbformat": 4')


@case("stood twice")
def keys_twice(nb):
    """The same key twice in each cell."""
    return (
        dumped(nb)
        .replace(b'"metadata": {', b'"cell_type": "raw",\n   "metadata": {')
        .replace(b'"cell_type": "raw",\n   "metadata": {', b'"metadata": {}, "metadata": {')
    )


@case("merge conflicts")
def merge_conflict(nb):
    """Left with a merge conflict by git."""
    line = b'   "execution_count": null,\n'
    data = dumped(nb)
    return data.replace(
        line, b"<<<<<<< HEAD\n" + line + b"=======\n" + line.replace(b"null", b"7") + b">>>>>>> theirs\n", 1
    )


@case("is damaged")
def comma_lost(nb):
    """A comma between two cells is lost."""
    return dumped(nb).replace(b'  },\n  {\n   "cell_type": "code"', b'  }\n  {\n   "cell_type": "code"', 1)


@case()
def huge_outputs(nb):
    """100 MB of outputs."""
    picture = nbformat.v4.new_output("display_data", data={"image/png": "A" * 1_000_000})
    lines = nbformat.v4.new_output("stream", text="loss: 1.0\n" * 100_000)
    for cell in [cell for cell in nb.cells if cell.cell_type == "code"][:10]:
        cell.outputs = [picture] * 8 + [lines] * 2
    return dumped(nb)


@case("outputs of 1 cells are damaged")
def outputs_damaged(nb):
    """A quote is lost within the outputs of a cell."""
    cell = named(nb, "rnn_forward")
    cell.outputs = [nbformat.v4.new_output("stream", text="this line\nloses its quote\n")]
    return dumped(nb).replace(b'loses its quote\\n"', b"loses its quote\\n")


# The notebook's format


def plain(nb: Notebook) -> dict:
    """Return a notebook's JSON."""
    return json.loads(nbformat.writes(nb))


@case("format is 3")
def format_3(nb):
    """Saved in the format of IPython 2 and 3."""
    return nbformat.writes(nb, version=3).encode()


@case()
def format_4_0(nb):
    """In format 4.0: cells have no ids."""
    raw = plain(nb)
    raw["nbformat_minor"] = 0
    for cell in raw["cells"]:
        del cell["id"]
    return json.dumps(raw).encode()


@case("format is 17")
def format_of_the_future(nb):
    """Says that it is of format 17."""
    return json.dumps({**plain(nb), "nbformat": 17}).encode()


@case("format is None")
def no_format(nb):
    """Nothing but the list of cells."""
    return json.dumps({"cells": plain(nb)["cells"]}).encode()


@case("given new ones")
def broken_ids(nb):
    """Ids that are doubled, empty, numbers or far too long."""
    raw = plain(nb)
    for number, cell in enumerate(raw["cells"]):
        cell["id"] = ("same", "", 7, "x" * 99)[number % 4]
    return json.dumps(raw).encode()


@case("had lost their names")
def no_metadata(nb):
    """No cell has any metadata, nor has the notebook."""
    raw = plain(nb)
    del raw["metadata"]
    for cell in raw["cells"]:
        del cell["metadata"]
    return json.dumps(raw).encode()


@case()
def sources_as_text(nb):
    """Cells' texts as one text each, outputs and counts left out."""
    raw = plain(nb)
    for cell in raw["cells"]:
        cell["source"] = "".join(cell["source"])
        cell.pop("outputs", None)
        cell.pop("execution_count", None)
    return json.dumps(raw).encode()


@case("of no type that Jupyter knows")
def unknown_types(nb):
    """All code cells are of a type that another program made up."""
    return dumped(nb).replace(b'"cell_type": "code",\n   "exec', b'"cell_type": "input",\n   "exec')


@case("saved for the language 'R'")
def another_language(nb):
    """Saved with a kernel for R."""
    nb.metadata["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
    nb.metadata["language_info"] = {"name": "R"}
    return dumped(nb)


@case()
def another_kernel(nb):
    """Saved with the author's own Python environment as its kernel."""
    nb.metadata["kernelspec"] = {"name": "conda-env-dl-py", "display_name": "dl", "language": "python"}
    return dumped(nb)


# Test cells and other provided cells


@case("were missing")
def checks_deleted(nb):
    """All test cells are deleted."""
    nb.cells = [cell for cell in nb.cells if not cell.metadata.get("nbgrader", {}).get("grade", False)]
    return dumped(nb)


@case("were missing")
def set_up_deleted(nb):
    """The cells with the imports and the tools are deleted."""
    nb.cells = [
        cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("grade_id") not in ("setup", "tools")
    ]
    return dumped(nb)


@case("further copies")
def check_doubled(nb):
    """A test cell is copied and pasted below itself."""
    at = place(nb, "test_rnn_forward")
    nb.cells.insert(at + 1, copy_of(nb.cells[at]))
    return dumped(nb)


@case("it was moved")
def check_first(nb):
    """A test cell is moved to the top."""
    nb.cells.insert(0, nb.cells.pop(place(nb, "test_rnn_backward")))
    return dumped(nb)


@case("was moved")
def set_up_last(nb):
    """The cell with the imports is moved to the bottom."""
    nb.cells.append(nb.cells.pop(place(nb, "setup")))
    return dumped(nb)


@case("were moved")
def checks_reversed(nb):
    """All test cells stand at the end, in the opposite order."""
    checks = [cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("points") and cell.cell_type == "code"]
    nb.cells = [cell for cell in nb.cells if cell not in checks] + checks[::-1]
    return dumped(nb)


@case("had been edited")
def checks_edited(nb):
    """Test cells are weakened: their tolerances are raised and asserts taken out."""
    for cell in nb.cells:
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code":
            cell.source = re.sub("tolerance=1e-[0-9]+", "tolerance=1e9", cell.source).replace("assert ", "print ")
    return dumped(nb)


@case("turned to another type")
def checks_as_text(nb):
    """Test cells are turned to text."""
    for name in ("test_rnn_forward", "test_captioning_loss"):
        turn(named(nb, name), "markdown")
    return dumped(nb)


@case("Definitions that had been added to the provided cell tools", "had been edited")
def helper_in_a_provided_cell(nb):
    """A helper that the author's code calls is written into the provided cell of tools."""
    helper = next(cell for cell in nb.cells if cell.source == HELPER_SOURCE)
    nb.cells.remove(helper)
    named(nb, "tools").source += f"\n\n\n{helper.source}\n"
    return dumped(nb)


# Stubs


def turn(cell: Notebook, kind: str) -> None:
    """Turn a cell into text."""
    cell.cell_type = kind
    cell.pop("outputs", None)
    cell.pop("execution_count", None)


def code(source: str) -> Notebook:
    """Return a cell of the author's own."""
    return nbformat.v4.new_code_cell(source)


@case("had been split within a function")
def split_within_a_function(nb):
    """A stub is split in the middle of its function."""
    at = place(nb, "rnn_step_forward")
    head, tail = nb.cells[at].source.split("    next_h = ")
    nb.cells[at].source = head
    nb.cells.insert(at + 1, code("    next_h = " + tail))
    return dumped(nb)


@case()
def split_before_a_function(nb):
    """A stub is split between a helper and the function."""
    at = place(nb, "rnn_forward")
    nb.cells.insert(at, code("def my_helper(x):\n    return x"))
    return dumped(nb)


@case()
def stubs_merged(nb):
    """The stubs of rnn_forward and rnn_backward are merged into one cell."""
    first, second = named(nb, "rnn_forward"), named(nb, "rnn_backward")
    first.source += "\n\n\n" + second.source
    nb.cells.remove(second)
    return dumped(nb)


@case("had been merged into", "were missing", "lost")
def all_in_one_cell(nb):
    """All code cells are merged into one, without a name."""
    sources = [cell.source for cell in nb.cells if cell.cell_type == "code"]
    nb.cells = [cell for cell in nb.cells if cell.cell_type != "code"] + [code("\n\n".join(sources))]
    return dumped(nb)


@case("had been merged into", "was missing")
def stub_merged_with_check(nb):
    """A stub and its test cell are merged, under the test cell's name."""
    stub, check = named(nb, "rnn_step_backward"), named(nb, "test_rnn_step_backward")
    check.source = stub.source + "\n\n" + check.source
    nb.cells.remove(stub)
    return dumped(nb)


@case("it was told by what is in it")
def names_doubled(nb):
    """Two stubs bear the same name."""
    named(nb, "rnn_backward").metadata.nbgrader.grade_id = "rnn_forward"
    return dumped(nb)


@case("they were told by what is in them")
def names_swapped(nb):
    """A stub and a test cell have swapped their metadata."""
    stub, check = named(nb, "rnn_forward"), named(nb, "test_captioning_loss")
    stub.metadata, check.metadata = check.metadata, stub.metadata
    return dumped(nb)


@case("they were told by what is in them")
def names_stripped(nb):
    """All metadata of all cells is stripped."""
    for cell in nb.cells:
        cell.metadata = {}
    return dumped(nb)


@case("they were told by what is in them")
def copied_into_a_new_notebook(nb):
    """All cells are copied into a new notebook, ids are new, texts keep only what was written by hand."""
    cells = []
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cells.append(nbformat.v4.new_markdown_cell(cell.source))
        else:
            cells.append(nbformat.v4.new_code_cell(cell.source))
    return dumped(nbformat.v4.new_notebook(cells=cells))


@case("is defined in different ways")
def mended_at_the_bottom(nb):
    """A wrong first try stands in its place, the right function at the bottom."""
    stub = named(nb, "rnn_step_forward")
    nb.cells.append(code(stub.source))
    stub.source = stub.source.replace("my_tanh", "np.sin")
    return dumped(nb)


@case()
def copied_to_the_bottom(nb):
    """A right function stands twice, once more at the bottom."""
    nb.cells.append(code(named(nb, "rnn_step_forward").source))
    return dumped(nb)


@case("untouched copy of the stub rnn_forward")
def untouched_stub_behind(nb):
    """The untouched stub stands again below the author's function."""
    at = place(nb, "rnn_forward")
    nb.cells.insert(at + 1, copy_of(named(untouched(), "rnn_forward")))
    return dumped(nb)


@case("turned to another type")
def stub_as_text(nb):
    """A stub is turned to text."""
    turn(named(nb, "rnn_backward"), "raw")
    return dumped(nb)


@case(
    "No cell defines what rnn_backward asks for",
    loses=("rnn_backward",),
)
def stub_deleted(nb):
    """The cell with rnn_backward is deleted, which the author's loss calls."""
    nb.cells.remove(named(nb, "rnn_backward"))
    return dumped(nb)


@case()
def code_everywhere(nb):
    """Cells of the author's own stand everywhere: magics, shell lines, errors, prints, a figure."""
    extra = ["%timeit -n1 -r1 1", "!ls", "1/0", "print('here')", "%%time\nx = 1", "def half(", "help?"]
    for number, source in enumerate(extra):
        nb.cells.insert(3 + 5 * number, code(source))
    return dumped(nb)


@case("were moved behind it")
def stubs_in_another_order(nb):
    """The author's functions stand in the opposite order."""
    names = ("rnn_step_forward", "rnn_step_backward", "rnn_forward", "rnn_backward")
    places = [place(nb, name) for name in names]
    cells = [nb.cells[at] for at in places]
    for at, cell in zip(places, reversed(cells), strict=True):
        nb.cells[at] = cell
    return dumped(nb)


@case("lost")
def answer_moved_without_its_name(nb):
    """The written answer has lost its name."""
    named(nb, "inline_question_masking").metadata = {}
    return dumped(nb)


@case("had lost")
def release_of_another_year(nb):
    """Another year's release: names with a year, other points, old words in the checks."""
    for cell in nb.cells:
        meta = cell.metadata.get("nbgrader")
        if meta:
            meta.grade_id += "_2024"
            if "points" in meta:
                meta.points = 1
            if meta.locked:
                cell.source = cell.source.replace("Compare your line with", "Have a look at").replace("#", "# (2024)")
    return dumped(nb)


# Files


@case("was found as")
def browser_name(nb):
    """Named as a browser does: "rnn_captioning (1).ipynb"."""
    return {f"{NAME} (1).ipynb": dumped(nb)}


@case("was found as")
def accents_and_spaces(nb):
    """A name with spaces and accents."""
    return {"Übung 3 - réseau récurrent.ipynb": dumped(nb)}


@case("was found as")
def text_ending(nb):
    """The ending .txt was put behind the name."""
    return {f"{FILE}.txt": dumped(nb)}


@case("was found as")
def zip_in_a_folder(nb):
    """In a folder within an archive, with what a Mac adds."""
    return {"hand-in.zip": zipped(**{f"assignment3/{FILE}": dumped(nb), f"__MACOSX/._{FILE}": b"\0\5\x16\7"})}


@case("was found as")
def zip_in_a_zip(nb):
    """In an archive within an archive."""
    return {"all.zip": zipped(**{"ada/mine.zip": zipped(**{FILE: dumped(nb)})})}


@case("Of 3 notebooks")
def several_notebooks(nb):
    """Three notebooks: a draft, the hand-in by a browser's name, and another course's."""
    draft = untouched()
    other = nbformat.v4.new_notebook(cells=[code("1 + 1")])
    return {"draft.ipynb": dumped(draft), f"{NAME} (2).ipynb": dumped(nb), "other.ipynb": dumped(other)}


@case("Of 2 notebooks")
def right_name_untouched(nb):
    """The right name holds the untouched release, the work lies beside it."""
    return {FILE: dumped(untouched()), f"{NAME}-Copy1.ipynb": dumped(nb)}


@case()
def checkpoints_beside(nb):
    """Jupyter's checkpoint folder, with an old version, was handed in as well."""
    return {FILE: dumped(nb), f".ipynb_checkpoints/{NAME}-checkpoint.ipynb": dumped(untouched())}


# Not a hand-in


@case("is not a Jupyter notebook, it is empty", rejected=True)
def empty_file(_nb):
    """An empty file."""
    return b""


@case("but a PDF", rejected=True)
def printed(_nb):
    """A PDF under the notebook's name."""
    return b"%PDF-1.7 ..."


@case("but a web page", rejected=True)
def exported(_nb):
    """The notebook's export as a web page."""
    return b"<!DOCTYPE html><html><body>rnn_step_forward</body></html>"


@case("holds no notebook", rejected=True)
def no_notebook(_nb):
    """A folder with a picture."""
    return {"plot.png": b"\x89PNG"}


@case("has no cell of", rejected=True)
def another_assignment(_nb):
    """Another assignment's notebook."""
    return dumped(nbformat.v4.new_notebook(cells=[code("def softmax(x): return x")]))


@case("which leads out of it", rejected=True)
def archive_leading_out(nb):
    """An archive with a path that leads out of it."""
    return {"hand-in.zip": zipped(**{f"../../{FILE}": dumped(nb)})}


@case("too large when it is unpacked", rejected=True)
def archive_bomb(_nb):
    """An archive of 200 kB that holds 200 MB."""
    return {"hand-in.zip": zipped(**{FILE: b" " * 200_000_000})}
