package lesson

import (
	"fmt"
	"math"

	"nabla/activations"
	"nabla/internal/calculus"
	"nabla/internal/plot"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/explain"
)

// automaticDifferentiation walks through a small graph.
var automaticDifferentiation = Lesson{
	Name: "autodiff", Row: 12,
	Title: "Automatic differentiation on a graph",
	About: "z = xy, w = z + x, loss = w²: every box with its value and its gradient, 64 and 32",
	Params: []Param{
		number("x", 2, -5, 5, "value of x"),
		number("y", 3, -5, 5, "value of y"),
	},
	run: func(p *Page, s Settings) error {
		x, y := s.Number("x"), s.Number("y")
		t, err := explain.Expression("z=x*y; w=z+x; loss=w^2", map[string]float64{"x": x, "y": y}, explain.Options{Title: "z = x·y, w = z + x, loss = w²"})
		if err != nil {
			return err
		}
		p.Say("A program that computes a number is a graph of small operations. Automatic differentiation records it and goes through it backwards, from the result with gradient 1: each operation turns the gradient of its output into those of its inputs, by its own rule. No formula of the whole is ever made, and no difference is taken: the result is exact up to rounding.")
		p.Formula("∂loss/∂w = 2w,   ∂w/∂z = 1,   ∂w/∂x = 1,   ∂z/∂x = y,   ∂z/∂y = x", "")
		p.Say("x is used twice, in z and in w. Its gradient is the sum over both ways: what a value does, it does through everything that reads it.")
		p.Formula("∂loss/∂x = 2w·(1·y + 1) = 2(xy + x)(y + 1),   ∂loss/∂y = 2w·x", "")
		p.Diagram("graph", "Values go forwards along the full arrows, gradients back along the dashed ones, times the local derivative beside each.", t)
		w := x*y + x
		node := func(name string) float64 {
			if n, ok := t.Node(name); ok && n.Gradient != nil {
				return n.Gradient.Value[0]
			}
			return math.NaN()
		}
		p.Equal("∂loss/∂x is 2(xy + x)(y + 1)", node("x"), 2*w*(y+1), 1e-12)
		p.Equal("∂loss/∂y is 2(xy + x)·x", node("y"), 2*w*x, 1e-12)
		p.Equal("∂loss/∂w is 2w", node("w"), 2*w, 1e-12)
		loss := func(x, y float64) float64 { return math.Pow(x*y+x, 2) }
		p.Equal("∂loss/∂x against differences", node("x"), slope(func(v float64) float64 { return loss(v, y) }, x), 1e-7)
		p.Equal("∂loss/∂y against differences", node("y"), slope(func(v float64) float64 { return loss(x, v) }, y), 1e-7)
		p.Number("loss", w*w)
		p.Numbers("gradient", []float64{node("x"), node("y")})
		p.See("At x = %s, y = %s the loss is %s and its gradient (%s, %s).", short(x), short(y), short(w*w), short(node("x")), short(node("y")))
		return nil
	},
}

// twoLayers checks every gradient of a two-layer network.
var twoLayers = Lesson{
	Name: "two-layers", Row: 6,
	Title: "Backpropagation through two layers",
	About: "each of dz2, dW2, db2, da1, dz1, dW1, db1: by hand, by the graph, by differences",
	Params: []Param{
		whole("hidden", 3, 1, 8, "hidden units"),
		whole("rows", 4, 1, 16, "rows of the batch"),
	},
	run: func(p *Page, s Settings) error {
		hidden, n := s.Int("hidden"), s.Int("rows")
		net, err := nn.New(nn.Config{Seed: s.Seed, Input: []int{2}, DType: nn.Float64}, layers.Dense{Units: hidden, Activation: activations.ReLU, BiasInit: nn.Constant(0.1)}, layers.Dense{Units: 3})
		if err != nil {
			return err
		}
		rng := stream(s.Seed, 61)
		x, target := make([]float64, 2*n), make([]float64, n)
		for i := range x {
			x[i] = math.Round(rng.NormFloat64()*100) / 100
		}
		for i := range target {
			target[i] = float64(i % 3)
		}
		t, err := explain.Network(net, losses.CrossEntropy, x, target, explain.Options{Title: "two layers"})
		if err != nil {
			return err
		}
		p.Say("The network that every course writes down: a layer, ReLU, a layer, softmax and cross-entropy. Rows are examples, so x has one row each, and a layer is x·W + b.")
		p.Formula("z1 = x·W1 + b1,   a1 = relu(z1),   z2 = a1·W2 + b2,   ŷ = softmax(z2)", "")
		p.Formula("L = −(1/n)·Σ over rows of ln ŷ of the right class", "")
		p.Say("Backwards, each line uses the one before. The loss is a mean, so 1/n stands in the first line and goes through all of them. The gradients of the biases are often left out; they are the sums over the rows, because every row has the same bias.")
		p.Formula("dz2 = (ŷ − y)/n", "")
		p.Formula("dW2 = a1ᵀ·dz2,   db2 = Σ rows of dz2", "")
		p.Formula("da1 = dz2·W2ᵀ,   dz1 = da1 ⊙ [z1 > 0]", "the slope of ReLU is 0 or 1, at 0 by convention 0")
		p.Formula("dW1 = xᵀ·dz1,   db1 = Σ rows of dz1", "")
		get := func(name string) ([]float64, []float64) {
			v, ok := t.Node(name)
			if !ok || v.Gradient == nil {
				return v.Value, nil
			}
			return v.Value, v.Gradient.Value
		}
		z2, dz2 := get("z2")
		z1, dz1 := get("z1")
		a1, da1 := get("a1")
		w2, dw2 := get("W2")
		_, dw1 := get("W1")
		_, db1 := get("b1")
		_, db2 := get("b2")
		for name, v := range map[string][]float64{"z2": dz2, "z1": dz1, "a1": da1, "W1": dw1, "W2": dw2, "b1": db1, "b2": db2} {
			if v == nil {
				return fmt.Errorf("no gradient of %s", name)
			}
		}
		byHand := make([]float64, 3*n)
		for i := range n {
			for j, v := range softmax(z2[3*i : 3*i+3]) {
				byHand[3*i+j] = (v - kronecker(j, int(target[i]))) / float64(n)
			}
		}
		handDA := product(dz2, n, 3, transposed(w2, hidden, 3), hidden)
		handDZ := make([]float64, len(handDA))
		for i, v := range handDA {
			if z1[i] > 0 {
				handDZ[i] = v
			}
		}
		list := []struct {
			name, formula string
			graph, hand   []float64
		}{
			{"z2", "(ŷ − y)/n", dz2, byHand},
			{"W2", "a1ᵀ·dz2", dw2, product(transposed(a1, n, hidden), hidden, n, dz2, 3)},
			{"b2", "Σ rows of dz2", db2, product(ones(n), 1, n, dz2, 3)},
			{"a1", "dz2·W2ᵀ", da1, handDA},
			{"z1", "da1 ⊙ [z1 > 0]", dz1, handDZ},
			{"W1", "xᵀ·dz1", dw1, product(transposed(x, n, 2), 2, n, dz1, hidden)},
			{"b1", "Σ rows of dz1", db1, product(ones(n), 1, n, dz1, hidden)},
		}
		var rows [][]string
		var hands, differences float64
		for _, l := range list {
			node, _ := t.Node(l.name)
			rows = append(rows, []string{"d" + l.name, l.formula, short(norm(l.graph)), short(farthest(l.graph, l.hand)), short(node.Gradient.NumericOff)})
			p.Equal("d"+l.name+" = "+l.formula+" against the graph: largest distance", farthest(l.graph, l.hand), 0, 1e-12)
			p.Equal("d"+l.name+" against differences: largest distance", node.Gradient.NumericOff, 0, 1e-6)
			p.Number("norm of d"+l.name, norm(l.graph))
			hands, differences = max(hands, farthest(l.graph, l.hand)), max(differences, node.Gradient.NumericOff)
		}
		p.Table("Every gradient, and how far the other two ways are from the graph's", []string{"gradient", "formula", "norm", "by hand", "differences"}, rows)
		h := plot.HeatMap{Title: "dz2 = (ŷ − y)/n", XLabel: "class", YLabel: "row", Columns: []string{"1", "2", "3"}, ValueLabel: "∂L/∂z2"}
		for i := range n {
			h.Rows, h.Values = append(h.Rows, fmt.Sprint(i+1)), append(h.Values, dz2[3*i:3*i+3])
		}
		p.HeatMap("dz2", "The first gradient. In each row the right class is negative, its logit should rise; the others are positive, and the row sums to 0.", h)
		var rowSum float64
		for i := range n {
			rowSum = max(rowSum, math.Abs(dz2[3*i]+dz2[3*i+1]+dz2[3*i+2]))
		}
		p.Equal("each row of dz2 sums to 0: largest sum", rowSum, 0, 1e-12)
		p.See("Seven gradients in three ways: by hand they differ by rounding, %s at most, from differences by %s.", digits(hands, 2), digits(differences, 2))
		return nil
	},
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

// jacobianMatrix shows the derivative of several outputs by several inputs.
var jacobianMatrix = Lesson{
	Name: "jacobian", Row: 13,
	Title: "The Jacobian",
	About: "all outputs by all inputs: of a map of the plane, and of a network",
	Params: []Param{
		number("r", 1.5, 0.2, 3, "radius of the point"),
		number("angle", 0.7, -3, 3, "its angle in radians"),
		whole("hidden", 6, 1, 32, "hidden units of the network"),
	},
	run: func(p *Page, s Settings) error {
		r, angle := s.Number("r"), s.Number("angle")
		p.Say("A function with several outputs has a gradient for each of them. Written below each other they are the Jacobian: the matrix that best says what the function does to a small step.")
		p.Formula("Jᵢⱼ = ∂fᵢ/∂xⱼ,   f(x + d) ≈ f(x) + J·d", "")
		e, err := calculus.Parse("[r*cos(t), r*sin(t)]")
		if err != nil {
			return err
		}
		symbols, err := calculus.Jacobian(e.Outputs, []string{"r", "t"})
		if err != nil {
			return err
		}
		program, err := calculus.Compile(e.Outputs, []string{"r", "t"})
		if err != nil {
			return err
		}
		j, err := program.Jacobian([]float64{r, angle})
		if err != nil {
			return err
		}
		p.Say("Polar coordinates, f(r, t) = (r·cos t, r·sin t). The columns are what a step in r and one in t do: outwards by 1, and round by r, at a right angle. So areas are multiplied by the determinant, which is r: the r in every integral over polar coordinates.")
		p.Formula("J = [ "+pretty(symbols[0][0])+"   "+pretty(symbols[0][1])+" ;  "+pretty(symbols[1][0])+"   "+pretty(symbols[1][1])+" ],   det J = r", "")
		det := j[0][0]*j[1][1] - j[0][1]*j[1][0]
		p.Equal("det J of polar coordinates is r", det, r, 1e-12)
		p.Equal("∂x/∂t is −r·sin t", j[0][1], -r*math.Sin(angle), 1e-12)
		p.Equal("the columns are at a right angle: product", j[0][0]*j[0][1]+j[1][0]*j[1][1], 0, 1e-12)

		p.Say("A network is such a function, too. For z2 = tanh(x·W1 + b1)·W2 + b2 the chain rule multiplies the Jacobians of the layers; with rows for examples:")
		p.Formula("J = (W1·diag(1 − a1²)·W2)ᵀ", "a row for each output, a column for each input")
		const inputs, outputs = 4, 3
		hidden := s.Int("hidden")
		net, err := nn.New(nn.Config{Seed: s.Seed, Input: []int{inputs}, DType: nn.Float64}, layers.Dense{Units: hidden, Activation: activations.Tanh}, layers.Dense{Units: outputs})
		if err != nil {
			return err
		}
		rng := stream(s.Seed, 71)
		x := make([]float64, inputs)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		h := plot.HeatMap{Title: "Jacobian of a network by its input", XLabel: "input", YLabel: "output", ValueLabel: "Jᵢⱼ"}
		for i := range inputs {
			h.Columns = append(h.Columns, fmt.Sprint(i+1))
		}
		w1, b1, w2 := net.Params()[0].Values(), net.Params()[1].Values(), net.Params()[2].Values()
		var formula, numeric, linear float64
		d := []float64{1e-4, -2e-4, 1e-4, 3e-4}
		y0, err := net.Predict(x)
		if err != nil {
			return err
		}
		moved := append([]float64{}, x...)
		for i := range moved {
			moved[i] += d[i]
		}
		y1, err := net.Predict(moved)
		if err != nil {
			return err
		}
		a1 := product(x, 1, inputs, w1, hidden)
		for k := range a1 {
			a1[k] = math.Tanh(a1[k] + b1[k])
		}
		for o := range outputs {
			g, err := upstreamGradient(net, 1, x, unit(outputs, o))
			if err != nil {
				return err
			}
			h.Rows, h.Values = append(h.Rows, fmt.Sprint(o+1)), append(h.Values, g)
			byDifferences := slopes(func(v []float64) float64 {
				y, err := net.Predict(v)
				if err != nil {
					return math.NaN()
				}
				return y[o]
			}, x)
			numeric = max(numeric, farthest(g, byDifferences))
			for i := range inputs {
				var v float64
				for k := range hidden {
					v += w1[i*hidden+k] * (1 - a1[k]*a1[k]) * w2[k*outputs+o]
				}
				formula = max(formula, math.Abs(v-g[i]))
			}
			linear = max(linear, math.Abs(y1[o]-y0[o]-dot(g, d)))
		}
		p.HeatMap("network", "One backward pass for each row. A row says which inputs its output listens to; a column, what an input does to all outputs.", h)
		p.Equal("network: J of the graph against the formula, largest distance", formula, 0, 1e-12)
		p.Equal("network: J against differences, largest distance", numeric, 0, 1e-7)
		p.Less("a step of length 4·10⁻⁴: |f(x + d) − f(x) − J·d|, of second order", linear, 1e-5)
		p.Number("determinant", det)
		p.Numbers("first row of the network's Jacobian", h.Values[0])
		p.See("Polar coordinates stretch areas by %s at r = %s; the network's Jacobian has %d rows for its outputs and %d columns for its inputs.", short(det), short(r), outputs, inputs)
		return nil
	},
}

// pretty is an expression as a book prints it.
func pretty(n *calculus.Node) string { return minus(n.Format(calculus.Unicode)) }
