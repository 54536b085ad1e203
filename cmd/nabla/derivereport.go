package main

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"nabla/internal/calculus"
)

// primes names a derivative: by its primes up to the third, then by a number, f⁽⁴⁾.
func primes(order int) string {
	if order <= 3 {
		return "f" + strings.Repeat("'", order)
	}
	return "f⁽" + strings.NewReplacer("0", "⁰", "1", "¹", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹").Replace(fmt.Sprint(order)) + "⁾"
}

// print writes the analysis as text.
func (a *analysis) print(c *console) {
	a.printFormulas(c)
	if a.flags.latex {
		a.printLaTeX(c)
	}
	if a.flags.steps {
		a.printSteps(c)
	}
	if len(a.x) > 0 && !a.e.Vector {
		a.printPoint(c)
	}
	if len(a.e.Variables) > 0 && !a.e.Vector {
		a.printCritical(c)
	}
}

// formula is a line of the head: a name, what it equals, its value at the point.
type formula struct {
	name, text string
	value      *float64
}

// head lists the formulas in their order.
func (a *analysis) head() []formula {
	vars := a.e.Variables
	at := func(values []float64, i int) *float64 {
		if i >= len(values) {
			return nil
		}
		return &values[i]
	}
	var lines []formula
	if a.e.Vector {
		for i, n := range a.e.Outputs {
			lines = append(lines, formula{fmt.Sprintf("f%d", i+1), n.Format(calculus.Unicode), at(a.value, i)})
		}
		for i, row := range a.jacobian {
			for j, n := range row {
				var v *float64
				if a.slopes != nil {
					v = &a.slopes[i][j]
				}
				lines = append(lines, formula{fmt.Sprintf("∂f%d/∂%s", i+1, vars[j]), n.Format(calculus.Unicode), v})
			}
		}
		return lines
	}
	lines = append(lines, formula{"f", a.e.Format(calculus.Unicode), at(a.value, 0)})
	var gradient []float64
	if a.slopes != nil {
		gradient = a.slopes[0]
	}
	for i, v := range vars {
		name := "∂f/∂" + v
		if len(vars) == 1 {
			name = "f'"
		}
		lines = append(lines, formula{name, a.jacobian[0][i].Format(calculus.Unicode), at(gradient, i)})
	}
	for i, n := range a.higher {
		var value *float64
		if p, err := calculus.Compile([]*calculus.Node{n}, vars); err == nil && a.x != nil {
			if v, err := p.Eval(a.x); err == nil {
				value = &v
			}
		}
		lines = append(lines, formula{primes(i + 2), n.Format(calculus.Unicode), value})
	}
	for i := range a.hessian {
		for j := i; j < len(vars); j++ {
			name := fmt.Sprintf("∂²f/∂%s∂%s", vars[i], vars[j])
			if i == j {
				name = fmt.Sprintf("∂²f/∂%s²", vars[i])
			}
			var value *float64
			if a.curvature != nil {
				value = &a.curvature[i][j]
			}
			lines = append(lines, formula{name, a.hessian[i][j].Format(calculus.Unicode), value})
		}
	}
	return lines
}

// printFormulas writes expression and derivatives, with their values at the point
// in a column of its own if there is room.
func (a *analysis) printFormulas(c *console) {
	lines := a.head()
	names, texts, values := 0, 0, 0
	for _, l := range lines {
		names, texts = max(names, utf8.RuneCountInString(l.name)), max(texts, utf8.RuneCountInString(l.text))
		if l.value != nil {
			values = max(values, len(figure(*l.value)))
		}
	}
	if len(a.x) > 0 {
		fmt.Fprintf(c.out, "at %s\n", wrapped(pointText(a.e.Variables, a.x), 3))
	}
	for _, l := range lines {
		text := padded(l.name, names) + " = " + l.text
		switch {
		case l.value == nil:
			fmt.Fprintln(c.out, wrapped(text, names+3))
		case names+3+texts+5+values <= textWidth:
			fmt.Fprintf(c.out, "%s   = %s\n", padded(text, names+3+texts), figure(*l.value))
		default:
			fmt.Fprintf(c.out, "%s\n%s = %s\n", wrapped(text, names+3), strings.Repeat(" ", names), figure(*l.value))
		}
	}
	if a.tooLong != nil {
		c.warn("the second derivatives are too long to write out")
	}
}

// printLaTeX writes the formulas to be pasted.
func (a *analysis) printLaTeX(c *console) {
	fmt.Fprintf(c.out, "\nLaTeX\n  f = %s\n", a.e.Format(calculus.LaTeX))
	for i, row := range a.jacobian {
		for j, n := range row {
			name := "f"
			if a.e.Vector {
				name = fmt.Sprintf("f_{%d}", i+1)
			}
			v := a.e.Variables[j]
			if len(a.e.Variables) == 1 && !a.e.Vector {
				fmt.Fprintf(c.out, "  f' = %s\n", n.Format(calculus.LaTeX))
				continue
			}
			fmt.Fprintf(c.out, "  \\frac{\\partial %s}{\\partial %s} = %s\n", name, v, n.Format(calculus.LaTeX))
		}
	}
}

// printSteps writes the rules as an outline: a rule, and below it those that it
// needed.
func (a *analysis) printSteps(c *console) {
	for i, list := range a.steps {
		v := a.e.Variables[i%len(a.e.Variables)]
		of := ""
		if a.e.Vector {
			of = fmt.Sprintf(" of f%d", i/len(a.e.Variables)+1)
		}
		fmt.Fprintf(c.out, "\nderivative%s by %s, step by step\n", of, v)
		for _, s := range list {
			indent := strings.Repeat("  ", s.Depth+1)
			fmt.Fprintf(c.out, "%s%s: %s\n", indent, s.Rule, s.Formula)
			line := fmt.Sprintf("%s  (%s)' = %s", indent, s.Of.Format(calculus.Unicode), s.Result.Format(calculus.Unicode))
			fmt.Fprintln(c.out, wrapped(line, len(indent)+6))
		}
	}
}

// printPoint tells what the derivatives mean at the point.
func (a *analysis) printPoint(c *console) {
	vars, g := a.e.Variables, a.slopes[0]
	fmt.Fprintln(c.out)
	switch {
	case a.breaks != nil:
		fmt.Fprintln(c.out, wrapped(a.breakSentence(), 0))
	case len(vars) == 1:
		fmt.Fprintf(c.out, "tangent  y = %s\n", line(g[0], a.intercept(), vars[0]))
		fmt.Fprintln(c.out, wrapped(a.slopeSentence(), 0))
	default:
		fmt.Fprintln(c.out, wrapped(a.gradientSentence(), 0))
		a.printHessian(c)
	}
	a.printWays(c)
	if a.limit != nil {
		a.printLimit(c)
	}
}

// line is the formula of a straight line.
func line(slope, intercept float64, v string) string {
	var parts []string
	switch figure(slope) {
	case "0":
	case "1":
		parts = append(parts, v)
	case "-1":
		parts = append(parts, "-"+v)
	default:
		parts = append(parts, figure(slope)+" "+v)
	}
	switch text := figure(intercept); {
	case len(parts) == 0:
		return text
	case text == "0":
	case intercept < 0:
		parts = append(parts, "- "+strings.TrimPrefix(text, "-"))
	default:
		parts = append(parts, "+ "+text)
	}
	return strings.Join(parts, " ")
}

// slopeSentence says in words what f' at the point means.
func (a *analysis) slopeSentence() string {
	v, slope := a.e.Variables[0], a.slopes[0][0]
	at := pointText(a.e.Variables, a.x)
	switch {
	case slope == 0 && a.curvature == nil:
		return fmt.Sprintf("At %s the tangent is level: a small step in %s changes f by much less than the step.", at, v)
	case slope == 0:
		return fmt.Sprintf("At %s the tangent is level: a small step in %s changes f by next to nothing, only in proportion to its square.", at, v)
	}
	verb := "rises"
	if slope < 0 {
		verb = "falls"
	}
	return fmt.Sprintf("At %s f %s: a small step h in %s changes f by about %s h.", at, verb, v, figure(slope))
}

// gradientSentence says in words what the gradient at the point means.
func (a *analysis) gradientSentence() string {
	var length float64
	for _, v := range a.slopes[0] {
		length = math.Hypot(length, v)
	}
	at := pointText(a.e.Variables, a.x)
	if length == 0 {
		return fmt.Sprintf("At %s the gradient is zero: a critical point.", at)
	}
	direction := make([]string, len(a.slopes[0]))
	for i, v := range a.slopes[0] {
		direction[i] = figure(math.Round(v/length*1e4) / 1e4)
	}
	return fmt.Sprintf("At %s f rises fastest in the direction of the gradient, (%s), by %s a unit of length, which is the length of the gradient. Across it, along the level curve, f stays as it is.",
		at, strings.Join(direction, ", "), figure(length))
}

// printHessian tells how f curves at the point.
func (a *analysis) printHessian(c *console) {
	if a.eigenvalues == nil {
		return
	}
	low, high := a.eigenvalues[0], a.eigenvalues[len(a.eigenvalues)-1]
	list := make([]string, len(a.eigenvalues))
	for i, v := range a.eigenvalues {
		list[i] = figure(v)
	}
	verdict := "of both signs: f curves upwards in some directions and downwards in others"
	switch zero := 1e-12 * max(math.Abs(low), math.Abs(high)); {
	case low > zero:
		verdict = "all positive: f curves upwards in every direction (condition number " + figure(high/low) + ")"
	case high < -zero:
		verdict = "all negative: f curves downwards in every direction (condition number " + figure(low/high) + ")"
	case low >= -zero && high <= zero:
		verdict = "all zero: f does not curve, to second order"
	case low >= -zero:
		verdict = "none negative, but zero among them: to second order f is flat in some direction"
	case high <= zero:
		verdict = "none positive, but zero among them: to second order f is flat in some direction"
	}
	fmt.Fprintln(c.out, wrapped(fmt.Sprintf("Eigenvalues of the Hessian: %s; %s.", strings.Join(list, ", "), verdict), 0))
}
