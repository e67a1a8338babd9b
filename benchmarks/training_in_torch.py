"""The captioning model of the assignment in PyTorch; run by ``benchmarks/training.py`` where PyTorch is installed.

Prints a line of JSON: seconds, steps and the last loss; ``null`` where PyTorch is missing.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np

try:
    import torch
    from torch import nn
except ImportError:
    print("null")
    sys.exit(0)

DTYPE = torch.float32


class Captioner(nn.Module):
    """A vanilla recurrent network that starts from a picture's projected features and predicts word after word.

    Args:
        weights: By the names of the kit's `CaptioningRNN.params`.
        null: The word that fills up short captions.
    """

    def __init__(self, weights: dict[str, torch.Tensor], null: int) -> None:
        super().__init__()
        self.null = null
        (V, W), (D, H) = weights["W_embed"].shape, weights["W_proj"].shape
        self.project, self.embed = nn.Linear(D, H), nn.Embedding(V, W)
        self.recur, self.score = nn.RNN(W, H, nonlinearity="tanh", batch_first=True), nn.Linear(H, V)
        with torch.no_grad():
            self.embed.weight.copy_(weights["W_embed"])
            for layer, name in ((self.project, "proj"), (self.score, "vocab")):
                layer.weight.copy_(weights[f"W_{name}"].T)
                layer.bias.copy_(weights[f"b_{name}"])
            self.recur.weight_ih_l0.copy_(weights["Wx"].T)
            self.recur.weight_hh_l0.copy_(weights["Wh"].T)
            self.recur.bias_ih_l0.copy_(weights["b"])
            # The kit's cell has one bias.
            self.recur.bias_hh_l0.zero_().requires_grad_(False)

    def forward(self, features: torch.Tensor, captions: torch.Tensor) -> torch.Tensor:
        """Return the loss, summed over words and averaged over captions.

        Args:
            features: Of the pictures, shape (N, D).
            captions: Word ids, shape (N, T).
        """
        states, _ = self.recur(self.embed(captions[:, :-1]), self.project(features)[None])
        scores, words = self.score(states).flatten(0, 1), captions[:, 1:].flatten()
        return nn.functional.cross_entropy(scores, words, ignore_index=self.null, reduction="sum") / len(captions)


def train(task: dict[str, np.ndarray]) -> dict[str, float | int | str]:
    """Train on the minibatches of a task, in their order."""
    names = ("W_embed", "W_proj", "b_proj", "Wx", "Wh", "b", "W_vocab", "b_vocab")
    model = Captioner({name: torch.from_numpy(task[name]).to(DTYPE) for name in names}, int(task["null"]))
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=float(task["rate"]))
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, float(task["decay"]))
    steps, per_epoch, loss = len(task["captions"]), int(task["steps_per_epoch"]), torch.zeros(())
    started = time.perf_counter()
    for step in range(steps):
        features = torch.from_numpy(task["features"][step]).to(DTYPE)
        loss = model(features, torch.from_numpy(task["captions"][step]).long())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if (step + 1) % per_epoch == 0:
            schedule.step()
    seconds = time.perf_counter() - started
    return {
        "seconds": seconds,
        "loss": loss.item(),
        "steps": steps,
        "dtype": str(DTYPE).removeprefix("torch."),
        "version": torch.__version__,
    }


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[2]))
    with np.load(sys.argv[1]) as file:
        print(json.dumps(train(dict(file))))
