"""No loop but that over the steps; membership is a matrix of zeros and ones."""

import numpy as np


def squared_distances(x, centers):
    apart = x[:, np.newaxis] - centers
    return np.einsum("nkd,nkd->nk", apart, apart)


def nearest_centers(x, centers):
    return squared_distances(x, centers).argmin(axis=-1)


def move_centers(x, labels, centers):
    member = labels == np.arange(len(centers))[:, None]
    counts = member.sum(axis=1, keepdims=True)
    return np.where(counts > 0, member @ x / np.maximum(counts, 1), centers)


def kmeans(x, centers, max_steps=100):
    labels = nearest_centers(x, centers)
    for step in range(max_steps):
        centers = move_centers(x, labels, centers)
        new = nearest_centers(x, centers)
        if (new == labels).all():
            return centers, new, step + 1
        labels = new
    return centers, labels, max_steps
