"""Reads the client's command line: submit, status, feedback, receipt verify, sign-in."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder_client import __version__

# As shells report a program that Ctrl-C has ended.
STOPPED = 130
EXAMPLES = "examples:"
DESCRIPTION = (
    "Hands in to a grading server, and tells what came of it. Sign in once, with the token that you were given."
)
EXIT_CODES = "Exit codes: 0, done; 2, refused, or wrong usage; 4, the server cannot be reached: try again later."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    made = argparse.ArgumentParser(prog="autograder-client", description=DESCRIPTION, epilog=EXIT_CODES)
    made.add_argument("--version", action="version", version=__version__, help="show the version and end")
    add_commands(made.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands"))
    options = made.parse_args(arguments)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        print("autograder-client: stopped", file=sys.stderr)
        return STOPPED


class Help(argparse.HelpFormatter):
    """Wraps what a command does to the width of the terminal, and leaves its examples line by line."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if text.startswith(EXAMPLES) else super()._fill_text(text, width, indent)


def add_commands(chosen: Any, program: str = "autograder-client") -> None:
    """Add the client's commands to those of a program, which calls ``options.run(options)`` for an exit code.

    Args:
        chosen: The program's commands.
        program: Its name, for examples.
    """
    submit = _command(
        chosen,
        program,
        "submit",
        "hand in to a grading server, and keep the receipt",
        "Hands in files, or what is your own in a folder, and writes the receipt beside them. Doing it again after it "
        "was cut short is the same attempt.",
        "submit rnn_captioning rnn_captioning.ipynb --wait",
    )
    submit.add_argument("assignment", help="the assignment's name")
    submit.add_argument("files", nargs="+", type=Path, metavar="FILE", help="the notebook, module files, or a folder")
    submit.add_argument("--wait", action="store_true", help="wait until it is marked, and say what came of it")
    status = _command(
        chosen,
        program,
        "status",
        "tell what is due, and what has become of attempts",
        "Tells the rules of each assignment, and what has become of each attempt: its place in the queue, its points, "
        "and which one counts.",
        "status rnn_captioning",
    )
    status.add_argument("assignment", nargs="?", help="one assignment; all of the course when left out")
    feedback = _command(
        chosen,
        program,
        "feedback",
        "fetch the feedback page of an attempt",
        "Fetches a feedback page from the grading server into a file: that of the newest attempt that has one.",
        "feedback rnn_captioning --open",
    )
    feedback.add_argument("assignment", help="the assignment's name")
    feedback.add_argument("--attempt", type=int, metavar="N", help="an attempt's number; the newest that has a page")
    feedback.add_argument("--to", type=Path, metavar="FILE", help="the file that is written")
    feedback.add_argument("--open", action="store_true", dest="opens", help="open it in the browser")
    _add_receipt(chosen, program)
    sign_in = _add(
        chosen,
        program,
        "sign-in",
        "keep a grading server's address, and your token, on this machine",
        "Tries your token, which is asked for, and keeps it with the server's address in ~/.config/autograder, where "
        "nobody else can read it. The link with which you sign in in a browser does as well.",
        "sign-in https://handin.example.edu",
    )
    sign_in.add_argument("server", metavar="URL", help="the server's address, or your sign-in link")


def _add_receipt(chosen: Any, program: str) -> None:
    receipt = _add(
        chosen,
        program,
        "receipt",
        "check a receipt, without the server",
        "Checks who signed a receipt, and that files are those that were handed in. No server is asked.",
        "receipt verify rnn_captioning-003.receipt.json rnn_captioning.ipynb",
    )
    actions = receipt.add_subparsers(
        dest="action", required=True, metavar="ACTION", help="verify: check who signed it, and files"
    )
    verify = actions.add_parser("verify", help="check who signed it, and that files are those that were handed in")
    verify.add_argument("receipt", type=Path, metavar="RECEIPT", help="the receipt, a .json file")
    verify.add_argument("files", nargs="*", type=Path, metavar="FILE", help="what was handed in, or its folder")
    verify.add_argument("--key", default="", help="the server's public key, from a place that you trust")


def _add(chosen: Any, program: str, name: str, title: str, description: str, example: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = chosen.add_parser(
        name,
        help=title,
        description=description,
        epilog=f"{EXAMPLES}\n  {program} {example}",
        formatter_class=Help,
    )
    made.set_defaults(run=_run, client=name)
    return made


def _command(chosen: Any, program: str, name: str, *texts: str) -> argparse.ArgumentParser:
    made = _add(chosen, program, name, *texts)
    made.add_argument("--server", default="", metavar="URL", help="the server's address (or AUTOGRADER_SERVER)")
    made.add_argument(
        "--course",
        default=os.environ.get("AUTOGRADER_COURSE", ""),
        help="the course (or AUTOGRADER_COURSE); may be left out where you have one",
    )
    return made


def _run(options: argparse.Namespace) -> int:
    # What talks to servers takes a while to load: other commands, and --help, do without it.
    from autograder_client import commands

    return commands.run(options)
