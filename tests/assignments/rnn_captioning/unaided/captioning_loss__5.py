"""Two mistakes: the mask is all ones, so <NULL> targets count in the loss and in the gradients; and the loss (but not its gradient) is divided by the number of steps T, as the student wants an average per word, where it must be summed over time."""
import numpy as np
from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss


def loss(self, features, captions):
    captions_in = captions[:, :-1]
    captions_out = captions[:, 1:]
    N, T = captions_out.shape
    mask = np.ones((N, T))

    # 1. picture -> first state
    h0, cache1 = affine_forward(features, self.params["W_proj"], self.params["b_proj"])
    # 2. words -> vectors
    vecs, cache2 = word_embedding_forward(captions_in, self.params["W_embed"])
    # 3. rnn
    hs, cache3 = rnn_forward(vecs, h0, self.params["Wx"], self.params["Wh"], self.params["b"])
    # 4. scores
    scores, cache4 = temporal_affine_forward(hs, self.params["W_vocab"], self.params["b_vocab"])
    # 5. loss
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)
    loss = loss / T

    grads = {}
    dhs, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, cache4)
    dvecs, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dhs, cache3)
    grads["W_embed"] = word_embedding_backward(dvecs, cache2)
    grads["W_proj"], grads["b_proj"] = affine_backward(dh0, cache1)[1:]
    return loss, grads
