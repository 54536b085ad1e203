package main

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"nabla/internal/calculus"
	"nabla/internal/plot"
	"nabla/train"
)

// Samples of Monte Carlo: the default and the most.
const (
	defaultSamples = 100000
	maxSamples     = 100000000
)

func integrateCommand(c *console) *cobra.Command {
	var over ranges
	var density bool
	var samples int
	var file string
	cmd := &cobra.Command{
		Use:   "integrate EXPR --over x=LOW,HIGH",
		Short: "Integrate an expression, by quadrature and by random points",
		Long: `Integrate an expression over a range of each of its variables (inf and -inf are ends, too): by adaptive
Gauss-Legendre quadrature for up to three variables, and by Monte Carlo, whose error falls like 1/√n.

--density takes the expression for a probability density of one or two variables: the probability of the
range, expectations, standard deviations, marginals.`,
		Example: `  nabla integrate x^2 --over x=0,1
  nabla integrate 'e^(-x^2/2)/sqrt(2pi)' --over x=-1,1 --density
  nabla integrate x+y --over x=0,1,y=0,1 --density`,
		Args:              arguments("EXPR"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkPicture("plot", file, plot.Still); err != nil {
				return usageOf(cmd, err)
			}
			r, err := newArea(args[0], over, density, samples, c.seed)
			if err == nil && r.unseen() {
				c.warn("f was 0 at all %d points: if it has a narrow peak, give a range around that", r.quadrature.Evaluations)
			}
			if err == nil && file != "" && len(r.box) > 2 {
				err = usagef("--plot draws functions of one variable or two")
			}
			switch {
			case err != nil:
				return usageOf(cmd, err)
			case c.json:
				err = c.writeJSON(r.object())
			default:
				r.print(c)
			}
			return errors.Join(err, r.draw(file))
		},
	}
	cmd.Flags().Var(&over, "over", "range of each variable: x=0,1,y=-inf,pi")
	cmd.Flags().BoolVar(&density, "density", false, "take the expression for a probability density")
	cmd.Flags().IntVar(&samples, "samples", defaultSamples, "random points of Monte Carlo; 0 leaves it out")
	cmd.Flags().StringVar(&file, "plot", "", "draw the area into a `FILE`: .png, .svg or .pdf")
	cmd.MarkFlagFilename("plot", "png", "svg", "pdf")
	return cmd
}

// area is everything that integrate reports.
type area struct {
	e          *calculus.Expr
	box        []calculus.Interval
	quadrature *calculus.Integral // nil for too many variables
	estimates  []calculus.Estimate
	density    *calculus.Density
	seed       uint64
}

// newArea computes the report on an expression.
func newArea(source string, over ranges, density bool, samples int, seed uint64) (*area, error) {
	e, err := parseExpression(source)
	if err != nil {
		return nil, err
	}
	switch {
	case e.Vector:
		return nil, usagef("a vector cannot be integrated; give one component")
	case len(e.Variables) == 0 && len(over) == 1: // a constant is a function of what it is integrated over
		for v := range over {
			e.Variables = []string{v}
		}
	case len(e.Variables) == 0:
		return nil, usagef("%s needs a range: --over x=LOW,HIGH", source)
	case samples < 0 || samples > maxSamples:
		return nil, usagef("--samples must be from 0 to %d, got %d", maxSamples, samples)
	}
	r := &area{e: e, seed: seed}
	if r.box, err = over.ordered(e, calculus.Interval{}); err != nil {
		return nil, err
	}
	located := func(err error) error {
		if _, ok := errors.AsType[*calculus.Error](err); ok || errors.Is(err, calculus.ErrNoDensity) {
			return usage("", err)
		}
		return err
	}
	if len(r.box) <= 3 {
		switch q, err := calculus.Integrate(e, r.box); {
		case errors.Is(err, calculus.ErrTooLong) && samples > 0 && !density && len(r.box) > 1: // random points remain
		case err != nil:
			return nil, located(err)
		default:
			r.quadrature = &q
		}
	}
	if density {
		if len(r.box) > 2 {
			return nil, usagef("--density is for one or two variables, the expression has %d", len(r.box))
		}
		d, err := calculus.AnalyseDensity(e, r.box)
		if err != nil {
			return nil, located(err)
		}
		r.density = &d
	}
	if samples > 0 {
		if r.estimates, err = calculus.MonteCarlo(e, r.box, samples, seed); err != nil {
			return nil, located(err)
		}
	}
	return r, nil
}

// unseen reports that a function which is not 0 by its formula was so wherever it was
// evaluated.
func (r *area) unseen() bool {
	if q := r.quadrature; q == nil || !q.Unseen {
		return false
	}
	simple, err := calculus.Simplify(r.e.Outputs[0])
	return err != nil || !simple.IsNumber(0)
}

// integrated is the JSON of integrate.
type integrated struct {
	Expression string                     `json:"expression"`
	Variables  []string                   `json:"variables"`
	Over       map[string][2]train.Number `json:"over"`
	Integral   *train.Number              `json:"integral"`
	Error      *train.Number              `json:"error"`
	Evals      int                        `json:"evaluations"`
	MonteCarlo *monteCarlo                `json:"monte_carlo"`
	Density    *densityFacts              `json:"density"`
}

type monteCarlo struct {
	Samples       int          `json:"samples"`
	Seed          uint64       `json:"seed"`
	Estimate      train.Number `json:"estimate"`
	StandardError train.Number `json:"standard_error"`
	Convergence   []sampling   `json:"convergence"`
}

type sampling struct {
	Samples       int          `json:"samples"`
	Estimate      train.Number `json:"estimate"`
	StandardError train.Number `json:"standard_error"`
}

type densityFacts struct {
	Support     map[string][2]train.Number `json:"support"`
	Mass        train.Number               `json:"mass"`
	Probability train.Number               `json:"probability"`
	Expectation map[string]train.Number    `json:"expectation"`
	Deviation   map[string]train.Number    `json:"standard_deviation"`
	Marginals   map[string]marginalTable   `json:"marginals,omitempty"`
}

type marginalTable struct {
	X       []train.Number `json:"x"`
	Density []train.Number `json:"density"`
}

// intervals gives ranges the names of variables.
func intervals(vars []string, box []calculus.Interval) map[string][2]train.Number {
	m := map[string][2]train.Number{}
	for i, v := range vars {
		m[v] = [2]train.Number{train.Number(box[i].Low), train.Number(box[i].High)}
	}
	return m
}

// object is the report as JSON.
func (r *area) object() integrated {
	vars := r.e.Variables
	o := integrated{Expression: r.e.Source, Variables: vars, Over: intervals(vars, r.box)}
	if q := r.quadrature; q != nil {
		o.Integral, o.Error, o.Evals = new(train.Number(q.Value)), new(train.Number(q.Error)), q.Evaluations
	}
	if n := len(r.estimates); n > 0 {
		last := r.estimates[n-1]
		o.MonteCarlo = &monteCarlo{last.Samples, r.seed, train.Number(last.Value), train.Number(last.StandardError), nil}
		for _, e := range r.estimates {
			o.MonteCarlo.Convergence = append(o.MonteCarlo.Convergence, sampling{e.Samples, train.Number(e.Value), train.Number(e.StandardError)})
		}
	}
	if d := r.density; d != nil {
		o.Density = &densityFacts{Support: intervals(vars, d.Support), Mass: train.Number(d.Mass), Probability: train.Number(d.Probability.Value), Expectation: byVariable(vars, d.Mean), Deviation: byVariable(vars, d.Deviation)}
		for _, m := range d.Marginals {
			if o.Density.Marginals == nil {
				o.Density.Marginals = map[string]marginalTable{}
			}
			o.Density.Marginals[m.Variable] = marginalTable{numberList(m.X), numberList(m.P)}
		}
	}
	return o
}

// print writes the report as text.
func (r *area) print(c *console) {
	var where []string
	for i, v := range r.e.Variables {
		where = append(where, fmt.Sprintf("%s from %s to %s", v, figure(r.box[i].Low), figure(r.box[i].High)))
	}
	fmt.Fprintln(c.out, wrapped("integral of "+r.e.Format(calculus.Unicode), 2))
	fmt.Fprintln(c.out, wrapped("for "+strings.Join(where, ", "), 2))
	if q := r.quadrature; q != nil {
		fmt.Fprintf(c.out, "  = %s\n", c.paint(bold, trusted(*q)))
		fmt.Fprintf(c.out, "  adaptive Gauss-Legendre quadrature, %s, error about %.1g\n", plural(q.Evaluations, "evaluation"), q.Error)
	} else {
		fmt.Fprintln(c.out, "  by Monte Carlo alone: nested quadratures take too long")
	}
	if r.density != nil {
		r.printDensity(c)
	}
	if len(r.estimates) == 0 {
		return
	}
	fmt.Fprintf(c.out, "\nMonte Carlo, seed %d: volume × mean of f at random points\n%10s  %14s  %14s  %s\n", r.seed, "points", "estimate", "standard error", "off by")
	for _, e := range r.estimates {
		off := "-"
		if r.quadrature != nil {
			d := math.Abs(e.Value - r.quadrature.Value)
			off = fmt.Sprintf("%.2g", d)
			if e.StandardError > 0 {
				off += fmt.Sprintf(" = %.1f standard errors", d/e.StandardError)
			}
		}
		spread := "-" // of one point
		if e.Samples > 1 {
			spread = fmt.Sprintf("%.2g", e.StandardError)
		}
		fmt.Fprintf(c.out, "%10d  %14.8g  %14s  %s\n", e.Samples, e.Value, spread, off)
	}
	fmt.Fprintln(c.out, "The error falls like 1/√n: a hundred times the points for one more digit.")
}

// trusted is the value with the digits that its error leaves, and one more.
func trusted(q calculus.Integral) string {
	digits := 12
	if q.Error > 0 && q.Value != 0 {
		digits = int(math.Ceil(math.Log10(math.Abs(q.Value)/q.Error))) + 1
	}
	return fmt.Sprintf("%.*g", min(max(digits, 2), 12), q.Value)
}

// printDensity writes what the expression says as a density.
func (r *area) printDensity(c *console) {
	d, vars := r.density, r.e.Variables
	var event, support []string
	for i, v := range vars {
		event = append(event, fmt.Sprintf("%s ≤ %s ≤ %s", figure(r.box[i].Low), strings.ToUpper(v), figure(r.box[i].High)))
		support = append(support, fmt.Sprintf("%s from %s to %s", v, figure(d.Support[i].Low), figure(d.Support[i].High)))
	}
	fmt.Fprintf(c.out, "\nas a probability density\n")
	fmt.Fprintln(c.out, wrapped(fmt.Sprintf("  its integral for %s is %s, as it must be", strings.Join(support, ", "), figure(d.Mass)), 4))
	fmt.Fprintln(c.out, wrapped(fmt.Sprintf("  P(%s) = %s", strings.Join(event, ", "), figure(d.Probability.Value)), 4))
	for i, v := range vars {
		x := strings.ToUpper(v)
		if math.IsNaN(d.Mean[i]) {
			fmt.Fprintf(c.out, "  E[%s] does not exist: its integral does not converge\n", x)
			continue
		}
		deviation := "no standard deviation: that integral does not converge"
		if !math.IsNaN(d.Deviation[i]) {
			deviation = "standard deviation " + figure(d.Deviation[i])
		}
		fmt.Fprintf(c.out, "  E[%s] = ∫ %s p = %s   %s\n", x, v, figure(d.Mean[i]), deviation)
	}
	for _, m := range d.Marginals {
		fmt.Fprintf(c.out, "\nmarginal density of %s: the other variable integrated away\n%12s  %12s\n", strings.ToUpper(m.Variable), m.Variable, "p("+m.Variable+")")
		for k := range m.X {
			fmt.Fprintf(c.out, "%12s  %12s\n", figure(m.X[k]), figure(m.P[k]))
		}
	}
}
