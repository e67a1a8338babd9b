"""Lets nbgrader use a grading server as its exchange: JupyterLab's Assignment List, formgrader, and ``nbgrader``.

In ``nbgrader_config.py``::

    from autograder_client.exchange import configure

    configure(c, "https://handin.example.edu")
"""

from __future__ import annotations

from typing import Any

from autograder_client.exchange.base import ServerExchange
from autograder_client.exchange.collect import ServerCollect
from autograder_client.exchange.fetch import ServerFetchAssignment, ServerFetchFeedback
from autograder_client.exchange.listing import ServerList
from autograder_client.exchange.release import ServerReleaseAssignment, ServerReleaseFeedback
from autograder_client.exchange.submit import ServerSubmit

__all__ = [
    "ServerCollect",
    "ServerExchange",
    "ServerFetchAssignment",
    "ServerFetchFeedback",
    "ServerList",
    "ServerReleaseAssignment",
    "ServerReleaseFeedback",
    "ServerSubmit",
    "configure",
]


def configure(c: Any, url: str = "") -> None:
    """Make a grading server nbgrader's exchange.

    Args:
        c: nbgrader's configuration, as ``nbgrader_config.py`` has it.
        url: The server's address; looked for in ``AUTOGRADER_SERVER`` and ``~/.config/autograder/server`` when empty.
    """
    c.ServerExchange.server = url
    c.ExchangeFactory.exchange = ServerExchange
    c.ExchangeFactory.list = ServerList
    c.ExchangeFactory.fetch_assignment = ServerFetchAssignment
    c.ExchangeFactory.submit = ServerSubmit
    c.ExchangeFactory.fetch_feedback = ServerFetchFeedback
    c.ExchangeFactory.release_assignment = ServerReleaseAssignment
    c.ExchangeFactory.collect = ServerCollect
    c.ExchangeFactory.release_feedback = ServerReleaseFeedback
