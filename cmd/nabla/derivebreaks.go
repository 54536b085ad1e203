package main

import (
	"fmt"
	"strings"
)

// breakSentence says why f has no derivative at the point, though the rules give one.
func (a *analysis) breakSentence() string {
	vars, at := a.e.Variables, pointText(a.e.Variables, a.x)
	var sides []string
	for _, b := range a.breaks {
		by := ""
		if len(vars) > 1 {
			by = "along " + vars[b.Variable] + " "
		}
		if what := "its slope is %s to the left and %s to the right"; b.Jump {
			sides = append(sides, fmt.Sprintf(by+"it is %s just to the left and %s just to the right", figure(b.Left), figure(b.Right)))
		} else {
			sides = append(sides, fmt.Sprintf(by+what, figure(b.Left), figure(b.Right)))
		}
	}
	verb, none := "has a kink", "no derivative there, and no tangent"
	if a.breaks[0].Jump {
		verb = "jumps"
	}
	values := make([]string, len(vars))
	for i, v := range a.slopes[0] {
		values[i] = figure(v)
	}
	convention := values[0]
	if len(vars) > 1 {
		none, convention = "no gradient there", "("+strings.Join(values, ", ")+")"
	}
	return fmt.Sprintf("At %s f %s: %s. It has %s; %s is what the rules give by convention.", at, verb, strings.Join(sides, ", "), none, convention)
}

// limitAtBreak says what becomes of differences at a kink or a jump.
func (a *analysis) limitAtBreak() string {
	b := a.breaks[0]
	if b.Jump {
		return "There is no limit: f jumps, and differences across the jump grow like 1/h."
	}
	return fmt.Sprintf("There is no limit from both sides: forward differences stay near %s, the slope to the right, and central ones near %s, the mean of both slopes.", figure(b.Right), figure((b.Left+b.Right)/2))
}
