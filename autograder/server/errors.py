"""Says why a request cannot be answered: as problem+json (RFC 9457) to programs, as a page to people.

An error has a text for what is wrong and one for what to do, in the language of whoever asks.
"""

from __future__ import annotations

from typing import Any

from autograder.i18n.catalogue import ENGLISH, Catalogue
from autograder.i18n.messages import NOTHING, Message
from autograder.marking.execution.outputs import storable

PROBLEM_JSON = "application/problem+json"


class RequestError(Exception):
    """A request cannot be answered as it is.

    Args:
        status: The HTTP status.
        kind: Names the kind of error to programs, for example ``closed``.
        detail: What is wrong.
        what_to_do: What whoever asks can do about it.
        retry_after: After how many seconds it can be tried again; None where that would change nothing.
        more: Further fields for programs.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        detail: Message,
        what_to_do: Message = NOTHING,
        *,
        retry_after: float | None = None,
        **more: Any,
    ) -> None:
        super().__init__(str(detail))
        self.status, self.kind, self.detail, self.what_to_do = status, kind, detail, what_to_do
        self.retry_after, self.more = retry_after, more

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer."""
        # Whole seconds, and never 0, which would mean at once.
        return {} if self.retry_after is None else {"Retry-After": str(max(1, round(self.retry_after + 0.5)))}

    def as_json(self, request_id: str, catalogue: Catalogue = ENGLISH) -> dict[str, Any]:
        """Return the body of the answer for programs."""
        return {
            "type": f"urn:autograder:{self.kind}",
            "title": self.kind.replace("-", " "),
            "status": self.status,
            # It may say what somebody sent.
            "detail": storable(catalogue.say(self.detail)),
            "what_to_do": storable(catalogue.say(self.what_to_do)),
            "request_id": request_id,
            **self.more,
        }
