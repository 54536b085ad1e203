package gradcheck

import (
	"fmt"
	"math"
	"slices"

	"gorgonia.org/gorgonia"

	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/nn"
)

// Sweep is the error of plain difference quotients by their step, for one network
// and batch. Over the logarithm of the step it is a V: large steps err because the
// function is no line, in proportion to h (forward) or h² (central), small ones
// because f(x+h) and f(x−h) agree in all their digits but a few, in proportion to
// 1/h.
type Sweep struct {
	Coordinates int // that were compared, of all tensors
	Points      []Point
}

// Point is the error of two quotients with one step.
type Point struct {
	Step    float64 // h
	Forward float64 // of (f(x+h) − f(x))/h, relative as in Tensor.Error
	Central float64 // of (f(x+h) − f(x−h))/2h
}

// Steps around which the two errors balance, for numbers and derivatives of order
// 1: √ε and ∛ε of float64. J. Nocedal, S. Wright, Numerical Optimization, 2006, 8.1.
var (
	BestForwardStep = math.Sqrt(epsilon) // 1.5e-8
	BestCentralStep = math.Cbrt(epsilon) // 6.1e-6
)

// Best returns the points with the smallest errors.
func (s Sweep) Best() (forward, central Point) {
	forward, central = Point{Forward: math.Inf(1)}, Point{Central: math.Inf(1)}
	for _, p := range s.Points {
		if p.Forward < forward.Forward {
			forward = p
		}
		if p.Central < central.Central {
			central = p
		}
	}
	return forward, central
}

// sweepDecades are the steps of a sweep, 1 to 1e-15, two a decade.
const sweepDecades, perDecade = 15, 2

// Steps measures the V-curve of a network on the rows of x. Cost and options are
// those of Network, which does not fix a step but looks for one.
func Steps(net *nn.Network, x []float64, cost Cost, o Options) (Sweep, error) {
	net, err := net.Copy(nn.Float64)
	if err != nil {
		return Sweep{}, fmt.Errorf("gradcheck: %w", err)
	}
	g, err := batch(net, x, o)
	if err != nil {
		return Sweep{}, fmt.Errorf("gradcheck: steps: %w", err)
	}
	exec.Building.Lock()
	defer exec.Building.Unlock()
	y, wrt, err := cost.on(g)
	if err != nil {
		return Sweep{}, fmt.Errorf("gradcheck: steps: cost: %w", err)
	}
	s, err := o.sweep(y, wrt)
	if err != nil {
		return Sweep{}, fmt.Errorf("gradcheck: steps: %w", err)
	}
	return s, nil
}

// coordinate is one number and its gradient.
type coordinate struct {
	x        *float64
	analytic float64
}

// sweep compares all points on the same coordinates.
func (o Options) sweep(y *gorgonia.Node, wrt gorgonia.Nodes) (Sweep, error) {
	u := normal(o.stream(upstreamStream), y.Shape().TotalSize())
	grads, err := gradients(y, wrt, u)
	if err != nil {
		return Sweep{}, err
	}
	forward, err := exec.Compile(y)
	if err != nil {
		return Sweep{}, err
	}
	out, err := op.Slice[float64](y.Value())
	if err != nil {
		return Sweep{}, err
	}
	var list []coordinate
	for i, pick := 0, o.stream(coordinateStream); i < len(wrt); i++ {
		x, err := op.Slice[float64](wrt[i].Value())
		if err != nil {
			return Sweep{}, err
		}
		for _, k := range o.coordinates(pick, len(x)) {
			list = append(list, coordinate{&x[k], grads[i][k]})
		}
	}
	f := func() (sum float64, err error) {
		err = forward.RunAll()
		for k, v := range out {
			sum += u[k] * v
		}
		return sum, err
	}
	s := Sweep{Coordinates: len(list)}
	for k := range sweepDecades*perDecade + 1 {
		p, err := quotients(f, list, math.Pow(10, -float64(k)/perDecade))
		if err != nil {
			return Sweep{}, err
		}
		s.Points = append(s.Points, p)
	}
	return s, nil
}

// quotients takes the differences of all coordinates as a textbook writes them.
func quotients(f func() (float64, error), list []coordinate, h float64) (Point, error) {
	at, err := f()
	if err != nil {
		return Point{}, err
	}
	analytic, forward, central := make([]float64, len(list)), make([]float64, len(list)), make([]float64, len(list))
	for i, c := range list {
		x := *c.x
		*c.x = x + h
		up, err := f()
		if err != nil {
			return Point{}, err
		}
		*c.x = x - h
		down, err := f()
		if err != nil {
			return Point{}, err
		}
		*c.x = x
		analytic[i], forward[i], central[i] = c.analytic, (up-at)/h, (up-down)/(2*h)
	}
	return Point{h, relative(analytic, forward), relative(analytic, central)}, nil
}

// relative is ‖a−n‖∞ / max(‖a‖∞, ‖n‖∞, smallest), the error of Tensor.
func relative(a, n []float64) float64 {
	difference, largest := 0.0, smallest
	for i := range a {
		difference = math.Max(difference, math.Abs(a[i]-n[i]))
		largest = math.Max(largest, math.Max(math.Abs(a[i]), math.Abs(n[i])))
	}
	if slices.ContainsFunc(n, math.IsNaN) {
		return math.NaN()
	}
	return difference / largest
}
