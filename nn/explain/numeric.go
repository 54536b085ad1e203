package explain

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// differences computes central differences of the cost by elements of any node, by
// running the ops behind it again with one number changed.
type differences struct {
	cost     *gorgonia.Node
	order    gorgonia.Nodes // all nodes, children before parents
	children map[*gorgonia.Node]gorgonia.Nodes
}

// firstStep is ε^(1/3), which balances the error of a central difference, of order
// h², and rounding, of order ε/h.
const firstStep = 6e-6

// noise is what rounding may add to the slope on one side, for a cost of order 1.
const noise = 1e-9

// slightJump is how far the slopes on both sides may be apart, relative to the largest
// gradient, before a kink is looked for; deep networks add to the rounding.
const slightJump = 1e-6

// budget is how much work all differences of a network may be, in products and sums;
// an op counts as opWork of them at least. It is a second or two.
const (
	budget = 1e9
	opWork = 2000
)

// affordable is how many elements of each node can be compared, at most most.
func (d differences) affordable(nodes gorgonia.Nodes, most int) int {
	work := map[*gorgonia.Node]float64{}
	for _, n := range d.order {
		work[n] = opWork + float64(n.Shape().TotalSize())
		if terms, ok := product(opName(n), d.children[n]); ok {
			work[n] = opWork + float64(n.Shape().TotalSize())*float64(terms)
		}
	}
	all := 1.0
	for _, n := range nodes {
		for _, m := range d.behind(n) {
			all += 2 * work[m]
		}
	}
	return int(min(float64(most), budget/all))
}

// product reports whether an op is a product of matrices, and over how many terms.
func product(op string, in gorgonia.Nodes) (terms int, ok bool) {
	if op != "affine" && !strings.HasPrefix(op, "matmul") || in[0].Dims() != 2 {
		return 0, false
	}
	return in[0].Shape()[1], true
}

// add compares at most most elements of a gradient, with differences.
func (d differences) add(n *gorgonia.Node, g *Gradient, most int) error {
	behind, scale := d.behind(n), 0.0
	for _, v := range g.Value {
		scale = math.Max(scale, math.Abs(v))
	}
	for _, i := range chosen(len(g.Value), most) {
		slope, smooth, err := d.slope(n, i, behind, scale)
		if err != nil {
			return err
		}
		if !smooth {
			g.Kinks++
			continue
		}
		g.Checked = append(g.Checked, i)
		g.Numeric = append(g.Numeric, slope)
		g.NumericOff = max(g.NumericOff, largest([]float64{slope}, g.Value[i:i+1]))
	}
	return nil
}

// chosen are at most most of n places: all of them, or some that are spread without a
// pattern, by multiples of the golden ratio, so that no row or column is favoured.
func chosen(n, most int) []int {
	var list []int
	for i := range min(n, most) {
		at := i
		if n > most {
			_, part := math.Modf(float64(i+1) * math.Phi)
			at = int(part * float64(n))
		}
		list = append(list, at)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// behind are the nodes that depend on n.
func (d differences) behind(n *gorgonia.Node) gorgonia.Nodes {
	depends := map[*gorgonia.Node]bool{n: true}
	var list gorgonia.Nodes
	for _, m := range d.order {
		for _, c := range d.children[m] {
			if depends[c] && !depends[m] {
				depends[m] = true
				list = append(list, m)
			}
		}
	}
	return list
}

// slope is the central difference by element i, and whether there is one: at a kink
// the slopes on both sides differ by as much for a smaller step, where those of a
// smooth function come closer.
func (d differences) slope(n *gorgonia.Node, i int, behind gorgonia.Nodes, scale float64) (slope float64, smooth bool, err error) {
	x, err := copied(n)
	if err != nil {
		return 0, false, err
	}
	middle, err := copied(d.cost)
	if err != nil {
		return 0, false, err
	}
	h := firstStep * math.Max(1, math.Abs(x[i]))
	slope, jump, err := d.sides(n, x, i, h, middle[0], behind)
	if err != nil || !(jump > noise*math.Max(1, math.Abs(middle[0]))+slightJump*scale) {
		return slope, true, err
	}
	closer, less, err := d.sides(n, x, i, h/8, middle[0], behind)
	switch {
	case less > jump/2:
		return 0, false, err
	case less > jump/5, // the kink lies between the two steps
		math.Abs(closer-slope) > noise*math.Max(1, math.Abs(middle[0])): // so bent that h is not small
		return closer, true, err
	}
	return slope, true, err
}

// sides returns the central difference with step h, and how far the slopes on the
// two sides are apart.
func (d differences) sides(n *gorgonia.Node, x []float64, i int, h, middle float64, behind gorgonia.Nodes) (slope, jump float64, err error) {
	above, below := x[i]+h, x[i]-h
	up, err := d.at(n, x, i, above, behind)
	if err != nil {
		return 0, 0, err
	}
	down, err := d.at(n, x, i, below, behind)
	if err != nil {
		return 0, 0, err
	}
	return (up - down) / (above - below), math.Abs((up-middle)/(above-x[i]) - (middle-down)/(x[i]-below)), nil
}

// at is the cost with another number in place i of node n.
func (d differences) at(n *gorgonia.Node, x []float64, i int, v float64, behind gorgonia.Nodes) (float64, error) {
	changed := slices.Clone(x)
	changed[i] = v
	now := map[*gorgonia.Node]gorgonia.Value{n: value(n, changed)}
	if n == d.cost {
		return v, nil
	}
	for _, m := range behind {
		in := make([]gorgonia.Value, len(d.children[m]))
		for k, c := range d.children[m] {
			if in[k] = now[c]; in[k] == nil {
				in[k] = c.Value()
			}
		}
		y, err := m.Op().Do(in...)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", m.Op(), err)
		}
		now[m] = y
	}
	cost, ok := now[d.cost].(*gorgonia.F64)
	if !ok {
		return 0, fmt.Errorf("the cost is a %T, want a float64", now[d.cost])
	}
	return float64(*cost), nil
}

// value makes a value of the shape of a node.
func value(n *gorgonia.Node, x []float64) gorgonia.Value {
	if n.IsScalar() {
		return gorgonia.NewF64(x[0])
	}
	return tensor.New(tensor.WithShape(n.Shape()...), tensor.WithBacking(x))
}
