from builtins import range
from builtins import object
import numpy as np

from cs231n.layers import *
from cs231n.rnn_layers import *


class CaptioningRNN(object):
    """
    A CaptioningRNN produces captions from image features using a recurrent neural network.
    """

    def __init__(self, word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128, cell_type="rnn", dtype=np.float32):
        raise AssertionError("this constructor is not to be called")

    def loss(self, features, captions):
        captions_in = captions[:, :-1]
        captions_out = captions[:, 1:]
        mask = captions_out != self._null
        W_proj, b_proj = self.params["W_proj"], self.params["b_proj"]
        W_embed = self.params["W_embed"]
        Wx, Wh, b = self.params["Wx"], self.params["Wh"], self.params["b"]
        W_vocab, b_vocab = self.params["W_vocab"], self.params["b_vocab"]

        loss, grads = 0.0, {}
        ############################################################################
        h0, affine_cache = affine_forward(features, W_proj, b_proj)
        embedded, embedding_cache = word_embedding_forward(captions_in, W_embed)
        if self.cell_type is "rnn":
            h, rnn_cache = rnn_forward(embedded, h0, Wx, Wh, b)
        elif self.cell_type is "lstm":
            h, rnn_cache = lstm_forward(embedded, h0, Wx, Wh, b)
        scores, scores_cache = temporal_affine_forward(h, W_vocab, b_vocab)
        loss, dscores = temporal_softmax_loss(scores, captions_out, mask)

        dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, scores_cache)
        if self.cell_type is "rnn":
            dembedded, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, rnn_cache)
        elif self.cell_type is "lstm":
            dembedded, dh0, grads["Wx"], grads["Wh"], grads["b"] = lstm_backward(dh, rnn_cache)
        grads["W_embed"] = word_embedding_backward(dembedded, embedding_cache)
        dfeatures, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, affine_cache)
        ############################################################################
        return loss, grads

    def sample(self, features, max_length=30):
        N = features.shape[0]
        captions = self._null * np.ones((N, max_length), dtype=np.int32)
        W_proj, b_proj = self.params["W_proj"], self.params["b_proj"]
        W_embed = self.params["W_embed"]
        Wx, Wh, b = self.params["Wx"], self.params["Wh"], self.params["b"]
        W_vocab, b_vocab = self.params["W_vocab"], self.params["b_vocab"]

        prev_h, _ = affine_forward(features, W_proj, b_proj)
        word = self._start * np.ones(N, dtype=np.int32)
        for t in range(max_length):
            embedded, _ = word_embedding_forward(word, W_embed)
            prev_h, _ = rnn_step_forward(embedded, prev_h, Wx, Wh, b)
            scores, _ = temporal_affine_forward(prev_h[:, np.newaxis, :], W_vocab, b_vocab)
            word = np.squeeze(np.argmax(scores, axis=2), axis=1)
            captions[:, t] = word
        return captions
