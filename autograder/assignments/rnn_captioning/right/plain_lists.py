"""Plain Python: loops over numbers in nested lists, which are returned as lists and as tuples of tuples."""

import math


def dot(u, v):
    return sum(a * b for a, b in zip(u, v, strict=True))


def columns(matrix):
    return list(zip(*matrix, strict=True))


def product(A, B):
    return [[dot(row, column) for column in columns(B)] for row in A]


def plus(A, B):
    return [[a + b for a, b in zip(u, v, strict=True)] for u, v in zip(A, B, strict=True)]


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    x, prev_h, Wx, Wh, b = x.tolist(), prev_h.tolist(), Wx.tolist(), Wh.tolist(), b.tolist()
    return one_step(x, prev_h, Wx, Wh, b)


def one_step(x, h, Wx, Wh, b):
    next_h = [[math.tanh(a + c) for a, c in zip(row, b, strict=True)] for row in plus(product(x, Wx), product(h, Wh))]
    return [next_h, [x, h, Wx, Wh, next_h]]


def rnn_step_backward(dnext_h, cache):
    return one_step_back(dnext_h.tolist(), cache)


def one_step_back(dnext_h, cache):
    x, h, Wx, Wh, next_h = cache
    da = [[d * (1 - s * s) for d, s in zip(u, v, strict=True)] for u, v in zip(dnext_h, next_h, strict=True)]
    return [
        product(da, columns(Wx)),
        product(da, columns(Wh)),
        product(columns(x), da),
        product(columns(h), da),
        [sum(column) for column in columns(da)],
    ]


def rnn_forward(x, h0, Wx, Wh, b):
    return sequence(x.tolist(), h0.tolist(), Wx.tolist(), Wh.tolist(), b.tolist())


def sequence(x, state, Wx, Wh, b):
    states, caches = [], []
    for t in range(len(x[0])):
        state, cache = one_step([row[t] for row in x], state, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return [[list(steps) for steps in zip(*states, strict=True)], caches]


def rnn_backward(dh, cache):
    return sequence_back(dh.tolist(), cache)


def sequence_back(dh, caches):
    dx, carried, totals = [], None, None
    for t in reversed(range(len(caches))):
        upstream = [row[t] for row in dh]
        if carried is not None:
            upstream = plus(upstream, carried)
        dx_t, carried, dWx, dWh, db = one_step_back(upstream, caches[t])
        dx.insert(0, dx_t)
        parts = [dWx, dWh, [db]]
        totals = parts if totals is None else [plus(total, part) for total, part in zip(totals, parts, strict=True)]
    return [[list(steps) for steps in zip(*dx, strict=True)], carried, totals[0], totals[1], totals[2][0]]


def word_embedding_forward(x, W):
    W = W.tolist()
    return [[W[word] for word in row] for row in x.tolist()], (x.tolist(), len(W))


def word_embedding_backward(dout, cache):
    words, V = cache
    dW = [[0.0] * dout.shape[2] for _ in range(V)]
    for row, gradients in zip(words, dout.tolist(), strict=True):
        for word, gradient in zip(row, gradients, strict=True):
            for place, value in enumerate(gradient):
                dW[word][place] += value
    return tuple(tuple(row) for row in dW)


def loss(self, features, captions):
    p, N = {name: values.tolist() for name, values in self.params.items()}, len(features)
    words, features = captions.tolist(), features.tolist()
    h0 = [[a + c for a, c in zip(row, p["b_proj"], strict=True)] for row in product(features, p["W_proj"])]
    vectors = [[p["W_embed"][word] for word in row[:-1]] for row in words]
    h, caches = sequence(vectors, h0, p["Wx"], p["Wh"], p["b"])
    value, dh, flat_h, dscores = 0.0, [], [], []
    for n, row in enumerate(words):
        dh.append([])
        for t, word in enumerate(row[1:]):
            scores = [dot(h[n][t], column) + c for column, c in zip(columns(p["W_vocab"]), p["b_vocab"], strict=True)]
            odds = [math.exp(score - max(scores)) for score in scores]
            odds = [odd / sum(odds) for odd in odds]
            counts = word != self._null
            value -= math.log(odds[word]) / N if counts else 0.0
            dscores.append([counts * (odd - (v == word)) / N for v, odd in enumerate(odds)])
            flat_h.append(h[n][t])
            dh[n].append([dot(dscores[-1], weights) for weights in p["W_vocab"]])
    dvectors, dh0, dWx, dWh, db = sequence_back(dh, caches)
    dW = [[0.0] * len(p["W_embed"][0]) for _ in p["W_embed"]]
    for row, gradients in zip(words, dvectors, strict=True):
        for word, gradient in zip(row[:-1], gradients, strict=True):
            dW[word] = [a + c for a, c in zip(dW[word], gradient, strict=True)]
    return value, {
        "W_vocab": product(columns(flat_h), dscores),
        "b_vocab": [sum(column) for column in columns(dscores)],
        "Wx": dWx,
        "Wh": dWh,
        "b": db,
        "W_embed": dW,
        "W_proj": product(columns(features), dh0),
        "b_proj": [sum(column) for column in columns(dh0)],
    }


def sample(self, features, max_length=30):
    p = {name: values.tolist() for name, values in self.params.items()}
    state = [[a + c for a, c in zip(row, p["b_proj"], strict=True)] for row in product(features.tolist(), p["W_proj"])]
    last, written = [self._start] * len(state), []
    for _ in range(max_length):
        state, _ = one_step([p["W_embed"][word] for word in last], state, p["Wx"], p["Wh"], p["b"])
        scores = [[a + c for a, c in zip(row, p["b_vocab"], strict=True)] for row in product(state, p["W_vocab"])]
        last = [row.index(max(row)) for row in scores]
        written.append(last)
    return tuple(zip(*written, strict=True))
