"""A batch is gone through caption by caption."""


def rnn_forward(x, h0, Wx, Wh, b):
    (N, T, _), H = x.shape, h0.shape[1]
    h = np.zeros((N, T + 1, H))
    h[:, 0] = h0
    for n in range(N):
        for t in range(T):
            h[n, t + 1] = np.tanh(x[n, t] @ Wx + h[n, t] @ Wh + b)
    caches = [(x[:, t], h[:, t], Wx, Wh, h[:, t + 1]) for t in range(T)]
    return h[:, 1:], (x, Wx, Wh, b, caches)
