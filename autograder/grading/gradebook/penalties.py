"""Computes penalties for late submissions, as the course configures nbgrader's ``AssignLatePenalties``."""

from __future__ import annotations

import logging
from types import SimpleNamespace

from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties
from traitlets.utils.importstring import import_item

log = logging.getLogger(__name__)


class LatePenalties:
    """Asks the course's plugin for late submissions.

    Args:
        converter: nbgrader's converter, as the course configures it.

    Attributes:
        wanted: Whether the course's configuration has penalties at all.
    """

    def __init__(self, converter: Autograde) -> None:
        steps = [import_item(step) if isinstance(step, str) else step for step in converter.autograde_preprocessors]
        kinds = [step for step in steps if isinstance(step, type) and issubclass(step, AssignLatePenalties)]
        self.wanted = bool(kinds)
        # The step checks what a plugin returns, in ``_check_late_penalty`` of nbgrader 0.9.6, and holds the plugin.
        self._step = (kinds or [AssignLatePenalties])[0](config=converter.config)

    def penalty(self, student: str, score: float, seconds: float) -> float | None:
        """Return the points that a submission loses, at most all that it has; None when it loses none.

        Args:
            student: The student's id.
            score: The notebook's points.
            seconds: How late it is, in seconds.
        """
        if seconds <= 0:
            return None
        self._step.init_plugin()  # for each submission anew, as nbgrader does: a plugin may keep something
        asked = self._step.plugin_inst.late_submission_penalty(student, score, seconds)
        # A warning, so that it stands in the run's journal: students ask about lost points.
        log.warning("%s is %s seconds late; penalty: %s", student, seconds, asked)
        return None if asked is None else float(self._step._check_late_penalty(SimpleNamespace(score=score), asked))
