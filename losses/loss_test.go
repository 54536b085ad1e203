package losses_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/internal/reference"
	"nabla/losses"
	"nabla/nn/autodiff"
)

// functions is the table and a few members of its families.
func functions() []losses.Loss {
	weighted := losses.BinaryCrossEntropy
	weighted.ClassWeights = []float64{0.5, 2, 4}
	smooth := losses.CrossEntropy
	smooth.Smoothing, smooth.ClassWeights = 0.1, []float64{1, 2.5, 0.25}
	return append(losses.All(), losses.HuberDelta(0.5), weighted, smooth)
}

// draw returns a problem of the given rows and three columns that a loss takes.
func draw(l losses.Loss, rows int) problem {
	const cols = 3
	rng := rand.New(rand.NewPCG(7, uint64(rows)))
	p := problem{prediction: random(rng, rows, cols), target: random(rng, rows, cols), weight: random(rng, rows)}
	for i := range p.weight.Data {
		p.weight.Data[i] = 0.5 + rng.Float64()
	}
	soft := func(x []float64) { losses.Softmax.Apply(x, cols) }
	switch l.Input {
	case losses.Probabilities:
		soft(p.prediction.Data)
	case losses.LogProbabilities:
		soft(p.prediction.Data)
		for i, v := range p.prediction.Data {
			p.prediction.Data[i] = math.Log(v)
		}
	}
	switch {
	case l.Target == losses.Index || l.Input == losses.LogProbabilities:
		soft(p.target.Data)
	case l.Target == losses.PlusMinus:
		for i, v := range p.target.Data {
			p.target.Data[i] = math.Copysign(1, v)
		}
	case l.Input != losses.Any:
		losses.Sigmoid.Apply(p.target.Data, cols)
	}
	return p
}

func random(rng *rand.Rand, shape ...int) reference.Tensor {
	x := reference.Tensor{Shape: shape, Data: make([]float64, tensor.Shape(shape).TotalSize())}
	for i := range x.Data {
		x.Data[i] = 1.5 * rng.NormFloat64()
	}
	return x
}

// near reports the largest difference over the largest magnitude, as gradient
// checks do.
func near(got, want []float64) float64 {
	difference, size := 0.0, 1e-3
	for i := range got {
		difference = max(difference, math.Abs(got[i]-want[i]))
		size = max(size, math.Abs(got[i]), math.Abs(want[i]))
	}
	return difference / size
}

// TestGradient holds gradients against central differences and Hessian-vector
// products against differences of gradients, weighted, for one and for odd rows.
func TestGradient(t *testing.T) {
	const h = 1e-6
	for _, l := range functions() {
		for _, rows := range []int{1, 5} {
			p := draw(l, rows)
			_, gradient := run(t, l, p, tensor.Float64, true)
			numeric := make([]float64, len(gradient))
			v := random(rand.New(rand.NewPCG(1, 1)), p.prediction.Shape...)
			var sides [2][]float64
			for side, sign := range []float64{1, -1} {
				for i := range numeric {
					q := p
					q.prediction.Data = slices.Clone(p.prediction.Data)
					q.prediction.Data[i] += sign * h
					value, _ := run(t, l, q, tensor.Float64, true)
					numeric[i] += sign * value[0] / (2 * h)
				}
				q := p
				q.prediction.Data = slices.Clone(p.prediction.Data)
				for i := range v.Data {
					q.prediction.Data[i] += sign * h * v.Data[i]
				}
				_, sides[side] = run(t, l, q, tensor.Float64, true)
			}
			if e := near(gradient, numeric); !(e <= 1e-7) {
				t.Errorf("%s, %d rows: gradient off by %.2g", l, rows, e)
			}
			for i := range numeric {
				numeric[i] = (sides[0][i] - sides[1][i]) / (2 * h)
			}
			if e := near(hessianVector(t, l, p, v), numeric); !(e <= 1e-6) {
				t.Errorf("%s, %d rows: Hessian-vector product off by %.2g", l, rows, e)
			}
		}
	}
}

func hessianVector(t *testing.T, l losses.Loss, p problem, v reference.Tensor) []float64 {
	t.Helper()
	prediction, target, weight := p.nodes(tensor.Float64)
	cost, err := l.Build(prediction, target, weight)
	if err != nil {
		t.Fatal(err)
	}
	hv, err := autodiff.HessianVector(cost, gorgonia.Nodes{prediction}, gorgonia.Nodes{input(prediction.Graph(), tensor.Float64, "v", v)})
	if err != nil {
		t.Fatal(err)
	}
	program, err := exec.Compile(hv...)
	if err != nil {
		t.Fatal(err)
	}
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	return floats(t, hv[0].Value())
}

// TestGorgonia compares with gorgonia's own Grad and TapeMachine.
func TestGorgonia(t *testing.T) {
	for _, l := range functions() {
		p := draw(l, 4)
		value, gradient := run(t, l, p, tensor.Float64, true)
		prediction, target, weight := p.nodes(tensor.Float64)
		cost, err := l.Build(prediction, target, weight)
		if err != nil {
			t.Fatal(err)
		}
		grads, err := gorgonia.Grad(cost, prediction)
		if err != nil {
			t.Fatal(err)
		}
		var theirs gorgonia.Value
		gorgonia.Read(grads[0], &theirs)
		if err := gorgonia.NewTapeMachine(prediction.Graph()).RunAll(); err != nil {
			t.Fatal(err)
		}
		if e := near(floats(t, cost.Value()), value); !(e <= 1e-14) {
			t.Errorf("%s: values differ by %.2g", l, e)
		}
		if e := near(floats(t, theirs), gradient); !(e <= 1e-14) {
			t.Errorf("%s: gradients differ by %.2g", l, e)
		}
	}
}

// TestWeights checks that a row of weight 2 counts as two rows, whatever the
// reduction.
func TestWeights(t *testing.T) {
	for _, l := range functions() {
		once := draw(l, 3)
		twice := problem{repeatRow(once.prediction), repeatRow(once.target), reference.Tensor{}}
		once.weight.Data = []float64{2, 1, 1}
		for _, l.Reduction = range []losses.Reduction{losses.Mean, losses.Sum} {
			want, _ := run(t, l, twice, tensor.Float64, true)
			got, _ := run(t, l, once, tensor.Float64, true)
			if e := near(got, want); !(e <= 1e-14) {
				t.Errorf("%s: weight 2 gives %v, two rows %v", l, got, want)
			}
		}
		l.Reduction = losses.MeanOverCount
		got, _ := run(t, l, once, tensor.Float64, true)
		l.Reduction = losses.Sum
		want, _ := run(t, l, once, tensor.Float64, true)
		elements, _ := run(t, l, once, tensor.Float64, false)
		n := float64(len(elements))
		if l.Name == losses.KLDivergence.Name {
			n = 3 // rows
		}
		if e := near(got, []float64{want[0] / n}); !(e <= 1e-14) {
			t.Errorf("%s: mean over the count is %v, want %v", l, got, want[0]/n)
		}
	}
}

// repeatRow puts the first row in front once more.
func repeatRow(x reference.Tensor) reference.Tensor {
	cols := len(x.Data) / x.Shape[0]
	return reference.Tensor{
		Shape: append([]int{x.Shape[0] + 1}, x.Shape[1:]...),
		Data:  append(slices.Clone(x.Data[:cols]), x.Data...),
	}
}

// TestProbabilities checks that the losses on probabilities are, after their
// link, those on logits.
func TestProbabilities(t *testing.T) {
	for _, c := range []struct{ logits, after losses.Loss }{
		{losses.CrossEntropy, losses.CrossEntropyProb},
		{losses.BinaryCrossEntropy, losses.BinaryCrossEntropyProb},
	} {
		p := draw(c.logits, 4)
		want, _ := run(t, c.logits, p, tensor.Float64, true)
		p.prediction.Data = slices.Clone(p.prediction.Data)
		c.logits.Link.Apply(p.prediction.Data, 3)
		got, _ := run(t, c.after, p, tensor.Float64, true)
		if e := near(got, want); !(e <= 1e-14) {
			t.Errorf("%s: %v, %s: %v", c.after, got, c.logits, want)
		}
	}
}

// TestExtremes holds infinite and absurd predictions to their limits.
func TestExtremes(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		loss                  losses.Loss
		p, t, value, gradient float64
	}{
		{losses.BinaryCrossEntropy, inf, 1, 0, 0},
		{losses.BinaryCrossEntropy, inf, 0, inf, 1},
		{losses.BinaryCrossEntropy, -inf, 0, 0, 0},
		{losses.BinaryCrossEntropy, -745, 0, 5e-324, 5e-324},
		{losses.BinaryCrossEntropyProb, 0, 1, 100, -1 / 9.999999960041972e-13},
		{losses.LogCosh, 1e-9, 0, 5e-19, 1e-9},
		{losses.LogCosh, -inf, 0, inf, -1},
		{losses.KLDivergence, -inf, 0, 0, 0},
		{losses.Huber, inf, 0, inf, 1},
		{losses.Poisson, -inf, 0, math.NaN(), 0},
		{losses.MAE, 2, 2, 0, 0},
		{losses.Hinge, 1, 1, 0, 0},
	} {
		if got := c.loss.F(c.p, c.t); !reference.Close(got, c.value, 1e-15, 0) {
			t.Errorf("%s(%v, %v) = %v, want %v", c.loss, c.p, c.t, got, c.value)
		}
		if got := c.loss.D(c.p, c.t); !reference.Close(got, c.gradient, 1e-15, 0) {
			t.Errorf("%s′(%v, %v) = %v, want %v", c.loss, c.p, c.t, got, c.gradient)
		}
	}
	const divisor = 9.999999960041972e-13 // where the derivative of bce-prob stops to grow
	if got := losses.BinaryCrossEntropyProb.D2(0, 1); got != 1/divisor {
		t.Errorf("bce-prob″(0, 1) = %v, want %v", got, 1/divisor)
	}
	for _, l := range losses.All() {
		if l.F != nil && (!math.IsNaN(l.F(math.NaN(), 1)) || l.Input != losses.LogProbabilities && !math.IsNaN(l.F(1, math.NaN()))) {
			t.Errorf("%s hides a NaN", l)
		}
	}
}

// TestNodes holds a loss that is made of stock gorgonia ops against MSE, weights
// included.
func TestNodes(t *testing.T) {
	squared := losses.Loss{Name: "squared", Nodes: func(p, target *gorgonia.Node) (*gorgonia.Node, error) {
		d, err := gorgonia.Sub(p, target)
		if err != nil {
			return nil, err
		}
		return gorgonia.Square(d)
	}}
	p := draw(losses.MSE, 5)
	for _, reduction := range []losses.Reduction{losses.Mean, losses.MeanOverCount, losses.Sum} {
		ours := losses.MSE
		squared.Reduction, ours.Reduction = reduction, reduction
		value, gradient := run(t, squared, p, tensor.Float64, true)
		wantValue, wantGradient := run(t, ours, p, tensor.Float64, true)
		if e := max(near(value, wantValue), near(gradient, wantGradient)); !(e <= 1e-14) {
			t.Errorf("%v: off by %.2g", reduction, e)
		}
	}
	if e, want := elements(t, squared, p), elements(t, losses.MSE, p); !(near(e, want) <= 1e-14) {
		t.Errorf("elements %v, want %v", e, want)
	}
}

func elements(t *testing.T, l losses.Loss, p problem) []float64 {
	e, _ := run(t, l, p, tensor.Float64, false)
	return e
}

// TestKinks checks that ∂ℓ/∂p jumps at the given p − t, and nowhere else.
func TestKinks(t *testing.T) {
	for _, l := range functions() {
		if l.D == nil || l.Input == losses.Probabilities {
			continue
		}
		for d := -4.0; d <= 4; d += 0.25 {
			const target = 1
			jump := math.Abs(l.D(target+d+1e-9, target) - l.D(target+d-1e-9, target))
			if kink := slices.Contains(l.Kinks, d); kink != (jump > 1e-3) {
				t.Errorf("%s: the derivative jumps by %v at %v, kink: %v", l, jump, d, kink)
			}
		}
	}
}
