package lesson

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/activations"
	"nabla/datasets"
	"nabla/internal/exec"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/autodiff"
	"nabla/train"
	"nabla/train/optimizers"
)

// model is a network in float64 with its cost over all rows of a data set, as a
// function of all weights.
type model struct {
	net     *nn.Network
	data    *datasets.Dataset
	problem optimizers.Problem
	start   []float64
}

// newModel makes a network and its cost. Nothing is random but the initial weights.
func newModel(seed uint64, data *datasets.Dataset, loss losses.Loss, list ...nn.Layer) (*model, error) {
	net, err := nn.New(nn.Config{Seed: seed, Input: data.Shape, DType: nn.Float64}, list...)
	if err != nil {
		return nil, err
	}
	t := train.Trainer{Loss: loss, Optimizer: optimizers.LBFGS{}, MaxEpochs: 1}
	m := &model{net: net, data: data}
	m.problem, m.start, err = t.Problem(net, data)
	return m, err
}

// gradient is the gradient of the cost.
func (m *model) gradient(x []float64) []float64 {
	g := make([]float64, len(x))
	m.problem.Grad(g, x)
	return g
}

// hessian is the matrix of second derivatives.
func (m *model) hessian(x []float64) []float64 {
	h := make([]float64, len(x)*len(x))
	m.problem.Hess(h, x)
	return h
}

// norms are the norms of the parts of a gradient that belong to the weights of each
// layer, biases left out.
func (m *model) norms(g []float64) []float64 {
	var list []float64
	at := 0
	for _, p := range m.net.Trainable() {
		if len(p.Shape) == 2 {
			list = append(list, norm(g[at:at+p.Size()]))
		}
		at += p.Size()
	}
	return list
}

// eigenvalues of a symmetric matrix, ascending, with their vectors as columns.
func eigenvalues(h []float64) ([]float64, *mat.Dense) {
	n := int(math.Round(math.Sqrt(float64(len(h)))))
	sym := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			sym.SetSym(i, j, (h[i*n+j]+h[j*n+i])/2)
		}
	}
	var e mat.EigenSym
	if !e.Factorize(sym, true) {
		return nil, nil
	}
	var v mat.Dense
	e.VectorsTo(&v)
	return e.Values(nil), &v
}

// dataset makes a data set of rows of numbers.
func dataset(name string, x, y [][]float64, classes []string) (*datasets.Dataset, error) {
	flat := func(rows [][]float64) datasets.Matrix {
		m := datasets.Matrix{Rows: len(rows), Cols: len(rows[0])}
		for _, r := range rows {
			m.F64 = append(m.F64, r...)
		}
		return m
	}
	return datasets.New(name, flat(x), flat(y), classes)
}

// xor is the exclusive or with targets 0 and 1.
func xor() (*datasets.Dataset, error) {
	return dataset("xor", [][]float64{{0, 0}, {0, 1}, {1, 0}, {1, 1}}, [][]float64{{0}, {1}, {1}, {0}}, nil)
}

// bundled is a data set of the library with inputs of mean 0 and deviation 1.
func bundled(name string) (*datasets.Dataset, error) {
	d, err := datasets.Load(name)
	if err != nil {
		return nil, err
	}
	schema := datasets.SchemaOf(d)
	if err := schema.Fit(d); err != nil {
		return nil, err
	}
	return schema.Standardize(d)
}

// gaussian is a data set of normal inputs and normal targets, for networks whose
// start alone is of interest.
func gaussian(rows, inputs, outputs int, seed uint64) (*datasets.Dataset, error) {
	rng := rand.New(rand.NewPCG(seed, 7))
	draw := func(cols int) [][]float64 {
		m := make([][]float64, rows)
		for i := range m {
			m[i] = make([]float64, cols)
			for j := range m[i] {
				m[i][j] = rng.NormFloat64()
			}
		}
		return m
	}
	return dataset("gaussian", draw(inputs), draw(outputs), nil)
}

// stack is a network of hidden layers of one width and a linear output.
func stack(depth, width, outputs int, f activations.Activation, init nn.Initializer) []nn.Layer {
	var list []nn.Layer
	for range depth {
		list = append(list, layers.Dense{Units: width, Activation: f, Init: init})
	}
	return append(list, layers.Dense{Units: outputs, Init: init})
}

// upstreamGradient is the gradient of Σ g·output by the input of a network, in
// training.
func upstreamGradient(net *nn.Network, rows int, x, g []float64) ([]float64, error) {
	graph, err := net.Build(rows, true)
	if err != nil {
		return nil, err
	}
	exec.Building.Lock()
	defer exec.Building.Unlock()
	up := gorgonia.NewConstant(tensor.New(tensor.WithShape(graph.Output.Shape()...), tensor.WithBacking(append([]float64{}, g...))))
	product, err := gorgonia.HadamardProd(graph.Output, up)
	if err != nil {
		return nil, err
	}
	cost, err := gorgonia.Sum(product)
	if err != nil {
		return nil, err
	}
	dx, err := autodiff.Grad(cost, graph.Input)
	if err != nil {
		return nil, err
	}
	program, err := exec.Compile(dx...)
	if err != nil {
		return nil, err
	}
	copy(graph.Input.Value().Data().([]float64), x)
	if err := program.RunAll(); err != nil {
		return nil, err
	}
	return append([]float64{}, dx[0].Value().Data().([]float64)...), nil
}

// stream is random numbers for one purpose.
func stream(seed, purpose uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, purpose)) }
