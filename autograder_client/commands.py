"""Runs the client's commands, whose options `autograder_client.cli` reads."""

from __future__ import annotations

import argparse
import getpass
import sys
import time
import webbrowser
from pathlib import Path

from autograder_client import settings as places
from autograder_client.errors import NOT_UNDERSTOOD, ClientError, NotReachedError, RefusedError
from autograder_client.http import Server, assignment_path, attempt_path, course_path
from autograder_client.receipts import check_files, read_receipt, verify
from autograder_client.settings import Settings
from autograder_client.states import ENDED, line_of, moment_of
from autograder_client.submitting import Wanted, hand_in, keep_receipt, read_files

# Exit codes: the server refuses, or the usage is wrong; the server is not there, so that a program can try again later.
REFUSED, NOT_THERE = 2, 4
POLL_SECONDS = 1.0


def run(options: argparse.Namespace) -> int:
    """Run the command that was chosen; what goes wrong is a sentence, and an exit code."""
    try:
        return COMMANDS[options.client](options)
    except (KeyError, TypeError, ValueError):
        said, code = NOT_UNDERSTOOD, REFUSED
    except OSError as fault:
        said, code = f"{fault.filename or 'this machine'}: {fault.strerror or fault}", REFUSED
    except ClientError as fault:
        said, code = str(fault), NOT_THERE if isinstance(fault, NotReachedError) else REFUSED
        if isinstance(fault, RefusedError) and fault.retry_after:
            said += f"\nIt can be tried again in {fault.retry_after} seconds."
    print(shown(f"{options.client}: {said}"), file=sys.stderr)
    return code


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


def run_submit(options: argparse.Namespace) -> int:
    """Hand in."""
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


def run_status(options: argparse.Namespace) -> int:
    """Tell what is due, and what has become of attempts."""
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
                print(shown(f"  {moment_of(attempt)}  {line_of(attempt)}"))
    return 0


def run_feedback(options: argparse.Namespace) -> int:
    """Fetch a feedback page."""
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


def run_verify(options: argparse.Namespace) -> int:
    """Check a receipt."""
    receipt = read_receipt(options.receipt)
    verify(receipt, options.key or None)
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


def run_sign_in(options: argparse.Namespace) -> int:
    """Keep the server's address and the token, once they have worked."""
    # The link that was given for browsers does as well.
    address, _, token = options.server.partition("#")
    url = places.checked(address.rstrip("/").removesuffix("/sign-in"))
    if not token:
        asked = f"Token (from {url}/tokens): "
        token = (getpass.getpass(asked) if sys.stdin.isatty() else sys.stdin.readline()).strip()
    me = Server(Settings(url, token)).json("/api/v1/me")
    places.keep("server", url)
    file = places.keep("token", token)
    print(shown(f"signed in as {me['login']}; the token is in {file}"))
    return 0


def shown(text: str) -> str:
    """Return a text as a terminal may show it: without codes that would change what else is on it."""
    return "".join(letter if letter.isprintable() or letter == "\n" else repr(letter)[1:-1] for letter in text)


COMMANDS = {
    "submit": run_submit,
    "status": run_status,
    "feedback": run_feedback,
    "receipt": run_verify,
    "sign-in": run_sign_in,
}
