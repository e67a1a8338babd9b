"""The captioning model, and the decorator that gives it the two methods written in the notebook."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

# In the module layout of the assignment, `loss` and `sample` stand in the class below and call the layers by
# name. Which layers there are depends on who wrote them, hence the star.
from ..layers import *  # noqa: F403
from ..rnn_layers import *  # noqa: F403

F = TypeVar("F", bound=Callable[..., Any])

GATES = {"rnn": 1, "lstm": 4}
"""How many vectors of the hidden size a cell computes in one step: an LSTM has three gates and a candidate."""


class CaptioningRNN:
    """A recurrent network that writes a caption for the features of a picture.

    The features, projected, are the first hidden state. At each step the cell reads one word and its hidden
    state gives a score to each word of the vocabulary as the next one (after Vinyals et al., Show and Tell:
    A Neural Image Caption Generator, CVPR 2015, and Karpathy & Fei-Fei, CVPR 2015). With V words, features of
    size D, word vectors of size W and hidden states of size H (G is 1 for 'rnn', 4 for 'lstm'):

        W_embed (V, W)                                words to vectors
        W_proj (D, H), b_proj (H,)                    features to the first hidden state
        Wx (W, G*H), Wh (H, G*H), b (G*H,)            the cell
        W_vocab (H, V), b_vocab (V,)                  hidden states to scores

    Attributes:
        params: The arrays above by name, all of `dtype`.
        cell_type: 'rnn' or 'lstm'.
        dtype: The floating-point type of all parameters.
        word_to_idx: The index of each word.
        idx_to_word: The word of each index.
    """

    def __init__(
        self,
        word_to_idx: Mapping[str, int],
        input_dim: int = 512,
        wordvec_dim: int = 128,
        hidden_dim: int = 128,
        cell_type: str = "rnn",
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        """Make a model with random weights, drawn from numpy's global generator (np.random.seed repeats them).

        Args:
            word_to_idx: The index of each word. '<NULL>' is needed; '<START>' and '<END>' are for sampling.
            input_dim: Size D of a picture's features.
            wordvec_dim: Size W of a word vector.
            hidden_dim: Size H of the hidden state.
            cell_type: 'rnn' or 'lstm'.
            dtype: Type of the parameters: float32 for training, float64 for gradient checks.

        Raises:
            ValueError: `cell_type` is neither of the two, or `word_to_idx` has no '<NULL>'.
        """
        if cell_type not in GATES:
            raise ValueError(f"cell_type must be 'rnn' or 'lstm', not {cell_type!r}.")
        if "<NULL>" not in word_to_idx:
            raise ValueError("word_to_idx has no '<NULL>', the word that fills up short captions: add it.")
        self.cell_type = cell_type
        self.dtype = dtype
        self.word_to_idx = word_to_idx
        self.idx_to_word = {index: word for word, index in word_to_idx.items()}
        self._null = word_to_idx["<NULL>"]
        self._start = word_to_idx.get("<START>")
        self._end = word_to_idx.get("<END>")
        self.params = _initial_params(
            len(word_to_idx), input_dim, wordvec_dim, hidden_dim, GATES[cell_type], np.dtype(dtype)
        )

    def loss(self, features: np.ndarray, captions: np.ndarray) -> tuple[float, dict[str, np.ndarray]]:
        """Compute the loss of the captions given the features, and its gradient for each parameter.

        Args:
            features: Of each picture, shape (N, D).
            captions: Word indices, integers, shape (N, T).

        Returns:
            The loss, and a dictionary with the keys and shapes of `params`.

        Raises:
            NotImplementedError: Always, until you attach your own.
        """
        raise NotImplementedError(_unwritten("loss"))

    def sample(self, features: np.ndarray, max_length: int = 30) -> np.ndarray:
        """Write a caption for each picture, taking the word with the highest score at each step.

        Args:
            features: Of each picture, shape (N, D).
            max_length: How many words to write at most.

        Returns:
            Word indices, integers, shape (N, max_length).

        Raises:
            NotImplementedError: Always, until you attach your own.
        """
        raise NotImplementedError(_unwritten("sample"))


def method_of(cls: type) -> Callable[[F], F]:
    """Make the function below a method of `cls`, for models made from now on and for those that exist already.

    Run the cell again and the new function replaces the old one:

        @method_of(CaptioningRNN)
        def loss(self, features, captions):
            ...

    Args:
        cls: The class, which must already declare a method of the function's name.

    Returns:
        A decorator that returns the function as it is.

    Raises:
        TypeError: What is decorated is not a function.
        ValueError: The class has no method of that name, or it is one that must not be replaced.
    """

    def attach(function: F) -> F:
        if not inspect.isfunction(function):
            raise TypeError(
                f"@method_of({cls.__name__}) goes on the line above a def; here it got a {type(function).__name__}."
            )
        names = [name for name, _ in inspect.getmembers(cls, inspect.isfunction) if not name.startswith("_")]
        if function.__name__ not in names:
            raise ValueError(
                f"{function.__name__!r} cannot be attached to {cls.__name__}. "
                f"The name after def must be one of: {', '.join(names)}."
            )
        setattr(cls, function.__name__, function)
        return function

    return attach


def _unwritten(name: str) -> str:
    return (
        f"CaptioningRNN.{name} is not written yet. It is a part of the assignment: write it in the notebook, in "
        f"the cell that begins with @method_of(CaptioningRNN), and run that cell before this one."
    )


def _initial_params(V: int, D: int, W: int, H: int, gates: int, dtype: np.dtype) -> dict[str, np.ndarray]:
    # Dividing by the square root of the number of inputs gives every output about the variance of one input
    # (LeCun et al., Efficient BackProp, 1998, section 4.6): too large, and tanh saturates; too small, and the
    # signal fades. An embedding is a look-up, with nothing to sum: 0.01 merely starts all words close together.
    # Changing the order of the draws would change what a seed stands for.
    W_embed = 0.01 * np.random.randn(V, W)
    W_proj, Wx, Wh, W_vocab = (
        np.random.randn(fan_in, fan_out) / np.sqrt(fan_in)
        for fan_in, fan_out in ((D, H), (W, gates * H), (H, gates * H), (H, V))
    )
    params = {
        "W_embed": W_embed,
        "W_proj": W_proj,
        "b_proj": np.zeros(H),
        "Wx": Wx,
        "Wh": Wh,
        "b": np.zeros(gates * H),
        "W_vocab": W_vocab,
        "b_vocab": np.zeros(V),
    }
    return {name: values.astype(dtype) for name, values in params.items()}
