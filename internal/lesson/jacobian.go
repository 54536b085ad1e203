package lesson

import (
	"fmt"
	"math"
	"slices"

	"nabla/activations"
	"nabla/internal/calculus"
	"nabla/internal/plot"
	"nabla/layers"
	"nabla/nn"
)

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
		p.Say("A function with several outputs has a gradient for each of them. Written below each other they are the Jacobian: the matrix that says, up to terms of second order, what the function does to a small step.")
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
		p.Say("Polar coordinates, f(r, t) = (r·cos t, r·sin t). The columns are what a step in r and one in t do: outwards by 1, and round by r, at a right angle. So small areas are multiplied by the determinant, which is r: the r in every integral over polar coordinates.")
		cell := func(i, k int) string { return pretty(symbols[i][k]) + " = " + short(tidy(j[i][k])) }
		p.Table(fmt.Sprintf("J at r = %s, t = %s", short(r), short(angle)), []string{"output", "by r", "by t"}, [][]string{
			{"x = r·cos t", cell(0, 0), cell(0, 1)}, {"y = r·sin t", cell(1, 0), cell(1, 1)},
		})
		p.Formula("det J = cos t·(r·cos t) − (−r·sin t)·sin t = r", "")
		det := j[0][0]*j[1][1] - j[0][1]*j[1][0]
		p.Equal("det J of polar coordinates is r", det, r, 1e-12)
		byHand := []float64{math.Cos(angle), -r * math.Sin(angle), math.Sin(angle), r * math.Cos(angle)}
		p.Equal("J is [cos t, −r·sin t; sin t, r·cos t]: largest distance", farthest(append(slices.Clone(j[0]), j[1]...), byHand), 0, 1e-12)
		for i, f := range []func(r, t float64) float64{func(r, t float64) float64 { return r * math.Cos(t) }, func(r, t float64) float64 { return r * math.Sin(t) }} {
			byDifferences := slopes(func(v []float64) float64 { return f(v[0], v[1]) }, []float64{r, angle})
			p.Equal(fmt.Sprintf("row %d of it against differences: largest distance", i+1), farthest(j[i], byDifferences), 0, 1e-8)
		}
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
		var formula, numeric float64
		d := []float64{1e-3, -2e-3, 1e-3, 3e-3}
		// The outputs a part of the step d further.
		after := func(part float64) ([]float64, error) {
			moved := slices.Clone(x)
			for i := range moved {
				moved[i] += part * d[i]
			}
			return net.Predict(moved)
		}
		var missed [2][]float64 // by J at the whole step and at half of it
		y0, err := after(0)
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
			for i, part := range []float64{1, 0.5} {
				y, err := after(part)
				if err != nil {
					return err
				}
				missed[i] = append(missed[i], y[o]-y0[o]-part*dot(g, d))
			}
		}
		p.HeatMap("network", "One backward pass for each row. A row says which inputs its output listens to; a column, what an input does to all outputs.", h)
		p.Equal("network: J of the graph against the formula, largest distance", formula, 0, 1e-12)
		p.Equal("network: J against differences, largest distance", numeric, 0, 1e-7)
		p.Less("a step d of length 4·10⁻³: |f(x + d) − f(x) − J·d| against |d|", norm(missed[0]), 0.05*norm(d))
		p.Equal("it is of second order: 4 times that of d/2", norm(missed[0])/norm(missed[1]), 4, 0.02)
		p.Number("determinant", det)
		p.Numbers("first row of the network's Jacobian", h.Values[0])
		p.See("Polar coordinates stretch areas by %s at r = %s; the network's Jacobian has %d rows for its outputs and %d columns for its inputs.", short(det), short(r), outputs, inputs)
		return nil
	},
}

// pretty is an expression as a book prints it.
func pretty(n *calculus.Node) string { return minus(n.Format(calculus.Unicode)) }
