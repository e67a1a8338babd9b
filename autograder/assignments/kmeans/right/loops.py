"""Plain loops over points, centers and coordinates."""

import numpy as np


def squared_distances(x, centers):
    result = np.zeros((len(x), len(centers)))
    for n, point in enumerate(x):
        for k, center in enumerate(centers):
            for a, b in zip(point, center, strict=True):
                result[n, k] += (a - b) ** 2
    return result


def nearest_centers(x, centers):
    labels = np.zeros(len(x), dtype=int)
    for n, row in enumerate(squared_distances(x, centers)):
        for k in range(len(row)):
            if row[k] < row[labels[n]]:
                labels[n] = k
    return labels


def move_centers(x, labels, centers):
    moved = centers.astype(float)
    for k in range(len(centers)):
        total, count = 0.0, 0
        for n in range(len(x)):
            if labels[n] == k:
                total, count = total + x[n], count + 1
        if count > 0:
            moved[k] = total / count
    return moved


def kmeans(x, centers, max_steps=100):
    labels = nearest_centers(x, centers)
    steps = 0
    while steps < max_steps:
        steps += 1
        centers = move_centers(x, labels, centers)
        new = nearest_centers(x, centers)
        same = all(a == b for a, b in zip(new, labels, strict=True))
        labels = new
        if same:
            break
    return centers, labels, steps
