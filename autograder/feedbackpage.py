"""Feedback pages in the hand-in's language: nbgrader's own page, with its words translated.

Takes the place of nbconvert's HTMLExporter in ``GenerateFeedback.exporter_class``. What is translated is nbgrader's
template, before anything of a hand-in is put into it; English pages are nbgrader's to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import nbformat
from jinja2 import BaseLoader, Environment
from nbconvert.exporters import HTMLExporter

from autograder.catalogue import Catalogue, catalogue
from autograder.editions import LANGUAGE
from autograder.languages import DEFAULT
from autograder.messages import mark

# All that nbgrader's template says.
PHRASES = (
    mark("Score: "),
    mark("Test cell"),
    mark("Coding free-response"),
    mark("Written response"),
    mark("Task: "),
    mark("Task"),
    mark("Comments:"),
    mark("Comment"),
    mark("Late submission penalty"),
    mark("Student's answer"),
    mark("Student's task"),
    mark("Grade cell: "),
    mark("(Top)"),
)
PHRASE = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, sorted(PHRASES, key=len, reverse=True)))})(?!\w)")
# What tells nbgrader's template from those that it extends.
ITS_OWN = "macro nbgrader_heading"
HTML = "<html>"


class FeedbackExporter(HTMLExporter):  # type: ignore[misc]
    """Makes a page in the language that a notebook's metadata name."""

    _language = DEFAULT

    def from_notebook_node(
        self, nb: nbformat.NotebookNode, resources: Any | None = None, **arguments: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert one notebook."""
        language = nb.metadata.get(LANGUAGE, DEFAULT)
        if language != self._language:
            self._language = language
            self._invalidate_environment_cache()
        return super().from_notebook_node(nb, resources, **arguments)  # type: ignore[no-any-return]

    def _create_environment(self) -> Environment:
        made: Environment = super()._create_environment()
        if self._language != DEFAULT and made.loader is not None:
            made.loader = TranslatedTemplates(made.loader, catalogue(self._language))
        return made


class TranslatedTemplates(BaseLoader):
    """Loads templates as another loader does; in nbgrader's the phrases are translated.

    Args:
        loader: The other one.
        speaker: Says the phrases.
    """

    def __init__(self, loader: BaseLoader, speaker: Catalogue) -> None:
        self._loader, self._speaker = loader, speaker

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return a template's text, and how it was found."""
        source, filename, fresh = self._loader.get_source(environment, template)
        if ITS_OWN in source:
            source = PHRASE.sub(lambda found: self._speaker.text(found[0]), source)
            source = source.replace(HTML, f'<html lang="{self._speaker.language}">')
        return source, filename, fresh
