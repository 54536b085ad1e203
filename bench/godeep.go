package main

import (
	"errors"
	"math/rand/v2"

	deep "github.com/patrikeh/go-deep"
	"github.com/patrikeh/go-deep/training"
)

// prepareGoDeep takes the faster of go-deep's trainers over the same rows. The
// online one updates the weights after each row, the batch one once a batch.
func prepareGoDeep(w work) (func() error, float64, error) {
	if w.Kind != "step" || w.Activation != "relu" || w.Loss != "cross-entropy" || w.Optimizer != "sgd" {
		return nil, 0, errors.New("only plain steps are compared")
	}
	// One call trains on few rows when a row takes long.
	rows := w.Rows
	if weights := w.Sizes[0] * w.Sizes[1]; weights*rows > 1<<22 {
		rows = w.Batch
	}
	rng := rand.New(rand.NewPCG(1, 1))
	examples := make(training.Examples, rows)
	outputs := w.Sizes[len(w.Sizes)-1]
	for i := range examples {
		x, y := make([]float64, w.Sizes[0]), make([]float64, outputs)
		for j := range x {
			x[j] = rng.Float64()
		}
		y[rng.IntN(outputs)] = 1
		examples[i] = training.Example{Input: x, Response: y}
	}
	solver := func() training.Solver { return training.NewSGD(1e-3, 0, 0, false) }
	best, least := func() error { return nil }, 0.0
	for _, trainer := range []training.Trainer{training.NewTrainer(solver(), 0), training.NewBatchTrainer(solver(), 0, w.Batch, 1)} {
		n := deep.NewNeural(&deep.Config{Inputs: w.Sizes[0], Layout: w.Sizes[1:], Activation: deep.ActivationReLU,
			Mode: deep.ModeMultiClass, Weight: deep.NewNormal(0.1, 0), Bias: true})
		call := func() error { trainer.Train(n, examples, nil, 1); return nil }
		call()
		took, err := timed(call, 1)
		if err != nil {
			return nil, 0, err
		}
		if least == 0 || took.Seconds() < least {
			best, least = call, took.Seconds()
		}
	}
	return best, float64(rows) / float64(w.Batch), nil
}
