package datasets

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"nabla/internal/names"
)

// missingTokens are the cells that stand for an unknown value, in any case.
var missingTokens = []string{"", "?", "na", "nan", "null"}

// isMissing reports whether a cell stands for an unknown value.
func isMissing(cell string) bool {
	if len(cell) > 4 {
		return false
	}
	for _, token := range missingTokens {
		if strings.EqualFold(cell, token) {
			return true
		}
	}
	return false
}

// parseNumber reads a finite decimal number.
func parseNumber(cell string) (float64, error) {
	v, err := strconv.ParseFloat(cell, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%q is out of range; correct the cell, or leave it empty for a missing value", cell)
	case err != nil && looksNumeric(cell):
		return 0, fmt.Errorf("%q is not a number; write a decimal point and no thousands separator", cell)
	case err != nil:
		return 0, fmt.Errorf("%s is not a number; correct the cell, or leave it empty for a missing value", quote(cell))
	case math.IsInf(v, 0) || math.IsNaN(v):
		return 0, fmt.Errorf("%q is not a finite number; correct the cell, or leave it empty for a missing value", cell)
	}
	return v, nil
}

// looksNumeric reports whether a cell was meant as a number: infinities, numbers
// out of range and decimal commas are, so that they are found rather than taken
// for text.
func looksNumeric(cell string) bool {
	_, err := strconv.ParseFloat(strings.ReplaceAll(cell, ",", "."), 64)
	return err == nil || errors.Is(err, strconv.ErrRange)
}

// quote quotes a cell for a message, shortened when it is long.
func quote(cell string) string {
	const most = 40
	if len(cell) <= most {
		return strconv.Quote(cell)
	}
	return strconv.Quote(cell[:most]) + "…"
}

// shown returns a name for a message: as it is, or quoted when it would spoil
// the line.
func shown(name string) string {
	if len(name) > 40 || strings.ContainsFunc(name, unicode.IsControl) {
		return quote(name)
	}
	return name
}

// list joins names for a message, the first of them when there are many.
func list(names []string) string {
	const most = 30
	var words []string
	for _, name := range names[:min(most, len(names))] {
		words = append(words, shown(name))
	}
	if len(names) > most {
		words = append(words, fmt.Sprintf("… (%d in all)", len(names)))
	}
	return strings.Join(words, ", ")
}

// unknown words what is wrong with a name that is not among those there are. It
// does for names out of files, which may be many and long, what names.Unknown
// does for tables.
func unknown(name string, have []string) string {
	const longest = 64 // a longer text is no slip of a name
	hint := ""
	if len(name) <= longest {
		if near, ok := names.Nearest(name, have); ok {
			hint = fmt.Sprintf(", did you mean %s?", quote(near))
		}
	}
	return fmt.Sprintf("%s%s (have %s)", quote(name), hint, list(have))
}

// isNumeric reports whether a column holds numbers: more than half of its known
// cells are. The others are then mistakes that reading the column reports.
func (t *Table) isNumeric(column int) bool {
	known, numbers := 0, 0
	for row := range t.Rows() {
		if cell := t.Cell(row, column); !isMissing(cell) {
			known++
			if looksNumeric(cell) {
				numbers++
			}
		}
	}
	return 2*numbers > known
}

// number reads a known cell of a numeric column.
func (t *Table) number(row, column int) (float64, error) {
	v, err := parseNumber(t.Cell(row, column))
	if err != nil {
		return 0, t.errorAt(row, column, err)
	}
	return v, nil
}

// errorAt gives an error the place of a cell.
func (t *Table) errorAt(row, column int, err error) error {
	return fmt.Errorf("datasets: %s:%d: column %d: %w", t.Name, t.Line(row), column+1, err)
}
