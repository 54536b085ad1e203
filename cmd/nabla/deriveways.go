package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"nabla/internal/calculus"
)

// printWays compares the three ways to a derivative.
func (a *analysis) printWays(c *console) {
	fmt.Fprintf(c.out, "\n%s  %16s  %16s  %16s\n", padded("derivative", 10), "formula", "automatic", "central diff.")
	cell := func(list []float64, i int) string {
		if list == nil {
			return "-"
		}
		return fmt.Sprintf("%.10g", list[i]+0)
	}
	for i, v := range a.e.Variables {
		fmt.Fprintf(c.out, "%s  %16s  %16s  %16s\n", padded("by "+v, 10), cell(a.symbolic, i), cell(a.slopes[0], i), cell(a.numeric, i))
	}
}

// barWidth is the longest bar of the V-curve, for an error of 1.
const barWidth = 26

// printLimit shows the derivative as a limit, and how far rounding lets one go.
func (a *analysis) printLimit(c *console) {
	fmt.Fprintf(c.out, "\nthe derivative as a limit: differences (f(x+h) - f(x))/h, and the central ones\n(f(x+h) - f(x-h))/2h\n%7s  %14s  %9s  %9s  %s\n", "h", "forward", "its error", "central's", "forward error, 1e-16 to 1")
	best := 0
	for i, r := range a.limit {
		if r.ForwardError < a.limit[best].ForwardError {
			best = i
		}
	}
	for i, r := range a.limit {
		size := 0
		if r.ForwardError > 0 {
			size = int(math.Round((16 + math.Log10(r.ForwardError)) / 16 * barWidth))
		}
		mark := strings.Repeat("▪", min(max(size, 0), barWidth))
		if i == best && a.breaks == nil {
			mark = strings.TrimSpace(mark + " best")
		}
		fmt.Fprintf(c.out, "%7.0e  %14.9g  %9.2g  %9.2g  %s\n", r.H, r.Forward+0, r.ForwardError, r.CentralError, mark)
	}
	if a.breaks != nil {
		fmt.Fprintln(c.out, wrapped(a.limitAtBreak(), 0))
		return
	}
	fmt.Fprintln(c.out, wrapped("Smaller h cut off less of the curve: the error falls like h, that of central differences like h², until rounding, divided by h, takes over.", 0))
}

// shownPoints is how many critical points the text lists; JSON has all.
const shownPoints = 12

// printCritical lists the critical points.
func (a *analysis) printCritical(c *console) {
	var where []string
	for i, v := range a.e.Variables {
		where = append(where, fmt.Sprintf("%s from %s to %s", v, figure(a.box[i].Low), figure(a.box[i].High)))
	}
	fmt.Fprintf(c.out, "\n%s\n", wrapped("critical points, "+strings.Join(where, ", "), 2))
	if a.criticalErr != nil {
		fmt.Fprintf(c.out, "  not searched: %s\n", plain(a.criticalErr))
		return
	}
	points := a.critical.Points
	for i, p := range points {
		if i == shownPoints {
			fmt.Fprintf(c.out, "  and %d more; --json has all\n", len(points)-i)
			break
		}
		fmt.Fprintln(c.out, wrapped(fmt.Sprintf("  %s   f = %s   %s", pointText(a.e.Variables, p.X), figure(p.Value), c.paint(bold, p.Kind)), 4))
		fmt.Fprintln(c.out, wrapped("    "+p.Reason, 4))
	}
	for _, f := range a.critical.Flat {
		fmt.Fprintf(c.out, "  f' is 0, or rounded to 0, from %s = %s to %s\n", a.e.Variables[0], figure(f.Low), figure(f.High))
	}
	if len(points)+len(a.critical.Flat) == 0 {
		fmt.Fprintln(c.out, "  none")
	}
	if a.critical.Incomplete != "" {
		fmt.Fprintln(c.out, wrapped("  there may be more: "+a.critical.Incomplete, 2))
	}
	if len(a.e.Variables) > 1 && kinked(a.e.Outputs[0]) {
		fmt.Fprintln(c.out, wrapped("  extrema at kinks, where f has no gradient, are not looked for in several variables", 2))
	}
}

// kinked reports expressions with functions and roots that can have kinks.
func kinked(n *calculus.Node) bool {
	switch n.Kind {
	case calculus.Call:
		if slices.Contains([]string{"abs", "sign", "step", "relu", "max", "min", "sqrt", "cbrt"}, n.Name) {
			return true
		}
	case calculus.Power:
		if e := n.Args[1]; e.Kind == calculus.Number && !e.Value.IsInt() || e.Kind == calculus.Quotient {
			return true
		}
	}
	return slices.ContainsFunc(n.Args, kinked)
}
