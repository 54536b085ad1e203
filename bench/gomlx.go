package main

import (
	"errors"
	"math/rand/v2"

	"github.com/gomlx/gomlx/backends/simplego"
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"
	"github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/gomlx/gomlx/pkg/ml/layers"
	"github.com/gomlx/gomlx/pkg/ml/layers/activations"
	"github.com/gomlx/gomlx/pkg/ml/train"
	"github.com/gomlx/gomlx/pkg/ml/train/losses"
	"github.com/gomlx/gomlx/pkg/ml/train/optimizers"
)

// prepareGoMLX trains through GoMLX's Trainer on its backend in Go. Its step has no
// batch to fetch: it is given the same one again.
func prepareGoMLX(w work) (func() error, float64, error) {
	if w.Kind != "step" || w.DType != "float32" || w.Activation != "relu" || w.Loss != "cross-entropy" || w.Optimizer != "sgd" {
		return nil, 0, errors.New("only plain steps are compared")
	}
	backend, err := simplego.New("parallelism=0")
	if err != nil {
		return nil, 0, err
	}
	hidden, outputs := w.Sizes[1:len(w.Sizes)-1], w.Sizes[len(w.Sizes)-1]
	model := func(ctx *context.Context, _ any, inputs []*graph.Node) []*graph.Node {
		x := inputs[0]
		for _, units := range hidden {
			ctx = ctx.In("hidden")
			x = activations.Relu(layers.Dense(ctx, x, true, units))
		}
		return []*graph.Node{layers.Dense(ctx.In("output"), x, true, outputs)}
	}
	rng := rand.New(rand.NewPCG(1, 1))
	x, y := make([]float32, w.Batch*w.Sizes[0]), make([]int32, w.Batch)
	for i := range x {
		x[i] = float32(rng.Float64())
	}
	for i := range y {
		y[i] = rng.Int32N(int32(outputs))
	}
	inputs := []*tensors.Tensor{tensors.FromFlatDataAndDimensions(x, w.Batch, w.Sizes[0])}
	targets := []*tensors.Tensor{tensors.FromFlatDataAndDimensions(y, w.Batch, 1)}
	trainer := train.NewTrainer(backend, context.New(), model, losses.SparseCategoricalCrossEntropyLogits,
		optimizers.StochasticGradientDescent().WithLearningRate(1e-3).Done(), nil, nil)
	step := func() error {
		values, err := trainer.TrainStep(nil, inputs, targets)
		for _, v := range values {
			v.FinalizeAll()
		}
		return err
	}
	return step, 1, nil
}
