package schedules

import (
	"fmt"
	"strconv"
	"strings"
)

// Parse reads the notation of the command line for a run of total steps, perEpoch
// of them an epoch. A schedule is its name, then a colon and arguments, of which
// trailing ones may be left out:
//
//	cosine   cosine:0.01   step:10,0.5   exponential:0.95   warmup:5   warmup:5+cosine
//
// Times are in epochs, fractions allowed. After + another schedule follows a
// warm-up and shares out what is left of the run.
func Parse(spec string, perEpoch, total int) (Schedule, error) {
	if perEpoch < 1 || total < 1 {
		return nil, fmt.Errorf("schedules: a run needs steps, got %d an epoch and %d in all", perEpoch, total)
	}
	text, rest, more := strings.Cut(strings.TrimSpace(spec), "+")
	row, a, err := parseOne(text)
	if err != nil {
		return nil, err
	}
	first := row.build(a, perEpoch, total)
	if !more {
		return first, nil
	}
	if row.ends == nil {
		return nil, fmt.Errorf("schedules: %q: %s has no end, so nothing follows it", spec, row.Name)
	}
	steps := row.ends(a, perEpoch)
	if steps >= total {
		return nil, fmt.Errorf("schedules: %q: %s takes %d steps and the run has only %d", spec, row.Name, steps, total)
	}
	next, err := Parse(rest, perEpoch, total-steps)
	if err != nil {
		return nil, err
	}
	return Then(first, steps, next), nil
}

// parseOne reads one name with its arguments, defaults filled in.
func parseOne(text string) (Row, []float64, error) {
	name, list, given := strings.Cut(text, ":")
	row, err := ByName(strings.TrimSpace(name))
	if err != nil {
		return Row{}, nil, err
	}
	var words, names []string
	if given {
		words = strings.Split(list, ",")
	}
	a := make([]float64, len(row.Arguments))
	for i, argument := range row.Arguments {
		names = append(names, argument.Name)
		a[i] = argument.Default
		if i >= len(words) {
			continue
		}
		word := strings.TrimSpace(words[i])
		if a[i], err = strconv.ParseFloat(word, 64); err != nil {
			return Row{}, nil, fmt.Errorf("schedules: %s: %s: %q is not a number", row.Name, argument.Name, word)
		}
		if !ranges[argument.Range](a[i]) {
			return Row{}, nil, fmt.Errorf("schedules: %s: %s must be in %s, got %v", row.Name, argument.Name, argument.Range, a[i])
		}
	}
	if len(words) > len(a) {
		takes := "no arguments"
		if len(a) > 0 {
			takes = "only " + strings.Join(names, ", ")
		}
		return Row{}, nil, fmt.Errorf("schedules: %q: %s takes %s", text, row.Name, takes)
	}
	return row, a, nil
}
