"""The training loop: draw a minibatch, ask the model for loss and gradients, move the parameters; repeat."""

import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from numbers import Real
from typing import Any, Protocol

import numpy as np

from .coco_utils import sample_coco_minibatch
from .optim import UPDATE_RULES, Config


class Model(Protocol):
    """What can be trained: parameters by name, and a loss with a gradient for each of them."""

    params: dict[str, np.ndarray]

    def loss(self, features: np.ndarray, captions: np.ndarray) -> tuple[float, dict[str, np.ndarray]]:
        """Return the loss of a minibatch and its gradients, with the keys and shapes of `params`."""
        ...


class CaptioningSolver:
    """Trains a captioning model on the training split of a data set.

    Attributes:
        loss_history: The loss of each iteration so far.
        epoch: How many times the training split has been gone through.
        optim_configs: For each parameter, the settings and the memory of its update rule.
    """

    def __init__(
        self,
        model: Model,
        data: Mapping[str, Any],
        *,
        update_rule: str = "sgd",
        optim_config: Config | None = None,
        lr_decay: float = 1.0,
        batch_size: int = 100,
        num_epochs: int = 10,
        print_every: int = 10,
        verbose: bool = True,
        on_iteration: Callable[[int], None] | None = None,
    ) -> None:
        """Prepare the training; `train` does it.

        Args:
            model: Has `params` and `loss(features, captions)`. Its `params` are updated.
            data: As `load_coco_data` returns it.
            update_rule: One of 'sgd', 'sgd_momentum', 'rmsprop', 'adam'.
            optim_config: Settings of the update rule, such as {'learning_rate': 5e-3}; see `optim`.
            lr_decay: The learning rate is multiplied by this at the end of each epoch.
            batch_size: How many captions go into one iteration.
            num_epochs: How many times to go through the training split.
            print_every: Print the loss once in this many iterations.
            verbose: Print the loss, and show progress.
            on_iteration: Called with the number of iterations made so far: before the first one, and after each.

        Raises:
            ValueError: There is no such update rule, or a count is less than 1.
        """
        if update_rule not in UPDATE_RULES:
            raise ValueError(f"unknown update_rule {update_rule!r}: it must be one of {', '.join(UPDATE_RULES)}.")
        for name, count in (("batch_size", batch_size), ("num_epochs", num_epochs), ("print_every", print_every)):
            if count < 1:
                raise ValueError(f"{name} must be 1 or more, not {count}.")
        self.model = model
        self.data = data
        self.update_rule = UPDATE_RULES[update_rule]
        self.lr_decay = lr_decay
        self.batch_size = batch_size
        self.num_epochs = num_epochs
        self.print_every = print_every
        self.verbose = verbose
        self.on_iteration = on_iteration or (lambda _iteration: None)
        self.epoch = 0
        self.loss_history: list[float] = []
        self.optim_configs: dict[str, Config] = {name: dict(optim_config or {}) for name in model.params}

    def train(self) -> None:
        """Train for `num_epochs`; call it again to go on from where it stopped.

        Raises:
            FloatingPointError: The loss or a gradient is not a finite number. The parameters of the iterations
                before are kept.
            TypeError: `model.loss` does not return a loss and a dictionary of gradients.
            ValueError: A gradient is missing or has the wrong shape.
        """
        num_train = self.data["train_captions"].shape[0]
        iterations_per_epoch = max(num_train // self.batch_size, 1)
        num_iterations = self.num_epochs * iterations_per_epoch
        iterations, say = _with_progress(num_iterations) if self.verbose else (range(num_iterations), print)
        if not self.loss_history:
            self.on_iteration(0)
        for iteration in iterations:
            self._step()
            self.on_iteration(len(self.loss_history))
            if self.verbose and iteration % self.print_every == 0:
                say(f"(Iteration {iteration + 1} / {num_iterations}) loss: {self.loss_history[-1]:f}")
            if (iteration + 1) % iterations_per_epoch == 0:
                self._end_epoch()

    def _step(self) -> None:
        captions, features, _ = sample_coco_minibatch(self.data, batch_size=self.batch_size, split="train")
        loss, grads = _loss_and_gradients(self.model.loss(features, captions), self.model.params)
        self._check_finite("the loss", loss)
        for name in self.model.params:
            self._check_finite(f"the gradient of {name}", grads[name])
        self.loss_history.append(loss)
        for name, w in self.model.params.items():
            self.model.params[name], self.optim_configs[name] = self.update_rule(
                w, grads[name], self.optim_configs[name]
            )

    def _end_epoch(self) -> None:
        self.epoch += 1
        for config in self.optim_configs.values():
            config["learning_rate"] *= self.lr_decay

    def _check_finite(self, what: str, value: float | np.ndarray) -> None:
        if np.isfinite(value).all():
            return
        found = f"{value}" if isinstance(value, float) else "not finite everywhere (NaN or infinity)"
        rates = {config["learning_rate"] for config in self.optim_configs.values() if "learning_rate" in config}
        rate = f"{max(rates):g}" if rates else "the update rule's default"
        raise FloatingPointError(
            f"training stopped at iteration {len(self.loss_history) + 1}: {what} is {found} "
            f"(learning rate {rate}). The parameters have not been changed by this iteration. "
            + _advice(bool(self.loss_history))
        )


def _advice(was_finite_before: bool) -> str:
    if was_finite_before:
        return "Earlier losses were finite: try a learning rate ten times smaller, with a newly made model."
    return "It is the first iteration, so look for the mistake in loss: check its gradients numerically."


def _loss_and_gradients(returned: object, params: Mapping[str, np.ndarray]) -> tuple[float, dict[str, np.ndarray]]:
    match returned:
        case (Real() | np.ndarray(ndim=0) as loss, dict() as grads):
            _check_gradients(grads, params)
            return float(loss), grads
    raise TypeError(
        "model.loss must return two things, a number and a dictionary of gradients (return loss, grads); "
        f"it returned {_described(returned)}."
    )


def _check_gradients(grads: dict[str, np.ndarray], params: Mapping[str, np.ndarray]) -> None:
    for name, values in params.items():
        if name not in grads:
            raise ValueError(
                f"model.loss returned no gradient for {name!r}: set grads[{name!r}]. "
                f"It has: {', '.join(sorted(grads)) or 'nothing'}."
            )
        if np.shape(grads[name]) != values.shape:
            raise ValueError(
                f"the gradient of {name!r} has shape {np.shape(grads[name])}, but the parameter has shape "
                f"{values.shape}: a gradient has one number for each entry of its parameter."
            )


def _described(returned: object) -> str:
    if isinstance(returned, tuple | list):
        return f"{len(returned)} values: ({', '.join(type(value).__name__ for value in returned)})"
    return "None (is a return statement missing?)" if returned is None else f"a {type(returned).__name__}"


def _with_progress(num_iterations: int) -> tuple[Iterable[int], Callable[[str], None]]:
    """Return the iterations, with a bar where one can be drawn, and a way of printing that leaves it whole."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="IProgress not found")  # ipywidgets is welcome, not required
        from tqdm.auto import tqdm
        from tqdm.notebook import tqdm as notebook_tqdm
    # A bar made of text redraws itself with carriage returns. Only a terminal obeys them: in a file, or in a
    # notebook saved without widgets, they would leave scraps of bars between the printed lines.
    if not issubclass(tqdm, notebook_tqdm) and not sys.stdout.isatty():
        return range(num_iterations), print
    bar = tqdm(range(num_iterations), desc="training", file=sys.stdout, leave=False)
    return bar, bar.write
