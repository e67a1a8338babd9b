"""Reads rows out of HDF5 files: only those that are wanted, and large arrays only as far as they are looked at."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

MAPPED_FROM = 32 * 2**20
"""Arrays of at least so many bytes are mapped when all rows are wanted; smaller ones are read at once, and their file
is let go: mini-COCO's, for example."""

_FEW_ROWS = 32
"""Rows are picked out of a file one by one if they are fewer than one in so many; else all are read."""


def read_rows(dataset: h5py.Dataset, rows: NDArray[np.intp] | None) -> NDArray[Any]:
    """Return some rows of a dataset, in any order and with repetitions; ``None`` means all of them.

    All rows of a large dataset come as a map of the file, if its numbers lie there in one piece: pages are read when
    they are first looked at, and the system may drop them again. Changes stay in memory; the file never changes. The
    file must not be cut short while the array is in use.

    Args:
        dataset: Numbers, of any shape with at least one axis.
        rows: Integers of shape (R,), none beyond the last row.

    Returns:
        The rows, of the dataset's dtype.
    """
    if rows is None and dataset.nbytes >= MAPPED_FROM and _in_one_piece(dataset):
        # By its code the type is numpy's own, which is shown as "float32" rather than "<f4".
        dtype = np.dtype(dataset.dtype.str)
        return np.asarray(np.memmap(dataset.file.filename, dtype, "c", dataset.id.get_offset(), dataset.shape))
    if rows is None or len(rows) * _FEW_ROWS > len(dataset):
        everything: NDArray[Any] = dataset[()]
        return everything if rows is None else everything[rows]
    # HDF5 wants rows in increasing order and each only once.
    unique, places = np.unique(rows, return_inverse=True)
    picked: NDArray[Any] = dataset[unique]
    return picked[places]


def _in_one_piece(dataset: h5py.Dataset) -> bool:
    """Tell whether the file holds, in one piece, the very bytes that numpy would have in memory."""
    plain = dataset.id.get_type() == h5py.h5t.py_create(dataset.dtype)
    return plain and not dataset.external and dataset.id.get_offset() is not None
