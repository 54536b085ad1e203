"""PyTorch as a peer, at its best setting for these sizes: one thread, gradients
set to None, and batches of a step that are views of rows in memory."""

import itertools

import torch
from torch import nn
from torch.nn import functional

import peer

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}
LOSSES = {
    "cross-entropy": functional.cross_entropy,
    "bce": functional.binary_cross_entropy_with_logits,
}
OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
ROWS_OF_A_RUN = 60000
DTYPES = {"float32": torch.float32, "float64": torch.float64}


def network(sizes, activation, dtype):
    stack = []
    for inputs, units in itertools.pairwise(sizes):
        stack += [nn.Linear(inputs, units, dtype=dtype), ACTIVATIONS[activation]()]
    return nn.Sequential(*stack[:-1])  # no activation behind the last layer


def prepare(job):
    torch.manual_seed(1)
    sizes, rows, batch, dtype = job["sizes"], job["rows"], job["batch"], DTYPES[job["dtype"]]
    x = torch.rand(rows, sizes[0], dtype=dtype)
    y = torch.randint(0, sizes[-1], (rows,))
    if job["loss"] == "bce":
        y = functional.one_hot(y, sizes[-1]).to(dtype)
    loss_of = LOSSES[job["loss"]]

    def start():
        model = network(sizes, job["activation"], dtype)
        return model, OPTIMIZERS[job["optimizer"]](model.parameters(), lr=1e-3)

    model, optimizer = start()

    def learn(inputs, targets):
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(model(inputs), targets)
        loss.backward()
        optimizer.step()

    seen = 0
    starts = itertools.cycle(range(0, rows - batch + 1, batch))

    def step():
        first = next(starts)
        learn(x[first : first + batch], y[first : first + batch])

    def epoch():
        nonlocal model, optimizer, seen
        if seen >= ROWS_OF_A_RUN:  # the first epochs of a run are what people wait for
            model, optimizer = start()
            seen = 0
        seen += rows
        order = torch.randperm(rows)
        for first in range(0, rows, batch):
            chosen = order[first : first + batch]
            learn(x[chosen], y[chosen])

    return (epoch if job["kind"] == "epoch" else step), 1


torch.set_num_threads(1)
peer.serve(torch.__version__, prepare)
