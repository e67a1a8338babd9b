"""Writes a class of students who work alone, and copies of some of them, for measuring `autograder similarity`.

Nobody's real hand-in lies in this repository. So each student here takes, function by function, one of the ways in
which the repository's own examples solve it (right ones of many styles, ones written from the handout alone, wrong
ones), and writes it anew: own names, own comments, other forms of the same expression, other intermediate results,
another order of what does not depend on each other, own habits of blanks and quotes. It is a hard class in one way:
a way to solve a function is shared by more students than among real ones, who have more ways. It is an easy one in
another: real students read the same lectures and forums.

Nothing that is written here is ever run.
"""

from __future__ import annotations

import ast
import copy
import random
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.course.paths import KIT_ROOT

EXAMPLES = KIT_ROOT / "tests" / "assignments"
# Of so many functions, one is wrong from a misconception of the catalogue.
WRONG = 0.15
# The functions of the handout, of numpy and of the course's package keep their names.
CONVENTIONAL = {"self", "np", "t", "x", "dx", "dW", "dWx", "dWh", "db", "dh0", "h", "grads", "loss", "captions"}

NAMES: dict[str, tuple[str, ...]] = {
    "da": ("da", "dz", "dtanh", "draw", "delta", "d_act", "dpre", "dsum", "ds", "dtemp", "grad_z", "inner", "dout"),
    "next_h": ("next_h", "nh", "out", "h_next", "new_h", "hidden"),
    "cache": ("cache", "c", "saved", "stored", "memo", "tmp"),
    "caches": ("caches", "cache", "all_caches", "cache_list", "steps", "step_caches", "history", "cs", "saved"),
    "state": ("state", "h", "prev", "prev_h", "h_t", "cur_h", "hidden", "current", "last_h", "ht"),
    "states": ("states", "hs", "h_list", "outputs", "all_h", "hidden_states", "out", "h"),
    "carried": ("carried", "dprev", "dh_next", "dprev_h", "dnext", "dh_t", "from_next", "grad_h", "dcur", "back"),
    "word": ("word", "words", "cur", "current_word", "prev_word", "tokens", "idx", "w", "last", "inp", "next_word"),
    "p": ("p", "params", "P", "par", "weights"),
    "mask": ("mask", "not_null", "valid", "m", "keep", "msk"),
    "scores": ("scores", "s", "logits", "out_scores", "vocab_scores", "sc"),
    "dscores": ("dscores", "ds", "dout", "dlogits", "d_scores", "grad"),
    "dwords": ("dwords", "dembed", "demb", "dword_vecs", "dx", "d_in", "dvec"),
    "words": ("words", "embedded", "x", "emb", "word_vecs", "vectors", "inputs", "wv"),
    "step_cache": ("step_cache", "cache_t", "c", "cache", "ct", "one"),
    "a": ("a", "z", "pre", "act", "affine", "raw", "lin", "total", "s"),
}
GROUPS = {name: pool for pool in NAMES.values() for name in pool} | NAMES
WORDS = (
    "act", "adj", "aux", "buf", "cell", "cur", "core", "diff", "elem", "feat", "flow", "gate", "grad", "hid",
    "idx", "info", "item", "keep", "lin", "loc", "mid", "node", "old", "part", "piece", "pos", "proj", "raw",
    "rec", "ref", "res", "rest", "row", "seq", "sig", "slot", "src", "stage", "sub", "tail", "temp", "term", "tot",
    "track", "unit", "upd", "val", "vec", "view", "wrk",
)  # fmt: skip
VERBS = (
    "compute", "get", "find", "calculate", "take", "make", "build", "collect", "store", "update", "add", "keep",
    "apply", "handle", "form",
)  # fmt: skip
THINGS = (
    "the gradient", "gradients", "the hidden state", "state", "next state", "the output", "scores", "the loss",
    "input", "inputs", "the cache", "everything", "the derivative", "tanh derivative", "word vectors",
    "the embedding", "one step", "all steps", "time steps", "weights", "bias", "the result", "values for later",
    "what comes back", "upstream gradient", "the mask", "captions", "predictions", "the vocabulary scores",
)  # fmt: skip
ENDS = (
    "", "", "", "", "for backward", "for this step", "at time t", "(N, H)", "first", "over time", "by chain rule",
    "again", "from the last step", "as in class", "see notes", "with respect to inputs", "like the slides",
    "before the loop", "for all examples", "so shapes fit", "!", "?", "...",
)  # fmt: skip
RETURNED = re.compile(r"(\s*return )\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
STOCK_COMMENTS = (
    "forward pass",
    "backward pass",
    "loop over time",
    "initialize",
    "backprop",
    "loss",
    "step 1",
    "step 2",
)


@dataclass
class Habits:
    """How one student writes.

    Attributes:
        rng: The student's own chance.
        product: How a matrix product is written.
        verbose: How often an intermediate result gets a name.
        comments: How many statements have a comment before them.
        renames: How often a name is not the example's.
        names: The names that this student has chosen, by the example's.
    """

    rng: random.Random
    product: str = ""
    power: str = ""
    total: str = ""
    loop: str = ""
    verbose: float = 0.0
    comments: float = 0.0
    renames: float = 0.0
    swaps: float = 0.0
    colons: bool = False
    splits: bool = False
    augments: bool = True
    brackets: bool = True
    spacing: str = ""
    quotes: str = ""
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, rng: random.Random) -> Habits:
        """Return the habits of a student."""
        return cls(
            rng,
            product=rng.choices(("@", "dot", "method", "matmul"), (4, 4, 4, 1))[0],
            power=rng.choices(("**", "*", "square"), (5, 2, 1))[0],
            total=rng.choices(("method", "np", "np_place", "place"), (4, 5, 1, 1))[0],
            loop=rng.choices(("reversed", "range", "slice"), (4, 4, 2))[0],
            verbose=rng.choice((0.0, 0.1, 0.3, 0.6)),
            comments=rng.choice((0.0, 0.0, 0.1, 0.25, 0.5)),
            renames=rng.choice((0.1, 0.3, 0.5, 0.7, 0.9)),
            swaps=rng.choice((0.05, 0.15, 0.3)),
            colons=rng.random() < 0.5,
            splits=rng.random() < 0.6,
            augments=rng.random() < 0.8,
            brackets=rng.random() < 0.3,
            spacing=rng.choice(("", "", "", "tight", "commas", "power")),
            quotes=rng.choice("'\""),
        )

    def usual(self) -> bool:
        """Return whether the student does as usual this time."""
        return self.rng.random() < 0.88


def expression(text: str, **parts: ast.expr) -> ast.expr:
    """Return an expression with parts in the places of names."""
    made = ast.parse(text, mode="eval").body

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return copy.deepcopy(parts.get(node.id, node))

    filled: ast.expr = Fill().visit(made)
    return filled


class Rewriting(ast.NodeTransformer):
    """Writes expressions in a student's own form."""

    def __init__(self, habits: Habits) -> None:
        self._habits, self._rng = habits, habits.rng

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:  # noqa: D102
        self.generic_visit(node)
        match node:
            case ast.BinOp(op=ast.MatMult(), left=left, right=right):
                return self._product(left, right)
            case ast.BinOp(op=ast.Pow(), left=left, right=ast.Constant(value=2)):
                form = self._habits.power if self._habits.usual() else "**"
                if form == "*" and isinstance(left, ast.Name):
                    return expression("a * a", a=left)
                return expression("np.square(a)" if form == "square" else "a ** 2", a=left)
            case ast.BinOp(op=ast.Add() | ast.Mult()) if self._rng.random() < self._habits.swaps:
                return ast.BinOp(node.right, node.op, node.left)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:  # noqa: D102, PLR0911
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr="dot" | "matmul"), args=[left, right]):
                return self._product(left, right)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr="sum"), args=[of], keywords=[axis]):
                return self._sum(of, axis.value) if axis.arg == "axis" else node
            case ast.Call(func=ast.Attribute(value=left, attr="dot"), args=[right]):
                return self._product(left, right)
            case ast.Call(func=ast.Attribute(value=of, attr="sum"), args=[], keywords=[ast.keyword("axis", axis)]):
                return self._sum(of, axis)
            case ast.Call(func=ast.Attribute(value=of, attr="sum"), args=[axis], keywords=[]):
                return self._sum(of, axis)
            case ast.Call(func=ast.Name(id="reversed"), args=[ast.Call(func=ast.Name(id="range"), args=[stop])]):
                forms = {"reversed": "reversed(range(T))", "range": "range(T - 1, -1, -1)", "slice": "range(T)[::-1]"}
                return expression(forms[self._habits.loop], T=stop)
            case ast.Call(func=ast.Attribute(attr="zeros_like"), args=[of]) if self._rng.random() < 0.4:
                return expression("np.zeros(a.shape)", a=of)
            case ast.Call(
                func=ast.Attribute(attr="zeros"), args=[ast.Attribute(value=of, attr="shape")], keywords=[]
            ) if self._rng.random() < 0.4:
                return expression("np.zeros_like(a)", a=of)
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name() as of]) if self._rng.random() < 0.4:
                return expression("a.shape[0]", a=of)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:  # noqa: D102
        self.generic_visit(node)
        match node.slice:
            case ast.Tuple(elts=[ast.Slice(), ast.Name() as t]) if self._habits.colons and self._habits.usual():
                node.slice = ast.Tuple([ast.Slice(), t, ast.Slice()], ast.Load())
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:  # noqa: D102
        self.generic_visit(node)
        if self._habits.augments or not isinstance(node.target, ast.Name):
            return node
        return ast.Assign([node.target], ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value), lineno=0)

    def _product(self, left: ast.expr, right: ast.expr) -> ast.expr:
        form = self._habits.product if self._habits.usual() else self._rng.choice(("@", "dot", "method"))
        forms = {"@": "a @ b", "dot": "np.dot(a, b)", "matmul": "np.matmul(a, b)", "method": "a.dot(b)"}
        return expression(forms[form], a=left, b=right)

    def _sum(self, of: ast.expr, axis: ast.expr) -> ast.expr:
        forms = {"method": "a.sum(axis=n)", "np": "np.sum(a, axis=n)", "np_place": "np.sum(a, 0)", "place": "a.sum(0)"}
        plain = isinstance(axis, ast.Constant) and axis.value == 0
        form = self._habits.total if self._habits.usual() and plain else "np"
        return expression(forms[form], a=of, n=axis)


class Renaming(ast.NodeTransformer):
    """Gives names to local variables."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:  # noqa: D102
        return ast.Name(self._names.get(node.id, node.id), node.ctx)


def assigned(body: list[ast.stmt]) -> list[str]:
    """Return the names that statements give values to, in their order."""
    nodes = [node for statement in body for node in ast.walk(statement)]
    return [*dict.fromkeys(one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store))]


def chosen_name(name: str, habits: Habits, taken: set[str]) -> str:
    """Return a student's own name for what an example calls ``name``."""
    rng = habits.rng
    if name in habits.names and habits.names[name] not in taken:
        return habits.names[name]
    if name == "_" or (name in CONVENTIONAL and rng.random() < 0.8) or rng.random() > habits.renames:
        return name
    for _ in range(5):
        if name in GROUPS and rng.random() < 0.85:
            picked = rng.choice(GROUPS[name])
        else:
            first, second = rng.sample(WORDS, 2)
            picked = rng.choice(
                (f"{name}_{first}", f"{first}_{name}", f"{first}_{second}", name[:3] + first[:2], first)
            )
        if picked not in taken:
            habits.names[name] = picked
            return picked
    return name


def renamed(body: list[ast.stmt], parameters: list[str], habits: Habits) -> list[ast.stmt]:
    """Return statements with a student's own names for local variables."""
    local = [name for name in assigned(body) if name not in parameters]
    loaded = {node.id for statement in body for node in ast.walk(statement) if isinstance(node, ast.Name)}
    taken = (loaded - set(local)) | set(parameters)
    names: dict[str, str] = {}
    for name in local:
        names[name] = chosen_name(name, habits, taken)
        taken.add(names[name])
    return [Renaming(names).visit(statement) for statement in body]


def touches(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """Return what a statement reads and what it changes, by name."""
    reads, writes = set(), set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                writes.add(name)
            case ast.Name(id=name):
                reads.add(name)
            case ast.Subscript(value=value, ctx=ast.Store()) | ast.Call(func=ast.Attribute(value=value)):
                writes |= {one.id for one in ast.walk(value) if isinstance(one, ast.Name)} - {"np"}
            case ast.AugAssign(target=target):
                writes |= {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}
    return reads, writes


def independent(one: ast.stmt, other: ast.stmt) -> bool:
    """Return whether two statements may change places."""
    if not all(isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr) for statement in (one, other)):
        return False
    (reads, writes), (others_reads, others_writes) = touches(one), touches(other)
    return not (writes & (others_reads | others_writes) or others_writes & reads)


def blocks(body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Yield a block and all blocks in it."""
    yield body
    for statement in body:
        for part in ("body", "orelse"):
            if inner := getattr(statement, part, None):
                yield from blocks(inner)


def reordered(body: list[ast.stmt], rng: random.Random, often: float, passes: int = 1) -> None:
    """Let neighbours change places that do not depend on each other."""
    for block in blocks(body):
        for _ in range(passes):
            for place in range(len(block) - 1):
                if rng.random() < often and independent(block[place], block[place + 1]):
                    block[place], block[place + 1] = block[place + 1], block[place]


def split_tuples(body: list[ast.stmt]) -> None:
    """Write ``a, b = x, y`` as two statements."""
    for block in blocks(body):
        made: list[ast.stmt] = []
        for statement in block:
            match statement:
                case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if len(targets) == len(
                    values
                ) and not any(isinstance(one, ast.Starred) for one in (*targets, *values)):
                    made += [ast.Assign([one], value, lineno=0) for one, value in zip(targets, values, strict=True)]
                case _:
                    made.append(statement)
        block[:] = made


def name_parts(body: list[ast.stmt], habits: Habits) -> None:
    """Give names to intermediate results."""
    number = 0
    for block in blocks(body):
        made: list[ast.stmt] = []
        for statement in block:
            value = getattr(statement, "value", None)
            # The elements of a tuple, or the right side of a sum or a product.
            parts = (
                value.elts if isinstance(value, ast.Tuple) else [value.right] if isinstance(value, ast.BinOp) else []
            )
            for place, part in enumerate(parts):
                if isinstance(part, ast.BinOp | ast.Call) and habits.rng.random() < habits.verbose:
                    number += 1
                    name = f"part{number}"
                    made.append(ast.Assign([ast.Name(name, ast.Store())], part, lineno=0))
                    parts[place] = ast.Name(name, ast.Load())
            if isinstance(value, ast.BinOp):
                value.right = parts[0]
            made.append(statement)
        block[:] = made


def comment(rng: random.Random) -> str:
    """Return a comment as students write them."""
    if rng.random() < 0.25:
        return f"# {rng.choice(STOCK_COMMENTS)}"
    thing = rng.choice(THINGS) if rng.random() < 0.7 else f"{rng.choice(THINGS)} and {rng.choice(THINGS)}"
    text = f"{rng.choice(VERBS)} {thing} {rng.choice(ENDS)}".strip()
    return rng.choice(("# ", "# ", "# ", "#")) + rng.choice((text, text, text.capitalize()))


def commented(lines: list[str], habits: Habits) -> list[str]:
    """Return lines with comments before some."""
    made = []
    for line in lines:
        if habits.rng.random() < habits.comments and not line.strip().startswith((")", "el", "#")):
            made.append(" " * (len(line) - len(line.lstrip())) + comment(habits.rng))
        made.append(line)
    return made


def spaced(line: str, habits: Habits) -> str:
    """Return a line with the student's blanks and quotes."""
    if not habits.brackets and (found := RETURNED.fullmatch(line)):
        line = f"{found[1]}{found[2]}"
    if habits.quotes == '"':
        line = line.replace("'", '"')
    if habits.spacing == "tight" and habits.usual():
        line = re.sub(r" (\*\*?|\+|-) (?=\S)", r"\1", line).replace(", ", ",")
    elif habits.spacing == "commas" and habits.usual():
        line = line.replace(", ", ",")
    elif habits.spacing == "power":
        line = line.replace(" ** ", "**")
    return line


@dataclass(frozen=True)
class Example:
    """A way to solve a function: its parameters and its body."""

    parameters: list[str]
    body: list[ast.stmt]


def examples(assignment: Assignment) -> tuple[dict[str, list[Example]], dict[str, list[Example]]]:
    """Return the ways in which the repository solves each function, and those that are wrong, by function."""
    asked = {name for problem in assignment.problems.values() for name in problem.functions}
    tests = EXAMPLES / assignment.name
    solved = [assignment.course.solutions(assignment.name) / one.file for one in assignment.modules]
    right = [*sorted((assignment.folder / "right").glob("*.py")), *sorted((tests / "styles").glob("*.py"))]
    right += [*sorted((tests / "unaided").glob("*.py")), *solved]
    wrong = sorted((assignment.folder / "misconceptions").rglob("*.py"))
    return _by_function(right, asked), _by_function(wrong, asked)


def _by_function(files: list[Path], asked: set[str]) -> dict[str, list[Example]]:
    found: dict[str, list[Example]] = {name: [] for name in asked}
    for file in files:
        module = ast.parse(file.read_text(encoding="utf-8"))
        own = {node.name for node in module.body if isinstance(node, ast.FunctionDef | ast.ClassDef)} - asked
        own |= set(assigned([node for node in module.body if isinstance(node, ast.Assign)]))
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef) and node.name in asked:
                body = node.body[1:] if ast.get_docstring(node) else node.body
                used = {one.id for statement in body for one in ast.walk(statement) if isinstance(one, ast.Name)}
                if body and not used & own:  # one that needs no helper of its file
                    found[node.name].append(Example([one.arg for one in node.args.args], body))
    return found


class ClassWriter:
    """Writes students' answers.

    Args:
        assignment: The assignment.
        seed: Of all that is drawn.
    """

    def __init__(self, assignment: Assignment, seed: int) -> None:
        self.rng = random.Random(seed)
        self._right, self._wrong = examples(assignment)
        self.stubs = stubs_of(assignment)
        self._functions = {one.id: one.functions[0] for one in assignment.problems.values() if one.functions}

    def student(self) -> dict[str, str]:
        """Return the answers of a student who works alone, by problem."""
        habits = Habits.of(random.Random(self.rng.random()))
        return {problem: self.answer(problem, habits) for problem in self._functions}

    def begins(self, cells: dict[str, str]) -> bool:
        """Return whether cells begin as they were given and hold Python below, so that copies can be made of them."""
        try:
            return all(
                cells[problem].startswith(f"{head}\n")
                and ast.parse("def body():\n" + cells[problem][len(head) + 1 :]) is not None
                for problem, (head, _) in self.stubs.items()
            )
        except SyntaxError:
            return False

    def answer(self, problem: str, habits: Habits) -> str:
        """Return the cell that a student with some habits writes for a problem."""
        function = self._functions[problem]
        pool = self._wrong if self._wrong[function] and habits.rng.random() < WRONG else self._right
        example = habits.rng.choice(pool[function])
        head, parameters = self.stubs[problem]
        body = copy.deepcopy(example.body)
        names = dict(zip(example.parameters, parameters, strict=False))
        body = [Rewriting(habits).visit(Renaming(names).visit(statement)) for statement in body]
        if habits.splits:
            split_tuples(body)
        name_parts(body, habits)
        reordered(body, habits.rng, 0.25)
        body = renamed(body, parameters, habits)
        return in_stub(head, written(body, habits))


def written(body: list[ast.stmt], habits: Habits) -> str:
    """Return statements as a student writes them down."""
    lines = "\n".join(ast.unparse(ast.fix_missing_locations(statement)) for statement in body).split("\n")
    return "\n".join(spaced(line, habits) for line in commented(lines, habits))


def stubs_of(assignment: Assignment) -> dict[str, tuple[str, list[str]]]:
    """Return the beginning of each cell up to its body, and the parameters of its function, by problem."""
    from autograder.course.released_notebook import as_students_get_them

    found = {}
    for cell in as_students_get_them(assignment).cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in assignment.problems and assignment.problems[name].functions:
            function = next(node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.FunctionDef))
            head = cell.source.split("\n")[: function.body[-1].lineno - 1]
            found[name] = ("\n".join(head), [one.arg for one in function.args.args])
    return found


def in_stub(head: str, body: str) -> str:
    """Return a cell: its beginning as it was given, and a body."""
    return f"{head}\n{textwrap.indent(body, '    ')}"


# Copies.

Cells = dict[str, str]


def body_of(head: str, cell: str) -> str:
    """Return what stands below the beginning of a cell."""
    return textwrap.dedent(cell[len(head) + 1 :])


class Copyist:
    """Copies answers, and hides it in some way.

    Args:
        writer: What writes the copyist's own answers.
    """

    def __init__(self, writer: ClassWriter) -> None:
        self._writer, self._rng = writer, writer.rng

    def verbatim(self, cells: Cells) -> Cells:
        """Copy all."""
        return dict(cells)

    def renamed(self, cells: Cells) -> Cells:
        """Give every local variable another name, and leave comments out."""
        return self._changed(cells, rename=True)

    def reordered(self, cells: Cells) -> Cells:
        """Change the order of whatever may change places; comments and blanks are other ones too."""
        return self._changed(cells, shuffle=True)

    def comments_rewritten(self, cells: Cells) -> Cells:
        """Write other comments, where there were some and where there were none."""
        habits = Habits.of(self._rng)
        habits.comments = 0.4
        made = {}
        for problem, cell in cells.items():
            head, _ = self._writer.stubs[problem]
            lines = [line for line in body_of(head, cell).split("\n") if not line.lstrip().startswith("#")]
            made[problem] = in_stub(head, "\n".join(commented(lines, habits)))
        return made

    def two_functions(self, cells: Cells) -> Cells:
        """Copy the two of the harder functions, and write the others."""
        harder = ["rnn_backward", "captioning_loss", "captioning_sample", "rnn_forward"]
        return self._writer.student() | {problem: cells[problem] for problem in self._rng.sample(harder, 2)}

    def disguised(self, cells: Cells) -> Cells:
        """Rename, reorder, and write other comments, all at once."""
        return self._changed(cells, rename=True, shuffle=True)

    def _changed(self, cells: Cells, *, rename: bool = False, shuffle: bool = False) -> Cells:
        habits = Habits.of(self._rng)
        habits.renames, habits.comments, made = 1.0, 0.2 if shuffle else 0.0, {}
        for problem, cell in cells.items():
            head, parameters = self._writer.stubs[problem]
            body = ast.parse("def body():\n" + textwrap.indent(body_of(head, cell), "    ")).body[0].body  # type: ignore[attr-defined]
            if shuffle:
                reordered(body, self._rng, 0.7, passes=3)
            if rename:
                habits.names = {}
                body = renamed(body, parameters, habits)
            made[problem] = in_stub(head, written(body, habits))
        return made


COPIES: dict[str, Callable[[Copyist, Cells], Cells]] = {
    "verbatim": Copyist.verbatim,
    "renamed": Copyist.renamed,
    "reordered": Copyist.reordered,
    "comments rewritten": Copyist.comments_rewritten,
    "two functions only": Copyist.two_functions,
    "from last year": Copyist.verbatim,
    "renamed, reordered, new comments": Copyist.disguised,
}
