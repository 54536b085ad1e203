package train_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
)

// methodTrainer trains with a full-batch method.
func methodTrainer(data *datasets.Dataset, m optimizers.Method) train.Trainer {
	return train.Trainer{Loss: lossFor(data), Optimizer: m, MaxEpochs: 30}
}

// TestMethodsTrain runs every method on both kinds of data and in both number
// types: the loss falls, evaluations add up, the history has what it should.
func TestMethodsTrain(t *testing.T) {
	for _, name := range optimizers.MethodNames() {
		row, err := optimizers.MethodByName(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, data := range []*datasets.Dataset{flowers(t, 40, 1), plane(t, 40, 1)} {
			for _, dtype := range dtypes {
				t.Run(name+"/"+data.Name+"/"+dtype.String(), func(t *testing.T) {
					trainer := methodTrainer(data, row.Method)
					trainer.Metrics, trainer.L2 = metricsFor(data), 1e-3 // without L2 the minimum may be at infinity
					net := small(t, data, dtype, 1)
					run := start(t, trainer, net, data)
					last, evaluations := math.Inf(1), 0
					for e, err := range run.Epochs(t.Context()) {
						if err != nil {
							t.Fatal(err)
						}
						if e.Evaluations == nil || e.Evaluations.Total() <= evaluations || e.Scores == nil {
							t.Errorf("epoch %d: evaluations %+v after %d, scores %v", e.Epoch, e.Evaluations, evaluations, e.Scores)
						}
						evaluations = e.Evaluations.Total()
						// The method lowers the loss with L2, which is not reported.
						if name != "newton" && e.Loss > last+0.02 {
							t.Errorf("epoch %d: the loss rises from %v to %v", e.Epoch, last, e.Loss)
						}
						last = e.Loss
					}
					r, err := train.Evaluate(net, trainer.Loss, nil, data, trainer.Metrics)
					if err != nil {
						t.Fatal(err)
					}
					end := run.History[len(run.History)-1]
					if math.Abs(r.Loss-end.Loss) > 1e-5 || math.Abs(r.Scores[0].Value-end.Scores[0].Value) > 1e-5 {
						t.Errorf("the last epoch has %v and %v, the network %v and %v", end.Loss, end.Scores, r.Loss, r.Scores)
					}
					if name != "newton" && !(end.Loss < 0.5*run.History[0].Loss || end.Loss < 0.3) {
						t.Errorf("%s: the loss is %v, it was %v", run.Stopped, end.Loss, run.History[0].Loss)
					}
				})
			}
		}
	}
}

// TestMethodConverges ends a run before its epochs are over, where the gradient
// with L2 is 0.
func TestMethodConverges(t *testing.T) {
	data := plane(t, 30, 1)
	trainer := methodTrainer(data, optimizers.LBFGS{})
	trainer.MaxEpochs, trainer.L2 = 500, 0.1
	net := small(t, data, nn.Float64, 1)
	run := start(t, trainer, net, data)
	for _, err := range run.Epochs(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	p, x, err := trainer.Problem(net, data)
	if err != nil {
		t.Fatal(err)
	}
	g := make([]float64, len(x))
	p.Grad(g, x)
	if run.Stopped != "converged" || len(run.History) >= 500 || slices.Max(g) > 1e-8 || slices.Min(g) < -1e-8 {
		t.Errorf("%s after %d epochs with the gradient %v", run.Stopped, len(run.History), g)
	}
	if kind, _ := optimizers.Classify(p, x); kind != optimizers.MinimumPoint {
		t.Errorf("it is a %s", kind)
	}
}

// TestMethodStopsEarly takes validation, patience and the best weights with a
// method.
func TestMethodStopsEarly(t *testing.T) {
	data := flowers(t, 24, 1)
	trainer := methodTrainer(data, optimizers.LBFGS{})
	trainer.Validation, trainer.Patience, trainer.MaxEpochs = flowers(t, 30, 2), 3, 200
	net := small(t, data, nn.Float64, 1)
	run := start(t, trainer, net, data)
	for _, err := range run.Epochs(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	epoch, loss := run.BestEpoch()
	if run.Stopped != "early-stopping" || len(run.History) != epoch+3 {
		t.Errorf("%s after %d epochs, the best is %d", run.Stopped, len(run.History), epoch)
	}
	if r, err := train.Evaluate(net, trainer.Loss, nil, trainer.Validation, nil); err != nil || r.Loss != loss {
		t.Errorf("the network has %v, %v; the best was %v", r.Loss, err, loss)
	}
	var b bytes.Buffer
	checkError(t, "checkpoint", run.Save(&b), "train: checkpoint: a full-batch method", "cannot be resumed; save the model")
}

// TestMethodHistory writes and reads what only methods have.
func TestMethodHistory(t *testing.T) {
	data := flowers(t, 24, 1)
	trainer := methodTrainer(data, optimizers.LBFGS{})
	trainer.MaxEpochs = 2
	history := fit(t, trainer, small(t, data, nn.Float64, 1), data)
	text, err := json.Marshal(history)
	if err != nil {
		t.Fatal(err)
	}
	var again train.History
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	if *again[1].Evaluations != *history[1].Evaluations || again[1].LineSearch != history[1].LineSearch || history[1].LineSearch == "" {
		t.Errorf("%+v became %+v", history[1], again[1])
	}
	var csv bytes.Buffer
	if err := history.WriteCSV(&csv); err != nil {
		t.Fatal(err)
	}
	if head, _, _ := bytes.Cut(csv.Bytes(), []byte("\n")); !bytes.HasSuffix(head, []byte(",seconds,evaluations")) {
		t.Errorf("columns %s", head)
	}
}

func TestMethodRefusals(t *testing.T) {
	data := flowers(t, 24, 1)
	net := small(t, data, nn.Float64, 1)
	for name, c := range map[string]struct {
		change func(t *train.Trainer)
		want   string
	}{
		"batch":         {func(t *train.Trainer) { t.BatchSize = 8 }, "works on all 24 rows at once, BatchSize is 8: leave BatchSize 0, or use an optimizer such as adam"},
		"learning rate": {func(t *train.Trainer) { t.LearningRate = 0.1 }, "LearningRate has no effect"},
		"schedule":      {func(t *train.Trainer) { t.Schedule = func(int) float64 { return 1 } }, "Schedule and Plateau have no effect"},
		"l1":            {func(t *train.Trainer) { t.L1 = 0.1 }, "L1 has no effect"},
		"clip":          {func(t *train.Trainer) { t.ClipNorm = 1 }, "ClipNorm has no effect"},
		"accumulate":    {func(t *train.Trainer) { t.Accumulate = 2 }, "Accumulate has no effect"},
		"group":         {func(t *train.Trainer) { t.Groups = []train.Group{{Match: "0.*", LearningRate: 1}} }, `group 0 ("0.*"): a full-batch method moves all parameters together`},
		"option":        {func(t *train.Trainer) { t.Optimizer = optimizers.LBFGS{Memory: new(0)} }, "memory must be in [1,∞)"},
		"neither":       {func(t *train.Trainer) { t.Optimizer, t.LearningRate = slotsOnly{}, 0.1 }, "is neither an optimizers.Rule nor an optimizers.Method"},
	} {
		trainer := methodTrainer(data, optimizers.LBFGS{})
		c.change(&trainer)
		refusal(t, name, trainer, net, data, c.want)
	}
	if _, err := methodTrainer(data, optimizers.LBFGS{}).FindLearningRate(t.Context(), net, data, train.RangeTest{}); err == nil {
		t.Error("a learning rate is found")
	}
	deep := func(list ...nn.Layer) *nn.Network {
		return network(t, nn.Config{Seed: 1, Input: data.Shape, DType: nn.Float64}, append(list, layers.Dense{Units: 3})...)
	}
	refusal(t, "dropout", methodTrainer(data, optimizers.LBFGS{}), deep(layers.Dense{Units: 8}, layers.Dropout{P: 0.5}), data,
		"the loss changes from one evaluation to the next, as with dropout")
	refusal(t, "many weights", methodTrainer(data, optimizers.Newton{}), deep(layers.Dense{Units: 400}), data, "newton keeps 3203×3203 numbers", "use trust-region or lbfgs")
	norm := func() *nn.Network { return deep(layers.Dense{Units: 4}, layers.BatchNorm{}) }
	refusal(t, "batch norm", methodTrainer(data, optimizers.GaussNewton{}), norm(), data, "gauss-newton needs", "lbfgs needs gradients alone")
	huber := methodTrainer(data, optimizers.NaturalGradient{})
	numbers := plane(t, 20, 1)
	huber.Loss = losses.Huber
	refusal(t, "no likelihood", huber, small(t, numbers, nn.Float64, 1), numbers, "natural-gradient needs a log-likelihood")
	// What goes with gradients alone goes with running statistics too.
	net = norm()
	history := fit(t, methodTrainer(data, optimizers.LBFGS{}), net, data)
	if last := history[len(history)-1].Loss; !(last < 0.8*history[0].Loss) {
		t.Errorf("batch norm: the loss is %v, it was %v", last, history[0].Loss)
	}
}

type slotsOnly struct{}

func (slotsOnly) Slots() int { return 0 }

// TestMethodMeetsNaN starts where the loss is not finite.
func TestMethodMeetsNaN(t *testing.T) {
	data := plane(t, 20, 1)
	data.X.F64[7] = math.NaN()
	net := small(t, data, nn.Float64, 1)
	before := weights(net)
	_, err := methodTrainer(data, optimizers.LBFGS{}).Fit(t.Context(), net, data)
	diverged, ok := errors.AsType[*train.DivergedError](err)
	if !ok || diverged.Epoch != 1 {
		t.Fatalf("error %v", err)
	}
	checkError(t, "NaN", err, "loss is NaN; first non-finite tensor: ", "; look for NaN in the data")
	if err := sameBits(weights(net), before); err != nil {
		t.Error(err)
	}
}

// TestMethodLeavesFrozenWeights trains one layer of two.
func TestMethodLeavesFrozenWeights(t *testing.T) {
	data := flowers(t, 30, 1)
	for _, m := range []optimizers.Method{optimizers.LBFGS{}, optimizers.TrustRegion{}, optimizers.LevenbergMarquardt{}} {
		trainer := methodTrainer(data, m)
		trainer.Groups = []train.Group{{Match: "0.*", Frozen: true}}
		net := small(t, data, nn.Float64, 1)
		before := net.Params()[0].Values()
		history := fit(t, trainer, net, data)
		if err := sameBits(net.Params()[0].Values(), before); err != nil {
			t.Error(err)
		}
		if last := history[len(history)-1].Loss; !(last < history[0].Loss) {
			t.Errorf("%T: the loss is %v, it was %v", m, last, history[0].Loss)
		}
	}
}

// TestMethodWithCost trains a cost of one's own, for which there are products with
// the Hessian but no Gauss-Newton matrix.
func TestMethodWithCost(t *testing.T) {
	data := plane(t, 20, 1)
	cost := func(g *nn.Graph, target, _ *gorgonia.Node) (*gorgonia.Node, error) {
		return losses.MSE.Build(g.Output, target, nil)
	}
	trainer := train.Trainer{Cost: cost, Optimizer: optimizers.TrustRegion{CG: true}, MaxEpochs: 40}
	net := network(t, nn.Config{Seed: 1, Input: data.Shape, DType: nn.Float64}, layers.Dense{Units: 4, Activation: activations.Tanh}, layers.Dense{Units: 2})
	history := fit(t, trainer, net, data)
	if last := history[len(history)-1]; !(last.Loss < 0.2*history[0].Loss) || last.Evaluations.HessianVector == 0 {
		t.Errorf("the loss is %v, it was %v; %+v", last.Loss, history[0].Loss, last.Evaluations)
	}
}
