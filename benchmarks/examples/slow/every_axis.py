"""Plain Python over every axis, with scalar indexing of arrays: the slowest that one can honestly write."""

def rnn_step_forward(x, prev_h, Wx, Wh, b):
    N, D = x.shape
    H = prev_h.shape[1]
    next_h = np.zeros((N, H))
    for n in range(N):
        for h in range(H):
            total = b[h]
            for d in range(D):
                total = total + x[n, d] * Wx[d, h]
            for k in range(H):
                total = total + prev_h[n, k] * Wh[k, h]
            next_h[n, h] = np.tanh(total)
    return next_h, (x, prev_h, Wx, Wh, b, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, b, next_h = cache
    N, D = x.shape
    H = prev_h.shape[1]
    dx, dprev_h, dWx, dWh, db = (np.zeros(one.shape) for one in (x, prev_h, Wx, Wh, b))
    for n in range(N):
        for h in range(H):
            da = dnext_h[n, h] * (1 - next_h[n, h] * next_h[n, h])
            db[h] += da
            for d in range(D):
                dx[n, d] += da * Wx[d, h]
                dWx[d, h] += da * x[n, d]
            for k in range(H):
                dprev_h[n, k] += da * Wh[k, h]
                dWh[k, h] += da * prev_h[n, k]
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    caches = [[None] * T for _ in range(N)]
    for n in range(N):
        state = h0[n : n + 1]
        for t in range(T):
            state, caches[n][t] = rnn_step_forward(x[n : n + 1, t], state, Wx, Wh, b)
            for k in range(H):
                h[n, t, k] = state[0, k]
    return h, (x, h0, Wx, Wh, b, caches)


def rnn_backward(dh, cache):
    x, h0, Wx, Wh, b, caches = cache
    N, T, H = dh.shape
    D = x.shape[2]
    dx, dh0, dWx, dWh, db = (np.zeros(one.shape) for one in (x, h0, Wx, Wh, b))
    for n in range(N):
        carried = np.zeros((1, H))
        for t in range(T - 1, -1, -1):
            upstream = np.zeros((1, H))
            for k in range(H):
                upstream[0, k] = dh[n, t, k] + carried[0, k]
            one_dx, carried, one_dWx, one_dWh, one_db = rnn_step_backward(upstream, caches[n][t])
            for d in range(D):
                dx[n, t, d] = one_dx[0, d]
                for k in range(H):
                    dWx[d, k] += one_dWx[d, k]
            for k in range(H):
                db[k] += one_db[k]
                for j in range(H):
                    dWh[j, k] += one_dWh[j, k]
        for k in range(H):
            dh0[n, k] = carried[0, k]
    return dx, dh0, dWx, dWh, db


def word_embedding_forward(x, W):
    N, T = x.shape
    V, D = W.shape
    out = np.zeros((N, T, D))
    for n in range(N):
        for t in range(T):
            for v in range(V):
                for d in range(D):
                    if x[n, t] == v:
                        out[n, t, d] = W[v, d]
    return out, (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    V, D = W.shape
    dW = np.zeros((V, D))
    for v in range(V):
        for n in range(x.shape[0]):
            for t in range(x.shape[1]):
                for d in range(D):
                    if x[n, t] == v:
                        dW[v, d] += dout[n, t, d]
    return dW


def loss(self, features, captions):
    import math

    p = self.params
    N, D = features.shape
    T = captions.shape[1] - 1
    H, V = p["W_vocab"].shape
    words = captions[:, :-1]
    h0 = np.zeros((N, H))
    for n in range(N):
        for h in range(H):
            h0[n, h] = p["b_proj"][h]
            for d in range(D):
                h0[n, h] += features[n, d] * p["W_proj"][d, h]
    vectors, embedding_cache = word_embedding_forward(words, p["W_embed"])
    states, rnn_cache = rnn_forward(vectors, h0, p["Wx"], p["Wh"], p["b"])
    scores = np.zeros((N, T, V))
    for n in range(N):
        for t in range(T):
            for v in range(V):
                scores[n, t, v] = p["b_vocab"][v]
                for h in range(H):
                    scores[n, t, v] += states[n, t, h] * p["W_vocab"][h, v]
    value, dscores = 0.0, np.zeros((N, T, V))
    for n in range(N):
        for t in range(T):
            if captions[n, t + 1] == self._null:
                continue
            largest = max(scores[n, t, v] for v in range(V))
            total = 0.0
            for v in range(V):
                total += math.exp(scores[n, t, v] - largest)
            for v in range(V):
                odds = math.exp(scores[n, t, v] - largest) / total
                dscores[n, t, v] = (odds - (v == captions[n, t + 1])) / N
                if v == captions[n, t + 1]:
                    value -= math.log(odds) / N
    grads = {"W_vocab": np.zeros((H, V)), "b_vocab": np.zeros(V)}
    dstates = np.zeros((N, T, H))
    for n in range(N):
        for t in range(T):
            for v in range(V):
                grads["b_vocab"][v] += dscores[n, t, v]
                for h in range(H):
                    grads["W_vocab"][h, v] += states[n, t, h] * dscores[n, t, v]
                    dstates[n, t, h] += dscores[n, t, v] * p["W_vocab"][h, v]
    dvectors, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dstates, rnn_cache)
    grads["W_embed"] = word_embedding_backward(dvectors, embedding_cache)
    grads["W_proj"], grads["b_proj"] = np.zeros((D, H)), np.zeros(H)
    for n in range(N):
        for h in range(H):
            grads["b_proj"][h] += dh0[n, h]
            for d in range(D):
                grads["W_proj"][d, h] += features[n, d] * dh0[n, h]
    return value, grads


def sample(self, features, max_length=30):
    import math

    p = self.params
    N, D = features.shape
    H, V = p["W_vocab"].shape
    captions = np.zeros((N, max_length), dtype=int)
    for n in range(N):
        for length in range(1, max_length + 1):
            state = np.zeros((1, H))
            for h in range(H):
                state[0, h] = p["b_proj"][h]
                for d in range(D):
                    state[0, h] += features[n, d] * p["W_proj"][d, h]
            word = self._start
            for t in range(length):
                vector, _ = word_embedding_forward(np.array([[word]]), p["W_embed"])
                state, _ = rnn_step_forward(vector[:, 0], state, p["Wx"], p["Wh"], p["b"])
                best, word = -math.inf, 0
                for v in range(V):
                    score = p["b_vocab"][v]
                    for h in range(H):
                        score += state[0, h] * p["W_vocab"][h, v]
                    if score > best:
                        best, word = score, v
            captions[n, length - 1] = word
    return captions
