"""``python -m tests.fuzz``: gives odd inputs to all that reads what others send, and tells what went wrong."""

from __future__ import annotations

import argparse
import itertools
import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.fuzz import replies, sources, submissions
from tests.fuzz.runner import Fault, Fuzz
from tests.fuzz.target import Target

TARGETS = {target.name: target for target in (*replies.TARGETS, *submissions.TARGETS, *sources.TARGETS)}


def main(arguments: Sequence[str], targets: Mapping[str, Target] = TARGETS) -> int:
    """Fuzz, print what went wrong, and return 1 if anything did."""
    options = _options(arguments, targets)
    chosen = [targets[options.only]] if options.only else list(targets.values())
    faults: dict[str, Fault] = {}
    with Fuzz(targets) as fuzz:
        for target in chosen:
            if options.input or options.case is not None:
                found = fuzz.try_all(target, [_one(target, options)])
                faults.update({fault.kind: fault for fault in found})
                continue
            count = 0
            for tried, more in fuzz.run(target, options.seed, options.seconds / len(chosen)):
                count += tried
                for fault in more:
                    faults.setdefault(fault.kind, fault)
            print(f"{target.name}: {count} inputs")
    report(faults.values(), options.seed, options.folder)
    return 1 if faults else 0


def _one(target: Target, options: argparse.Namespace) -> tuple[int, bytes]:
    if options.input:
        return 0, options.input.read_bytes()
    return options.case, next(itertools.islice(target.cases(options.seed), options.case, None))


def report(faults: Iterable[Fault], seed: int, folder: Path) -> None:
    """Print faults, each with how to see it again, and save the inputs that led to them."""
    for fault in faults:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{fault.target}-{seed}-{fault.number}"
        file.write_bytes(fault.data)
        print(f"\n{fault.target}, seed {seed}, case {fault.number}, {len(fault.data)} bytes:\n{fault.what.rstrip()}")
        print(f"again: python -m tests.fuzz --only {fault.target} --input {file}")


def _options(arguments: Sequence[str], targets: Mapping[str, Target]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.partition(": ")[2])
    parser.add_argument("--seconds", type=float, default=60.0, help="how long, for all targets together")
    parser.add_argument("--seed", type=int, default=1, help="what inputs are drawn from")
    parser.add_argument("--only", choices=sorted(targets), help="one target")
    parser.add_argument("--case", type=int, help="one input: its number (with --only)")
    parser.add_argument("--input", type=Path, help="one input: its file (with --only)")
    parser.add_argument("--folder", type=Path, default=Path("fuzz-faults"), help="where inputs are saved")
    options = parser.parse_args(arguments)
    if (options.input or options.case is not None) and not options.only:
        parser.error("--case and --input need --only: which target is it for?")
    return options


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    sys.exit(main(sys.argv[1:]))
