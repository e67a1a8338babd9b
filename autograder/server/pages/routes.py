"""Lists the routes of all pages."""

from autograder.server.pages import assignment, attempt, client, home, receipts, tokens
from autograder.server.pages.staff import (
    audit,
    class_table,
    extensions,
    overview,
    people,
    queue,
    regrades,
    report,
    requests,
    student,
    written,
)

# The first that fits is taken: those with fixed names come before those with the name of an assignment.
STAFF = (overview, queue, requests, people, audit, regrades, report, extensions, written, student, class_table)
ROUTERS = tuple(one.router for one in (home, receipts, tokens, client, *STAFF, assignment, attempt))
