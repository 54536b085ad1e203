package nn

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
)

// Runner computes the output of a network for a fixed number of rows, in
// evaluation mode and with the parameters as they are at that moment. Runs
// allocate nothing.
type Runner struct {
	graph   *Graph
	program *exec.Program
}

// Runner returns the runner for this number of rows; there is one for each.
func (n *Network) Runner(rows int) (*Runner, error) {
	if r := n.runs[rows]; r != nil {
		return r, nil
	}
	g, err := n.Build(rows, false)
	if err != nil {
		return nil, err
	}
	exec.Building.Lock()
	defer exec.Building.Unlock()
	p, err := exec.Compile(g.Output)
	if err != nil {
		return nil, err
	}
	r := &Runner{g, p}
	n.runs[rows] = r
	return r, nil
}

// Input returns the value to write the rows into before Run.
func (r *Runner) Input() gorgonia.Value { return r.graph.Input.Value() }

// Output returns the value that Run writes.
func (r *Runner) Output() gorgonia.Value { return r.graph.Output.Value() }

// Run computes the output.
func (r *Runner) Run() error { return r.program.RunAll() }

// predictRows is the largest number of rows that Predict computes at a time.
const predictRows = 256

// Predict returns the output for rows of input, both row-major: x has a multiple
// of the input's size of elements, the result as many rows of the output's size.
func (n *Network) Predict(x []float64) ([]float64, error) {
	in, out := tensor.Shape(n.config.Input).TotalSize(), tensor.Shape(n.OutputShape()).TotalSize()
	if len(x)%in != 0 {
		return nil, fmt.Errorf("nn: %d numbers are not a multiple of the %d inputs of a row", len(x), in)
	}
	y := make([]float64, len(x)/in*out)
	for from := 0; from < len(x)/in; {
		rows := min(predictRows, len(x)/in-from)
		r, err := n.Runner(rows)
		if err != nil {
			return nil, err
		}
		copyFrom(r.Input(), x[from*in:(from+rows)*in])
		if err := r.Run(); err != nil {
			return nil, err
		}
		copyTo(y[from*out:(from+rows)*out], r.Output())
		from += rows
	}
	return y, nil
}
