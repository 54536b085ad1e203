package losses_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/reference"
	"nabla/losses"
)

func TestLinks(t *testing.T) {
	x := []float64{0, math.Log(3), 1000, 1000}
	for _, c := range []struct {
		link losses.Link
		want []float64
	}{
		{losses.Softmax, []float64{0.25, 0.75, 0.5, 0.5}},
		{losses.Sigmoid, []float64{0.5, 0.75, 1, 1}},
		{losses.Exp, []float64{1, 3, math.Inf(1), math.Inf(1)}},
	} {
		got := slices.Clone(x)
		c.link.Apply(got, 2)
		if err := reference.Compare(got, c.want, 1e-15, 0); err != nil {
			t.Errorf("%s: %v", c.link, err)
		}
	}
	for _, l := range losses.All() {
		data, err := json.Marshal(l.Link)
		var back losses.Link
		if err == nil {
			err = json.Unmarshal(data, &back)
		}
		if err != nil || back.String() != l.Link.String() || (back.Apply == nil) != (l.Link.Apply == nil) {
			t.Errorf("%s: %s, %v", l, data, err)
		}
	}
}

func TestTexts(t *testing.T) {
	for _, l := range functions() {
		for _, text := range []string{l.Name, l.Formula, l.Derivative, l.Use} {
			if text == "" || text != strings.TrimSpace(text) {
				t.Errorf("%s: a text is missing", l)
			}
		}
		l.Reduction = losses.Sum
		data, err := json.Marshal(l)
		var back losses.Loss
		if err == nil {
			err = json.Unmarshal(data, &back)
		}
		if err != nil || back.String() != l.String() || back.Reduction != l.Reduction || back.Smoothing != l.Smoothing || !slices.Equal(back.ClassWeights, l.ClassWeights) {
			t.Errorf("%s: %s, %v", l, data, err)
		}
	}
	smooth := losses.CrossEntropy
	smooth.Smoothing, smooth.ClassWeights = 0.1, []float64{1, 2.5}
	for text, l := range map[string]losses.Loss{
		"mse":       losses.MSE,
		"huber":     losses.HuberDelta(1),
		"huber:0.5": losses.HuberDelta(0.5),
		"cross-entropy:smoothing=0.1:class-weights=1,2.5": smooth,
	} {
		if l.String() != text {
			t.Errorf("%q, want %q", l, text)
		}
	}
}

func TestErrors(t *testing.T) {
	build := func(l losses.Loss, prediction, target, weight []int) error {
		g := gorgonia.NewGraph()
		node := func(name string, shape []int) *gorgonia.Node {
			if shape == nil {
				return nil
			}
			return gorgonia.NewTensor(g, tensor.Float64, len(shape), gorgonia.WithShape(shape...), gorgonia.WithName(name))
		}
		_, err := l.Build(node("p", prediction), node("t", target), node("w", weight))
		return err
	}
	with := func(l losses.Loss, change func(l *losses.Loss)) error {
		change(&l)
		return build(l, []int{4, 3}, []int{4, 3}, nil)
	}
	parse := func(text string) error { _, err := losses.Parse(text); return err }
	marshal := func(l losses.Loss) error { _, err := l.MarshalText(); return err }
	_, link := losses.LinkByName("softmac")
	have := strings.Join(losses.Names(), ", ")
	for _, c := range []struct {
		err  error
		want string
	}{
		{parse("mea"), `losses: unknown loss "mea", did you mean "mae"? (have ` + have + ")"},
		{parse("mse:1"), `losses: mse has no parameter, got "mse:1"`},
		{parse("huber:x"), `losses: huber: delta: "x" is not a number`},
		{parse("huber:0"), "losses: huber: delta must be positive and finite, got 0"},
		{parse("huber:nan"), "losses: huber: delta must be positive and finite, got NaN"},
		{parse("cross-entropy:smooting=1"), `losses: unknown setting "smooting", did you mean "smoothing"? (have smoothing, class-weights, reduction)`},
		{parse("cross-entropy:smoothing=1"), "losses: cross-entropy: Smoothing must be at least 0 and below 1, got 1"},
		{parse("cross-entropy:smoothing=x"), `losses: cross-entropy: smoothing: "x" is not a number`},
		{parse("cross-entropy:class-weights=1,,2"), `losses: cross-entropy: class-weights: "" is not a number`},
		{parse("mse:reduction=mode"), `losses: mse: reduction: "mode" is none of mean, mean-over-count, sum`},
		{with(losses.MSE, func(l *losses.Loss) { l.Smoothing = 0.1 }), "losses: mse has no Smoothing; cross-entropy, cross-entropy-prob, nll have"},
		{with(losses.Hinge, func(l *losses.Loss) { l.ClassWeights = []float64{1} }), "losses: hinge has no ClassWeights; cross-entropy, bce, cross-entropy-prob, nll have"},
		{with(losses.NLL, func(l *losses.Loss) { l.ClassWeights = []float64{1, -1, 1} }), "losses: nll: ClassWeights must be finite and not negative, got -1 for class 1"},
		{with(losses.NLL, func(l *losses.Loss) { l.ClassWeights = []float64{1, 1} }), "losses: cross-entropy: 2 class weights for 3 classes"},
		{with(losses.BinaryCrossEntropy, func(l *losses.Loss) { l.ClassWeights = []float64{1, 1} }), "losses: bce: 2 column weights for 3 columns"},
		{with(losses.NLL, func(l *losses.Loss) { l.Smoothing = math.NaN() }), "losses: nll: Smoothing must be at least 0 and below 1, got NaN"},
		{with(losses.MSE, func(l *losses.Loss) { l.Reduction = 7 }), "losses: mse: unknown Reduction 7"},
		{with(losses.Loss{}, func(*losses.Loss) {}), "losses: unnamed loss is no loss of the library: F and D, or Nodes, must be set"},
		{with(losses.HuberDelta(-1), func(*losses.Loss) {}), "losses: huber: delta must be positive and finite, got -1"},
		{build(losses.MSE, []int{4, 3}, []int{4, 2}, nil), "losses: mse: prediction and target: shapes (4, 3) and (4, 2) differ"},
		{build(losses.MSE, []int{4, 3}, []int{4, 3}, []int{3}), "losses: mse: 3 weights for 4 rows"},
		{build(losses.MSE, []int{4, 3}, nil, nil), "losses: mse: prediction or target is nil"},
		{build(losses.MSE, []int{}, []int{}, nil), "losses: mse: the prediction is a scalar, want rows"},
		{build(losses.CrossEntropy, []int{4, 1}, []int{4}, nil), "losses: cross-entropy: one output is no choice between classes; bce takes one for two classes"},
		{build(losses.CrossEntropy, []int{4, 3}, []int{5}, nil), "losses: cross-entropy: target of shape (5) for a prediction of shape (4, 3)"},
		{build(losses.CrossEntropy, []int{4}, []int{4}, nil), "losses: cross-entropy: prediction of shape (4), want (rows, classes)"},
		{build(losses.CrossEntropy, []int{4, 3}, []int{4}, []int{2}), "losses: cross-entropy: 2 weights for 4 rows"},
		{marshal(losses.Loss{}), "losses: a loss without a Name cannot be written"},
		{marshal(losses.Loss{Name: "mse", F: losses.MAE.F}), "losses: the name mse belongs to another loss"},
		{link, `losses: unknown link "softmac", did you mean "softmax"? (have identity, softmax, sigmoid, exp)`},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", c.err, c.want)
		}
	}
}
