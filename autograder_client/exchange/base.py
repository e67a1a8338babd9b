"""What all exchange classes share: the server, its time limits, folders, and how a fault is told."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from dateutil.tz import gettz
from nbgrader.exchange.abc import Exchange, ExchangeError
from nbgrader.exchange.exchange_factory import ExchangeFactory
from traitlets import Bool, Float, Unicode

from autograder_client.errors import NOT_UNDERSTOOD, ClientError
from autograder_client.http import Server
from autograder_client.settings import Settings
from autograder_client.submitting import RECEIPT_SUFFIX

FEEDBACK = "feedback"
# Letters in a line of what is said of a fault.
WIDTH = 100


class _Said(Exception):
    """Says a sentence at the end of a traceback, which is what JupyterLab and formgrader show.

    Attributes:
        said: The sentence.
    """

    def __init__(self, said: str) -> None:
        # Apart from the rest, and in lines: the boxes that show it wrap none.
        super().__init__("\n\n" + textwrap.fill(said, WIDTH, break_long_words=False, break_on_hyphens=False))
        self.said = said


class NotDone(_Said, ExchangeError):
    """Something has not worked."""


class NotListed(_Said):
    """There is no list, in JupyterLab, which shows a text of its own about folders for nbgrader's `ExchangeError`."""


# A traceback ends with the name and the message: without the module there is less to read.
NotDone.__module__ = NotListed.__module__ = "builtins"


class ServerExchange(Exchange):
    """An exchange that is a grading server. Nothing is kept of it on this machine but what students fetch."""

    server = Unicode("", help="The grading server's address; AUTOGRADER_SERVER when empty.").tag(config=True)
    answer_seconds = Float(
        5.0, help="Seconds in which the server has to answer. JupyterLab does nothing else while it waits."
    ).tag(config=True)
    transfer_seconds = Float(
        15.0, help="Seconds in which files have to be there: handed in, fetched, or a feedback page."
    ).tag(config=True)
    path_includes_course = Bool(
        False, help="Whether assignments are fetched into a folder of their course: course101/ps1 in place of ps1."
    ).tag(config=True)
    # What formgrader and nbgrader's own commands look at; here there is no such folder.
    root = Unicode("", help="Not used: the exchange is a server.").tag(config=True)
    cache = Unicode("", help="Not used: the server knows what was handed in.").tag(config=True)

    def start(self) -> Any:
        """Do what the class is for.

        Raises:
            NotDone: It has not worked.
        """
        try:
            return self.work()
        except (ClientError, OSError) as fault:
            said = sentence(fault)
        except (KeyError, TypeError, ValueError):
            self.log.exception("not understood")
            said = NOT_UNDERSTOOD
        self.log.error("%s", said)
        # Here, and without what led to it: fewer lines stand before what matters.
        raise NotDone(said) from None

    def work(self) -> Any:
        """Do it; a fault is raised as `ClientError` or `OSError`."""
        raise NotImplementedError

    @property
    def in_lab(self) -> bool:
        """Whether JupyterLab's Assignment List asks; formgrader and commands are the parents of what they make."""
        return isinstance(self.parent, ExchangeFactory)

    def ask(self, seconds: float | None = None) -> Server:
        """Return the server, with the time that it has; that for an answer when not told."""
        # One more try: a server that is started again refuses connections for a moment.
        return Server(Settings.found(self.server), patience=1.5, longest=seconds or self.answer_seconds)

    def course(self) -> str:
        """Return the course that is meant.

        Raises:
            ClientError: None is named.
        """
        if not self.coursedir.course_id:
            raise ClientError("no course is named: use --course, or set c.CourseDirectory.course_id")
        return str(self.coursedir.course_id)

    def assignment(self) -> str:
        """Return the assignment that is meant.

        Raises:
            ClientError: None is named.
        """
        if not self.coursedir.assignment_id:
            raise ClientError("no assignment is named: use --assignment")
        return str(self.coursedir.assignment_id)

    def folder(self, course: str, assignment: str) -> Path:
        """Return the folder of an assignment that was fetched, or will be."""
        parts = [safe(course), safe(assignment)] if self.path_includes_course else [safe(assignment)]
        return Path(self.assignment_dir).absolute().joinpath(*parts)

    def timestamp_of(self, attempt: Mapping[str, Any]) -> str:
        """Return when an attempt came, as nbgrader says times; its feedback lies in a folder of this name."""
        at = datetime.fromisoformat(str(attempt["received_at"]))
        return at.astimezone(gettz(self.timezone)).strftime(self.timestamp_format)


def sentence(fault: Exception) -> str:
    """Return what is said of a fault, as a sentence."""
    if isinstance(fault, OSError):
        where = f" {fault.filename}" if fault.filename else ""
        said = (
            f"this machine cannot read or write{where} ({fault.strerror or fault}): look whether its disk is full, and "
            "whether the file is yours"
        )
    else:
        said = str(fault)
    return said if said.endswith((".", "?", "!")) else f"{said}."


def safe(name: str, *, hidden: bool = False) -> str:
    """Return a name that the server has told, if it is one of a folder or file right here.

    Args:
        name: The name.
        hidden: Whether it may begin with a dot.

    Raises:
        ClientError: It leads elsewhere.
    """
    dotted = name in (".", "..") if hidden else name.startswith(".")
    if not name or dotted or any(letter in name for letter in "/\\\0") or name != os.path.basename(name):
        raise ClientError(f"the server names {name!r}, which is no name of a folder: tell your course")
    return name


def is_fetched(folder: Path) -> bool:
    """Return whether an assignment is in a folder, and not only feedback and receipts."""
    if not folder.is_dir():
        return False
    return any(one.name != FEEDBACK and not one.name.endswith(RECEIPT_SUFFIX) for one in folder.iterdir())
