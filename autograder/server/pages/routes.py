"""Lists the routes of all pages."""

from autograder.server.pages import assignment, attempt, home, receipts, tokens

# Those of staff come first: no assignment is called so.
ROUTERS = (home.router, receipts.router, tokens.router, assignment.router, attempt.router)
