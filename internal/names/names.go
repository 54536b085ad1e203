package names

import (
	"fmt"
	"strings"
)

// Of returns the names of the rows of a table, in its order.
func Of[R any](table []R, name func(R) string) []string {
	list := make([]string, len(table))
	for i, row := range table {
		list[i] = name(row)
	}
	return list
}

// Find returns the row of this name, or Unknown.
func Find[R any](pkg, kind, name string, table []R, of func(R) string) (R, error) {
	for _, row := range table {
		if of(row) == name {
			return row, nil
		}
	}
	var none R
	return none, Unknown(pkg, kind, name, Of(table, of))
}

// Unknown returns an error such as
//
//	optimizers: unknown optimizer "adm", did you mean "adam"? (have sgd, momentum, adam)
func Unknown(pkg, kind, name string, have []string) error {
	hint := ","
	if near, ok := Nearest(name, have); ok {
		hint = fmt.Sprintf(", did you mean %q?", near)
	}
	return fmt.Errorf("%s: unknown %s %q%s (have %s)", pkg, kind, name, strings.TrimSuffix(hint, ","), strings.Join(have, ", "))
}

// shortestPrefix is from how many letters on the beginning of a name is one.
const shortestPrefix = 3

// Nearest returns the name that is fewest edits away from the given one, if
// that is at most a third of its letters, or one edit of two; failing that, the
// first name that begins with it, and then the one of which it leaves out fewest
// letters, at most half as many as it has.
func Nearest(name string, have []string) (string, bool) {
	name = strings.ToLower(name)
	best, edits := "", min(max(1, len(name)/3), len(name)-1)
	for _, h := range have {
		if d := distance(name, h); d < edits || d == edits && best == "" {
			best, edits = h, d
		}
	}
	if best != "" || len(name) < shortestPrefix {
		return best, best != ""
	}
	for _, h := range have {
		if strings.HasPrefix(h, name) {
			return h, true
		}
	}
	left := len(name)/2 + 1
	for _, h := range have {
		if n := len(h) - len(name); n < left && h[0] == name[0] && within(name, h) {
			best, left = h, n
		}
	}
	return best, best != ""
}

// within reports whether a name has all letters of another in their order.
func within(letters, name string) bool {
	for i := range len(name) {
		if letters != "" && letters[0] == name[i] {
			letters = letters[1:]
		}
	}
	return letters == ""
}

// distance is the number of letters to insert, delete, replace or swap with
// their neighbour to get from a to b (optimal string alignment). Another first
// letter counts as two: slips seldom begin a word, and "watch" is not "batch".
func distance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			switch {
			case a[i-1] == b[j-1]:
				change = 0
			case i == 1 && j == 1:
				change = 2
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
