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
        """计算模型在一个小批量上的损失，以及所有参数的梯度。

        只要求 cell_type 为 'lstm' 的情形。词一个接一个地预测，每次依据的是图像和参考描述中前面的词。

        参数：
            features: 图像的特征，形状 (N, D)。
            captions: 图像的描述，0 到 V - 1 的整数，形状 (N, T + 1)。

        返回：
            loss: 损失，一个数。
            grads: 损失对每个参数的梯度。

        评分内容：
            - 读入的词是 captions_in，即每句描述中除最后一个词以外的词；预测的词是 captions_out，即除第
              一个词以外的词。
            - LSTM 从隐藏状态 h0 = features W_proj + b_proj 和全为零的细胞状态出发。
            - captions_out 中为 <NULL>（self._null）的目标词，既不计入损失，也不计入梯度。
            - 损失在时间上求和、在小批量上取平均，与 temporal_softmax_loss 的做法相同。
            - 字典 grads 为每个参数存放一个梯度，键和形状都与 self.params 中的相同：W_proj、b_proj、
              W_embed、Wx、Wh、b、W_vocab 和 b_vocab。
            - 目标词全为 <NULL> 的小批量，损失为 0，各个梯度都是零。
            - 不得改变 self.params 中的参数。
        """
        params = self.params
        captions_in, captions_out = captions[:, :-1], captions[:, 1:]
        mask = captions_out != self._null

        h0, proj_cache = affine_forward(features, params["W_proj"], params["b_proj"])
        words, embed_cache = word_embedding_forward(captions_in, params["W_embed"])
        h, lstm_cache = lstm_forward(words, h0, params["Wx"], params["Wh"], params["b"])
        scores, vocab_cache = temporal_affine_forward(h, params["W_vocab"], params["b_vocab"])
        loss, dscores = temporal_softmax_loss(scores, captions_out, mask)

        grads = {}
        dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
        dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = lstm_backward(dh, lstm_cache)
        grads["W_embed"] = word_embedding_backward(dwords, embed_cache)
        _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, proj_cache)
        return loss, grads

    def sample(self, features: np.ndarray, max_length: int = 30) -> np.ndarray:
        """为每幅图像写一句描述，每次都取打分最高的词。

        只要求 cell_type 为 'lstm' 的情形。

        参数：
            features: 图像的特征，形状 (N, D)。
            max_length: 一句描述最多有多少个词。

        返回：
            captions: 各句描述的词，0 到 V - 1 的整数，形状 (N, max_length)。

        评分内容：
            - 结果是形状为 (N, max_length) 的整数数组，每幅图像最多 max_length 个词。
            - 读入的第一个词是 <START>（self._start），<START> 本身不属于输出。
            - 输出的第一个词，是第一步之后打分最高的词；第一步从图像得到的隐藏状态 h0 和全为零的细胞状态
              出发。
            - 之后的每个词，都是把前一个词读入之后打分最高的词，这一步从前一步的两种状态出发。
            - 每一行只取决于它自己的图像，与其他行无关。
            - 一行中 <END>（self._end）之后的内容不看，所以你可以提前停下，也可以继续。
            - 如果 <END> 一直没有出现，那么全部 max_length 个词都是模型选出的词。
        """
        params = self.params
        captions = np.empty((len(features), max_length), dtype=np.int64)
        state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
        cell = np.zeros_like(state)
        word = np.full(len(features), self._start)
        for t in range(max_length):
            vector = params["W_embed"][word]
            state, cell, _ = lstm_step_forward(vector, state, cell, params["Wx"], params["Wh"], params["b"])
            scores, _ = affine_forward(state, params["W_vocab"], params["b_vocab"])
            word = scores.argmax(axis=1)
            captions[:, t] = word
        return captions


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
