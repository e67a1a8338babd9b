"""Checks nbgrader's metadata as nbgrader does, with a schema that is known to be right."""

from __future__ import annotations

import functools
from typing import Any

import nbformat
from jsonschema.validators import validator_for
from nbgrader.nbgraderformat import ValidationError
from nbgrader.nbgraderformat.common import BaseMetadataValidator
from nbgrader.nbgraderformat.v3 import MetadataValidatorV3
from nbgrader.preprocessors import CheckCellMetadata


class KnownSchema(BaseMetadataValidator):  # type: ignore[misc]
    """Passes what fits the schema.

    nbgrader's own validator, which says what does not fit, also checks the schema itself, for each cell anew.
    """

    def validate_cell(self, cell: nbformat.NotebookNode) -> None:
        """Check one cell.

        Raises:
            ValidationError: The metadata does not fit the schema.
        """
        meta = cell.metadata.get("nbgrader")
        fits = meta is not None and meta.get("schema_version") == self.schema_version and validator().is_valid(meta)
        # For its message, and for older schemas, which it converts or names.
        if not fits:
            super().validate_cell(cell)


# In nbgrader 0.9.6 MetadataValidatorV3 calls super().validate_cell for the schema: this order of bases puts ours there.
class CellValidator(MetadataValidatorV3, KnownSchema):  # type: ignore[misc]
    """nbgrader's validator, with `KnownSchema` where it would ask jsonschema."""


@functools.cache
def validator() -> Any:
    """Return jsonschema's validator of nbgrader's metadata of one cell."""
    schema = MetadataValidatorV3().schema
    return validator_for(schema)(schema)


class CheckCells(CheckCellMetadata):  # type: ignore[misc]
    """nbgrader's step, which passes a sound notebook faster."""

    def preprocess(
        self, nb: nbformat.NotebookNode, resources: dict[str, Any]
    ) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
        """Check one notebook.

        Raises:
            ValidationError: Its metadata is damaged.
        """
        try:
            CellValidator().validate_nb(nb)
        # nbgrader's own step tells people what is wrong, in its own words; damaged notebooks are rare, so it may take
        # longer.
        except ValidationError:
            nb, resources = super().preprocess(nb, resources)
        return nb, resources
