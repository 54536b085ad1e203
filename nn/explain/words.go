package explain

import (
	"strconv"
	"strings"

	"nabla/losses"
)

// number is the shortest text of a number, with a true minus sign.
func number(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'g', -1, 64), "-", "−", 1)
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// baseName is the name of a loss without parameters.
func baseName(l losses.Loss) string {
	name, _, _ := strings.Cut(l.Name, ":")
	return name
}

// replace puts the name of the output for P in a formula.
func replace(formula, name string) string {
	return strings.NewReplacer("P", name, "eᴾ", "exp("+name+")").Replace(formula)
}

// sum is (over)·Σ body, with brackets around a body that is a sum itself.
func sum(over, body string) string {
	if isSum(body) {
		body = "[" + body + "]"
	}
	if over == "" {
		return "Σ " + body
	}
	return "(" + over + ")·Σ " + body
}

// isSum reports whether a + or − stands outside all parentheses, or in front.
func isSum(body string) bool {
	depth, bars := 0, 0
	for i, r := range body {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		case '|':
			bars = 1 - bars
		case '+', '−':
			if depth == 0 && bars == 0 && (i == 0 || body[i-1] == ' ') {
				return true
			}
		}
	}
	return false
}

// divided is body/n; a factor in front is drawn into the fraction, as in (2/N)·(ŷ − y).
func divided(body, over string) string {
	if over == "" {
		return body
	}
	n := strings.TrimPrefix(over, "1/")
	if rest, ok := strings.CutPrefix(body, "2·"); ok {
		return "(2/" + n + ")·" + rest
	}
	return body + "/" + n
}

// three writes a number with three digits.
func three(v float64) string { return minus(strconv.FormatFloat(v, 'g', 3, 64)) }
