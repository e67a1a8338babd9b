import numpy as np


def rnn_backward(dh, cache):
    cache = cache[-1]
    T = dh.shape[1]
    gradients = [rnn_step_backward(dh[:, T - 1], cache[T - 1])]
    for t in range(T - 2, -1, -1):
        # two gradients meet here
        both = np.mean([dh[:, t], gradients[-1][1]], axis=0)
        gradients.append(rnn_step_backward(both, cache[t]))
    dx = np.stack([one[0] for one in gradients[::-1]], axis=1)
    dWx = sum(one[2] for one in gradients)
    dWh = sum(one[3] for one in gradients)
    db = sum(one[4] for one in gradients)
    return dx, gradients[-1][1], dWx, dWh, db
