"""The captioning model with a vanilla RNN: a solution of the first assignment, to read and to compare with."""

import numpy as np

from ..layers import affine_backward, affine_forward
from ..rnn_layers import (
    rnn_backward,
    rnn_forward,
    rnn_step_forward,
    temporal_affine_backward,
    temporal_affine_forward,
    temporal_softmax_loss,
    word_embedding_backward,
    word_embedding_forward,
)
from .rnn import CaptioningRNN


class VanillaCaptioningRNN(CaptioningRNN):
    """A captioning model of ``cell_type`` 'rnn'. What you attach to `CaptioningRNN` does not change it."""

    def loss(self, features: np.ndarray, captions: np.ndarray) -> tuple[float, dict[str, np.ndarray]]:
        """Compute the loss of the model on a minibatch, and the gradients of all parameters.

        The words are predicted one after the other, each from the picture and the words of the reference
        caption before it.

        Args:
            features: features of the pictures, shape (N, D).
            captions: captions of the pictures, integers from 0 to V - 1, shape (N, T + 1).

        Returns:
            loss: the loss, a number.
            grads: the gradient of the loss for each parameter.
        """
        params = self.params
        captions_in, captions_out = captions[:, :-1], captions[:, 1:]
        mask = captions_out != self._null

        h0, proj_cache = affine_forward(features, params["W_proj"], params["b_proj"])
        words, embed_cache = word_embedding_forward(captions_in, params["W_embed"])
        h, rnn_cache = rnn_forward(words, h0, params["Wx"], params["Wh"], params["b"])
        scores, vocab_cache = temporal_affine_forward(h, params["W_vocab"], params["b_vocab"])
        loss, dscores = temporal_softmax_loss(scores, captions_out, mask)

        grads = {}
        dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
        dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, rnn_cache)
        grads["W_embed"] = word_embedding_backward(dwords, embed_cache)
        _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, proj_cache)
        return float(loss), grads

    def sample(self, features: np.ndarray, max_length: int = 30) -> np.ndarray:
        """Write a caption for each picture, always taking the word with the highest score.

        Args:
            features: features of the pictures, shape (N, D).
            max_length: how many words a caption has at most.

        Returns:
            captions: the words of the captions, integers from 0 to V - 1, shape (N, max_length).
        """
        params = self.params
        captions = np.empty((len(features), max_length), dtype=np.int64)
        state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
        word = np.full(len(features), self._start)
        for t in range(max_length):
            vector = params["W_embed"][word]
            state, _ = rnn_step_forward(vector, state, params["Wx"], params["Wh"], params["b"])
            scores, _ = affine_forward(state, params["W_vocab"], params["b_vocab"])
            word = scores.argmax(axis=1)
            captions[:, t] = word
        return captions
