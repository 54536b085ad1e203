package schedules

import (
	"math"

	"nabla/internal/names"
)

// Row is one schedule of the command line's notation.
type Row struct {
	Name      string
	Arguments []Argument // in the order of the notation
	Formula   string     // over e, the epochs that have passed, and E, all of the run
	Use       string

	// build makes the schedule of the given arguments for so many steps.
	build func(a []float64, perEpoch, total int) Schedule
	// ends is the number of steps after which another may follow; nil for a
	// schedule without an end.
	ends func(a []float64, perEpoch int) int
}

// Argument is a number of a schedule's notation.
type Argument struct {
	Name    string
	Default float64
	Range   string // as an interval
}

// ranges are the intervals that an Argument's Range may name.
var ranges = map[string]func(x float64) bool{
	"[0,1]":   func(x float64) bool { return 0 <= x && x <= 1 },
	"(0,1]":   func(x float64) bool { return 0 < x && x <= 1 },
	"(0,1e6]": func(x float64) bool { return 0 < x && x <= 1e6 },
}

// table lists the schedules. Nothing else does.
var table = []Row{
	{
		Name: "constant", Formula: "1", Use: "the base rate throughout",
		build: func([]float64, int, int) Schedule { return Constant(1) },
	},
	{
		Name:      "step",
		Arguments: []Argument{{"epochs", 10, "(0,1e6]"}, {"gamma", 0.5, "(0,1]"}},
		Formula:   "gamma^⌊e/epochs⌋", Use: "a drop when the loss has settled",
		build: func(a []float64, perEpoch, _ int) Schedule { return Step(inSteps(a[0], perEpoch), a[1]) },
	},
	{
		Name:      "exponential",
		Arguments: []Argument{{"gamma", 0.95, "(0,1]"}},
		Formula:   "gamma^e, at each step", Use: "the same decay in every epoch",
		build: func(a []float64, perEpoch, _ int) Schedule { return Exponential(math.Pow(a[0], 1/float64(perEpoch))) },
	},
	{
		Name:      "cosine",
		Arguments: []Argument{{"floor", 0, "[0,1]"}},
		Formula:   "floor + (1 − floor)·(1 + cos(π·e/E))/2", Use: "a run of known length: long at full rate, settled at the end",
		build: func(a []float64, _, total int) Schedule { return Cosine(total, a[0]) },
	},
	{
		Name:      "warmup",
		Arguments: []Argument{{"epochs", 5, "(0,1e6]"}},
		Formula:   "rises to 1 in a line, at each step; warmup:5+cosine goes on with another", Use: "adaptive rules and large batches, whose first steps are unreliable",
		build: func(a []float64, perEpoch, _ int) Schedule { return Warmup(inSteps(a[0], perEpoch), Constant(1)) },
		ends:  func(a []float64, perEpoch int) int { return inSteps(a[0], perEpoch) },
	},
}

// inSteps is a time in epochs as a number of steps, at least one.
func inSteps(epochs float64, perEpoch int) int {
	const most = 1 << 53 // beyond which a float64 skips integers
	return int(min(max(1, math.Round(epochs*float64(perEpoch))), most))
}

// Names lists the schedules in the order of the table.
func Names() []string {
	return names.Of(table, Row.name)
}

func (r Row) name() string { return r.Name }

// ByName returns the row of a schedule. Its error names the nearest one and lists
// them all.
func ByName(name string) (Row, error) {
	return names.Find("schedules", "schedule", name, table, Row.name)
}
