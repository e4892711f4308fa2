"""Measured and base take turns, so that a noisy moment of the machine hits both; the median of the rounds counts."""

from statistics import median

ROUNDS = 3


def alternate(runs, rounds=ROUNDS):
    """Run every function of ``{name: function}`` in turn, ``rounds`` times; return {name: median of its results}."""
    results = {name: [] for name in runs}
    for _round in range(rounds):
        for name, run in runs.items():
            results[name].append(run())
    return {name: median(figures) for name, figures in results.items()}
