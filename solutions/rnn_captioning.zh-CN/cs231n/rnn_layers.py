"""The layers over time that are given: scores for every word at every step, and their softmax loss.

The recurrent layers and the word embedding are what you write in the assignment's notebook.
N is the size of the minibatch, T the number of time steps, V the size of the vocabulary.
"""

import numpy as np


def temporal_affine_forward(
    x: np.ndarray, w: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Apply the same affine layer at every time step: out[n, t] = x[n, t] w + b.

    Args:
        x: One vector for each sequence and time step, shape (N, T, D).
        w: Weights, shape (D, M).
        b: Biases, shape (M,).

    Returns:
        The outputs, shape (N, T, M), and a cache for `temporal_affine_backward`.
    """
    N, T, D = x.shape
    # For this layer a time step is just one more row of the minibatch; one big product is faster than T small ones.
    out = (x.reshape(N * T, D) @ w).reshape(N, T, w.shape[1]) + b
    return out, (x, w, b)


def temporal_affine_backward(
    dout: np.ndarray, cache: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Turn the gradient of the outputs into those of the input, the weights and the biases.

    All time steps share w and b, so their gradients add up over the minibatch and over time.

    Args:
        dout: Upstream gradient, shape (N, T, M).
        cache: From `temporal_affine_forward`.

    Returns:
        dx (N, T, D), dw (D, M) and db (M,).
    """
    x, w, _ = cache
    N, T, D = x.shape
    dout_rows = dout.reshape(N * T, w.shape[1])
    dx = (dout_rows @ w.T).reshape(N, T, D)
    dw = x.reshape(N * T, D).T @ dout_rows
    return dx, dw, dout_rows.sum(axis=0)


def temporal_softmax_loss(
    x: np.ndarray, y: np.ndarray, mask: np.ndarray, verbose: bool = False
) -> tuple[np.floating, np.ndarray]:
    """Compute the cross-entropy of the right words, added up over time and averaged over the minibatch.

    Captions have different lengths, so short ones are filled up with <NULL>. What a model would say there does
    not matter: `mask` is False at those places, and they count neither in the loss nor in its gradient.

    The largest score is subtracted first. That changes no probability (numerator and denominator shrink by
    the same factor) and keeps exp from overflowing (Goodfellow et al., Deep Learning, 2016, section 4.1).

    Args:
        x: Score of each word, shape (N, T, V).
        y: Index of the right word, integers in [0, V), shape (N, T).
        mask: Whether each place counts, booleans, shape (N, T).
        verbose: Print the shape of the gradient.

    Returns:
        The loss, one number, and its gradient dx, shape (N, T, V), both with the dtype of `x`.
    """
    N, T, V = x.shape
    scores, right_word, counts = x.reshape(N * T, V), y.reshape(N * T), mask.reshape(N * T).astype(x.dtype)
    rows = np.arange(N * T)

    shifted = scores - scores.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -np.sum(counts * log_probs[rows, right_word]) / x.dtype.type(N)

    # The gradient of softmax and cross-entropy together is short: probability minus 1 at the right word.
    dscores = np.exp(log_probs)
    dscores[rows, right_word] -= 1
    dscores *= counts[:, None] / N
    if verbose:
        print("dx:", (N, T, V))
    return loss, dscores.reshape(N, T, V)


def rnn_step_forward(
    x: np.ndarray, prev_h: np.ndarray, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, tuple]:
    """计算 vanilla RNN 的一个时间步，激活函数为 tanh。

    参数：
        x: 这一步的输入，形状 (N, D)。
        prev_h: 这一步之前的状态，形状 (N, H)。
        Wx: 从输入到状态的权重，形状 (D, H)。
        Wh: 从状态到状态的权重，形状 (H, H)。
        b: 偏置，形状 (H,)。

    返回：
        next_h: 这一步之后的状态，形状 (N, H)。
        cache: rnn_step_backward 所需要的任何内容。

    评分内容：
        - 下一个状态是 next_h = tanh(x Wx + prev_h Wh + b)，形状为 (N, H)。
        - 输入和权重的绝对值可达 1e3，next_h 仍须是有限的，并且正确。
    """
    # prev_h Wh + x Wx 就是一个乘积：行向量 [prev_h, x] 乘以 Wh 叠在 Wx 上面的矩阵。
    both = np.concatenate([prev_h, x], axis=1) @ np.concatenate([Wh, Wx])
    next_h = np.tanh(both + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(
    dnext_h: np.ndarray, cache: tuple
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """计算 vanilla RNN 一个时间步的梯度。

    参数：
        dnext_h: 损失对这一步之后的状态的梯度，形状 (N, H)。
        cache: rnn_step_forward 作为缓存返回的内容。

    返回：
        dx: 对输入的梯度，形状 (N, D)。
        dprev_h: 对这一步之前的状态的梯度，形状 (N, H)。
        dWx: 对 Wx 的梯度，形状 (D, H)。
        dWh: 对 Wh 的梯度，形状 (H, H)。
        db: 对偏置的梯度，形状 (H,)。

    评分内容：
        - 按 dx、dprev_h、dWx、dWh、db 的顺序返回五个梯度，每个梯度的形状与它所对应的数组（x、
          prev_h、Wx、Wh、b）相同。
        - 样本数 N 可以是任意的，包括 N = 1。
        - 梯度只由 dnext_h 和缓存算出。
    """
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def rnn_forward(
    x: np.ndarray, h0: np.ndarray, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, tuple]:
    """让 vanilla RNN 读完整个序列。

    参数：
        x: 所有时间步的输入，形状 (N, T, D)。
        h0: 第一步之前的状态，形状 (N, H)。
        Wx: 从输入到状态的权重，形状 (D, H)。
        Wh: 从状态到状态的权重，形状 (H, H)。
        b: 偏置，形状 (H,)。

    返回：
        h: 每个时间步之后的状态，形状 (N, T, H)。
        cache: rnn_backward 所需要的任何内容。

    评分内容：
        - 输出 h 的形状为 (N, T, H)，h[:, t] 是读入 x[:, t] 的那个时间步之后的状态。
        - 第一步从 h0 出发，之后每一步都从前一步之后的状态出发。
        - 时间步数 T 可以是任意的，包括 T = 1。
    """
    states, step_caches = [], []
    state = h0
    for t in range(x.shape[1]):
        state, step_cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        states.append(state)
        step_caches.append(step_cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, step_caches)


def rnn_backward(
    dh: np.ndarray, cache: tuple
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """计算 vanilla RNN 在整个序列上的梯度。

    参数：
        dh: 损失对各个状态的梯度中来自外部的部分，形状 (N, T, H)。
        cache: rnn_forward 作为缓存返回的内容。

    返回：
        dx: 对所有输入的梯度，形状 (N, T, D)。
        dh0: 对第一步之前的状态的梯度，形状 (N, H)。
        dWx: 对 Wx 的梯度，形状 (D, H)。
        dWh: 对 Wh 的梯度，形状 (H, H)。
        db: 对偏置的梯度，形状 (H,)。

    评分内容：
        - 按 dx、dh0、dWx、dWh、db 的顺序返回五个梯度，每个梯度的形状与它所对应的数组（x、h0、Wx、
          Wh、b）相同。
        - 切片 dh[:, t] 只包含时间步 t 的状态从外部（由它的打分）得到的梯度，从后面的时间步传回来的
          梯度必须加上去。
        - 梯度 dWx、dWh 和 db 是所有时间步的贡献之和。
        - dh 可以除某一步之外全为零，此时梯度仍须传到它前面的时间步。
    """
    x, Wx, Wh, b, step_caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate = np.zeros_like(dh[:, 0])  # 最后一步后面没有时间步
    for t in reversed(range(len(step_caches))):
        dx[:, t], dstate, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dstate, step_caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db


def word_embedding_forward(x: np.ndarray, W: np.ndarray) -> tuple[np.ndarray, tuple]:
    """查出每个词的向量。

    参数：
        x: 词的编号，每个都在 0 到 V - 1 之间，整数，形状 (N, T)。
        W: 词表中每个词各有一个向量，形状 (V, D)。

    返回：
        out: 各个词的向量，形状 (N, T, D)。
        cache: word_embedding_backward 所需要的任何内容。

    评分内容：
        - 输出的形状为 (N, T, D)，且 out[n, t] = W[x[n, t]]。
        - 词 x 可以是任意整数类型（测试会用 int32 和 int64）。
        - 各个形状可以是任意的，包括 N = T = 1。
    """
    return W[x], (x, W.shape)


def word_embedding_backward(dout: np.ndarray, cache: tuple) -> np.ndarray:
    """计算词嵌入对其向量的梯度。

    参数：
        dout: 损失对查出的向量的梯度，形状 (N, T, D)。
        cache: word_embedding_forward 作为缓存返回的内容。

    返回：
        dW: 对所有词的向量的梯度，形状 (V, D)。

    评分内容：
        - 只返回 dW，它的形状与 W 一样是 (V, D)。
        - 只出现一次的词，它的那一行就是这个词的梯度。
        - 出现多次的词，它的那一行是各次出现的梯度之和。
        - 没有出现的词，它的那一行是零。
    """
    x, shape = cache
    dW = np.zeros(shape, dtype=dout.dtype)
    np.add.at(dW, x, dout)
    return dW
