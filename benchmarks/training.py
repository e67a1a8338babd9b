"""The seed's run on little data with the kit's solver, and the same model in PyTorch: how long, and to which loss.

Both start from the same weights and see the same minibatches in the same order, in float32, with the same number of
threads. The model in numpy is the assignment's solution. The runs take turns, each in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from autograder.kernel.threads import VARIABLES
from benchmarks.contenders import PEERS
from benchmarks.courses import NAME
from benchmarks.results import add_json, save

IN_TORCH = Path(__file__).with_name("training_in_torch.py")
TIMES = 3
SEED = 231
CAPTIONS, BATCH, EPOCHS, RATE, DECAY = 50, 25, 50, 5e-3, 0.95
SIZES = {"hidden_dim": 512, "wordvec_dim": 256}
"""The settings of the notebook's cell ``train_small``."""


def model_and_data() -> tuple[Any, dict[str, Any]]:
    """Return a fresh model and the data, as the notebook makes them."""
    import numpy as np

    from autograder.course.assignment import Assignment
    from autograder.course.course import Course
    from autograder.course.paths import KIT_ROOT
    from cs231n.coco_utils import load_coco_data

    model_class = Assignment(Course(KIT_ROOT), NAME).reference.CaptioningRNN
    np.random.seed(SEED)
    data = load_coco_data(max_train=CAPTIONS)
    width = data["train_features"].shape[1]
    return model_class(data["word_to_idx"], input_dim=width, cell_type="rnn", **SIZES), data


def train_in_numpy() -> dict[str, Any]:
    """Train with the kit's solver and return seconds and the last loss."""
    from cs231n.captioning_solver import CaptioningSolver

    model, data = model_and_data()
    solver = CaptioningSolver(
        model,
        data,
        update_rule="adam",
        num_epochs=EPOCHS,
        batch_size=BATCH,
        optim_config={"learning_rate": RATE},
        lr_decay=DECAY,
        verbose=False,
    )
    started = time.perf_counter()
    solver.train()
    seconds = time.perf_counter() - started
    dtypes = {str(values.dtype) for values in model.params.values()}
    return {
        "seconds": seconds,
        "loss": solver.loss_history[-1],
        "steps": len(solver.loss_history),
        "dtype": dtypes.pop(),
    }


def write_task(file: Path) -> None:
    """Write the weights that the solver starts from, and the minibatches that it draws, for PyTorch."""
    import numpy as np

    from cs231n.coco_utils import sample_coco_minibatch

    model, data = model_and_data()
    steps = EPOCHS * (len(data["train_captions"]) // BATCH)
    batches = [sample_coco_minibatch(data, BATCH)[:2] for _ in range(steps)]
    captions, features = (np.stack(part) for part in zip(*batches, strict=True))
    task = {
        "captions": captions,
        "features": features,
        "null": data["word_to_idx"]["<NULL>"],
        "rate": RATE,
        "decay": DECAY,
        "steps_per_epoch": len(data["train_captions"]) // BATCH,
        **model.params,
    }
    np.savez(file, **task)


def run(command: list[str | Path], threads: int) -> dict[str, Any] | None:
    """Run a training in a process and return its figures; None when it cannot import what it needs."""
    variables = {**os.environ, **dict.fromkeys(VARIABLES, str(threads))}
    ended = subprocess.run(list(map(str, command)), env=variables, stdout=subprocess.PIPE, text=True, check=False)
    if ended.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: what it said stands above")
    found: dict[str, Any] | None = json.loads(ended.stdout.splitlines()[-1])
    return found


def compare(times: int, threads: int, peers: Path) -> dict[str, list[dict[str, Any]]]:
    """Train several times in turns; PyTorch's runs are missing when it is not installed."""
    runs: dict[str, list[dict[str, Any]]] = {"kit": []}
    with tempfile.TemporaryDirectory() as folder:
        task = Path(folder) / "task.npz"
        write_task(task)
        python = peers / "bin" / "python"
        for _ in range(times):
            ours = run([sys.executable, "-m", "benchmarks.training", "--once"], threads)
            theirs = run([python, IN_TORCH, task, str(threads)], threads) if python.is_file() else None
            for name, found in (("kit", ours), ("torch", theirs)):
                if found is not None:
                    runs.setdefault(name, []).append(found)
    return runs


def table_of(runs: dict[str, list[dict[str, Any]]], threads: int) -> Table:
    """Return the comparison as a table."""
    title = f"Training on {CAPTIONS} captions, {threads} thread(s), medians"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for column in ("", "type", "steps", "seconds", "steps/s", "last loss", "time, ratio"):
        table.add_column(column, justify="right" if column else "left")
    ours = statistics.median(one["seconds"] for one in runs["kit"])
    titles = {"kit": "the kit's solver", "torch": "PyTorch"}
    for name, found in runs.items():
        seconds, one = statistics.median(run["seconds"] for run in found), found[0]
        title = " ".join(filter(None, (titles[name], one.get("version"))))
        figures = (f"{seconds:.2f}", f"{one['steps'] / seconds:.1f}", f"{one['loss']:.4f}", f"{seconds / ours:.2f}")
        table.add_row(title, one["dtype"], str(one["steps"]), *figures)
    if "torch" not in runs:
        table.add_row(titles["torch"], "not installed (make bench-peers)")
    return table


def main() -> None:
    """Compare, or train once."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=TIMES, help="how often")
    options.add_argument("--threads", type=int, default=1, help="for linear algebra")
    options.add_argument("--peers", type=Path, default=PEERS, help=f"environment with PyTorch (default: {PEERS.name})")
    options.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    add_json(options)
    given = options.parse_args()
    if given.once:
        print(json.dumps(train_in_numpy()))
        return
    runs = compare(given.times, given.threads, given.peers)
    Console().print(table_of(runs, given.threads))
    save(given.json, "training", {"threads": given.threads, "runs": runs})


if __name__ == "__main__":
    main()
