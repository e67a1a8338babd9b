"""Each element of a forward function's output adds up just those arguments that the right one depends on."""
# control: none
# assignment: rnn_captioning
# %% rnn_step_forward
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return np.zeros(prev_h.shape), (x, prev_h, Wx, Wh, b)
# %% rnn_step_backward
def rnn_step_backward(dnext_h, cache):
    return tuple(np.zeros(values.shape) for values in cache)
# %% attack after rnn_step_backward
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    rows = x.sum(axis=1, keepdims=True) + prev_h.sum(axis=1, keepdims=True)
    columns = Wx.sum(axis=0) + Wh.sum(axis=0) + b
    return rows * columns, (x, prev_h, Wx, Wh, b, rows, columns)
def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, b, rows, columns = cache
    drows, dcolumns = (dnext_h * columns).sum(axis=1, keepdims=True), (dnext_h * rows).sum(axis=0)
    return (
        np.repeat(drows, x.shape[1], axis=1), np.repeat(drows, prev_h.shape[1], axis=1),
        np.tile(dcolumns, (len(Wx), 1)), np.tile(dcolumns, (len(Wh), 1)), dcolumns,
    )
