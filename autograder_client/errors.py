"""What can go wrong between a student and the server; every message says what to do."""

from __future__ import annotations

NOT_UNDERSTOOD = (
    "The server answers in a way that this client does not know: look whether that is its address, and get its client "
    "anew, from /client/ there."
)


class ClientError(Exception):
    """Something has not worked; the message is a sentence for the person who asked for it."""


class NotReachedError(ClientError):
    """The server did not answer; whatever was asked may be asked again."""


class RefusedError(ClientError):
    """The server has answered, and refuses.

    Attributes:
        status: HTTP's number.
        retry_after: Seconds after which asking again can help; None where it cannot.
    """

    def __init__(self, message: str, status: int, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status, self.retry_after = status, retry_after
