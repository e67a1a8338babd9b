from builtins import range
from builtins import object
import numpy as np

from cs231n.layers import *
from cs231n.rnn_layers import *


class CaptioningRNN(object):
    """
    A model that captions pictures, in the manner of the original course's file.
    """

    def __init__(self, word_to_idx, input_dim=512, wordvec_dim=128, hidden_dim=128, cell_type="rnn", dtype=np.float32):
        if cell_type not in {"rnn", "lstm"}:
            raise ValueError('Invalid cell_type "%s"' % cell_type)
        self.cell_type = cell_type
        self.dtype = dtype
        self.word_to_idx = word_to_idx
        self.idx_to_word = {i: w for w, i in word_to_idx.items()}
        self.params = {}

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
        # Forward: picture, words, states, scores, loss.                           #
        ############################################################################
        h0, cache_h0 = affine_forward(features, W_proj, b_proj)
        words, cache_words = word_embedding_forward(captions_in, W_embed)
        if self.cell_type == "rnn":
            h, cache_h = rnn_forward(words, h0, Wx, Wh, b)
        else:
            h, cache_h = lstm_forward(words, h0, Wx, Wh, b)
        scores, cache_scores = temporal_affine_forward(h, W_vocab, b_vocab)
        loss, dscores = temporal_softmax_loss(scores, captions_out, mask)
        ############################################################################
        # Backward, in the opposite order.                                         #
        ############################################################################
        dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, cache_scores)
        dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, cache_h)
        grads["W_embed"] = word_embedding_backward(dwords, cache_words)
        dfeatures, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, cache_h0)
        ############################################################################
        #                             END OF YOUR CODE                             #
        ############################################################################
        return loss, grads

    def sample(self, features, max_length=30):
        N = features.shape[0]
        captions = self._null * np.ones((N, max_length), dtype=np.int32)
        W_proj, b_proj = self.params["W_proj"], self.params["b_proj"]
        W_embed = self.params["W_embed"]
        Wx, Wh, b = self.params["Wx"], self.params["Wh"], self.params["b"]
        W_vocab, b_vocab = self.params["W_vocab"], self.params["b_vocab"]
        ###########################################################################
        # The word with the highest score at each step is read at the next one.   #
        ###########################################################################
        h, _ = affine_forward(features, W_proj, b_proj)
        word = self._start * np.ones((N, 1), dtype=np.int32)
        for t in range(max_length):
            embedded, _ = word_embedding_forward(word, W_embed)
            h, _ = rnn_step_forward(np.squeeze(embedded, axis=1), h, Wx, Wh, b)
            scores, _ = temporal_affine_forward(h[:, np.newaxis, :], W_vocab, b_vocab)
            word = np.argmax(scores, axis=2)
            captions[:, t] = word[:, 0]
        ############################################################################
        #                             END OF YOUR CODE                             #
        ############################################################################
        return captions
