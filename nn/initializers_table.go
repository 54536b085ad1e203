package nn

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"nabla/internal/names"
)

// initializerTable lists every initializer. A row with parameters stands under
// the name before the colon, with Keras's values when none are given.
var initializerTable = []struct {
	Initializer
	parameters []string
	with       func(p []float64) Initializer
}{
	{Initializer: Zeros},
	{Constant(0), []string{"VALUE"}, func(p []float64) Initializer { return Constant(p[0]) }},
	{Uniform(-0.05, 0.05), []string{"LOW", "HIGH"}, func(p []float64) Initializer { return Uniform(p[0], p[1]) }},
	{Normal(0, 0.05), []string{"MEAN", "STD"}, func(p []float64) Initializer { return Normal(p[0], p[1]) }},
	{Initializer: GlorotUniform},
	{Initializer: GlorotNormal},
	{Initializer: HeUniform},
	{Initializer: HeNormal},
	{Initializer: LeCunUniform},
	{Initializer: LeCunNormal},
	{Initializer: Orthogonal},
	{Initializer: TorchUniform},
}

// Initializers returns every initializer, those with parameters as they are
// when none are given.
func Initializers() []Initializer {
	all := make([]Initializer, len(initializerTable))
	for i, row := range initializerTable {
		all[i] = row.Initializer
	}
	return all
}

// InitializerNames returns the names that ParseInitializer knows, without
// parameters.
func InitializerNames() []string {
	all := make([]string, len(initializerTable))
	for i, row := range initializerTable {
		all[i], _, _ = strings.Cut(row.Name, ":")
	}
	return all
}

// ParseInitializer reads a name, with numbers behind a colon where the
// initializer takes some: "he-normal", "constant:0.5", "uniform:-0.1,0.1",
// "normal:0,0.05". It reads every Initializer.Name but that of a custom one. The
// error for an unknown name has the nearest one and the list.
func ParseInitializer(text string) (Initializer, error) {
	name, list, given := strings.Cut(text, ":")
	for i, known := range InitializerNames() {
		if known != name {
			continue
		}
		row := initializerTable[i]
		if !given {
			return row.Initializer, nil
		}
		numbers, err := parseInitializerNumbers(list)
		if err == nil && len(row.parameters) == 0 {
			err = errors.New("takes no parameters")
		} else if err == nil && len(numbers) != len(row.parameters) {
			err = fmt.Errorf("%d numbers, want %s:%s", len(numbers), name, strings.Join(row.parameters, ","))
		}
		if err != nil {
			return Initializer{}, fmt.Errorf("nn: initializer %q: %w", text, err)
		}
		init := row.with(numbers)
		// A trial finds bounds in the wrong order and the like.
		if err := init.Fill(rand.New(rand.NewPCG(0, 0)), Fan{1, 1}, []int{1}, 1, make([]float64, 1)); err != nil {
			return Initializer{}, fmt.Errorf("nn: %w", err)
		}
		return init, nil
	}
	if len(name) > 60 { // no slip, and too long to search the nearest for
		name = name[:60] + "…"
	}
	return Initializer{}, names.Unknown("nn", "initializer", name, InitializerNames())
}

func parseInitializerNumbers(list string) ([]float64, error) {
	var numbers []float64
	for field := range strings.SplitSeq(list, ",") {
		n, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not a number", field)
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}

// MarshalText returns the name, empty for the zero value.
func (i Initializer) MarshalText() ([]byte, error) { return []byte(i.Name), nil }

// UnmarshalText is ParseInitializer, empty text being the zero value. Text that
// ParseInitializer does not read is kept as the Name, without a Draw: a model
// file may name a custom initializer, whose weights are drawn already.
func (i *Initializer) UnmarshalText(text []byte) error {
	known, err := ParseInitializer(string(text))
	if err != nil {
		known = Initializer{Name: string(text)}
	}
	*i = known
	return nil
}
