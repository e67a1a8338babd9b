"""Hands in the folder of an assignment, and keeps the receipt in it."""

from __future__ import annotations

from pathlib import Path

from nbgrader.exchange.abc import ExchangeSubmit
from nbgrader.utils import ignore_patterns

from autograder_client.errors import ClientError
from autograder_client.exchange.base import ServerExchange, is_fetched
from autograder_client.http import assignment_path
from autograder_client.submitting import Wanted, hand_in, keep_receipt, read_files


class ServerSubmit(ServerExchange, ExchangeSubmit):
    """Hands in what is the student's own of an assignment's folder."""

    def work(self) -> None:
        """Hand it in."""
        course = self.course()
        # As `nbgrader submit` takes it, which may be called with a path.
        assignment = Path(self.assignment()).name
        self.coursedir.assignment_id = assignment
        folder = self.folder(course, assignment)
        if not is_fetched(folder):
            raise ClientError(f"there is no {assignment} in {folder.parent}: fetch it first")
        told = self.ask().json(assignment_path(course, assignment))
        there = {path.stem for path in folder.glob("*.ipynb")}
        if self.strict and (missing := [name for name in told["notebooks"] if name not in there]):
            raise ClientError(f"not handed in: {', '.join(missing)} is missing in {folder}")
        passed_over = ignore_patterns(
            exclude=self.coursedir.ignore,
            include=self.coursedir.include,
            max_file_size=self.coursedir.max_file_size,
            log=self.log,
        )
        files = read_files([folder], Wanted.told(told), passed_over)
        receipt = hand_in(self.ask(self.transfer_seconds), course, assignment, files, "jupyterlab")
        try:
            self.log.info("Receipt: %s", keep_receipt(receipt, folder, assignment))
        except ClientError as fault:
            # It is handed in: to say that it is not would be worse than to lose the copy of the receipt.
            self.log.error("%s", fault)
        self.log.info("Submitted as: %s %s %s", course, assignment, receipt["received_at"])
