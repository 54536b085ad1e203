package train

import (
	"errors"
	"fmt"
	"math"
	"reflect"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/train/optimizers"
)

// FromSolver makes a rule of a solver of gorgonia, so that it can be used as
// Trainer.Optimizer. newSolver makes a solver of its own for each parameter,
// because solvers keep state by the place of a parameter.
//
// A solver has its own learning rate: that of the trainer may be left out and
// has no effect; Schedule and Decay are refused. It keeps its state to itself,
// so that a run with it cannot be saved. Leave gorgonia.WithBatchSize out: the
// gradient is that of a mean already.
//
// Solvers of gorgonia v0.9.18 that are wrong are refused with the reason.
func FromSolver(newSolver func() gorgonia.Solver) (rule optimizers.Rule, err error) {
	defer func() {
		if r := recover(); r != nil {
			rule, err = nil, fmt.Errorf("train: making a solver: panic: %v", r)
		}
	}()
	if newSolver == nil {
		return nil, errors.New("train: the function that makes solvers is nil")
	}
	s := newSolver()
	v := reflect.ValueOf(s)
	switch {
	case !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil():
		return nil, errors.New("train: the solver is nil")
	case v.Comparable() && v.Kind() == reflect.Pointer && s == newSolver():
		return nil, fmt.Errorf("train: the function returned the same %T twice; each parameter needs one of its own", s)
	}
	for _, w := range wrongSolvers {
		if fmt.Sprintf("%T", s) == w.solver && (len(w.when) == 0 || anySet(v, w.when)) {
			return nil, fmt.Errorf("train: %T of gorgonia v0.9.18 %s; use %s", s, w.reason, w.instead)
		}
	}
	return &solverRule{newSolver, solverRate(v), map[*float64]update[float64]{}}, nil
}

// wrongSolvers says what is wrong and what to use instead.
var wrongSolvers = []struct {
	solver          string
	when            []string // with one of these fields set; empty is always
	reason, instead string
}{
	{"*gorgonia.AdamW", nil, "never changes a weight and has wrong beta terms", "optimizers.AdamW"},
	{"*gorgonia.AdaGradSolver", nil, "ignores its learning rate, epsilon, clipping and L2 options", "optimizers.Adagrad"},
	{"*gorgonia.BarzilaiBorweinSolver", nil, "fails on float32 and on scalars and divides 0 by 0", "another rule"},
	{
		"*gorgonia.Momentum", []string{"useL1Reg", "useL2Reg"},
		"applies L1 and L2 to the velocity instead of the weight", "Trainer.L1, Trainer.L2 or optimizers.SGD",
	},
	{
		"*gorgonia.RMSPropSolver", []string{"useL2Reg", "useClip"},
		"takes L2 off the weight without the learning rate, and clips after it has squared the gradient",
		"Trainer.L2, Trainer.ClipValue or optimizers.RMSprop",
	},
}

// anySet reports whether one of the bool fields of a solver is true. They are not
// exported; reading them needs reflection.
func anySet(solver reflect.Value, fields []string) bool {
	for _, name := range fields {
		if f := reflect.Indirect(solver).FieldByName(name); f.IsValid() && f.Bool() {
			return true
		}
	}
	return false
}

// solverRate returns the learning rate of a solver of gorgonia, NaN of another.
func solverRate(solver reflect.Value) float64 {
	if s := reflect.Indirect(solver); s.Kind() == reflect.Struct {
		if f := s.FieldByName("eta"); f.IsValid() && f.Kind() == reflect.Float64 {
			return f.Float()
		}
	}
	return math.NaN()
}

// solverRule makes a solver for each parameter.
type solverRule struct {
	newSolver func() gorgonia.Solver
	rate      float64
	direct    map[*float64]update[float64] // of Update, by the first weight
}

// Slots is 0: the solver keeps its own state.
func (r *solverRule) Slots() int { return 0 }

// Update implements optimizers.Rule for use outside a run, with a solver for
// each w that it meets. It has no way to report an error of the solver but to
// turn the weights into NaN; a run, which calls bind, reports it.
func (r *solverRule) Update(s optimizers.Step, w, g []float64, _ [][]float64) {
	if len(w) == 0 {
		return
	}
	step := r.direct[&w[0]]
	if step == nil {
		step = r.bind(w)
		r.direct[&w[0]] = step
	}
	if err := step(s, g); err != nil {
		for i := range w {
			w[i] = math.NaN()
		}
	}
}

// bind returns the update of one parameter. The solver sees the weights as a
// vector over their own memory, and a copy of the gradient.
func (r *solverRule) bind(w []float64) update[float64] {
	solver := r.newSolver()
	d := make([]float64, len(w)) // solvers overwrite the gradient
	pair := []gorgonia.ValueGrad{valueGrad{
		tensor.New(tensor.WithShape(len(w)), tensor.WithBacking(w)),
		tensor.New(tensor.WithShape(len(w)), tensor.WithBacking(d)),
	}}
	return func(_ optimizers.Step, g []float64) error {
		copy(d, g)
		if err := solver.Step(pair); err != nil {
			return fmt.Errorf("%T: %w", solver, err)
		}
		return nil
	}
}

// checkSolver refuses what a solver of gorgonia cannot do, and would ignore
// without a word.
func (t *Trainer) checkSolver() error {
	_, all := t.Optimizer.(*solverRule)
	some := all
	for i, g := range t.Groups {
		_, own := g.Optimizer.(*solverRule)
		some = some || own
		if all && !own && g.Optimizer != nil && g.LearningRate == 0 && t.LearningRate == 0 {
			return fmt.Errorf("group %d (%q): LearningRate must be positive, the trainer has none", i, g.Match)
		}
		if g.Decay != nil && (own || all && g.Optimizer == nil) && *g.Decay != 0 {
			return fmt.Errorf("group %d (%q): Decay has no effect on a solver of gorgonia", i, g.Match)
		}
	}
	switch {
	case some && (t.Schedule != nil || t.Plateau != nil):
		return errors.New("Schedule has no effect on a solver of gorgonia, whose learning rate is fixed; use a rule of package optimizers")
	case some && t.Decay != 0:
		return errors.New("Decay needs the learning rate, which a solver of gorgonia keeps to itself; use L2 or a rule of package optimizers")
	}
	return nil
}

// valueGrad is what solvers step on: weights and their gradient.
type valueGrad struct{ value, grad gorgonia.Value }

// Value implements gorgonia.Valuer.
func (v valueGrad) Value() gorgonia.Value { return v.value }

// Grad implements gorgonia.ValueGrad.
func (v valueGrad) Grad() (gorgonia.Value, error) { return v.grad, nil }
