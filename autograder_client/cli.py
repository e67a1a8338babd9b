"""The commands for terminals: submit, status, feedback, receipt verify, sign-in."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
import time
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder_client import settings as places
from autograder_client.errors import NOT_UNDERSTOOD, ClientError, NotReachedError, RefusedError
from autograder_client.http import Server, assignment_path, attempt_path, course_path
from autograder_client.receipts import check_files, check_signature, read_receipt
from autograder_client.settings import Settings
from autograder_client.states import ENDED, line_of
from autograder_client.submitting import Wanted, hand_in, keep_receipt, read_files

# Exit codes: the server refuses, or the usage is wrong; the server is not there, so that a program can try again later.
REFUSED, NOT_THERE, STOPPED = 2, 4, 130
POLL_SECONDS = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    made = argparse.ArgumentParser(prog="autograder-client", description="Hand in to a grading server.")
    add_commands(made.add_subparsers(dest="command", required=True, metavar="COMMAND"))
    return run(made.parse_args(arguments))


def run(options: argparse.Namespace) -> int:
    """Run the command that was chosen; what goes wrong is a sentence, and an exit code."""
    try:
        return int(options.client(options))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return STOPPED
    except (KeyError, TypeError, ValueError):
        print(NOT_UNDERSTOOD, file=sys.stderr)
        return REFUSED
    except OSError as fault:
        print(shown(f"{fault.filename or 'this machine'}: {fault.strerror or fault}"), file=sys.stderr)
        return REFUSED
    except ClientError as fault:
        print(shown(str(fault)), file=sys.stderr)
        if isinstance(fault, RefusedError) and fault.retry_after:
            print(f"It can be tried again in {fault.retry_after} seconds.", file=sys.stderr)
        return NOT_THERE if isinstance(fault, NotReachedError) else REFUSED


def add_commands(chosen: Any) -> None:
    """Add the client's commands to those of a program."""
    submit = _command(chosen, "submit", _submit, "hand in, and keep the receipt beside it")
    submit.add_argument("assignment", help="the assignment's name")
    submit.add_argument("files", nargs="+", type=Path, metavar="FILE", help="the notebook, module files, or a folder")
    submit.add_argument("--wait", action="store_true", help="wait until it is marked, and say what came of it")
    status = _command(chosen, "status", _status, "what has become of what was handed in")
    status.add_argument("assignment", nargs="?", help="one assignment; all of the course when left out")
    feedback = _command(chosen, "feedback", _feedback, "fetch the feedback page")
    feedback.add_argument("assignment", help="the assignment's name")
    feedback.add_argument("--attempt", type=int, metavar="N", help="an attempt's number; the newest with a page")
    feedback.add_argument("--to", type=Path, metavar="FILE", help="where it is written")
    feedback.add_argument("--open", action="store_true", dest="opens", help="open it in the browser")
    receipt = chosen.add_parser("receipt", help="check a receipt without the server")
    verify = receipt.add_subparsers(dest="action", required=True, metavar="ACTION").add_parser(
        "verify", help="check who signed it, and that files are those that were handed in"
    )
    verify.add_argument("receipt", type=Path, metavar="RECEIPT", help="the receipt, a .json file")
    verify.add_argument("files", nargs="*", type=Path, metavar="FILE", help="what was handed in")
    verify.add_argument("--key", default="", help="the server's public key, from a place that you trust")
    verify.set_defaults(client=_verify)
    sign_in = chosen.add_parser("sign-in", help="keep the server's address and your token on this machine")
    sign_in.add_argument("--server", required=True, metavar="URL", help="the server's address")
    sign_in.set_defaults(client=_sign_in)


def _command(chosen: Any, name: str, function: Any, words: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = chosen.add_parser(name, help=words, description=words.capitalize() + ".")
    made.add_argument("--server", default="", metavar="URL", help=f"the server's address (or {places.SERVER})")
    made.add_argument(
        "--course",
        default=os.environ.get(places.COURSE, ""),
        help=f"the course (or {places.COURSE}); may be left out where you have one",
    )
    made.set_defaults(client=function)
    return made


def _server(options: argparse.Namespace) -> Server:
    return Server(Settings.found(options.server))


def _course(server: Server, options: argparse.Namespace) -> str:
    """Return the course that is meant.

    Raises:
        ClientError: It is not named, and the person is in more than one.
    """
    if options.course:
        return str(options.course)
    courses = [one["course"] for one in server.json("/api/v1/me")["courses"]]
    if len(courses) == 1:
        return str(courses[0])
    named = ", ".join(courses) or "none"
    raise ClientError(f"say which course is meant, with --course; yours are: {named}")


def _submit(options: argparse.Namespace) -> int:
    server = _server(options)
    course = _course(server, options)
    wanted = Wanted.told(server.json(assignment_path(course, options.assignment)))
    receipt = hand_in(server, course, options.assignment, read_files(options.files, wanted), "terminal")
    print(shown(f"handed in: attempt {receipt['number']} of {options.assignment}, {receipt['received_at']}"))
    print(shown(f"SHA-256 {receipt['sha256']}, {receipt['counts_as']}"))
    beside = options.files[0]
    try:
        print(f"receipt: {keep_receipt(receipt, beside if beside.is_dir() else beside.parent, options.assignment)}")
    except ClientError as fault:
        # What matters is done.
        print(shown(str(fault)), file=sys.stderr)
    return _wait(server, receipt["attempt"]) if options.wait else 0


def _wait(server: Server, attempt: str) -> int:
    """Say what becomes of an attempt until nothing more does."""
    said = ""
    while True:
        found = server.json(attempt_path(attempt))
        line = line_of(found)
        if line != said:
            print(shown(line), flush=True)
            said = line
        if found["state"] in ENDED:
            return 0
        time.sleep(POLL_SECONDS)


def _status(options: argparse.Namespace) -> int:
    server = _server(options)
    course = _course(server, options)
    there = server.json(f"{course_path(course)}/assignments")
    if options.assignment and options.assignment not in {one["assignment"] for one in there}:
        named = ", ".join(one["assignment"] for one in there) or "none"
        raise ClientError(f"no assignment {options.assignment} in {course}: there are {named}")
    for one in there:
        if options.assignment in (None, one["assignment"]):
            print(shown(f"{one['assignment']}: {one['title']}"))
            for sentence in one["rules"] + ([one["refusal"]] if one["refusal"] else []):
                print(shown(f"  {sentence}"))
            for attempt in one["attempts"]:
                print(shown(f"  {attempt['received_at']}  {line_of(attempt)}"))
    return 0


def _feedback(options: argparse.Namespace) -> int:
    server = _server(options)
    course = _course(server, options)
    there = server.json(f"{assignment_path(course, options.assignment)}/attempts")
    fit = [one for one in there if one.get("feedback") and options.attempt in (None, one["number"])]
    if not fit:
        raise ClientError("there is no feedback page yet: `status` says what has become of it")
    newest = max(fit, key=lambda one: int(one["number"]))
    page = server.content(f"{attempt_path(newest['id'])}/feedback")
    file = options.to or Path(f"{options.assignment}-{newest['number']:03d}.feedback.html")
    file.write_bytes(page)
    print(f"feedback: {file}")
    if options.opens:
        webbrowser.open(file.resolve().as_uri())
    return 0


def _verify(options: argparse.Namespace) -> int:
    receipt = read_receipt(options.receipt)
    check_signature(receipt, options.key)
    print(
        shown(
            f"signed by {receipt.get('server')}: attempt {receipt.get('number')} of {receipt.get('assignment')}, "
            f"{receipt.get('student')}, {receipt.get('received_at')}, {receipt.get('counts_as')}"
        )
    )
    if not options.key:
        print(f"The key is the receipt's own: compare it with the server's, {receipt['public_key']}")
    if options.files:
        check_files(receipt, options.files)
        print("The files are those that were handed in.")
    return 0


def _sign_in(options: argparse.Namespace) -> int:
    url = places.checked(options.server)
    token = getpass.getpass(f"Token (from {url}/tokens): ").strip()
    me = Server(Settings(url, token)).json("/api/v1/me")
    places.keep("server", url)
    file = places.keep("token", token)
    print(shown(f"signed in as {me['login']}; the token is in {file}"))
    return 0


def shown(text: str) -> str:
    """Return a text as a terminal may show it: without codes that would change what else is on it."""
    return "".join(letter if letter.isprintable() or letter == "\n" else repr(letter)[1:-1] for letter in text)
