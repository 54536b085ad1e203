package train_test

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/diagnose"
	"nabla/train/optimizers"
)

// hessian is the full matrix by central differences of gradients.
func hessian(t *testing.T, r *train.Risk) *mat.SymDense {
	t.Helper()
	const h = 1e-5
	n := r.Size()
	w, up, down := make([]float64, n), make([]float64, n), make([]float64, n)
	r.Weights(w)
	full := mat.NewDense(n, n, nil)
	for i := range n {
		at := w[i]
		for _, side := range []struct {
			to  float64
			out []float64
		}{{at + h, up}, {at - h, down}} {
			w[i] = side.to
			if err := r.SetWeights(w); err != nil {
				t.Fatal(err)
			}
			if _, err := r.Gradient(side.out); err != nil {
				t.Fatal(err)
			}
		}
		w[i] = at
		for j := range n {
			full.Set(i, j, (up[j]-down[j])/(2*h))
		}
	}
	if err := r.SetWeights(w); err != nil {
		t.Fatal(err)
	}
	sym := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			sym.SetSym(i, j, (full.At(i, j)+full.At(j, i))/2)
		}
	}
	return sym
}

// slopes compares the gradient with central differences of the loss.
func slopes(t *testing.T, r *train.Risk) {
	t.Helper()
	const h = 1e-6
	w, g := make([]float64, r.Size()), make([]float64, r.Size())
	r.Weights(w)
	loss, err := r.Gradient(g)
	if err != nil {
		t.Fatal(err)
	}
	at := func() float64 {
		if err := r.SetWeights(w); err != nil {
			t.Fatal(err)
		}
		l, err := r.Loss()
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	if l := at(); l != loss {
		t.Errorf("the loss is %v, with its gradient %v", l, loss)
	}
	for i, v := range w {
		w[i] = v + h
		up := at()
		w[i] = v - h
		down := at()
		w[i] = v
		if d := (up - down) / (2 * h); math.Abs(d-g[i]) > 1e-8*max(1, loss) {
			t.Errorf("slope %d is %v, differences give %v", i, g[i], d)
		}
	}
	at()
}

// TestRiskCurvature compares gradients, Hessian-vector products, the extreme eigenvalues
// by Lanczos and the trace by Hutchinson with the full Hessian.
func TestRiskCurvature(t *testing.T) {
	classes, numbers := flowers(t, 20, 1), plane(t, 15, 2)
	for _, c := range []struct {
		name   string
		data   *datasets.Dataset
		hidden []nn.Layer
		loss   losses.Loss
	}{
		{"tanh, cross-entropy", classes, []nn.Layer{layers.Dense{Units: 5, Activation: activations.Tanh}}, losses.CrossEntropy},
		{"relu, cross-entropy", classes, []nn.Layer{layers.Dense{Units: 5, Activation: activations.ReLU}}, losses.CrossEntropy},
		{"two layers, mse", numbers, []nn.Layer{layers.Dense{Units: 4, Activation: activations.Sigmoid}, layers.Dense{Units: 3, Activation: activations.GELU}}, losses.MSE},
		{"normalised, with dropout", numbers, []nn.Layer{layers.Dense{Units: 4}, layers.BatchNorm{}, layers.Dropout{P: 0.5}, layers.Dense{Units: 3, Activation: activations.Tanh}}, losses.MSE},
		{"residual, normalised by layers", classes, []nn.Layer{layers.Dense{Units: 4}, layers.Residual{Layers: []nn.Layer{layers.Dense{Units: 4, Activation: activations.Softplus}, layers.LayerNorm{}}}}, losses.CrossEntropy},
		{"recurrent", classes, []nn.Layer{layers.SimpleRNN{Units: 3}}, losses.CrossEntropy},
		{"linear", numbers, nil, losses.MSE},
	} {
		t.Run(c.name, func(t *testing.T) {
			net := network(t, nn.Config{Seed: 3, Input: c.data.Shape, DType: nn.Float64}, append(c.hidden, layers.Dense{Units: c.data.Outputs()})...)
			r, err := train.NewRisk(net, c.loss, c.data)
			if err != nil {
				t.Fatal(err)
			}
			full, n := hessian(t, r), r.Size()
			slopes(t, r)
			var e mat.EigenSym
			if !e.Factorize(full, false) {
				t.Fatal("no eigenvalues")
			}
			values := e.Values(nil)
			size := max(math.Abs(values[0]), math.Abs(values[n-1]))
			v, got, want := make([]float64, n), make([]float64, n), make([]float64, n)
			for i := range v {
				v[i] = math.Cos(float64(3 * i))
			}
			if err := r.HessianVector(got, v); err != nil {
				t.Fatal(err)
			}
			mat.NewVecDense(n, want).MulVec(full, mat.NewVecDense(n, v))
			for i := range got {
				if math.Abs(got[i]-want[i]) > 1e-6*size {
					t.Errorf("H·v[%d] is %v, differences give %v", i, got[i], want[i])
				}
			}
			low, high, err := diagnose.Extremes(n, r.HessianVector, n, 1)
			if err != nil || math.Abs(low-values[0]) > 1e-4*size || math.Abs(high-values[n-1]) > 1e-4*size {
				t.Errorf("Lanczos has %v to %v, the Hessian %v to %v, %v", low, high, values[0], values[n-1], err)
			}
			trace, deviation, err := diagnose.Trace(n, r.HessianVector, 200, 1)
			if err != nil || math.Abs(trace-mat.Trace(full)) > 4*deviation+1e-6*size {
				t.Errorf("trace %v ± %v, the Hessian has %v, %v", trace, deviation, mat.Trace(full), err)
			}
			t.Logf("%d weights, eigenvalues %.4g to %.4g (Lanczos %.4g to %.4g), trace %.4g (Hutchinson %.4g ± %.2g)", n, values[0], values[n-1], low, high, mat.Trace(full), trace, deviation)
		})
	}
}

// TestOvershootLimit: on a parabola, plain descent converges just below 2/λmax and
// diverges just above. A linear network with MSE is one.
func TestOvershootLimit(t *testing.T) {
	data := plane(t, 30, 1)
	for ratio, falls := range map[float64]bool{0.98: true, 1.02: false} {
		net := network(t, nn.Config{Seed: 3, Input: data.Shape, DType: nn.Float64}, layers.Dense{Units: data.Outputs()})
		r, err := train.NewRisk(net, losses.MSE, data)
		if err != nil {
			t.Fatal(err)
		}
		_, high, err := diagnose.Extremes(r.Size(), r.HessianVector, r.Size(), 1)
		if err != nil {
			t.Fatal(err)
		}
		history, err := train.Trainer{Loss: losses.MSE, Optimizer: optimizers.SGD{}, LearningRate: ratio * 2 / high, MaxEpochs: 300}.Fit(t.Context(), net, data)
		if err != nil {
			t.Fatal(err)
		}
		if first, last := history[0].Loss, history[299].Loss; (last < first) != falls {
			t.Errorf("η·λmax/2 = %v: the loss goes from %v to %v", ratio, first, last)
		}
	}
}

func TestRiskErrors(t *testing.T) {
	data := flowers(t, 9, 1)
	net := small(t, data, nn.Float32, 1)
	r, err := train.NewRisk(net, losses.CrossEntropy, data)
	if err != nil {
		t.Fatal(err)
	}
	n := r.Size()
	_, short := r.Gradient(make([]float64, n-1))
	rough := network(t, nn.Config{Input: data.Shape}, layers.Dense{Units: 3, Activation: activations.Activation{Name: "f", F: math.Sin, D: math.Cos}})
	flat, err := train.NewRisk(rough, losses.CrossEntropy, data)
	if err != nil {
		t.Fatal(err)
	}
	m := flat.Size()
	_, nilNet := train.NewRisk(nil, losses.CrossEntropy, data)
	_, noLoss := train.NewRisk(net, losses.Loss{}, data)
	_, wrongLoss := train.NewRisk(net, losses.CrossEntropy, plane(t, 5, 1))
	for want, err := range map[string]error{
		"room for":                 short,
		"numbers for a Hessian":    r.HessianVector(make([]float64, n), make([]float64, n+1)),
		"weights, the network has": r.SetWeights(nil),
		"the second derivative D2": flat.HessianVector(make([]float64, m), make([]float64, m)),
		"is nil":                   nilNet,
		"there is no loss":         noLoss,
		"the network takes 4":      wrongLoss,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
