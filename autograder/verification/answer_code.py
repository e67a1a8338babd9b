"""Takes the code of one problem out of a hand-in, as a file of the catalogue can hold it; nothing of it is run.

What stays is the problem's functions and what they need of the student's own: helpers, constants, imports. Comments,
docstrings, annotations and prints are left out, with all that says whose it is. Code that imports or calls what no
answer needs is refused: what is in the catalogue is run as the course's own, without a sandbox.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from autograder.course.assignment import Assignment
from autograder.course.cell_names import parsed_names
from autograder.course.course import CourseError
from autograder.course.nbgrader_app import submitted_folder
from autograder.course.problem import Problem
from autograder.submissions.checks import Rejected
from autograder.submissions.definitions import parsed
from autograder.submissions.read import RepairedSubmission, read_submission
from autograder.testing.variants import methods

LINES_MAX = 200
MODULES = frozenset({"numpy", "math", "itertools", "functools", "collections", "copy", "typing", "bisect", "heapq"})
BUILTINS = frozenset({
    "abs", "all", "any", "bool", "classmethod", "complex", "dict", "divmod", "enumerate", "filter", "float",
    "frozenset", "int", "isinstance", "iter", "len", "list", "map", "max", "min", "next", "object", "pow", "print",
    "property", "range", "reversed", "round", "set", "slice", "sorted", "staticmethod", "str", "sum", "super",
    "tuple", "type", "zip", "None", "True", "False",
})  # fmt: skip
# Attributes, of NumPy and of arrays, that read or write files, load code, or lead out of what the code was given.
ODD_ATTRIBUTES = frozenset({
    "DataSource", "core", "ctypeslib", "dump", "dumps", "f2py", "format_map", "fromfile", "fromregex", "genfromtxt",
    "lib", "load", "loads", "loadtxt", "memmap", "open_memmap", "os", "save", "savetxt", "savez", "savez_compressed",
    "sys", "testing", "tofile", "ctypes", "format",
})  # fmt: skip


class UnfitAnswer(CourseError):
    """An answer cannot go into the catalogue; the message says why and what to do."""


@dataclass
class OwnDefinitions:
    """What a student's code defines at top level.

    Attributes:
        functions: Functions, methods and classes that are asked for, by name.
        others: The last statement that gives a value to a name.
    """

    functions: dict[str, ast.FunctionDef | ast.ClassDef] = field(default_factory=dict)
    others: dict[str, ast.stmt] = field(default_factory=dict)


@dataclass(frozen=True)
class AnswerCode:
    """The code of an answer.

    Attributes:
        imports: The imports that it needs, a line each.
        functions: What its functions need besides, then these.
    """

    imports: str
    functions: str


def answer_codes(assignment: Assignment, student: str, problem: Problem) -> list[AnswerCode]:
    """Return the code of a student's answer to one problem, the shortest first.

    A backward function reads the cache that the student's own forward function makes: a second code has both, for where
    the first cannot read the solution's.

    Args:
        assignment: In any of its languages.
        student: Whose hand-in in the folder of submissions.
        problem: One that hidden tests mark.

    Raises:
        CourseError: There is no such hand-in, it cannot be read, or it defines none of the problem's functions.
        UnfitAnswer: It needs something that no answer needs.
    """
    place = submitted_folder(assignment.course, student, assignment.name)
    if "/" in student or student in ("", ".", "..") or not place.exists():
        raise CourseError(f"no hand-in {place}: look whether the id is right")
    try:
        read = read_submission(assignment, place)
    except Rejected as fault:
        raise CourseError(f"the hand-in of {student} cannot be read: {fault}") from fault
    try:
        return _codes(assignment, student, problem, _sources(read))
    except (RecursionError, MemoryError) as fault:
        raise UnfitAnswer("the code nests too deep to be read: take another one of the group") from fault


def _codes(assignment: Assignment, student: str, problem: Problem, sources: Iterable[str]) -> list[AnswerCode]:
    forwards = tuple(one.forward for one in assignment.stand_ins if one.backward in problem.functions)
    own = _own(assignment, {*problem.functions, *forwards}, sources)
    missing = [name for name in problem.functions if name not in own.functions]
    if missing:
        raise CourseError(f"the hand-in of {student} defines no {', '.join(missing)}: take another one of the group")
    # The catalogue calls the solution's functions by their names, whatever stands under these in the hand-in.
    for name in (name for other in assignment.problems.values() for name in other.functions):
        own.others.pop(name, None)
    given = {*vars(assignment.reference)}.union(*(one.names.binds or () for one in assignment.statements))
    there = tuple(name for name in forwards if name in own.functions and name not in problem.functions)
    wanted = [problem.functions, *([(*there, *problem.functions)] if there else [])]
    return [_texts([*_needed(own, names, given), *(own.functions[name] for name in names)]) for names in wanted]


def _sources(read: RepairedSubmission) -> Iterator[str]:
    """Yield the texts that a student wrote, in their order."""
    if read.modules is not None:
        yield from read.modules.texts.values()
        return
    for cell in read.notebook.cells:
        provided = cell.metadata.get("nbgrader", {}).get("locked") and not cell.metadata["nbgrader"].get("solution")
        if cell.cell_type == "code" and not provided:
            yield cell.source


def _own(assignment: Assignment, wanted: set[str], sources: Iterable[str]) -> OwnDefinitions:
    own, owners = OwnDefinitions(), methods(assignment)
    for source in sources:
        tree = parsed(source)
        for statement in tree.body if tree is not None else ():
            if isinstance(statement, ast.FunctionDef | ast.ClassDef) and statement.name in wanted:
                own.functions[statement.name] = statement
                continue
            inner = statement.body if isinstance(statement, ast.ClassDef) else []
            in_class = statement.name if isinstance(statement, ast.ClassDef) else None
            for node in inner:
                if isinstance(node, ast.FunctionDef) and node.name in wanted and in_class == owners.get(node.name):
                    own.functions[node.name] = node
            names = parsed_names(ast.unparse(statement)).binds or ()
            own.others.update(dict.fromkeys(names, statement))
    return own


def _needed(own: OwnDefinitions, functions: Iterable[str], given: set[str]) -> list[ast.stmt]:
    """Return the statements of the student's own that the functions need, imports first, then in their order.

    Raises:
        UnfitAnswer: They need what nothing defines, or what no answer needs.
    """
    kept: dict[str, ast.stmt] = {}
    functions = (*functions,)
    waiting: list[ast.stmt] = [own.functions[name] for name in functions]
    while waiting:
        statement = bare_statement(waiting.pop())
        check_statement(statement, asked=functions)
        for name in sorted(parsed_names(ast.unparse(statement)).uses - {*functions} - {*kept}):
            theirs = own.others.get(name)
            if theirs is not None and not (name in given and _is_import_of_course(theirs)):
                kept[name] = theirs
                waiting.append(theirs)
            elif name not in given:
                _check_builtin(name)
    order = {id(statement): place for place, statement in enumerate(own.others.values())}
    needed = {id(one): one for one in kept.values()}.values()
    return sorted(needed, key=lambda one: (not _imports(one), order[id(one)]))


def _check_builtin(name: str) -> None:
    if not hasattr(builtins, name):
        raise UnfitAnswer(f"the code needs {name!r}, which nothing defines: take another one of the group")
    if name not in BUILTINS and not _is_exception(name):
        raise UnfitAnswer(f"the code calls {name!r}, which no answer needs: write the file by hand")


def _imports(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom)


def _is_import_of_course(statement: ast.stmt) -> bool:
    """Return whether a statement imports what is none of Python's or NumPy's: the assignment's own modules."""
    return isinstance(statement, ast.ImportFrom) and (statement.module or "").split(".")[0] not in MODULES


def _is_exception(name: str) -> bool:
    value = getattr(builtins, name, None)
    return isinstance(value, type) and issubclass(value, Exception)


def bare_statement(statement: ast.stmt) -> ast.stmt:
    """Return a statement without docstrings, annotations, decorators and prints."""
    made = Plain().visit(ast.parse(ast.unparse(statement)))
    first: ast.stmt = ast.fix_missing_locations(made).body[0]
    return first


class Plain(ast.NodeTransformer):
    """Takes out what says nothing of what code computes."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Look into a statement, and leave something in each block that was nothing but prints."""
        super().generic_visit(node)
        if not isinstance(node, ast.Module) and getattr(node, "body", None) == []:
            node.body = [ast.Pass()]  # type: ignore[attr-defined]
        if isinstance(node, ast.Try) and not node.handlers:
            node.finalbody = node.finalbody or [ast.Pass()]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:  # ast's own name
        """Take away what stands around a function's body."""
        self.generic_visit(node)
        node.returns, node.decorator_list = None, []
        for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]:
            argument.annotation = None
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:  # ast's own name
        """Leave the decorators of methods, such as property: what they are rests on them."""
        methods = [(one, one.decorator_list) for one in node.body if isinstance(one, ast.FunctionDef)]
        self.generic_visit(node)
        for method, decorators in methods:
            method.decorator_list = decorators
        node.body = node.body or [ast.Pass()]
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        """Leave a constant or a print out."""
        match node.value:
            case ast.Constant() | ast.Call(func=ast.Name(id="print")):
                return None
        return node


def check_statement(statement: ast.stmt, asked: Collection[str] = ()) -> None:
    """Refuse a statement that imports or calls what no answer needs.

    It keeps out what is odd, and takes the place of nobody's reading: whoever puts code into the catalogue vouches for
    it.

    Args:
        statement: The statement.
        asked: The names of classes that the problem asks for.

    Raises:
        UnfitAnswer: It does.
    """
    is_asked = isinstance(statement, ast.ClassDef) and statement.name in asked and not statement.keywords
    for node in ast.walk(statement):
        odd = "" if node is statement and is_asked else _odd(node)
        if odd:
            raise UnfitAnswer(f"the code {odd}, which no answer needs: write the file by hand")


def _odd(node: ast.AST) -> str:
    found = ""
    match node:
        case ast.Import(names=names):
            found = next((f"imports {one.name}" for one in names if one.name.split(".")[0] not in MODULES), "")
        case ast.ImportFrom(module=module, names=names):
            if (module or "").split(".")[0] not in MODULES or any(one.name == "*" for one in names):
                found = f"imports from {module or 'its own folder'}"
            else:
                found = next((f"imports {one.name}" for one in names if _is_odd_name(one.name)), "")
        case ast.Attribute(value=ast.Name(id="self"), attr=name) if not _is_odd_name(name.removeprefix("_")):
            pass
        case ast.Attribute(attr=name) if _is_odd_name(name):
            found = f"uses .{name}"
        case ast.Name(id=name) if name.startswith("__"):
            found = f"uses {name}"
        case ast.AsyncFunctionDef() | ast.ClassDef() | ast.Await():
            found = "defines classes or coroutines"
    return found


def _is_odd_name(name: str) -> bool:
    # Modules of Python's own hold others under such names: collections._sys, for example.
    return name.startswith("_") or name in ODD_ATTRIBUTES


def _texts(statements: list[ast.stmt]) -> AnswerCode:
    """Return statements as text, a file's way: two blank lines before each function.

    Raises:
        UnfitAnswer: It is long.
    """
    imports = [ast.unparse(one) for one in statements if _imports(one)]
    others = [ast.unparse(bare_statement(one)) for one in statements if not _imports(one)]
    code = AnswerCode("".join(f"{line}\n" for line in imports), "\n\n\n".join(others) + "\n")
    if code.functions.count("\n") > LINES_MAX:
        raise UnfitAnswer(f"the code has more than {LINES_MAX} lines: take another one of the group")
    return code
