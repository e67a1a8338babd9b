import io
import re
import sys
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from tqdm import tqdm

from cs231n.captioning_solver import CaptioningSolver

LINE = re.compile(r"\(Iteration (\d+) / (\d+)\) loss: \d+\.\d{6}")


class Bowl:
    """A model whose loss is smallest where its parameter is the mean of the features."""

    def __init__(self, dtype=np.float32):
        self.params = {"w": np.full(3, 5, dtype=dtype), "b": np.ones((), dtype=dtype)}
        self.batch_sizes = []

    def loss(self, features, captions):
        self.batch_sizes.append(len(captions))
        gap = self.params["w"] - features.mean(axis=0)
        b = self.params["b"]
        return np.sum(gap**2) + b**2, {"w": 2 * gap, "b": 2 * b, "unused": None}


class Scripted(Bowl):
    """A model that returns what it is told, one value for each iteration."""

    def __init__(self, *returned):
        super().__init__()
        self.returned = iter(returned)

    def loss(self, features, captions):
        return next(self.returned)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def bars_of_text(monkeypatch):
    # tqdm.auto chooses once, when it is imported: where another test of this process has started a kernel's shell, it
    # has chosen the widgets of a notebook.
    monkeypatch.setattr("tqdm.auto.tqdm", tqdm)


@pytest.fixture
def data():
    rng = np.random.default_rng(41)
    entries = {"word_to_idx": {"<NULL>": 0, "<START>": 1, "<END>": 2}, "idx_to_word": ["<NULL>", "<START>", "<END>"]}
    for split in ("train", "val"):
        entries[f"{split}_captions"] = rng.integers(3, size=(25, 4)).astype(np.int32)
        entries[f"{split}_image_idxs"] = rng.integers(6, size=25).astype(np.int32)
        entries[f"{split}_features"] = rng.normal(size=(6, 3)).astype(np.float32)
        entries[f"{split}_urls"] = np.array([f"http://pictures.test/{i}.png" for i in range(6)])
    return entries


@pytest.fixture
def gradients():
    return {"w": np.ones(3, dtype=np.float32), "b": np.ones((), dtype=np.float32)}


def solver(model, data, **settings):
    return CaptioningSolver(model, data, **{"batch_size": 10, "num_epochs": 5, "verbose": False, **settings})


@pytest.mark.parametrize("rule", ["sgd", "sgd_momentum", "rmsprop", "adam"])
def test_training_lowers_the_loss(data, rule):
    model = Bowl()
    training = solver(model, data, update_rule=rule, num_epochs=50, optim_config={"learning_rate": 5e-2})
    training.train()
    assert training.loss_history[-1] < training.loss_history[0] / 10


def test_an_epoch_is_as_many_whole_minibatches_as_the_training_split_holds(data):
    model = Bowl()
    training = solver(model, data, batch_size=10, num_epochs=3)
    training.train()
    assert model.batch_sizes == [10] * 6
    assert len(training.loss_history) == 6
    assert training.epoch == 3


def test_a_split_smaller_than_a_minibatch_gives_one_iteration_per_epoch(data):
    training = solver(Bowl(), data, batch_size=100, num_epochs=3)
    training.train()
    assert len(training.loss_history) == 3


def test_the_learning_rate_decays_at_the_end_of_each_epoch(data):
    training = solver(Bowl(), data, num_epochs=3, lr_decay=0.5, optim_config={"learning_rate": 0.08})
    training.train()
    assert [config["learning_rate"] for config in training.optim_configs.values()] == pytest.approx([0.01, 0.01])


def test_the_settings_of_the_caller_are_not_changed(data):
    settings = {"learning_rate": 0.08}
    solver(Bowl(), data, lr_decay=0.5, update_rule="adam", optim_config=settings).train()
    assert settings == {"learning_rate": 0.08}


def test_training_again_goes_on_from_where_it_stopped(data):
    training = solver(Bowl(), data, num_epochs=2, update_rule="adam")
    training.train()
    training.train()
    assert training.epoch == 4
    assert training.optim_configs["w"]["t"] == len(training.loss_history) == 8


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_keep_their_dtype(data, dtype):
    model = Bowl(dtype)
    solver(model, data, update_rule="adam", lr_decay=np.float64(0.9)).train()
    assert {values.dtype for values in model.params.values()} == {np.dtype(dtype)}


def test_losses_are_kept_as_plain_numbers(data):
    training = solver(Bowl(), data)
    training.train()
    assert {type(loss) for loss in training.loss_history} == {float}


def test_the_loss_is_printed_as_often_as_asked_and_nothing_else_is(data, capsys):
    solver(Bowl(), data, num_epochs=5, print_every=4, verbose=True).train()
    printed = capsys.readouterr()
    matches = [LINE.fullmatch(line) for line in printed.out.splitlines()]
    assert [match.groups() for match in matches] == [("1", "10"), ("5", "10"), ("9", "10")]
    assert printed.err == ""


def test_the_printed_line_has_six_decimals(data, capsys, gradients):
    returned = (np.float32(2.5), gradients)
    solver(Scripted(returned), data, batch_size=25, num_epochs=1, verbose=True).train()
    assert capsys.readouterr().out == "(Iteration 1 / 1) loss: 2.500000\n"


def test_nothing_is_printed_when_not_verbose(data, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdout", Terminal())
    solver(Bowl(), data).train()
    assert sys.stdout.getvalue() == ""
    assert capsys.readouterr().err == ""


def test_on_a_terminal_a_bar_is_drawn_and_cleared_around_whole_lines(data, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdout", Terminal())
    solver(Bowl(), data, print_every=4, verbose=True).train()
    written = sys.stdout.getvalue()
    assert "training:" in written
    assert [bool(LINE.fullmatch(line)) for line in seen_on_a_terminal(written)] == [True] * 3
    assert capsys.readouterr().err == ""


def test_the_bar_is_cleared_when_training_stops_early(data, monkeypatch, gradients):
    monkeypatch.setattr(sys, "stdout", Terminal())
    with pytest.raises(FloatingPointError):
        solver(Scripted((1.0, gradients), (np.nan, gradients)), data, verbose=True).train()
    assert len(seen_on_a_terminal(sys.stdout.getvalue())) == 1
    assert not list(tqdm._instances)


def test_a_notebook_with_widgets_shows_the_bar_apart_from_the_lines(pytestconfig):
    bar, lines = outputs_in_a_notebook("", pytestconfig.rootpath)
    assert "training:" in bar.data["text/plain"]
    assert (lines.name, lines.text) == ("stdout", "line 0\nline 1\nline 2\n")


def test_a_notebook_without_widgets_gets_the_lines_alone_and_no_warning(pytestconfig):
    (lines,) = outputs_in_a_notebook("sys.modules['ipywidgets'] = None", pytestconfig.rootpath)
    assert (lines.name, lines.text) == ("stdout", "line 0\nline 1\nline 2\n")


def test_an_unknown_setting_is_refused_by_name(data):
    with pytest.raises(TypeError, match="learning_rate"):
        CaptioningSolver(Bowl(), data, learning_rate=1e-3)  # type: ignore[call-arg]  # the mistake that is refused


def test_an_unknown_update_rule_is_refused_with_those_that_there_are(data):
    with pytest.raises(ValueError, match=r"'adamw'.*sgd, sgd_momentum, rmsprop, adam"):
        CaptioningSolver(Bowl(), data, update_rule="adamw")


@pytest.mark.parametrize("name", ["batch_size", "num_epochs", "print_every"])
def test_a_count_below_one_is_refused_by_name(data, name):
    setting: dict[str, Any] = {name: 0}
    with pytest.raises(ValueError, match=f"{name} must be 1 or more, not 0"):
        CaptioningSolver(Bowl(), data, **setting)


@pytest.mark.parametrize("bad", [np.nan, np.inf, np.float32("nan")])
def test_a_loss_that_is_not_finite_stops_training_before_parameters_move(data, gradients, bad):
    model = Scripted((3.0, gradients), (bad, gradients))
    training = solver(model, data, optim_config={"learning_rate": 0.25})
    with pytest.raises(FloatingPointError, match=rf"iteration 2: the loss is {float(bad)} \(learning rate 0\.25\)"):
        training.train()
    assert training.loss_history == [3.0]
    assert model.params["w"] == pytest.approx(4.75)


def test_the_advice_depends_on_whether_training_had_begun_well(data, gradients):
    with pytest.raises(FloatingPointError, match=r"first iteration.*gradients numerically"):
        solver(Scripted((np.nan, gradients)), data).train()
    with pytest.raises(FloatingPointError, match="ten times smaller"):
        solver(Scripted((1.0, gradients), (np.nan, gradients)), data).train()


def test_a_gradient_that_is_not_finite_stops_training_before_parameters_move(data, gradients):
    model = Scripted((3.0, {**gradients, "b": np.array(np.inf)}))
    with pytest.raises(FloatingPointError, match="the gradient of b is not finite"):
        solver(model, data).train()
    assert model.params["w"] == pytest.approx(5)


def test_a_missing_gradient_is_named(data, gradients):
    del gradients["b"]
    with pytest.raises(ValueError, match=r"no gradient for 'b': set grads\['b'\].*It has: w"):
        solver(Scripted((1.0, gradients)), data).train()


def test_a_gradient_of_the_wrong_shape_is_named(data, gradients):
    gradients["w"] = np.ones((3, 1))
    with pytest.raises(ValueError, match=r"'w' has shape \(3, 1\), but the parameter has shape \(3,\)"):
        solver(Scripted((1.0, gradients)), data).train()


@pytest.mark.parametrize(
    ("returned", "described"),
    [
        (None, "None .is a return statement missing"),
        (1.0, "a float"),
        (({}, 1.0), r"2 values: \(dict, float\)"),
        ((1.0, {}, {}), "3 values"),
        ((np.ones(2), {}), r"2 values: \(ndarray, dict\)"),
        ((1.0, [np.ones(3)]), r"2 values: \(float, list\)"),
    ],
)
def test_what_is_no_loss_with_gradients_is_described(data, returned, described):
    with pytest.raises(TypeError, match=described):
        solver(Scripted(returned), data).train()


def test_a_loss_of_no_axes_is_a_number(data, gradients):
    training = solver(Scripted((np.array(2.0), gradients)), data, batch_size=25, num_epochs=1)
    training.train()
    assert training.loss_history == [2.0]


def seen_on_a_terminal(written):
    """Return the lines that remain when each carriage return writes over the line that it stands in."""
    lines = []
    for raw in written.split("\n"):
        line = ""
        for part in raw.split("\r"):
            line = part + line[len(part) :]
        lines.append(line.rstrip())
    return [line for line in lines if line]


def outputs_in_a_notebook(preparation, folder):
    program = f"""
import sys, warnings
from cs231n.captioning_solver import _with_progress
warnings.simplefilter("always")
{preparation}
iterations, say = _with_progress(3)
for i in iterations:
    say(f"line {{i}}")
"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(program)])
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
    return notebook.cells[0].outputs


def test_who_asks_is_told_of_each_iteration_and_of_the_start_once(data):
    told = []
    model = Bowl()
    solver = CaptioningSolver(
        model,
        data,
        batch_size=5,
        num_epochs=1,
        verbose=False,
        on_iteration=lambda made: told.append((made, model.params["w"][0])),
    )
    solver.train()
    assert [made for made, _ in told] == [0, 1, 2, 3, 4, 5]
    assert told[0][1] == 5
    assert told[-1][1] == model.params["w"][0] != 5
    solver.train()
    assert [made for made, _ in told][6:] == [6, 7, 8, 9, 10]
