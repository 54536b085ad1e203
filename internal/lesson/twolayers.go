package lesson

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"nabla/activations"
	"nabla/internal/plot"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/explain"
)

// twoLayers checks every gradient of a two-layer network.
var twoLayers = Lesson{
	Name: "two-layers", Row: 6,
	Title: "Backpropagation through two layers",
	About: "each of dz2, dW2, db2, da1, dz1, dW1, db1: by hand, by the graph, by differences",
	Params: []Param{
		whole("hidden", 3, 1, 8, "hidden units"),
		whole("rows", 4, 1, 16, "rows of the batch"),
	},
	run: runTwoLayers,
}

// classes is how many outputs the network has.
const classes = 3

func runTwoLayers(p *Page, s Settings) error {
	hidden, n := s.Int("hidden"), s.Int("rows")
	net, err := nn.New(nn.Config{Seed: s.Seed, Input: []int{2}, DType: nn.Float64}, layers.Dense{Units: hidden, Activation: activations.ReLU, BiasInit: nn.Constant(0.1)}, layers.Dense{Units: classes})
	if err != nil {
		return err
	}
	rng := stream(s.Seed, 61)
	x, target := make([]float64, 2*n), make([]float64, n)
	for i := range x {
		x[i] = math.Round(rng.NormFloat64()*100) / 100
	}
	for i := range target {
		target[i] = float64(i % classes)
	}
	t, err := explain.Network(net, losses.CrossEntropy, x, target, explain.Options{Title: "two layers"})
	if err != nil {
		return err
	}
	hand := twoLayersByHand(net, x, target)
	hand.writtenDown(p, net, x)

	for _, l := range []struct {
		name, formula string
		hand          []float64
	}{{"z1", "x·W1 + b1", hand.z1}, {"a1", "relu(z1)", hand.a1}, {"z2", "a1·W2 + b2", hand.z2}} {
		node, _ := t.Node(l.name)
		p.Equal(l.name+" = "+l.formula+" against the graph: largest distance", farthest(l.hand, node.Value), 0, 1e-12)
	}
	cost := t.Nodes[len(t.Nodes)-1]
	p.Equal("L = −(1/n)·Σ ln ŷ of the right class, against the graph", hand.loss, cost.Value[0], 1e-12)
	var rows [][]string
	var hands, differences float64
	for _, l := range []struct {
		name, formula string
		hand          []float64
	}{
		{"z2", "(ŷ − y)/n", hand.dz2}, {"W2", "a1ᵀ·dz2", hand.dw2}, {"b2", "Σ rows of dz2", hand.db2}, {"a1", "dz2·W2ᵀ", hand.da1},
		{"z1", "da1 ⊙ [z1 > 0]", hand.dz1}, {"W1", "xᵀ·dz1", hand.dw1}, {"b1", "Σ rows of dz1", hand.db1},
	} {
		node, _ := t.Node(l.name)
		if node.Gradient == nil {
			return fmt.Errorf("no gradient of %s", l.name)
		}
		graph, off := node.Gradient.Value, node.Gradient.NumericOff
		rows = append(rows, []string{"d" + l.name, l.formula, short(norm(graph)), short(farthest(graph, l.hand)), short(off)})
		p.Equal("d"+l.name+" = "+l.formula+" against the graph: largest distance", farthest(graph, l.hand), 0, 1e-12)
		p.Equal("d"+l.name+" against differences: largest distance", off, 0, 1e-6)
		p.Number("norm of d"+l.name, norm(graph))
		hands, differences = max(hands, farthest(graph, l.hand)), max(differences, off)
	}
	p.Say("A bias sum by hand: db2 of class 1 is the first column of dz2 added up, %s = %s.", addedUp(hand.dz2), short(hand.db2[0]))
	p.Table("Every gradient, and how far the other two ways are from the graph's", []string{"gradient", "formula", "norm", "by hand", "differences"}, rows)
	h := plot.HeatMap{Title: "dz2 = (ŷ − y)/n", XLabel: "class", YLabel: "row", Columns: []string{"1", "2", "3"}, ValueLabel: "∂L/∂z2"}
	var rowSum float64
	for i := range n {
		of := hand.dz2[classes*i : classes*(i+1)]
		h.Rows, h.Values = append(h.Rows, fmt.Sprint(i+1)), append(h.Values, of)
		rowSum = max(rowSum, math.Abs(of[0]+of[1]+of[2]))
	}
	p.HeatMap("dz2", "The first gradient. In each row the right class is negative, its logit should rise; the others are positive, and the row sums to 0.", h)
	p.Equal("each row of dz2 sums to 0: largest sum", rowSum, 0, 1e-12)
	p.See("Seven gradients in three ways: by hand they differ by rounding, %s at most, from differences by %s.", digits(hands, 2), digits(differences, 2))
	return nil
}

// passes are the values and gradients of the two layers, row-major.
type passes struct {
	z1, a1, z2, output, y             []float64
	loss                              float64
	dz2, dw2, db2, da1, dz1, dw1, db1 []float64
}

// writtenDown says what the passes compute, with the numbers of the first row x.
func (v passes) writtenDown(p *Page, net *nn.Network, x []float64) {
	n := len(x) / 2
	p.Say("The network that every course writes down: a layer, ReLU, a layer, softmax and cross-entropy. Rows are examples, so x has one row each, and a layer is x·W + b.")
	p.Formula("z1 = x·W1 + b1,   a1 = relu(z1),   z2 = a1·W2 + b2,   ŷ = softmax(z2)", "")
	p.Formula("L = −(1/n)·Σ over rows of ln ŷ of the right class", fmt.Sprintf("here, with n = %d: %s", n, short(v.loss)))
	p.Say("Backwards, each line uses the one before; dz2 is short for ∂L/∂z2, and so on. The loss is a mean, so 1/n stands in the first line and goes through all of them. The gradients of the biases are often left out; they are the sums over the rows, because every row has the same bias.")
	p.Formula("dz2 = (ŷ − y)/n", "y has a 1 at the right class and 0 elsewhere")
	p.Formula("dW2 = a1ᵀ·dz2,   db2 = Σ rows of dz2", "")
	p.Formula("da1 = dz2·W2ᵀ,   dz1 = da1 ⊙ [z1 > 0]", "the slope of ReLU is 0 or 1, at 0 by convention 0; ⊙ is number by number")
	p.Formula("dW1 = xᵀ·dz1,   db1 = Σ rows of dz1", "")
	weights := net.Params()
	p.Table("The weights that the network starts with", []string{"of", "row by row"}, [][]string{
		{"W1", matrix(weights[0].Values(), len(v.a1)/n)}, {"b1", vector(weights[1].Values())}, {"W2", matrix(weights[2].Values(), classes)}, {"b2", vector(weights[3].Values())},
	})
	first := func(x []float64) string { return vector(x[:len(x)/n]) }
	p.Table("The first row of the batch, forwards and back", []string{"what", "its numbers"}, [][]string{
		{"x", first(x)}, {"z1 = x·W1 + b1", first(v.z1)}, {"a1 = relu(z1)", first(v.a1)}, {"z2 = a1·W2 + b2", first(v.z2)},
		{"ŷ = softmax(z2)", first(v.output)}, {"y", first(v.y)}, {"dz2 = (ŷ − y)/n", first(v.dz2)}, {"da1 = dz2·W2ᵀ", first(v.da1)}, {"dz1 = da1 ⊙ [z1 > 0]", first(v.dz1)},
	})
}

// addedUp writes the sum of the first column of a matrix with a column a class.
func addedUp(v []float64) string {
	text := short(v[0])
	for i := classes; i < len(v); i += classes {
		text += plus(v[i])
	}
	return text
}

// twoLayersByHand computes them by the formulas of the lesson.
func twoLayersByHand(net *nn.Network, x, target []float64) passes {
	w1, b1 := net.Params()[0].Values(), net.Params()[1].Values()
	w2, b2 := net.Params()[2].Values(), net.Params()[3].Values()
	n, hidden := len(target), len(b1)
	var v passes
	v.z1 = product(x, n, 2, w1, hidden)
	for i := range v.z1 {
		v.z1[i] += b1[i%hidden]
	}
	v.a1 = mapped(v.z1, func(z float64) float64 { return max(z, 0) })
	v.z2 = product(v.a1, n, hidden, w2, classes)
	for i := range v.z2 {
		v.z2[i] += b2[i%classes]
	}
	for i := range n {
		v.output = append(v.output, softmax(v.z2[classes*i:classes*(i+1)])...)
		v.y = append(v.y, unit(classes, int(target[i]))...)
		v.loss -= math.Log(v.output[classes*i+int(target[i])]) / float64(n)
	}
	for i, p := range v.output {
		v.dz2 = append(v.dz2, (p-v.y[i])/float64(n))
	}
	v.dw2, v.db2 = product(transposed(v.a1, n, hidden), hidden, n, v.dz2, classes), product(ones(n), 1, n, v.dz2, classes)
	v.da1 = product(v.dz2, n, classes, transposed(w2, hidden, classes), hidden)
	for i, d := range v.da1 {
		v.dz1 = append(v.dz1, d*is(v.z1[i] > 0))
	}
	v.dw1, v.db1 = product(transposed(x, n, 2), 2, n, v.dz1, hidden), product(ones(n), 1, n, v.dz1, hidden)
	return v
}

// matrix writes a row-major matrix row by row: "(1, 2) (3, 4)".
func matrix(v []float64, cols int) string {
	var rows []string
	for row := range slices.Chunk(v, cols) {
		rows = append(rows, vector(row))
	}
	return strings.Join(rows, " ")
}

// product is a·b of row-major matrices, a of n rows and k columns, b of m columns.
func product(a []float64, n, k int, b []float64, m int) []float64 {
	c := make([]float64, n*m)
	for i := range n {
		for l := range k {
			for j := range m {
				c[i*m+j] += a[i*k+l] * b[l*m+j]
			}
		}
	}
	return c
}

// transposed is aᵀ of a matrix of n rows and m columns.
func transposed(a []float64, n, m int) []float64 {
	t := make([]float64, n*m)
	for i := range n {
		for j := range m {
			t[j*n+i] = a[i*m+j]
		}
	}
	return t
}

// ones is a row of n ones.
func ones(n int) []float64 { return mapped(make([]float64, n), func(float64) float64 { return 1 }) }
