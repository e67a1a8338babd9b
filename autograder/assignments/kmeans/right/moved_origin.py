"""The formula with the product, after the points' mean was moved to zero; one function inside the other, and lists."""

import numpy as np


def squared_distances(x, centers):
    middle = x.mean(axis=0)
    x, centers = x - middle, centers - middle
    return (x**2).sum(1)[:, None] - 2 * x @ centers.T + (centers**2).sum(1)


def nearest_centers(x, centers):
    # The product rounds, and centers that are equally near must stay so.
    return [int(np.argmin([np.linalg.norm(point - center) for center in centers])) for point in x]


def move_centers(x, labels, centers):
    labels = np.asarray(labels)
    return np.array([x[labels == k].mean(0) if k in labels else centers[k] for k in range(len(centers))])


def kmeans(x, centers, max_steps=100, steps=1):
    labels = nearest_centers(x, centers)
    moved = move_centers(x, labels, centers)
    if steps == max_steps or nearest_centers(x, moved) == labels:
        return moved, np.array(nearest_centers(x, moved)), steps
    return kmeans(x, moved, max_steps, steps + 1)
