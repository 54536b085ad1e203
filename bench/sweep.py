#!/usr/bin/env python3
"""Times nabla compare against loops of PyTorch and scikit-learn over the same steps.

    go build ./cmd/nabla && python3 bench/sweep.py ./nabla

The work is that of

    nabla compare digits --optimizers sgd,momentum,adam,adamw --seeds 10 --epochs 20

40 runs of 20 epochs over the same 1438 rows in batches of 32, a network of 64-64-10
with relu, float32 (scikit-learn keeps it for float32 inputs). nabla is timed as a
whole process, with reading the data, building the networks, testing after each
epoch and computing the table; the loops without any of these but the training. All
use one thread a run. scikit-learn has no adamw; its adam with alpha stands in.
"""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import subprocess
import sys
import time
import warnings

import numpy
import sklearn
import torch
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier
from torch import nn
from torch.nn import functional

OPTIMIZERS, SEEDS, EPOCHS, BATCH = ["sgd", "momentum", "adam", "adamw"], range(1, 11), 20, 32
TURNS = 3  # of nabla, in turns with the loops; the fastest counts

TORCH = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.01),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9),
    "adam": lambda p: torch.optim.Adam(p, lr=0.001),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.001),
}
SKLEARN = {
    "sgd": dict(solver="sgd", learning_rate_init=0.01, momentum=0, nesterovs_momentum=False, alpha=0),
    "momentum": dict(solver="sgd", learning_rate_init=0.01, momentum=0.9, nesterovs_momentum=False, alpha=0),
    "adam": dict(solver="adam", learning_rate_init=0.001, alpha=0),
    "adamw": dict(solver="adam", learning_rate_init=0.001, alpha=0.01),
}


def rows():
    digits = load_digits()
    chosen = numpy.arange(len(digits.target)) % 5 != 4
    x = (digits.data[chosen] / 16).astype(numpy.float32)
    return x, digits.target[chosen]


def torch_loop(x, y):
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    steps = 0
    for name in OPTIMIZERS:
        for seed in SEEDS:
            torch.manual_seed(seed)
            model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
            optimizer = TORCH[name](model.parameters())
            for _ in range(EPOCHS):
                order = torch.randperm(len(x))
                for start in range(0, len(x), BATCH):
                    chosen = order[start : start + BATCH]
                    optimizer.zero_grad(set_to_none=True)
                    functional.cross_entropy(model(x[chosen]), y[chosen]).backward()
                    optimizer.step()
                    steps += 1
    return steps


def sklearn_loop(x, y):
    steps = 0
    for name in OPTIMIZERS:
        for seed in SEEDS:
            model = MLPClassifier(
                hidden_layer_sizes=(64,), batch_size=BATCH, max_iter=EPOCHS, n_iter_no_change=EPOCHS + 1,
                random_state=seed, **SKLEARN[name],
            )
            model.fit(x, y)
            steps += model.n_iter_ * -(-len(x) // BATCH)
    return steps


def nabla(program, *more):
    command = [program, "compare", "digits", "--optimizers", ",".join(OPTIMIZERS), "--seeds", str(len(SEEDS)), "--epochs", str(EPOCHS), "--json", *more]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return 45 * EPOCHS * sum('"event":"run"' in line for line in out.splitlines())


def seconds(call, *arguments):
    start = time.perf_counter()
    steps = call(*arguments)
    return time.perf_counter() - start, steps


def main():
    warnings.filterwarnings("ignore")  # that fits have not converged
    torch.set_num_threads(1)
    x, y = rows()
    times = {}

    def measure(name, call, *arguments):
        took, steps = seconds(call, *arguments)
        assert steps == 45 * EPOCHS * len(OPTIMIZERS) * len(SEEDS), (name, steps)
        times[name] = min(took, times.get(name, took))

    for turn in range(TURNS):
        measure("nabla, all cores", nabla, sys.argv[1])
        measure("nabla, one core", nabla, sys.argv[1], "--workers", "1")
        if turn == 0:  # they take long
            measure("PyTorch " + torch.__version__, torch_loop, x, y)
            measure("scikit-learn " + sklearn.__version__, sklearn_loop, x, y)
    ours = times["nabla, all cores"]
    for name, took in times.items():
        print(f"{name:24} {took:8.3f} s  {took / ours:6.1f} times nabla on all cores, {took / times['nabla, one core']:6.1f} on one")


if __name__ == "__main__":
    main()
