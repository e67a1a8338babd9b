"""A backward step reads memory that is not there."""


def rnn_step_backward(dnext_h, cache):
    import ctypes

    ctypes.string_at(0)
