"""Runs nbgrader's converters in this process, as its commands do."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.course.course import CONFIG, Course


class ConversionError(Exception):
    """nbgrader could not convert something; the message holds what it logged."""


def load_config(course: Course) -> Config:
    """Return what the course's ``nbgrader_config.py`` sets."""
    config: Config = PyFileConfigLoader(CONFIG, path=str(course.root)).load_config()
    config.CourseDirectory.root = str(course.root)
    return config


def submitted_folder(course: Course, student: str, assignment: str) -> Path:
    """Return the folder of a student's submission, which the course's configuration names; ``*`` stands for any."""
    folders = CourseDirectory(config=load_config(course))
    return Path(folders.format_path(folders.submitted_directory, student, assignment))


def run_converter(converter: type[BaseConverter], config: Config, assignment: str, student: str = "*") -> None:
    """Run one of nbgrader's converters; its earlier results are replaced.

    Args:
        converter: For example ``nbgrader.converters.Autograde``.
        config: As `load_config` returns it.
        assignment: nbgrader's name of the assignment.
        student: The students whose submissions are converted, as a shell pattern.

    Raises:
        ConversionError: The converter failed.
    """
    log = logging.getLogger(f"autograder.{converter.__name__}")
    log.propagate = False
    errors = _Errors()
    log.handlers = [errors]
    folders = CourseDirectory(config=config, assignment_id=assignment, student_id=student)
    app: Any = converter(coursedir=folders, config=config, log=log)
    app.force = True
    try:
        app.start()
    except NbGraderException as fault:
        raise ConversionError(errors.text or str(fault)) from fault


class _Errors(logging.Handler):
    """Keeps messages that are logged as errors."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.text += record.getMessage() + "\n"
