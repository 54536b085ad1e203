package train_test

import (
	"math"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/metrics"
	"nabla/train/optimizers"
)

// plain is a trainer that Start takes.
func plainTrainer(data *datasets.Dataset) train.Trainer {
	return train.Trainer{Loss: lossFor(data), Optimizer: optimizers.SGD{}, LearningRate: 0.1, MaxEpochs: 2}
}

// refusal starts a run that must be refused in one line that holds the parts.
func refusal(t *testing.T, name string, trainer train.Trainer, net *nn.Network, data *datasets.Dataset, parts ...string) {
	t.Helper()
	run, err := trainer.Start(net, data)
	if err == nil || run != nil {
		t.Errorf("%s: was started", name)
		return
	}
	checkError(t, name, err, parts...)
	// Fit and Epochs give the same error.
	if _, fitErr := trainer.Fit(t.Context(), net, data); fitErr == nil || fitErr.Error() != err.Error() {
		t.Errorf("%s: Fit gives %v, Start %v", name, fitErr, err)
	}
	for _, epochErr := range trainer.Epochs(t.Context(), net, data) {
		if epochErr == nil || epochErr.Error() != err.Error() {
			t.Errorf("%s: Epochs gives %v, Start %v", name, epochErr, err)
		}
	}
}

func checkError(t *testing.T, name string, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", name)
		return
	}
	text := err.Error()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s: %q does not say %q", name, text, part)
		}
	}
	if !strings.HasPrefix(text, "train: ") || strings.Count(text, "train: ") > 1 || strings.Contains(text, "\n") || strings.Contains(text, "panic") {
		t.Errorf("%s: %q", name, text)
	}
}

func TestRefusedSettings(t *testing.T) {
	data := flowers(t, 12, 1)
	numbers := map[string]func(*train.Trainer) *float64{
		"LearningRate": func(t *train.Trainer) *float64 { return &t.LearningRate },
		"L1":           func(t *train.Trainer) *float64 { return &t.L1 },
		"L2":           func(t *train.Trainer) *float64 { return &t.L2 },
		"Decay":        func(t *train.Trainer) *float64 { return &t.Decay },
		"ClipValue":    func(t *train.Trainer) *float64 { return &t.ClipValue },
		"ClipNorm":     func(t *train.Trainer) *float64 { return &t.ClipNorm },
	}
	for name, field := range numbers {
		for _, v := range []float64{-1, math.NaN(), math.Inf(1), math.Inf(-1)} {
			trainer := plainTrainer(data)
			*field(&trainer) = v
			refusal(t, name, trainer, small(t, data, nn.Float32, 1), data, name)
		}
	}
	for _, c := range []struct {
		name   string
		change func(*train.Trainer)
	}{
		{"LearningRate must be positive", func(t *train.Trainer) { t.LearningRate = 0 }},
		{"MaxEpochs must be positive", func(t *train.Trainer) { t.MaxEpochs = 0 }},
		{"MaxEpochs must be positive", func(t *train.Trainer) { t.MaxEpochs = -3 }},
		{"BatchSize must not be negative", func(t *train.Trainer) { t.BatchSize = -1 }},
		{"Accumulate must not be negative", func(t *train.Trainer) { t.Accumulate = -1 }},
		{"Patience must not be negative", func(t *train.Trainer) { t.Patience = -1 }},
		{"Optimizer is not set", func(t *train.Trainer) { t.Optimizer = nil }},
		{"Loss is not set", func(t *train.Trainer) { t.Loss = losses.Loss{} }},
		{"beta1 must be in [0,1)", func(t *train.Trainer) { t.Optimizer = optimizers.Adam{Beta1: new(1.5)} }},
		{"nesterov", func(t *train.Trainer) { t.Optimizer = optimizers.SGD{Nesterov: true} }},
		{"need Validation", func(t *train.Trainer) { t.Patience = 3 }},
		{"need Validation", func(t *train.Trainer) { t.KeepBest = true }},
		{"DropLast leaves no batch", func(t *train.Trainer) { t.DropLast, t.BatchSize = true, 13 }},
		{"11 sample weights for 12 rows", func(t *train.Trainer) { t.SampleWeights = ramp(11) }},
		{"sample weight of row 2 must not be negative", func(t *train.Trainer) { t.SampleWeights = ramp(12); t.SampleWeights[2] = -1 }},
		{"sample weight of row 2 is NaN", func(t *train.Trainer) { t.SampleWeights = ramp(12); t.SampleWeights[2] = math.NaN() }},
		{"all sample weights are 0", func(t *train.Trainer) { t.SampleWeights = make([]float64, 12) }},
		{"metric rmse is for regression", func(t *train.Trainer) { t.Metrics = metrics.Usual(metrics.Regression) }},
		{`metric "mine" has no Func`, func(t *train.Trainer) { t.Metrics = []metrics.Row{{Name: "mine"}} }},
		{"Smoothing", func(t *train.Trainer) { t.Loss.Smoothing = 2 }},
		{"2 class weights for 3 classes", func(t *train.Trainer) { t.Loss.ClassWeights = []float64{1, 2} }},
		{`group 0 ("2.*") treats no parameter`, func(t *train.Trainer) { t.Groups = []train.Group{{Match: "2.*"}} }},
		{`group 1 ("*.bias") treats no parameter`, func(t *train.Trainer) { t.Groups = []train.Group{{Match: "*"}, {Match: "*.bias"}} }},
		{`group 0 ("["): Match is no pattern`, func(t *train.Trainer) { t.Groups = []train.Group{{Match: "["}} }},
		{"LearningRate must not be negative", func(t *train.Trainer) { t.Groups = []train.Group{{Match: "*", LearningRate: -1}} }},
		{"L1 is NaN", func(t *train.Trainer) { t.Groups = []train.Group{{Match: "*", L1: new(math.NaN())}} }},
		{"L2 must not be negative", func(t *train.Trainer) { t.Groups = []train.Group{{Match: "*", L2: new(-1.0)}} }},
		{"Decay is +Inf", func(t *train.Trainer) { t.Groups = []train.Group{{Match: "*", Decay: new(math.Inf(1))}} }},
		{"rho must be in [0,1)", func(t *train.Trainer) {
			t.Groups = []train.Group{{Match: "*", Optimizer: optimizers.RMSprop{Rho: new(-1.0)}}}
		}},
		{"all are frozen", func(t *train.Trainer) { t.Groups = []train.Group{{Match: "*", Frozen: true}} }},
	} {
		trainer := plainTrainer(data)
		c.change(&trainer)
		refusal(t, c.name, trainer, small(t, data, nn.Float64, 1), data, c.name)
	}
	trainer := plainTrainer(data)
	refusal(t, "nil network", trainer, nil, data, "nil")
	refusal(t, "nil data", trainer, small(t, data, nn.Float32, 1), nil, "nil")
	normalised := network(t, nn.Config{Input: data.Shape}, layers.Dense{Units: 3}, layers.BatchNorm{NoAffine: true})
	trainer.Groups = []train.Group{{Match: "1.running_*", LearningRate: 1}}
	refusal(t, "group of running statistics", trainer, normalised, data, "none that is trained")
	trainer.Groups, trainer.BatchSize = nil, 11
	refusal(t, "last batch of one row", trainer, normalised, data, "last batch of an epoch (rows: 1)", "drop the last short one")
	refusal(t, "no parameters", plainTrainer(data), network(t, nn.Config{Input: []int{4}}, layers.Activation{Function: activations.Tanh}), data, "no parameters")
}

func TestRefusedData(t *testing.T) {
	classes, numbers := flowers(t, 12, 1), plane(t, 12, 1)
	net := func(inputs, outputs int) *nn.Network {
		return network(t, nn.Config{Input: []int{inputs}}, layers.Dense{Units: outputs})
	}
	one, empty, bare, broken, misfit := *classes, *classes, *numbers, *classes, *numbers
	one.Classes = []string{"only"}
	one.Y = datasets.Matrix{Rows: 12, Cols: 1, F64: make([]float64, 12)}
	empty.X, empty.Y = datasets.Matrix{Cols: 4, F64: []float64{}}, datasets.Matrix{Cols: 1, F64: []float64{}}
	bare.Y, bare.Targets = datasets.Matrix{}, nil
	broken.Y = datasets.Matrix{Rows: 12, Cols: 1, F64: []float64{0, 1, 2, 0, 1, 2, 0, 1, 5, 0, 1, 2}}
	misfit.Y.F64 = misfit.Y.F64[:3]
	for _, c := range []struct {
		name  string
		data  *datasets.Dataset
		net   *nn.Network
		loss  losses.Loss
		parts []string
	}{
		{"inputs", classes, net(5, 3), losses.CrossEntropy, []string{"takes 5 inputs, flowers has 4"}},
		{"outputs of classes", classes, net(4, 2), losses.CrossEntropy, []string{"2 outputs, flowers has 3 classes"}},
		{"one output of three classes", classes, net(4, 1), losses.BinaryCrossEntropy, []string{"1 outputs, flowers has 3 classes"}},
		{"outputs of numbers", numbers, net(3, 1), losses.MSE, []string{"1 outputs, plane has 2 targets"}},
		{"numbers for classes", numbers, net(3, 2), losses.CrossEntropy, []string{"cross-entropy needs classes"}},
		{"one class", &one, net(4, 1), losses.CrossEntropy, []string{"one class", "only"}},
		{"empty", &empty, net(4, 3), losses.CrossEntropy, []string{"no rows"}},
		{"no targets", &bare, net(3, 2), losses.MSE, []string{"no targets"}},
		{"class that does not exist", &broken, net(4, 3), losses.CrossEntropy, []string{"row 8", "5"}},
		{"sizes", &misfit, net(3, 2), losses.MSE, []string{"do not make 12 rows of 2"}},
	} {
		trainer := plainTrainer(classes)
		trainer.Loss = c.loss
		refusal(t, c.name, trainer, c.net, c.data, c.parts...)
		_, err := train.Evaluate(c.net, c.loss, nil, c.data, nil)
		checkError(t, c.name+": Evaluate", err)
		// The same as validation data.
		if c.name != "inputs" && !strings.HasPrefix(c.name, "output") && c.name != "one output of three classes" && c.name != "numbers for classes" {
			trainer, good := plainTrainer(classes), classes
			if c.data.Classes == nil {
				trainer, good = plainTrainer(numbers), numbers
			}
			trainer.Validation = c.data
			refusal(t, c.name+": validation", trainer, net(good.X.Cols, good.Outputs()), good)
		}
	}
	renamed := *classes
	renamed.Classes = []string{"b", "a", "c"}
	trainer := plainTrainer(classes)
	trainer.Validation = &renamed
	refusal(t, "validation with other classes", trainer, net(4, 3), classes, "classes", "validation")

	_, err := train.Evaluate(nil, losses.MSE, nil, numbers, nil)
	checkError(t, "Evaluate without network", err)
	_, err = train.Evaluate(net(3, 2), losses.MSE, nil, nil, nil)
	checkError(t, "Evaluate without data", err)
	_, err = train.Evaluate(net(3, 2), losses.Loss{}, nil, numbers, nil)
	checkError(t, "Evaluate without loss", err)
	_, err = train.Evaluate(net(3, 2), losses.MSE, nil, numbers, []metrics.Row{{Name: "mine"}})
	checkErrorOf(t, "Evaluate with a metric without Func", err)
}

// checkErrorOf is checkError for what had to be caught.
func checkErrorOf(t *testing.T, name string, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", name)
		return
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%s: %q does not say %q", name, err, part)
		}
	}
}

// A loss on logits does its own softmax or sigmoid: one that the network ends in
// is refused, and the loss to use instead, if it is named, exists.
func TestRefusedOutputs(t *testing.T) {
	stock := func(f func(x *gorgonia.Node) (*gorgonia.Node, error)) nn.Layer {
		return nn.LayerFunc(func(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return f(x) })
	}
	flat := func(x *gorgonia.Node) (*gorgonia.Node, error) {
		y, err := gorgonia.Sigmoid(x)
		if err != nil {
			return nil, err
		}
		return gorgonia.Reshape(y, x.Shape())
	}
	data := flowers(t, 12, 1)
	for _, c := range []struct {
		name    string
		last    nn.Layer
		loss    losses.Loss
		instead string
	}{
		{"softmax", layers.Dense{Units: 3, Activation: activations.Softmax}, losses.CrossEntropy, losses.CrossEntropyProb.Name},
		{"softmax", layers.Activation{Function: activations.Softmax}, losses.CrossEntropy, losses.CrossEntropyProb.Name},
		{"softmax", layers.Activation{Function: activations.SoftmaxAxis(1)}, losses.CrossEntropy, losses.CrossEntropyProb.Name},
		{"log-softmax", layers.Activation{Function: activations.LogSoftmax}, losses.CrossEntropy, losses.NLL.Name},
		{"sigmoid", layers.Dense{Units: 3, Activation: activations.Sigmoid}, losses.BinaryCrossEntropy, losses.BinaryCrossEntropyProb.Name},
		{"sigmoid", layers.Activation{Function: activations.Sigmoid}, losses.CrossEntropy, losses.BinaryCrossEntropyProb.Name},
		{"log-sigmoid", layers.Activation{Function: activations.LogSigmoid}, losses.BinaryCrossEntropy, "leave it out"},
		{"softmax", stock(func(x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.SoftMax(x, 1) }), losses.CrossEntropy, losses.CrossEntropyProb.Name},
		{"log-softmax", stock(func(x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.LogSoftMax(x, 1) }), losses.CrossEntropy, losses.NLL.Name},
		{"sigmoid", stock(gorgonia.Sigmoid), losses.BinaryCrossEntropy, losses.BinaryCrossEntropyProb.Name},
		{"sigmoid", stock(flat), losses.BinaryCrossEntropy, losses.BinaryCrossEntropyProb.Name},
	} {
		net := network(t, nn.Config{Input: data.Shape}, layers.Dense{Units: 3}, c.last)
		trainer := plainTrainer(data)
		trainer.Loss = c.loss
		refusal(t, c.name, trainer, net, data, "ends in "+c.name, c.loss.Name, c.instead)
		if c.instead != "leave it out" {
			if _, err := losses.ByName(c.instead); err != nil {
				t.Error(err)
			}
		}
	}
	// These may: the loss wants them, or another layer comes after them.
	for _, c := range []struct {
		last []nn.Layer
		loss losses.Loss
	}{
		{[]nn.Layer{layers.Activation{Function: activations.Softmax}}, losses.CrossEntropyProb},
		{[]nn.Layer{layers.Activation{Function: activations.LogSoftmax}}, losses.NLL},
		{[]nn.Layer{layers.Activation{Function: activations.Sigmoid}}, losses.BinaryCrossEntropyProb},
		{[]nn.Layer{layers.Activation{Function: activations.Sigmoid}}, losses.MSE},
		{[]nn.Layer{layers.Activation{Function: activations.Softmax}, layers.Dense{Units: 3}}, losses.CrossEntropy},
		{[]nn.Layer{layers.Activation{Function: activations.HardSigmoid}}, losses.CrossEntropy},
	} {
		net := network(t, nn.Config{Input: data.Shape}, append([]nn.Layer{layers.Dense{Units: 3}}, c.last...)...)
		trainer := plainTrainer(data)
		trainer.Loss = c.loss
		fit(t, trainer, net, data)
	}
}
