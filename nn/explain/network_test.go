package explain_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/explain"
)

var update = flag.Bool("update", false, "write the golden files")

// differences are what differs from machine to machine: rounding.
var differences = regexp.MustCompile(`(?m) +(\d\.\de-\d\d|0) +(\d\.\de-\d\d|0)(  +\d+ of)| +\d\.\de-\d\d$`)

// golden compares a text with a file, but for differences, and looks at its width.
func golden(t *testing.T, name string, transcript explain.Transcript) {
	t.Helper()
	var b strings.Builder
	if err := transcript.Write(&b); err != nil {
		t.Fatal(err)
	}
	narrow(t, b.String())
	got := differences.ReplaceAllString(b.String(), " ≈0$3")
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// narrow finds lines that are too long.
func narrow(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > explain.Width {
			t.Errorf("a line of %d characters: %s", n, line)
		}
	}
}

// agree checks the three ways of every gradient, and that the text fits.
func agree(t *testing.T, tr explain.Transcript) {
	t.Helper()
	var b strings.Builder
	if err := tr.Write(&b); err != nil {
		t.Error(err)
	}
	narrow(t, b.String())
	for _, n := range tr.Nodes {
		size := 1.0
		for _, v := range n.Value {
			size = math.Max(size, math.Abs(v))
		}
		if n.Hand != nil && !(n.HandOff <= 1e-12*size) {
			t.Errorf("%s = %s: off by %g", n.Name, n.Formula, n.HandOff)
		}
		g := n.Gradient
		if g == nil {
			continue
		}
		size = 1e-2
		for _, v := range g.Value {
			size = math.Max(size, math.Abs(v))
		}
		if g.Hand != nil && !(g.HandOff <= 1e-12*size) {
			t.Errorf("d%s = %s: off by %g", n.Name, g.Formula, g.HandOff)
		}
		if !(g.NumericOff <= 2e-6*size) {
			t.Errorf("d%s: differences are off by %g of %g", n.Name, g.NumericOff, size)
		}
		if len(g.Checked)+g.Kinks == 0 {
			t.Errorf("d%s was not compared", n.Name)
		}
	}
}

// twoLayers is the network of a course: z1 = x·W1 + b1, a1 = relu(z1),
// z2 = a1·W2 + b2, cross-entropy.
func twoLayers(t *testing.T) (net *nn.Network, x, y []float64) {
	t.Helper()
	net, err := nn.New(nn.Config{Seed: 1, Input: []int{2}}, layers.Dense{Units: 3, Activation: activations.ReLU}, layers.Dense{Units: 2})
	if err != nil {
		t.Fatal(err)
	}
	for name, w := range map[string][]float64{
		"0.weight": {0.5, -1, 0.25, 0.75, 0.5, -0.5}, "0.bias": {0.375, 0.25, -0.25},
		"1.weight": {1, -0.5, 0.25, 0.75, -1, 0.5}, "1.bias": {0, 0.5},
	} {
		if err := net.Param(name).Set(w); err != nil {
			t.Fatal(err)
		}
	}
	return net, []float64{1, 2, -1, 0.5}, []float64{1, 0}
}

// TestTwoLayers computes the gradients here once more, as the course writes them.
func TestTwoLayers(t *testing.T) {
	net, x, y := twoLayers(t)
	tr, err := explain.Network(net, losses.CrossEntropy, x, y, explain.Options{Title: "The network of the course on two rows"})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "two_layers.txt", tr)
	agree(t, tr)

	at := func(name string) []float64 { return net.Param(name).Values() }
	w1, b1, w2, b2 := at("0.weight"), at("0.bias"), at("1.weight"), at("1.bias")
	var dW1, db1, dW2, db2, dx = make([]float64, 6), make([]float64, 3), make([]float64, 6), make([]float64, 2), make([]float64, 4)
	loss := 0.0
	for i := range 2 {
		var z1, a1 [3]float64
		for u := range z1 {
			z1[u] = x[2*i]*w1[u] + x[2*i+1]*w1[3+u] + b1[u]
			a1[u] = math.Max(z1[u], 0)
		}
		var e [2]float64
		for k := range e {
			e[k] = math.Exp(a1[0]*w2[k] + a1[1]*w2[2+k] + a1[2]*w2[4+k] + b2[k])
		}
		loss -= math.Log(e[int(y[i])]/(e[0]+e[1])) / 2
		for k := range e {
			dz2 := e[k] / (e[0] + e[1]) / 2
			if int(y[i]) == k {
				dz2 -= 0.5
			}
			db2[k] += dz2
			for u := range a1 {
				dW2[2*u+k] += a1[u] * dz2
				if z1[u] > 0 {
					dz1 := dz2 * w2[2*u+k]
					db1[u] += dz1
					for j := range 2 {
						dW1[3*j+u] += x[2*i+j] * dz1
						dx[2*i+j] += dz1 * w1[3*j+u]
					}
				}
			}
		}
	}
	l, _ := tr.Node("L")
	if math.Abs(l.Value[0]-loss) > 1e-15 {
		t.Errorf("loss %v, want %v", l.Value[0], loss)
	}
	for name, want := range map[string][]float64{"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "x": dx} {
		n, ok := tr.Node(name)
		if !ok {
			t.Fatalf("no node %s", name)
		}
		for i, v := range n.Gradient.Value {
			if math.Abs(v-want[i]) > 1e-15 || math.Abs(n.Gradient.Hand[i]-want[i]) > 1e-15 {
				t.Errorf("d%s[%d] = %v, by hand %v, want %v", name, i, v, n.Gradient.Hand[i], want[i])
			}
		}
	}
	var names []string
	for _, n := range tr.Backward() {
		names = append(names, n.Name)
	}
	if got := strings.Join(names, " "); got != "L z2 W2 b2 a1 z1 W1 b1 x" {
		t.Errorf("the backward pass goes %s", got)
	}
}

// explained makes a network of iris' shape and explains it.
func explained(t *testing.T, loss losses.Loss, list ...nn.Layer) (explain.Transcript, error) {
	t.Helper()
	net, err := nn.New(nn.Config{Seed: 3, Input: []int{4}}, list...)
	if err != nil {
		t.Fatal(err)
	}
	x := []float64{0.3, -1.2, 0.8, 0.1, -0.7, 0.4, 1.9, -0.6, 1.1, 0.2, -0.3, 0.5}
	y := []float64{2, 0, 1}
	if loss.Target != losses.Index {
		y = []float64{0.2, 0.3, 0.5, 1, 0, 0, 0.1, 0.8, 0.1}
	}
	if loss.Target == losses.PlusMinus {
		y = []float64{1, -1, 1, -1, -1, 1, 1, 1, -1}
	}
	return explain.Network(net, loss, x, y, explain.Options{Title: loss.Name})
}

// linked ends a network as the loss wants it.
func linked(l losses.Loss) nn.Layer {
	end := map[losses.Input]activations.Activation{losses.Probabilities: activations.Softmax, losses.LogProbabilities: activations.LogSoftmax}[l.Input]
	return layers.Dense{Units: 3, Activation: end}
}

// Every activation with every loss has formulas throughout.
func TestTables(t *testing.T) {
	n := 0
	for _, l := range losses.All() {
		for _, a := range activations.All() {
			tr, err := explained(t, l, layers.Dense{Units: 4, Activation: a}, linked(l))
			if err != nil {
				t.Fatalf("%s, %s: %v", a, l, err)
			}
			if without := tr.Without(); without != nil {
				t.Errorf("%s, %s: no formula for %q", a, l, without)
			}
			agree(t, tr)
			n++
		}
	}
	for _, row := range layers.Table() {
		tr, err := explained(t, losses.CrossEntropy, row.Example, layers.Dense{Units: 3})
		if err != nil {
			t.Fatalf("%s: %v", row.Name, err)
		}
		if without := tr.Without(); without != nil {
			t.Errorf("%s: no formula for %q", row.Name, without)
		}
		agree(t, tr)
		n++
	}
	t.Logf("%d networks: every activation with every loss, every layer", n)
}

// Recurrent layers are told step by step: what cuts a sequence and joins it again is
// part of the formulas.
func TestSequences(t *testing.T) {
	for _, c := range []struct {
		layers []nn.Layer
		want   map[string]string // a node: its formula, and that of its gradient
	}{
		{[]nn.Layer{layers.SimpleRNN{Units: 2}}, map[string]string{
			"z1[3]": "step 3 of 4 of z1 | ds1[3]", "u1[2]": "a1[2]·U1 | ds1[3]", "s1[3]": "z1[3] + u1[2] | da1[3] ⊙ tanh′(s1[3])",
			"z1": "r1·W1 + b1 | dz1[4] in its step + dz1[3] in its step + dz1[2] in its step + dz1[1] in its step",
			"U1": "0.recurrent | a1[3]ᵀ·du1[3] + a1[2]ᵀ·du1[2] + a1[1]ᵀ·du1[1]", "z2": "a1[4]·W2 + b2 | (ŷ − y)/n",
		}},
		{[]nn.Layer{layers.SimpleRNN{Units: 2, Sequence: true}, layers.SimpleRNN{Units: 3, Sequence: true, NoBias: true}, layers.Flatten{}}, map[string]string{
			"a1[1]": "tanh(z1[1]) | step 1 of dh1 + du1[1]·U1ᵀ", "h1": "a1[1] … a1[4], step by step | dz2·W2ᵀ", "U2": "1.recurrent | a2[3]ᵀ·du2[3] + a2[2]ᵀ·du2[2] + a2[1]ᵀ·du2[1]",
		}},
		{[]nn.Layer{layers.SimpleRNN{Units: 2, Sequence: true}, layers.BatchNorm{}, layers.Flatten{}}, map[string]string{
			"γ1": "1.weight | channel sums of dp1 ⊙ n1", "β1": "1.bias | channel sums of ds1",
		}},
		{[]nn.Layer{layers.BatchNorm{}, layers.Dropout{P: 0.5}, layers.LayerNorm{}}, map[string]string{
			"γ1": "0.weight | column sums of dp1 ⊙ n1", "p1b": "s1 ⊙ m1 | (dn1b − mean(dn1b) − n1b·mean(dn1b ⊙ n1b))/√(σ² + ε)", "β1b": "2.bias | column sums of ds1b",
		}},
	} {
		tr, err := explained(t, losses.CrossEntropy, append(c.layers, layers.Dense{Units: 3})...)
		if err != nil {
			t.Fatal(err)
		}
		agree(t, tr)
		if without := tr.Without(); without != nil {
			t.Errorf("no formula for %q", without)
		}
		for name, want := range c.want {
			n, ok := tr.Node(name)
			if !ok || n.Formula+" | "+n.Gradient.Formula != want {
				t.Errorf("%s = %s | %+v, want %s", name, n.Formula, n.Gradient, want)
			}
		}
	}
}

// In evaluation there are no masks, and the statistics are constants.
func TestEvaluation(t *testing.T) {
	net, err := nn.New(nn.Config{Seed: 1, Input: []int{2}}, layers.Dense{Units: 3, Activation: activations.Tanh}, layers.BatchNorm{}, layers.Dropout{P: 0.5}, layers.Dense{Units: 1})
	if err != nil {
		t.Fatal(err)
	}
	tr, err := explain.Network(net, losses.MSE, []float64{1, 2, -1, 0.5}, []float64{1, -1}, explain.Options{Evaluation: true})
	if err != nil {
		t.Fatal(err)
	}
	agree(t, tr)
	n1, _ := tr.Node("n1")
	mean, _ := tr.Node("μ1")
	if _, masked := tr.Node("m1"); masked || n1.Formula != "(a1 − μ1)/√(v1 + ε)" || mean.Kind != explain.Constant || mean.Gradient != nil || tr.Without() != nil {
		t.Errorf("a mask %v, n1 = %s, μ1 is %v, without a formula: %q", masked, n1.Formula, mean.Kind, tr.Without())
	}
}

// Long formulas are broken, and long sums told by their ends.
func TestManySteps(t *testing.T) {
	net, err := nn.New(nn.Config{Seed: 3, Input: []int{20}}, layers.SimpleRNN{Units: 2}, layers.Dense{Units: 1})
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float64, 40)
	for i := range x {
		x[i] = math.Sin(float64(i))
	}
	tr, err := explain.Network(net, losses.MSE, x, []float64{1, -1}, explain.Options{})
	if err != nil {
		t.Fatal(err)
	}
	agree(t, tr)
	var b strings.Builder
	if err := tr.Write(&b); err != nil || !strings.Contains(b.String(), "\n  dU1 = a1[19]ᵀ·du1[19] + a1[18]ᵀ·du1[18] + … + a1[1]ᵀ·du1[1] ") {
		t.Errorf("%v: %s", err, b.String())
	}
}

// Settings of losses.
func TestLossSettings(t *testing.T) {
	for _, text := range []string{"cross-entropy:smoothing=0.2", "nll:reduction=sum", "mse:reduction=sum", "bce:reduction=mean-over-count", "huber:0.3", "kl-divergence:reduction=sum"} {
		l, err := losses.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		tr, err := explained(t, l, linked(l))
		if err != nil {
			t.Fatal(err)
		}
		if tr.Without() != nil {
			t.Errorf("%s: no formula for %q", text, tr.Without())
		}
		agree(t, tr)
	}
	// Without a formula the graph and the differences still speak.
	l, err := losses.Parse("cross-entropy:class-weights=1,2,0.5")
	if err != nil {
		t.Fatal(err)
	}
	tr, err := explained(t, l, layers.Dense{Units: 3})
	if err != nil {
		t.Fatal(err)
	}
	if got := tr.Without(); !slices.Equal(got, []string{"z1"}) {
		t.Errorf("without a formula: %q, want z1 alone", got)
	}
	agree(t, tr)
}

// An op of gorgonia that there is no formula for.
func TestForeignOp(t *testing.T) {
	sine := nn.LayerFunc(func(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return gorgonia.Sin(x) })
	tr, err := explained(t, losses.MSE, layers.Dense{Units: 4}, sine, layers.Dense{Units: 3})
	if err != nil {
		t.Fatal(err)
	}
	if got := tr.Without(); !slices.Equal(got, []string{"z1"}) {
		t.Errorf("without a formula: %q, want z1 alone", got)
	}
	agree(t, tr)
	var b strings.Builder
	if err := tr.Write(&b); err != nil || !strings.Contains(b.String(), "dz1 = (from the graph: no formula for v1)") {
		t.Errorf("%v\n%s", err, b.String())
	}
}

// A wrong derivative is seen: the graph's gradient is off the differences and, for a
// function that is not what its name says, off the formula.
func TestWrongDerivative(t *testing.T) {
	wrong := activations.Activation{Name: "tanh", F: math.Tanh, D: func(x float64) float64 { return 1 - x*x }}
	tr, err := explained(t, losses.MSE, layers.Dense{Units: 4, Activation: wrong}, layers.Dense{Units: 3})
	if err != nil {
		t.Fatal(err)
	}
	if hand, numeric := tr.Off(); hand < 0.01 || numeric < 0.01 {
		t.Errorf("a wrong derivative is off by %g and %g", hand, numeric)
	}
}

// At a kink there is no difference quotient, which is said.
func TestKink(t *testing.T) {
	net, x, y := twoLayers(t)
	if err := net.Param("0.weight").Set(make([]float64, 6)); err != nil {
		t.Fatal(err)
	}
	if err := net.Param("0.bias").Set([]float64{0, 1, -1}); err != nil {
		t.Fatal(err)
	}
	tr, err := explain.Network(net, losses.CrossEntropy, x, y, explain.Options{})
	if err != nil {
		t.Fatal(err)
	}
	agree(t, tr)
	b1, _ := tr.Node("b1")
	if b1.Gradient.Kinks != 1 || len(b1.Gradient.Checked) != 2 {
		t.Errorf("%d kinks, %v checked, want one of three", b1.Gradient.Kinks, b1.Gradient.Checked)
	}
}

func TestNetworkErrors(t *testing.T) {
	net, x, y := twoLayers(t)
	for _, c := range []struct {
		x, y []float64
		loss losses.Loss
		want string
	}{
		{x[:3], y, losses.CrossEntropy, "explain: 3 numbers are no rows of 2 inputs"},
		{nil, nil, losses.CrossEntropy, "explain: 0 numbers are no rows of 2 inputs"},
		{x, []float64{0, 2}, losses.CrossEntropy, "explain: the target of row 1 is 2, want a class from 0 to 1"},
		{x, []float64{0}, losses.CrossEntropy, "explain: 1 targets for an output of shape (2, 2)"},
		{x, y, losses.MSE, "explain: 2 targets for an output of shape (2, 2)"},
		{x, y, losses.Loss{}, "explain: 2 targets for an output of shape (2, 2)"},
		{x, x, losses.Loss{}, "explain: losses: unnamed loss is no loss of the library: F and D, or Nodes, must be set"},
	} {
		if _, err := explain.Network(net, c.loss, c.x, c.y, explain.Options{}); err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}

// The picture has a box for every node that something reads.
func TestPicture(t *testing.T) {
	net, x, y := twoLayers(t)
	tr, err := explain.Network(net, losses.CrossEntropy, x, y, explain.Options{Title: "two layers"})
	if err != nil {
		t.Fatal(err)
	}
	for _, ext := range explain.Pictures {
		text, err := tr.Picture(ext)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"relu", "a1ᵀ·dz2", fmt.Sprintf("%.5g", tr.Nodes[len(tr.Nodes)-1].Value[0])} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %s", ext, want)
			}
		}
	}
}
