"""AUROC, balanced accuracy, and a logistic fit, in a few lines each."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def auroc(scores: ArrayLike, labels: ArrayLike) -> float:
    """Chance that a positive outranks a negative, ties counted half (Mann-Whitney)."""
    values, truth = np.asarray(scores, dtype=float), np.asarray(labels, dtype=bool)
    order = values.argsort(kind="stable")
    ranks = np.empty(len(values))
    ranks[order] = np.arange(1, len(values) + 1)
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.bincount(inverse, weights=ranks) / counts)[inverse]
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if not positives or not negatives:
        return float("nan")
    total = ranks[truth].sum() - positives * (positives + 1) / 2
    return float(total / (positives * negatives))


def balanced_accuracy(predicted: ArrayLike, labels: ArrayLike) -> float:
    guess, truth = np.asarray(predicted, dtype=bool), np.asarray(labels, dtype=bool)
    return float((guess[truth].mean() + (~guess[~truth]).mean()) / 2)


def fit_logistic(x: Floats, y: Floats, weights: Floats, ridge: float = 1.0) -> tuple[float, Floats]:
    """Bias and coefficients by Newton's method with an L2 penalty on the coefficients."""
    design = np.column_stack([np.ones(len(x)), x])
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 0
    beta = np.zeros(design.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-design @ beta))
        gradient = design.T @ (weights * (p - y)) + penalty * beta
        curve = (design * (weights * p * (1 - p))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(curve, gradient)
        beta -= step
        if np.abs(step).max() < 1e-9:
            break
    return float(beta[0]), beta[1:]
