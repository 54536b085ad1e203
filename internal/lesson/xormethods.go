package lesson

import (
	"fmt"

	"nabla/activations"
	"nabla/losses"
	"nabla/nn"
	"nabla/train/optimizers"
)

// contestant is a method with the name it has in a table.
type contestant struct {
	name   string
	method optimizers.Method
}

// outcome is where a method ended on the network of xor.
type outcome struct {
	loss, steps float64
	negative    float64 // eigenvalues of the Hessian
}

// xorNet is a network of 17 weights for the exclusive or.
func xorNet(seed uint64) (*model, error) {
	data, err := xor()
	if err != nil {
		return nil, err
	}
	return newModel(seed, data, losses.MSE, stack(1, 4, 1, activations.Tanh, nn.GlorotNormal)...)
}

// onXor runs methods on one network from one start and tells in a table how they
// ended.
func (p *Page) onXor(seed uint64, list ...contestant) ([]outcome, error) {
	m, err := xorNet(seed)
	if err != nil {
		return nil, err
	}
	const most = 300
	var ends []outcome
	var rows [][]string
	for _, c := range list {
		search, err := optimizers.NewSearch(c.method, m.problem, m.start, optimizers.Limits{Iterations: most})
		if err != nil {
			return nil, err
		}
		x, values, _ := trace(search, m.problem.Func)
		λ, _ := eigenvalues(m.hessian(x))
		o := outcome{loss: values[len(values)-1], steps: float64(search.Iterations())}
		for _, v := range λ {
			o.negative += is(v < -1e-6)
		}
		ends = append(ends, o)
		end := "0, up to rounding"
		if o.loss > 1e-12 {
			end = short(o.loss)
		}
		e := search.Evaluations()
		rows = append(rows, []string{c.name, fmt.Sprint(search.Iterations()), fmt.Sprint(e.Function), fmt.Sprint(e.Gradient), fmt.Sprint(e.Hessian), end, short(o.negative)})
	}
	p.Table("Exclusive or, 4 hidden units of tanh, 17 weights, mean squared error; f, ∇f and H are evaluations", []string{"method", "steps", "f", "∇f", "H", "loss", "eigenvalues < 0"}, rows)
	return ends, nil
}
