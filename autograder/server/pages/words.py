"""Says in words what the database has as values."""

from __future__ import annotations

from autograder.i18n.messages import gettext_noop
from autograder.server.tables import RequestState, Source, State

STATES = {
    State.QUEUED: gettext_noop("in the queue"),
    State.MARKING: gettext_noop("being marked"),
    State.MARKED: gettext_noop("marked"),
    State.REFUSED: gettext_noop("could not be marked"),
    State.FOR_A_PERSON: gettext_noop("a person looks at it"),
}
SOURCES = {
    Source.BROWSER: gettext_noop("browser"),
    Source.TERMINAL: gettext_noop("terminal"),
    Source.JUPYTERLAB: gettext_noop("JupyterLab"),
    Source.API: gettext_noop("a program"),
}
REQUEST_STATES = {
    RequestState.OPEN: gettext_noop("waits for an answer"),
    RequestState.UPHELD: gettext_noop("upheld"),
    RequestState.DECLINED: gettext_noop("declined"),
    RequestState.WITHDRAWN: gettext_noop("withdrawn"),
}
