package train_test

import (
	"math"
	"testing"

	"nabla/activations"
	"nabla/datasets"
	"nabla/internal/reference"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
)

// problemOf is that of a trainer, with its start.
func problemOf(t *testing.T, trainer train.Trainer, net *nn.Network, data *datasets.Dataset) (optimizers.Problem, []float64) {
	t.Helper()
	p, x, err := trainer.Problem(net, data)
	if err != nil {
		t.Fatal(err)
	}
	return p, x
}

// TestNetworkHessian compares loss, gradient, Hessian and a Hessian-vector product
// of a whole network with PyTorch's. Its weight matrices are [out, in], ours [in, out].
func TestNetworkHessian(t *testing.T) {
	var file struct {
		Network struct {
			X, Y, W, Gradient, Hessian, D, HVP reference.Tensor
			Loss                               float64
		} `json:"network_hessian"`
	}
	reference.Load(t, "second_order.json", &file)
	c := file.Network
	rows, inputs, units := c.X.Shape[0], c.X.Shape[1], 2
	data := made(t, "reference", datasets.Matrix{Rows: rows, Cols: inputs, F64: c.X.Data}, datasets.Matrix{Rows: rows, Cols: 1, F64: c.Y.Data}, nil)
	net := network(t, nn.Config{Input: data.Shape, DType: nn.Float64}, layers.Dense{Units: units, Activation: activations.Tanh}, layers.Dense{Units: 1})
	// place[i] is where their weight i stands with us.
	place := []int{0, 2, 1, 3, 4, 5, 6, 7, 8}
	p, x := problemOf(t, train.Trainer{Loss: losses.MSE}, net, data)
	n := len(x)
	if n != len(place) {
		t.Fatalf("%d weights", n)
	}
	ours := func(theirs []float64) []float64 {
		v := make([]float64, n)
		for i, w := range theirs {
			v[place[i]] = w
		}
		return v
	}
	x = ours(c.W.Data)
	close := func(what string, got, want []float64) {
		if err := reference.Compare(got, want, 1e-9, 1e-12); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	close("loss", []float64{p.Func(x)}, []float64{c.Loss})
	g, h, hv, want := make([]float64, n), make([]float64, n*n), make([]float64, n), make([]float64, n*n)
	p.Grad(g, x)
	close("gradient", g, ours(c.Gradient.Data))
	for i := range n {
		for j := range n {
			want[place[i]*n+place[j]] = c.Hessian.Data[i*n+j]
		}
	}
	p.Hess(h, x)
	close("Hessian", h, want)
	p.HessVec(hv, x, ours(c.D.Data))
	close("Hessian-vector product", hv, ours(c.HVP.Data))
	t.Logf("1 network of %d weights", n)
}

// TestProblemDerivatives compares the gradient with differences of values and the
// Hessian with differences of gradients, L2, weights of rows and frozen parameters
// included.
func TestProblemDerivatives(t *testing.T) {
	for _, data := range []*datasets.Dataset{flowers(t, 13, 1), plane(t, 11, 1)} {
		trainer := train.Trainer{Loss: lossFor(data), L2: 0.3, SampleWeights: make([]float64, data.Len()), Groups: []train.Group{
			{Match: "0.bias", Frozen: true}, {Match: "1.bias", L2: new(0.0)},
		}}
		for i := range trainer.SampleWeights {
			trainer.SampleWeights[i] = float64(i % 3)
		}
		p, x := problemOf(t, trainer, small(t, data, nn.Float64, 1), data)
		n := len(x)
		g, h := make([]float64, n), make([]float64, n*n)
		p.Grad(g, x)
		p.Hess(h, x)
		const step = 1e-5
		for i := range n {
			ends, grads := [2]float64{}, [2][]float64{make([]float64, n), make([]float64, n)}
			for k, sign := range []float64{-1, 1} {
				y := append([]float64(nil), x...)
				y[i] += sign * step
				ends[k] = p.Func(y)
				p.Grad(grads[k], y)
			}
			if d := (ends[1] - ends[0]) / (2 * step); math.Abs(d-g[i]) > 1e-8 {
				t.Errorf("%s: ∂/∂%d is %v, differences give %v", data.Name, i, g[i], d)
			}
			for j := range n {
				if d := (grads[1][j] - grads[0][j]) / (2 * step); math.Abs(d-h[j*n+i]) > 1e-8 {
					t.Errorf("%s: Hessian %d, %d is %v, differences give %v", data.Name, j, i, h[j*n+i], d)
				}
			}
		}
	}
}

// TestGaussNewtonOfLinearNetworks has an exact answer: where the output is linear
// in the weights, the Gauss-Newton matrix is the Hessian, and Fisher's too.
func TestGaussNewtonOfLinearNetworks(t *testing.T) {
	classes, numbers := flowers(t, 17, 1), plane(t, 15, 1)
	binary := made(t, "binary", classes.X, datasets.Matrix{Rows: 17, Cols: 1, F64: func() []float64 {
		y := make([]float64, 17)
		for i := range y {
			y[i] = float64(i % 2)
		}
		return y
	}()}, []string{"no", "yes"})
	for _, c := range []struct {
		loss       losses.Loss
		data       *datasets.Dataset
		outputs    int
		likelihood bool
	}{
		{losses.CrossEntropy, classes, 3, true},
		{losses.MSE, numbers, 2, true},
		{losses.BinaryCrossEntropy, binary, 1, true},
		{losses.LogCosh, numbers, 2, false},
		{losses.Poisson, numbers, 2, true},
	} {
		for _, weighted := range []bool{false, true} {
			for _, dtype := range dtypes {
				trainer := train.Trainer{Loss: c.loss, L2: 0.1}
				for i := range c.data.Len() {
					if weighted {
						trainer.SampleWeights = append(trainer.SampleWeights, float64(i%4))
					}
				}
				net := network(t, nn.Config{Seed: 1, Input: c.data.Shape, DType: dtype}, layers.Dense{Units: c.outputs})
				p, x := problemOf(t, trainer, net, c.data)
				n := len(x)
				h, b, f, d := make([]float64, n*n), make([]float64, n*n), make([]float64, n*n), make([]float64, n)
				p.Hess(h, x)
				p.GaussNewton(b, x)
				tolerance := 1e-12
				if dtype == nn.Float32 {
					tolerance = 1e-5
				}
				if err := reference.Compare(b, h, tolerance, tolerance); err != nil {
					t.Errorf("%s, weighted %v, %s: %v", c.loss, weighted, dtype, err)
				}
				if (p.Fisher != nil) != c.likelihood {
					t.Errorf("%s: Fisher is there: %v", c.loss, p.Fisher != nil)
				}
				if p.Fisher == nil {
					continue
				}
				p.Fisher(f, x)
				p.FisherDiagonal(d, x)
				for i, v := range d {
					if math.Abs(v-f[i*n+i]) > tolerance || f[i*n+i] != b[i*n+i] {
						t.Errorf("%s: diagonal element %d is %v, of the matrix %v", c.loss, i, v, f[i*n+i])
					}
				}
			}
		}
	}
}

// TestGaussNewtonOfDeepNetworks compares with Jᵀ·H·J from differences of outputs of
// a network with a hidden layer.
func TestGaussNewtonOfDeepNetworks(t *testing.T) {
	data := plane(t, 9, 1)
	net := small(t, data, nn.Float64, 1)
	p, x := problemOf(t, train.Trainer{Loss: losses.MSE}, net, data)
	n, rows := len(x), make([]float64, data.Len()*data.X.Cols)
	if err := datasets.CopyX(rows, data, []int{0, 1, 2, 3, 4, 5, 6, 7, 8}); err != nil {
		t.Fatal(err)
	}
	outputs := func(w []float64) []float64 {
		p.Func(w) // puts them into the network
		y, err := net.Predict(rows)
		if err != nil {
			t.Fatal(err)
		}
		return y
	}
	const step = 1e-5
	columns := make([][]float64, n)
	for i := range n {
		y := append([]float64(nil), x...)
		y[i] += step
		above := outputs(y)
		y[i] -= 2 * step
		below := outputs(y)
		columns[i] = above
		for k := range above {
			columns[i][k] = (above[k] - below[k]) / (2 * step)
		}
	}
	b := make([]float64, n*n)
	p.GaussNewton(b, x)
	for i := range n {
		for j := range n {
			sum := 0.0
			for k, v := range columns[i] {
				sum += 2 * v * columns[j][k] / float64(len(columns[i]))
			}
			if math.Abs(sum-b[i*n+j]) > 1e-8 {
				t.Errorf("element %d, %d is %v, differences give %v", i, j, b[i*n+j], sum)
			}
		}
	}
}
