package nn_test

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/layers"
	"nabla/nn"
)

// every is a network with all layers of the library.
func every(t testing.TB, dtype nn.DType) *nn.Network {
	t.Helper()
	return network(t, nn.Config{Seed: 3, Input: []int{2, 3}, DType: dtype},
		layers.LayerNorm{Epsilon: new(1e-3)},
		layers.Flatten{},
		layers.Dense{Units: 5, Activation: activations.LeakyReLUSlope(0.2), Init: nn.HeNormal, BiasInit: nn.Constant(0.1)},
		layers.BatchNorm{Momentum: 0.3},
		layers.Residual{Layers: []nn.Layer{
			layers.Dense{Units: 4, NoBias: true},
			layers.Residual{Layers: []nn.Layer{layers.BatchNorm{Cumulative: true, NoAffine: true}, layers.Dropout{P: 0.5}}},
			layers.Activation{Function: activations.GELU},
			layers.Dense{Units: 5},
		}},
		layers.Dropout{P: 0.25},
		layers.Dense{Units: 1, Activation: activations.Sigmoid})
}

func network(t testing.TB, c nn.Config, list ...nn.Layer) *nn.Network {
	t.Helper()
	n, err := nn.New(c, list...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func predict(t testing.TB, n *nn.Network, x []float64) []float64 {
	t.Helper()
	y, err := n.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

// ramp is n numbers from -1 to 1.
func ramp(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 2*float64(i)/float64(max(n-1, 1)) - 1
	}
	return x
}

func TestSeed(t *testing.T) {
	file := func(seed uint64) []byte {
		n := network(t, nn.Config{Seed: seed, Input: []int{3}}, layers.Dense{Units: 4}, layers.Dense{Units: 4})
		var b bytes.Buffer
		if err := n.Save(&b, nil); err != nil {
			t.Fatal(err)
		}
		if slices.Equal(n.Param("0.weight").Values()[:4], n.Param("1.weight").Values()[:4]) {
			t.Error("two layers start with the same numbers")
		}
		return b.Bytes()
	}
	if !bytes.Equal(file(1), file(1)) {
		t.Error("equal seeds give different networks")
	}
	if bytes.Equal(file(1), file(2)) {
		t.Error("different seeds give equal networks")
	}
}

// TestShared changes a parameter that graphs of several sizes and modes have.
func TestShared(t *testing.T) {
	n := network(t, nn.Config{Input: []int{2}}, layers.Dense{Units: 1})
	first, second := predict(t, n, []float64{1, 1}), predict(t, n, []float64{1, 1, 1, 1})
	for _, p := range n.Params() {
		if err := p.Set(slices.Repeat([]float64{3}, p.Size())); err != nil {
			t.Fatal(err)
		}
	}
	if y := predict(t, n, []float64{1, 1}); y[0] != 9 || y[0] == first[0] {
		t.Errorf("one row: %v before, %v after; want 9", first, y)
	}
	if y := predict(t, n, []float64{1, 1, 1, 1}); !slices.Equal(y, []float64{9, 9}) || y[0] == second[0] {
		t.Errorf("two rows: %v before, %v after; want 9", second, y)
	}
	for _, training := range []bool{true, false} {
		g, err := n.Build(5, training)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range n.Trainable() {
			if g.Params[i].Value() != gorgonia.Value(p.Tensor()) {
				t.Errorf("training %v: %s is not the tensor of the network", training, p.Name)
			}
		}
	}
}

// TestFreeze takes a parameter out of training.
func TestFreeze(t *testing.T) {
	n := network(t, nn.Config{Input: []int{2}}, layers.Dense{Units: 3}, layers.Dense{Units: 1})
	n.Param("0.weight").Trainable = false
	g, err := n.Build(4, true)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range g.Params {
		names = append(names, p.Name())
	}
	if want := []string{"0.bias", "1.weight", "1.bias"}; !slices.Equal(names, want) {
		t.Errorf("trains %v, want %v", names, want)
	}
}

// TestPredict compares all chunks of rows with single rows.
func TestPredict(t *testing.T) {
	for _, dtype := range []nn.DType{nn.Float32, nn.Float64} {
		n := every(t, dtype)
		const rows = 600 // more than two chunks
		x := ramp(rows * 6)
		y := predict(t, n, x)
		if len(y) != rows {
			t.Fatalf("%d outputs for %d rows", len(y), rows)
		}
		r, err := n.Runner(1)
		if err != nil {
			t.Fatal(err)
		}
		for i := range y {
			write(r.Input(), x[i*6:(i+1)*6])
			if err := r.Run(); err != nil {
				t.Fatal(err)
			}
			if got := read(r.Output())[0]; math.Abs(got-y[i]) > 1e-6 {
				t.Fatalf("%s: row %d is %v in a chunk, %v alone", dtype, i, y[i], got)
			}
		}
	}
	n := every(t, nn.Float32)
	if _, err := n.Predict(make([]float64, 7)); err == nil || err.Error() != "nn: 7 numbers are not a multiple of the 6 inputs of a row" {
		t.Errorf("seven numbers for rows of six: %v", err)
	}
	if y := predict(t, n, nil); len(y) != 0 {
		t.Errorf("no rows give %v", y)
	}
	if y := predict(t, network(t, nn.Config{Input: []int{2}}), []float64{1, 2}); !slices.Equal(y, []float64{1, 2}) {
		t.Errorf("no layers: %v", y)
	}
}

func write(v gorgonia.Value, x []float64) {
	switch data := v.Data().(type) {
	case []float32:
		for i := range data {
			data[i] = float32(x[i])
		}
	case []float64:
		copy(data, x)
	}
}

func read(v gorgonia.Value) []float64 {
	switch data := v.Data().(type) {
	case []float32:
		x := make([]float64, len(data))
		for i := range x {
			x[i] = float64(data[i])
		}
		return x
	case []float64:
		return slices.Clone(data)
	}
	return nil
}

func TestRunnerAllocatesNothing(t *testing.T) {
	for _, dtype := range []nn.DType{nn.Float32, nn.Float64} {
		r, err := every(t, dtype).Runner(7)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(20, func() {
			if err := r.Run(); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations per run", dtype, n)
		}
	}
}

// TestCopy checks that a copy has the same function and shares nothing.
func TestCopy(t *testing.T) {
	n := every(t, nn.Float32)
	n.SetTick(5)
	n.Param("2.bias").Trainable = false
	c, err := n.Copy(nn.Float64)
	if err != nil {
		t.Fatal(err)
	}
	if c.Config().DType != nn.Float64 || c.Tick() != 5 || c.Param("2.bias").Trainable {
		t.Errorf("the copy has dtype %v, tick %d, trainable %v", c.Config().DType, c.Tick(), c.Param("2.bias").Trainable)
	}
	x := ramp(12)
	before := predict(t, n, x)
	for i, y := range predict(t, c, x) {
		if math.Abs(y-before[i]) > 1e-6 {
			t.Errorf("row %d: %v, copy %v", i, before[i], y)
		}
	}
	for _, p := range c.Params() {
		if err := p.Set(make([]float64, p.Size())); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(predict(t, n, x), before) {
		t.Error("the copy shares parameters")
	}
}

func TestParam(t *testing.T) {
	n := every(t, nn.Float32)
	p := n.Param("4.0.weight")
	if p == nil || !slices.Equal(p.Shape, []int{5, 4}) || p.Size() != 20 {
		t.Fatalf("4.0.weight is %+v", p)
	}
	if n.Param("nothing") != nil {
		t.Error("a parameter of no name")
	}
	if err := p.Set([]float64{1}); err == nil || err.Error() != "nn: 4.0.weight has shape [5 4], 20 elements; got 1" {
		t.Error(err)
	}
	x := p.Values()
	x[3] = math.Inf(1)
	if p.NonFinite() {
		t.Error("Values is not a copy")
	}
	if err := p.Set(x); err != nil || !p.NonFinite() {
		t.Error("the infinity is lost", err)
	}
	short := make([]float64, 2)
	p.Read(short) // must not panic
	if short[1] != x[1] {
		t.Errorf("read %v", short)
	}
}

func TestDType(t *testing.T) {
	if text := nn.DType(9).String(); text != "DType(9)" {
		t.Error(text)
	}
	if _, err := nn.DType(9).MarshalText(); err == nil {
		t.Error("an unknown dtype is written")
	}
	var d nn.DType
	if err := d.UnmarshalText([]byte("float65")); err == nil || err.Error() != `nn: unknown dtype "float65", did you mean "float64"? (have float32, float64)` {
		t.Error(err)
	}
}
