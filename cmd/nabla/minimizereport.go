package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"gonum.org/v1/gonum/floats"

	"nabla/train"
	"nabla/train/optimizers"
	"nabla/train/optimizers/testfuncs"
)

// minimization is what the command prints as JSON. Path holds the start and every
// step; values and gradient norms are those of the function without noise, and not
// counted as evaluations. The learning rate is 0 for methods.
type minimization struct {
	Function      string                 `json:"function"`
	Optimizer     string                 `json:"optimizer"`
	LearningRate  float64                `json:"learning_rate,omitempty"`
	Seed          uint64                 `json:"seed"`
	Path          [][]float64            `json:"path"`
	Values        []train.Number         `json:"values"`
	GradientNorms []train.Number         `json:"gradient_norms"`
	Variables     []string               `json:"variables"`
	Iterations    int                    `json:"iterations"`
	Evaluations   optimizers.Evaluations `json:"evaluations"`
	Minimum       []float64              `json:"minimum"`
	Value         train.Number           `json:"value"`
	Status        optimizers.Status      `json:"status"`
	LineSearch    string                 `json:"line_search,omitempty"`
	CriticalPoint optimizers.Kind        `json:"critical_point"`
	Eigenvalues   []float64              `json:"eigenvalues,omitempty"`
	Closer        *criticalPoint         `json:"closer,omitempty"` // of a degenerate one of an expression
}

// reachedSlope is the gradient that counts as none at the end of a rule's steps.
const reachedSlope = 1e-8

// deepest is a value below which a function counts as unbounded, as in a search.
const deepest = -1e20

// follow walks to the end and notes the path.
func follow(ctx context.Context, w walk, f testfuncs.Function) minimization {
	r := minimization{Function: f.Name, Variables: variableNames(f)}
	g := make([]float64, f.Dim)
	note := func(x []float64, v float64) {
		f.Grad(g, x)
		r.Path = append(r.Path, slices.Clone(x))
		r.Values = append(r.Values, train.Number(v))
		r.GradientNorms = append(r.GradientNorms, train.Number(floats.Norm(g, 2)))
	}
	note(f.Start, f.Func(f.Start))
	for r.Status == "" && w.Next(ctx) {
		switch v := f.Func(w.X()); {
		case math.IsNaN(v) || math.IsInf(v, 0):
			r.Status = optimizers.NotFinite
		case v < deepest:
			r.Status = optimizers.Unbounded
			fallthrough
		default:
			note(w.X(), v)
		}
	}
	r.Iterations, r.Evaluations = len(r.Path)-1, w.Evaluations()
	if r.Status == "" {
		r.Status = w.Status()
	}
	last := len(r.Path) - 1
	if r.Status == optimizers.IterationLimit && r.GradientNorms[last] <= reachedSlope {
		r.Status = optimizers.GradientTolerance
	}
	if s, ok := w.(*optimizers.Search); ok {
		r.LineSearch = s.Move().LineSearch
	}
	// After a failure the best point counts, which may have been a trial.
	r.Minimum = r.Path[last]
	if r.Status.Failed() {
		best := last
		for i, v := range r.Values {
			if v < r.Values[best] {
				best = i
			}
		}
		r.Minimum = r.Path[best]
		if x := w.X(); f.Func(x) < f.Func(r.Minimum) {
			r.Minimum = slices.Clone(x)
		}
	}
	r.Value = train.Number(f.Func(r.Minimum))
	r.CriticalPoint, r.Eigenvalues = optimizers.Classify(optimizers.TestProblem(f), r.Minimum)
	if f.Variables != nil && r.CriticalPoint == optimizers.Degenerate {
		r.Closer = closer(f, r.Minimum)
	}
	return r
}

// shownVariables is how many coordinates of a point the table has.
const shownVariables = 4

// print is the report for people: some points of the path, and where it ends.
func (m *minimizer) print(f testfuncs.Function, r minimization) {
	if !m.quiet {
		m.title(f)
		fmt.Fprintf(m.out, "%s\n\n", m.describe())
		m.table(f, r)
		m.sketch(f, r)
	}
	line := func(name, format string, args ...any) {
		fmt.Fprintf(m.out, "%s  %s\n", m.paint(bold, fmt.Sprintf("%-11s", name)), fmt.Sprintf(format, args...))
	}
	line("ends at", "%s, f = %.6g", coordinates(r.Minimum), r.Value+0) // -0 is 0
	line("kind", "%s", describeKind(r))
	if p := r.Closer; p != nil {
		at := make([]float64, len(r.Variables))
		for i, v := range r.Variables {
			at[i] = float64(p.At[v])
		}
		text := fmt.Sprintf("closer       %s: %s, %s", pointText(r.Variables, at), p.Kind, p.Reason)
		line("closer", "%s", strings.TrimPrefix(wrapped(text, 13), "closer       "))
	}
	if m.quiet {
		return
	}
	line("status", "%s after %s", r.Status, plural(r.Iterations, "step"))
	e := r.Evaluations
	text := fmt.Sprintf("%s, %s, %s", plural(e.Function, "function"), plural(e.Gradient, "gradient"), plural(e.Hessian, "Hessian"))
	if e.GaussNewton > 0 {
		text += fmt.Sprintf(", %d Gauss-Newton", e.GaussNewton)
	}
	line("evaluated", "%s", text)
	if r.LineSearch != "" {
		line("line search", "%s", r.LineSearch)
	}
	if len(f.Minima) > 0 {
		nearest := slices.MinFunc(f.Minima, func(a, b testfuncs.Minimum) int {
			if floats.Distance(a.X, r.Minimum, 2) < floats.Distance(b.X, r.Minimum, 2) {
				return -1
			}
			return 1
		})
		line("minimum", "%s, f = %.6g, %.3g away", coordinates(nearest.X), nearest.F, floats.Distance(nearest.X, r.Minimum, 2))
	}
	if m.plot != "" {
		line("plot", "%s", m.plot)
	}
}

// table prints some points of the path.
func (m *minimizer) table(f testfuncs.Function, r minimization) {
	t := tabwriter.NewWriter(m.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	columns := []string{"step"}
	columns = append(columns, r.Variables[:min(f.Dim, shownVariables)]...)
	if f.Dim > shownVariables {
		columns = append(columns, "…")
	}
	fmt.Fprintln(t, strings.Join(append(columns, "f", "|g|"), "\t")+"\t")
	for i, x := range r.Path {
		if !listed(i, len(r.Path)) {
			continue
		}
		cells := []string{fmt.Sprint(i)}
		for _, v := range x[:min(f.Dim, shownVariables)] {
			cells = append(cells, fmt.Sprintf("%.6g", v))
		}
		if f.Dim > shownVariables {
			cells = append(cells, "")
		}
		cells = append(cells, fmt.Sprintf("%.6g", r.Values[i]), fmt.Sprintf("%.3g", r.GradientNorms[i]))
		fmt.Fprintln(t, strings.Join(cells, "\t")+"\t")
	}
	t.Flush()
	fmt.Fprintln(m.out)
}

// describe names the optimizer with its options.
func (m *minimizer) describe() string {
	text := m.optimizer
	if m.rate > 0 {
		text += ", lr " + number(m.rate)
	}
	if len(m.set) > 0 {
		text += ", " + m.set.String()
	}
	if m.schedule != "constant" {
		text += ", schedule " + m.schedule
	}
	if m.noise > 0 {
		text += fmt.Sprintf(", noise %v, seed %d", m.noise, m.seed)
	}
	return text
}

// listed thins a long path out: its ends, the first steps, and about twenty more.
func listed(i, n int) bool {
	every := max(1, (n+fewEpochs-1)/fewEpochs)
	return i <= 2 || i == n-1 || i%every == 0
}

// describeKind says what the Hessian says.
func describeKind(r minimization) string {
	if r.CriticalPoint == optimizers.NotCritical {
		return "none: the gradient is not 0"
	}
	text := string(r.CriticalPoint) + ", eigenvalues of the Hessian"
	for i, v := range r.Eigenvalues {
		if i == shownVariables {
			return text + " …"
		}
		text += fmt.Sprintf(" %.4g", v)
	}
	return text
}

// coordinates writes a point.
func coordinates(x []float64) string {
	var parts []string
	for i, v := range x {
		if i == shownVariables {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, fmt.Sprintf("%.6g", v))
	}
	return "(" + strings.Join(parts, ", ") + ")"
}
