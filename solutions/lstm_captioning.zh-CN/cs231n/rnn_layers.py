"""The layers over time that are given: the vanilla RNN, the word embedding, scores for every word, and their loss.

The LSTM is what you write in the assignment's notebook.
N is the size of the minibatch, T the number of time steps, V the size of the vocabulary.
"""

import numpy as np


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x)) of each element, between 0 and 1.

    The exponential is taken of numbers that are not positive, so it does not overflow.
    """
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


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
    """Make one step of a vanilla RNN with the tanh activation.

    Args:
        x: input of this step, shape (N, D).
        prev_h: state before this step, shape (N, H).
        Wx: weights from input to state, shape (D, H).
        Wh: weights from state to state, shape (H, H).
        b: bias, shape (H,).

    Returns:
        next_h: state after this step, shape (N, H).
        cache: whatever rnn_step_backward needs.
    """
    # prev_h Wh + x Wx is one product: the rows [prev_h, x] times the matrix with Wh above Wx.
    both = np.concatenate([prev_h, x], axis=1) @ np.concatenate([Wh, Wx])
    next_h = np.tanh(both + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(
    dnext_h: np.ndarray, cache: tuple
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Compute the gradients of one step of a vanilla RNN.

    Args:
        dnext_h: gradient of the loss with respect to the state after the step, shape (N, H).
        cache: what rnn_step_forward returned as its cache.

    Returns:
        dx: gradient with respect to the input, shape (N, D).
        dprev_h: gradient with respect to the state before the step, shape (N, H).
        dWx: gradient with respect to Wx, shape (D, H).
        dWh: gradient with respect to Wh, shape (H, H).
        db: gradient with respect to the bias, shape (H,).
    """
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def rnn_forward(
    x: np.ndarray, h0: np.ndarray, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, tuple]:
    """Run a vanilla RNN over a whole sequence.

    Args:
        x: inputs of all steps, shape (N, T, D).
        h0: state before the first step, shape (N, H).
        Wx: weights from input to state, shape (D, H).
        Wh: weights from state to state, shape (H, H).
        b: bias, shape (H,).

    Returns:
        h: states after each of the T steps, shape (N, T, H).
        cache: whatever rnn_backward needs.
    """
    states, step_caches = [], []
    state = h0
    for t in range(x.shape[1]):
        state, step_cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        states.append(state)
        step_caches.append(step_cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, step_caches)


def rnn_backward(dh: np.ndarray, cache: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Compute the gradients of a vanilla RNN over a whole sequence.

    Args:
        dh: gradients of the loss with respect to the states, as far as they come from outside,
            shape (N, T, H).
        cache: what rnn_forward returned as its cache.

    Returns:
        dx: gradient with respect to the inputs, shape (N, T, D).
        dh0: gradient with respect to the state before the first step, shape (N, H).
        dWx: gradient with respect to Wx, shape (D, H).
        dWh: gradient with respect to Wh, shape (H, H).
        db: gradient with respect to the bias, shape (H,).
    """
    x, Wx, Wh, b, step_caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate = np.zeros_like(dh[:, 0])  # no step comes after the last
    for t in reversed(range(len(step_caches))):
        dx[:, t], dstate, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dstate, step_caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db


def word_embedding_forward(x: np.ndarray, W: np.ndarray) -> tuple[np.ndarray, tuple]:
    """Look up the vector of each word.

    Args:
        x: numbers of words, each from 0 to V - 1, integers, shape (N, T).
        W: one vector for each word of the vocabulary, shape (V, D).

    Returns:
        out: the vectors of the words, shape (N, T, D).
        cache: whatever word_embedding_backward needs.
    """
    return W[x], (x, W.shape)


def word_embedding_backward(dout: np.ndarray, cache: tuple) -> np.ndarray:
    """Compute the gradient of the word embedding with respect to its vectors.

    Args:
        dout: gradient of the loss with respect to the vectors that were looked up, shape (N, T, D).
        cache: what word_embedding_forward returned as its cache.

    Returns:
        dW: gradient with respect to the vectors of all words, shape (V, D).
    """
    x, shape = cache
    dW = np.zeros(shape, dtype=dout.dtype)
    np.add.at(dW, x, dout)
    return dW


def lstm_step_forward(
    x: np.ndarray, prev_h: np.ndarray, prev_c: np.ndarray, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, np.ndarray, tuple]:
    """计算 LSTM 的一个时间步。

    参数：
        x: 这一步的输入，形状 (N, D)。
        prev_h: 这一步之前的隐藏状态，形状 (N, H)。
        prev_c: 这一步之前的细胞状态，形状 (N, H)。
        Wx: 从输入到各个门和候选值的权重，形状 (D, 4H)。
        Wh: 从隐藏状态到各个门和候选值的权重，形状 (H, 4H)。
        b: 偏置，形状 (4H,)。

    返回：
        next_h: 这一步之后的隐藏状态，形状 (N, H)。
        next_c: 这一步之后的细胞状态，形状 (N, H)。
        cache: lstm_step_backward 所需要的任何内容。

    评分内容：
        - a = x Wx + prev_h Wh + b 的每 H 列为一块，依次属于输入门 i、遗忘门 f、输出门 o 和候选值 g。
        - 门 i、f、o 是各自那一块的 sigmoid，候选值 g 是它那一块的 tanh。
        - 下一个细胞状态是 next_c = f * prev_c + i * g，形状为 (N, H)。
        - 下一个隐藏状态是 next_h = o * tanh(next_c)，形状为 (N, H)。
        - 输入和权重的绝对值可达 1e3，两种状态仍须是有限的，并且正确。
    """
    # prev_h Wh + x Wx 就是一个乘积：行向量 [prev_h, x] 乘以 Wh 叠在 Wx 上面的矩阵。
    a = np.concatenate([prev_h, x], axis=1) @ np.concatenate([Wh, Wx]) + b
    a_i, a_f, a_o, a_g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    return o * shown, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)


def lstm_step_backward(
    dnext_h: np.ndarray, dnext_c: np.ndarray, cache: tuple
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """计算 LSTM 一个时间步的梯度。

    参数：
        dnext_h: 损失对这一步之后的隐藏状态的梯度，形状 (N, H)。
        dnext_c: 损失对这一步之后的细胞状态的梯度中来自后面各步的部分，形状 (N, H)。
        cache: lstm_step_forward 作为缓存返回的内容。

    返回：
        dx: 对输入的梯度，形状 (N, D)。
        dprev_h: 对这一步之前的隐藏状态的梯度，形状 (N, H)。
        dprev_c: 对这一步之前的细胞状态的梯度，形状 (N, H)。
        dWx: 对 Wx 的梯度，形状 (D, 4H)。
        dWh: 对 Wh 的梯度，形状 (H, 4H)。
        db: 对偏置的梯度，形状 (4H,)。

    评分内容：
        - 按 dx、dprev_h、dprev_c、dWx、dWh、db 的顺序返回六个梯度，每个梯度的形状与它所对应的数组
          （x、prev_h、prev_c、Wx、Wh、b）相同。
        - 损失通过 dnext_c 和隐藏状态两条路依赖于这一步之后的细胞状态，两条路都要计入；dnext_h 和
          dnext_c 中的任何一个都可以为零。
        - 样本数 N 可以是任意的，包括 N = 1。
        - 梯度只由 dnext_h、dnext_c 和缓存算出。
    """
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    dc = dnext_c + dnext_h * o * (1 - shown**2)
    da_i = dc * g * i * (1 - i)
    da_f = dc * prev_c * f * (1 - f)
    da_o = dnext_h * shown * o * (1 - o)
    da_g = dc * i * (1 - g**2)
    da = np.concatenate([da_i, da_f, da_o, da_g], axis=1)
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_forward(
    x: np.ndarray, h0: np.ndarray, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, tuple]:
    """让 LSTM 读完整个序列。

    参数：
        x: 所有时间步的输入，形状 (N, T, D)。
        h0: 第一步之前的隐藏状态，形状 (N, H)。
        Wx: 从输入到各个门和候选值的权重，形状 (D, 4H)。
        Wh: 从隐藏状态到各个门和候选值的权重，形状 (H, 4H)。
        b: 偏置，形状 (4H,)。

    返回：
        h: 每个时间步之后的隐藏状态，形状 (N, T, H)。
        cache: lstm_backward 所需要的任何内容。

    评分内容：
        - 输出 h 的形状为 (N, T, H)，h[:, t] 是读入 x[:, t] 的那个时间步之后的隐藏状态。
        - 第一步从隐藏状态 h0 和全为零的细胞状态出发，之后每一步都从前一步之后的隐藏状态和细胞状态
          出发。
        - 时间步数 T 可以是任意的，包括 T = 1。
    """
    states, step_caches = [], []
    state, cell = h0, np.zeros_like(h0)
    for t in range(x.shape[1]):
        state, cell, step_cache = lstm_step_forward(x[:, t], state, cell, Wx, Wh, b)
        states.append(state)
        step_caches.append(step_cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, step_caches)


def lstm_backward(
    dh: np.ndarray, cache: tuple
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """计算 LSTM 在整个序列上的梯度。

    参数：
        dh: 损失对各个隐藏状态的梯度中来自外部的部分，形状 (N, T, H)。
        cache: lstm_forward 作为缓存返回的内容。

    返回：
        dx: 对所有输入的梯度，形状 (N, T, D)。
        dh0: 对第一步之前的隐藏状态的梯度，形状 (N, H)。
        dWx: 对 Wx 的梯度，形状 (D, 4H)。
        dWh: 对 Wh 的梯度，形状 (H, 4H)。
        db: 对偏置的梯度，形状 (4H,)。

    评分内容：
        - 按 dx、dh0、dWx、dWh、db 的顺序返回五个梯度，每个梯度的形状与它所对应的数组（x、h0、Wx、
          Wh、b）相同。
        - 切片 dh[:, t] 只包含时间步 t 的隐藏状态从外部得到的梯度，从后面的时间步经隐藏状态和细胞状态
          传回来的也必须计入。
        - 梯度 dWx、dWh 和 db 是所有时间步的贡献之和。
        - dh 可以除某一步之外全为零，此时梯度仍须传到它前面的时间步。
    """
    x, Wx, Wh, b, step_caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate = dcell = np.zeros_like(dh[:, 0])  # 最后一步后面没有时间步
    for t in reversed(range(len(step_caches))):
        dx[:, t], dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, step_caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db
