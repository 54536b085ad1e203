package schedules

import (
	"fmt"
	"math"
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
//
// Plateau is refused: it is no function of the step. ParseRun knows it.
func Parse(spec string, perEpoch, total int) (Schedule, error) {
	schedule, plateau, err := ParseRun(spec, perEpoch, total)
	if err == nil && plateau != nil {
		return nil, fmt.Errorf("schedules: %q: plateau needs the validation loss of a training run", spec)
	}
	return schedule, err
}

// ParseRun is Parse for a run with a validation loss: in plateau:0.5,3 and
// warmup:5+plateau the second result is what watches that loss, and the first the
// factor beside it. Otherwise the second is nil.
func ParseRun(spec string, perEpoch, total int) (Schedule, *Plateau, error) {
	if perEpoch < 1 || total < 1 {
		return nil, nil, fmt.Errorf("schedules: a run needs steps, got %d an epoch and %d in all", perEpoch, total)
	}
	text, rest, more := strings.Cut(strings.TrimSpace(spec), "+")
	row, a, err := parseOne(text)
	if err != nil {
		return nil, nil, err
	}
	if more && row.ends == nil {
		return nil, nil, fmt.Errorf("schedules: %q: %s has no end, so nothing follows it", spec, row.Name)
	}
	if row.plateau != nil {
		p := row.plateau(a)
		return Constant(1), &p, p.Check()
	}
	first := row.build(a, perEpoch, total)
	if !more {
		return first, nil, nil
	}
	steps := row.ends(a, perEpoch)
	if steps >= total {
		return nil, nil, fmt.Errorf("schedules: %q: %s takes %d steps and the run has only %d", spec, row.Name, steps, total)
	}
	next, plateau, err := ParseRun(rest, perEpoch, total-steps)
	if err != nil {
		return nil, nil, err
	}
	return Then(first, steps, next), plateau, nil
}

// Watches reports whether a schedule of the notation watches the validation loss,
// so that a run with it needs one.
func Watches(spec string) bool {
	for part := range strings.SplitSeq(spec, "+") {
		name, _, _ := strings.Cut(part, ":")
		if row, err := ByName(strings.TrimSpace(name)); err == nil && row.plateau != nil {
			return true
		}
	}
	return false
}

// parseOne reads one name with its arguments, defaults filled in.
func parseOne(text string) (Row, []float64, error) {
	name, list, given := strings.Cut(text, ":")
	row, err := ByName(strings.TrimSpace(name))
	if err != nil {
		return Row{}, nil, err
	}
	var words []string
	if given {
		words = strings.Split(list, ",")
	}
	a := make([]float64, len(row.Arguments))
	for i, argument := range row.Arguments {
		a[i] = argument.Default
	}
	for i, word := range words {
		if i >= len(row.Arguments) && !row.Repeats {
			return Row{}, nil, fmt.Errorf("schedules: %q: %s takes %s", text, row.Name, row.takes())
		}
		v, err := row.Arguments[min(i, len(row.Arguments)-1)].parse(row.Name, word)
		if err != nil {
			return Row{}, nil, err
		}
		if i >= len(a) {
			a = append(a, 0)
		}
		a[i] = v
	}
	return row, a, nil
}

// parse reads an argument of a schedule.
func (a Argument) parse(schedule, word string) (float64, error) {
	word = strings.TrimSpace(word)
	v, err := strconv.ParseFloat(word, 64)
	switch {
	case err != nil:
		return 0, fmt.Errorf("schedules: %s: %s: %q is not a number", schedule, a.Name, word)
	case !ranges[a.Range](v):
		return 0, fmt.Errorf("schedules: %s: %s must be in %s, got %v", schedule, a.Name, a.Range, v)
	case a.Whole && v != math.Trunc(v):
		return 0, fmt.Errorf("schedules: %s: %s must be a whole number, got %v", schedule, a.Name, v)
	}
	return v, nil
}

// takes names the arguments of a schedule.
func (r Row) takes() string {
	if len(r.Arguments) == 0 {
		return "no arguments"
	}
	var list []string
	for _, a := range r.Arguments {
		list = append(list, a.Name)
	}
	return "only " + strings.Join(list, ", ")
}
