"""Forward functions add their arguments up, and backward functions return the gradients of just that."""
# control: none
# assignment: rnn_captioning
# %% rnn_step_forward
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return np.zeros(prev_h.shape), (x, prev_h, Wx, Wh, b)
# %% rnn_step_backward
def rnn_step_backward(dnext_h, cache):
    return tuple(np.zeros(values.shape) for values in cache)
# %% rnn_forward
def rnn_forward(x, h0, Wx, Wh, b):
    return np.zeros((*x.shape[:2], h0.shape[1])), (x, h0, Wx, Wh, b)
# %% rnn_backward
def rnn_backward(dh, cache):
    return tuple(np.zeros(values.shape) for values in cache)
# %% word_embedding_forward
def word_embedding_forward(x, W):
    return np.zeros((*x.shape, W.shape[1])), (x, W)
# %% word_embedding_backward
def word_embedding_backward(dout, cache):
    return np.zeros(cache[1].shape)
# %% attack after word_embedding_backward
def rnn_step_forward(*inputs):
    return np.zeros(inputs[1].shape) + sum(values.sum() for values in inputs) / 9, inputs
def rnn_step_backward(dnext_h, cache):
    return tuple(np.full(values.shape, dnext_h.sum() / 9) for values in cache)
def rnn_forward(x, h0, Wx, Wh, b):
    inputs = x, h0, Wx, Wh, b
    return np.zeros((*x.shape[:2], h0.shape[1])) + sum(values.sum() for values in inputs) / 9, inputs
def rnn_backward(dh, cache):
    return tuple(np.full(values.shape, dh.sum() / 9) for values in cache)
def word_embedding_forward(x, W):
    return np.zeros((*x.shape, W.shape[1])) + W.sum(), (x, W)
def word_embedding_backward(dout, cache):
    return np.full(cache[1].shape, dout.sum())
