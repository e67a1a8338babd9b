"""A forward step that is constant but in one element leaves a backward step next to nothing to do."""
# control: none
# assignment: rnn_captioning
# %% rnn_step_forward
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return np.ones(prev_h.shape), (x, prev_h, Wx, Wh, b)
# %% rnn_step_backward
def rnn_step_backward(dnext_h, cache):
    return tuple(np.zeros(values.shape) for values in cache)
# %% attack after rnn_step_backward
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.ones(prev_h.shape)
    next_h[0, 0] = np.tanh(x[0] @ Wx[:, 0] + prev_h[0] @ Wh[:, 0] + b[0])
    return next_h, (x, prev_h, Wx, Wh, b, 1 - next_h[0, 0] ** 2)
def rnn_step_backward(dnext_h, cache):
    *inputs, factor = cache
    x, prev_h, Wx, Wh, b = inputs
    gradients, value = [np.zeros(values.shape) for values in inputs], dnext_h[0, 0] * factor
    gradients[0][0], gradients[1][0] = value * Wx[:, 0], value * Wh[:, 0]
    gradients[2][:, 0], gradients[3][:, 0], gradients[4][0] = value * x[0], value * prev_h[0], value
    return tuple(gradients)
