"""How long a pack of the original's size takes to load, and how much memory: 50 training captions, and everything.

The pack is written into a scratch folder first, with made-up content; nothing is downloaded. Each case runs in a
process of its own. "Peak" is the most memory that the process held, "of it loading" what that is above the same process
before it loaded. "Read through" adds up all features after loading, as an epoch of training would come by each of them.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.results import add_json, save

SPACE = 3 * 2**30
"""Bytes that the pack needs on the disk, and some more."""

FEW = 50
BLOCK = 4096
"""Rows of features that are written at a time."""

CASES = [(max_train, pca, read) for pca in (True, False) for max_train, read in ((FEW, 0), (None, 0), (None, 1))]


def write_pack(folder: Path) -> None:
    """Write a pack of the original's shapes and types."""
    import h5py
    import numpy as np

    from cs231n.datasets.layout import (
        CAPTION_LENGTH,
        CAPTIONS,
        ORIGINAL,
        SPECIAL_WORDS,
        SPLITS,
        VOCABULARY,
        features_file,
        urls_file,
    )

    rng = np.random.default_rng(0)
    words = [*SPECIAL_WORDS, *(f"word{place}" for place in range(ORIGINAL.words - len(SPECIAL_WORDS)))]
    tables = {"idx_to_word": words, "word_to_idx": {word: place for place, word in enumerate(words)}}
    (folder / VOCABULARY).write_text(json.dumps(tables), encoding="utf-8")
    with h5py.File(folder / CAPTIONS, "w") as file:
        for split in SPLITS:
            shape = (ORIGINAL.captions[split], CAPTION_LENGTH)
            file[f"{split}_captions"] = rng.integers(ORIGINAL.words, size=shape, dtype=np.int32)
            file[f"{split}_image_idxs"] = rng.integers(ORIGINAL.pictures[split], size=shape[0], dtype=np.int32)
    for split in SPLITS:
        pictures = ORIGINAL.pictures[split]
        for pca in (True, False):
            columns = ORIGINAL.columns(pca)
            block = rng.normal(size=(BLOCK, columns)).astype(np.float32)
            with h5py.File(folder / features_file(split, pca), "w") as file:
                features = file.create_dataset("features", (pictures, columns), np.float32)
                for start in range(0, pictures, BLOCK):
                    rows = min(BLOCK, pictures - start)
                    features[start : start + rows] = block[:rows]
        lines = (f"http://farm5.staticflickr.com/4151/{row:010d}_1122a796c9_z.jpg\n" for row in range(pictures))
        (folder / urls_file(split)).write_text("".join(lines), encoding="utf-8")


def load(folder: Path, max_train: int | None, pca_features: bool, read: bool) -> dict[str, float]:
    """Load the pack; return the seconds, and in bytes the peak memory before and after."""
    import numpy as np

    from cs231n.coco_utils import load_coco_data

    np.random.seed(231)
    before, started = peak(), time.perf_counter()
    data: dict[str, Any] = load_coco_data(folder, max_train, pca_features)
    if read:
        for split in ("train", "val"):
            data[f"{split}_features"].sum()
    return {"seconds": time.perf_counter() - started, "before": before, "peak": peak()}


def peak() -> float:
    """Return the most memory that this process has held, in bytes."""
    # Linux counts in KiB, macOS in bytes.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measure(folder: Path) -> Iterator[tuple[str, dict[str, float]]]:
    """Run each case in a process; yield its name and figures."""
    for max_train, pca, read in CASES:
        task = ["load", str(folder), json.dumps([max_train, pca, bool(read)])]
        figures = json.loads(subprocess.run([*OURSELVES, *task], check=True, stdout=subprocess.PIPE).stdout)
        captions = "everything" if max_train is None else f"max_train={max_train}"
        features = "PCA features" if pca else "before PCA"
        yield f"{captions}, {features}{', read through' if read else ''}", figures


OURSELVES = [sys.executable, "-m", "benchmarks.coco"]


def main() -> None:
    """Write the pack, measure, print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--scratch", type=Path, help="folder for the pack, which takes 2.3 GB for the time being")
    add_json(options)
    given = options.parse_args()
    scratch, cases = given.scratch, {}
    with tempfile.TemporaryDirectory(prefix="coco-", dir=scratch) as folder:
        if shutil.disk_usage(folder).free < SPACE:
            sys.exit(f"The pack needs {SPACE / 1e9:.1f} GB in {folder}; name another place with --scratch.")
        started = time.perf_counter()
        # In a process too: on Linux a process's peak counts the size that its parent had when it was started.
        subprocess.run([*OURSELVES, "write", folder], check=True)
        print(f"Wrote a pack of the original's size in {time.perf_counter() - started:.1f} s.", flush=True)
        table = Table(title="Loading it", title_justify="left", box=SIMPLE_HEAD)
        for column in ("case", "seconds", "peak MB", "of it loading"):
            table.add_column(column, justify="left" if column == "case" else "right")
        for name, figures in measure(Path(folder)):
            cases[name] = figures
            extra = figures["peak"] - figures["before"]
            table.add_row(name, f"{figures['seconds']:.2f}", f"{figures['peak'] / 1e6:,.0f}", f"{extra / 1e6:,.0f}")
    Console().print(table)
    save(given.json, "coco", {"cases": cases})


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", folder]:
            write_pack(Path(folder))
        case ["load", folder, case]:
            print(json.dumps(load(Path(folder), *json.loads(case))))
        case _:
            main()
