"""Makes feedback pages: nbgrader's own, with the problems' names in their list of scores, in the submission's language.

Takes the place of nbconvert's HTMLExporter in ``GenerateFeedback.exporter_class``. It changes nbgrader's template
(0.9.6) before anything of a submission is put into it: the texts of a page are never searched. Phrases that a later
template words differently stay English.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import nbformat
from jinja2 import BaseLoader, Environment
from nbconvert.exporters import HTMLExporter

from autograder.i18n.catalogue import Catalogue, catalogue
from autograder.i18n.editions import LANGUAGE
from autograder.i18n.languages import DEFAULT
from autograder.i18n.messages import gettext_noop

# All texts of nbgrader's template.
PHRASES = (
    gettext_noop("Score: "),
    gettext_noop("Test cell"),
    gettext_noop("Coding free-response"),
    gettext_noop("Written response"),
    gettext_noop("Task: "),
    gettext_noop("Task"),
    gettext_noop("Comments:"),
    gettext_noop("Comment"),
    gettext_noop("Late submission penalty"),
    gettext_noop("Student's answer"),
    gettext_noop("Student's task"),
    gettext_noop("Grade cell: "),
    gettext_noop("(Top)"),
)
PHRASE = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, sorted(PHRASES, key=len, reverse=True)))})(?!\w)")
# Distinguishes nbgrader's template from those that it extends.
ITS_OWN = "macro nbgrader_heading"
HTML, HEAD_ENDS = "<html>", "</head>"
# In the list of scores, nine links that all say "Test cell" would tell nobody where they lead.
LISTED = re.compile(r'(<a href="#\{\{ cell\.metadata\.nbgrader\.grade_id \}\}">)([^<{]+)(</a>)')
NAME = '{{ cell.metadata.nbgrader.grade_id | replace("test_", "", 1) | e }}'
TEST = "Test cell"
# Without it, wide pictures and the columns of tables run into what stands beside them.
STYLE = """<style>
div.output_area img { max-width: 100%; height: auto; }
div.rendered_html td, div.rendered_html th { padding: 0.1em 0.8em; }
</style>
"""


class FeedbackExporter(HTMLExporter):
    """Makes a page in the language that a notebook's metadata name."""

    _language = DEFAULT

    def from_notebook_node(  # type: ignore[override]  # HTMLExporter has it so as well
        self, nb: nbformat.NotebookNode, resources: Any | None = None, **arguments: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert one notebook."""
        language = nb.metadata.get(LANGUAGE, DEFAULT)
        if language != self._language:
            self._language = language
            # nbconvert keeps the environment, and with it the loader of the language before.
            self._invalidate_environment_cache()
        return super().from_notebook_node(nb, resources, **arguments)

    def _create_environment(self) -> Environment:
        made: Environment = super()._create_environment()
        if made.loader is not None:
            made.loader = KitTemplates(made.loader, catalogue(self._language))
        return made


class KitTemplates(BaseLoader):
    """Loads templates with another loader, and puts names and the catalogue's phrases into nbgrader's."""

    def __init__(self, loader: BaseLoader, phrases: Catalogue) -> None:
        self._loader, self._phrases = loader, phrases

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return a template's text, and how it was found."""
        source, filename, fresh = self._loader.get_source(environment, template)
        if ITS_OWN in source:
            source = LISTED.sub(_named, source)
            source = PHRASE.sub(lambda found: self._phrases.text(found[0]), source)
            source = source.replace(HTML, f'<html lang="{self._phrases.language}">')
            source = source.replace(HEAD_ENDS, STYLE + HEAD_ENDS)
        return source, filename, fresh


def _named(link: re.Match[str]) -> str:
    kind = "" if link[2] == TEST else f" ({link[2]})"
    return f"{link[1]}{NAME}{kind}{link[3]}"
