package main

import (
	"errors"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"nabla/internal/calculus"
)

// The highest derivative that derive computes, and by how many variables.
const (
	maxOrder     = 10
	maxVariables = 200
)

// deriveFlags are what can be asked of derive.
type deriveFlags struct {
	at           namedValues
	over         ranges
	order        int
	steps, latex bool
	plot         string
}

func deriveCommand(c *console) *cobra.Command {
	var flags deriveFlags
	cmd := &cobra.Command{
		Use:   "derive EXPR",
		Short: "Differentiate an expression and explain it",
		Long: `Differentiate an expression: derivative or gradient, tangent, critical points, Hessian; a vector [a, b] gives
its Jacobian. Variables are all names that are no functions or constants (pi, e).

Notation: + - * / ^ or **, 2x, 2(x+1), x sin x, x², |x|, statements z=x*y; w=z+x;
log is the natural logarithm. Functions:
` + wrapped(strings.Join(calculus.Functions(), " "), 0),
		Example: `  nabla derive 'x^2-2x+2' --at x=1
  nabla derive 'sin(x)*exp(-x^2)' --at x=1 --steps
  nabla derive '(1-x)^2+100*(y-x^2)^2' --at x=-1.2,y=1 --order 2
  nabla derive '[x*y, sin(x)]' --at x=2,y=3`,
		Args:              arguments("EXPR"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := newAnalysis(args[0], flags)
			switch {
			case err != nil:
				return usageOf(cmd, err)
			case c.json:
				err = c.writeJSON(a.object())
			default:
				a.print(c)
			}
			return errors.Join(err, a.draw())
		},
	}
	cmd.Flags().Var(&flags.at, "at", "the point to look at: x=1,y=pi/2")
	cmd.Flags().Var(&flags.over, "over", "where to look for critical points: x=-10,10; without it -10,10, or -5,5 for several variables, and as far around the point")
	cmd.Flags().IntVar(&flags.order, "order", 1, "derivatives up to this `ORDER`, for one variable; 2 is the Hessian")
	cmd.Flags().BoolVar(&flags.steps, "steps", false, "show which rule was applied where")
	cmd.Flags().StringVar(&flags.plot, "plot", "", "draw it into a `FILE`: .png, .svg or .pdf")
	cmd.MarkFlagFilename("plot", "png", "svg", "pdf")
	cmd.Flags().BoolVar(&flags.latex, "latex", false, "show the formulas as LaTeX too")
	return cmd
}

// analysis is everything that derive reports. What needs a point is nil without
// one.
type analysis struct {
	flags    deriveFlags
	e        *calculus.Expr
	x        []float64
	jacobian [][]*calculus.Node // one row for a scalar: the gradient
	hessian  [][]*calculus.Node // of a scalar of several variables
	higher   []*calculus.Node   // of one variable, from order 2
	steps    [][]calculus.Step  // by output and variable

	value                []float64
	slopes, curvature    [][]float64
	symbolic, numeric    []float64 // the gradient again, by the formulas and by differences
	eigenvalues          []float64
	limit                []calculus.Difference
	breaks               []calculus.Break // kinks and jumps at the point
	critical             calculus.CriticalSet
	box                  []calculus.Interval
	criticalErr, tooLong error
}

// newAnalysis computes the report on an expression.
func newAnalysis(source string, flags deriveFlags) (*analysis, error) {
	e, err := parseExpression(source)
	if err != nil {
		return nil, err
	}
	n := len(e.Variables)
	switch {
	case n > maxVariables:
		return nil, usagef("derive is for up to %d variables, the expression has %d", maxVariables, n)
	case flags.order < 1 || flags.order > maxOrder:
		return nil, usagef("--order must be from 1 to %d, got %d", maxOrder, flags.order)
	case flags.order > 2 && n != 1 || flags.order > 1 && e.Vector:
		return nil, usagef("--order %d is for expressions of one variable; of several, --order 2 is the Hessian", flags.order)
	}
	a := &analysis{flags: flags, e: e}
	if err := a.checkPlot(); err != nil {
		return nil, err
	}
	if err := a.differentiate(); err != nil {
		return nil, err
	}
	if len(flags.at) > 0 || n == 0 {
		if a.x, err = e.Bind(flags.at); err == nil {
			err = a.evaluate()
		} else {
			err = advisedPoint(err, e, flags.at)
		}
		if err != nil {
			return nil, usage("", err)
		}
	}
	return a, a.search()
}

// differentiate fills in the formulas.
func (a *analysis) differentiate() error {
	for _, output := range a.e.Outputs {
		var row []*calculus.Node
		for _, v := range a.e.Variables {
			d, steps, err := calculus.Derive(output, v)
			if err != nil {
				return err
			}
			row = append(row, d)
			a.steps = append(a.steps, steps)
		}
		a.jacobian = append(a.jacobian, row)
	}
	switch n := len(a.e.Variables); {
	case a.e.Vector || n == 0:
	case n == 1:
		d := a.jacobian[0][0]
		for range a.flags.order - 1 {
			var err error
			if d, _, err = calculus.Derive(d, a.e.Variables[0]); err != nil {
				return err
			}
			a.higher = append(a.higher, d)
		}
	default:
		// Too long a Hessian is left out, unless it was asked for.
		if a.hessian, a.tooLong = calculus.Hessian(a.e.Outputs[0], a.e.Variables); a.tooLong != nil && a.flags.order > 1 {
			return a.tooLong
		}
	}
	return nil
}

// evaluate fills in the numbers at the point.
func (a *analysis) evaluate() error {
	p, err := a.e.Compile()
	if err != nil {
		return err
	}
	if a.value, err = p.EvalAll(a.x); err != nil {
		return err
	}
	if a.slopes, err = p.Jacobian(a.x); err != nil || a.e.Vector || len(a.x) == 0 {
		return err
	}
	// Kinks and ends of domains have no second derivative, or no value next to them.
	if a.breaks = calculus.Breaks(p, a.x); a.breaks == nil {
		if a.curvature, err = p.Hessian(a.x); err == nil {
			a.eigenvalues = calculus.Eigenvalues(a.curvature)
		}
	}
	if a.numeric, err = calculus.CentralGradient(p, a.x); err != nil {
		a.numeric = nil
	}
	if formulas, err := calculus.Compile(a.jacobian[0], a.e.Variables); err == nil {
		if a.symbolic, err = formulas.EvalAll(a.x); err != nil {
			a.symbolic = nil
		}
	}
	if len(a.x) == 1 {
		if a.limit, err = calculus.LimitTable(p, a.x, 0); err != nil {
			a.limit = nil
		}
	}
	return nil
}

// The boxes in which critical points are looked for, around 0 and the point.
const (
	lineReach  = 10
	spaceReach = 5
)

// search fills in the critical points.
func (a *analysis) search() error {
	n := len(a.e.Variables)
	if a.e.Vector || n == 0 {
		return nil
	}
	reach := float64(lineReach)
	if n > 1 {
		reach = spaceReach
	}
	box, err := a.flags.over.ordered(a.e, calculus.Interval{Low: -reach, High: reach})
	if err != nil {
		return err
	}
	for i, v := range a.e.Variables {
		if math.IsInf(box[i].Low, 0) || math.IsInf(box[i].High, 0) {
			return usagef("--over: %s must have finite ends here", v)
		}
		if _, given := a.flags.over[v]; !given && a.x != nil {
			box[i].Low, box[i].High = min(box[i].Low, a.x[i]-reach), max(box[i].High, a.x[i]+reach)
		}
	}
	a.box = box
	a.critical, a.criticalErr = calculus.CriticalPoints(a.e, box)
	if _, located := errors.AsType[*calculus.Error](a.criticalErr); located {
		return usage("", a.criticalErr)
	}
	return nil
}
