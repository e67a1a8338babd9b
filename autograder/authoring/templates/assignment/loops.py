"""Plain loops."""

import numpy as np


def column_means(x):
    totals = np.zeros(x.shape[1])
    for row in x:
        for j in range(len(row)):
            totals[j] += row[j]
    return totals / len(x)
