"""scikit-learn as a peer: MLPClassifier, whose steps are partial_fit on a batch
and whose epochs are those of fit."""

import itertools
import warnings

import numpy
import sklearn
from sklearn.neural_network import MLPClassifier

import peer

ACTIVATIONS = {"relu": "relu", "tanh": "tanh", "sigmoid": "logistic"}
LEAST_EPOCH_ROWS = 15000  # of one fit, so that its set-up is shared by several short epochs


def prepare(job):
    if job["loss"] != "cross-entropy":
        raise ValueError(f"MLPClassifier has no loss {job['loss']}")
    sizes, rows, batch = job["sizes"], job["rows"], job["batch"]
    draw = numpy.random.default_rng(1)
    x = draw.random((rows, sizes[0])).astype(job["dtype"])
    classes = numpy.arange(sizes[-1])
    y = draw.integers(0, sizes[-1], rows)
    y[: len(classes)] = classes

    def model(epochs):
        return MLPClassifier(
            hidden_layer_sizes=sizes[1:-1], activation=ACTIVATIONS[job["activation"]], solver=job["optimizer"],
            alpha=0, batch_size=batch, learning_rate_init=1e-3, momentum=0, nesterovs_momentum=False,
            max_iter=epochs, n_iter_no_change=epochs + 1,
        )

    if job["kind"] == "epoch":
        epochs = max(1, LEAST_EPOCH_ROWS // rows)
        return (lambda: model(epochs).fit(x, y)), epochs

    learner = model(1)
    starts = itertools.cycle(range(0, rows - batch + 1, batch))

    def step():
        start = next(starts)
        learner.partial_fit(x[start : start + batch], y[start : start + batch], classes)

    return step, 1


warnings.filterwarnings("ignore")  # that a fit has not converged
peer.serve(sklearn.__version__, prepare)
