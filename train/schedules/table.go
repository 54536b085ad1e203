package schedules

import (
	"math"

	"nabla/internal/names"
)

// Row is one schedule of the command line's notation.
type Row struct {
	Name      string
	Arguments []Argument // in the order of the notation
	Repeats   bool       // the last argument may be given more than once
	Formula   string     // over e, the epochs that have passed, and E, all of the run
	Use       string

	// build makes the schedule of the given arguments for so many steps; nil for
	// plateau, which depends on how the run goes.
	build func(a []float64, perEpoch, total int) Schedule
	// plateau makes the one that watches the validation loss.
	plateau func(a []float64) Plateau
	// ends is the number of steps after which another may follow; nil for a
	// schedule without an end.
	ends func(a []float64, perEpoch int) int
}

// Argument is a number of a schedule's notation.
type Argument struct {
	Name    string
	Default float64
	Range   string // as an interval
	Whole   bool
}

// ranges are the intervals that an Argument's Range may name.
var ranges = map[string]func(x float64) bool{
	"[0,1]":   func(x float64) bool { return 0 <= x && x <= 1 },
	"(0,1]":   func(x float64) bool { return 0 < x && x <= 1 },
	"(0,1)":   func(x float64) bool { return 0 < x && x < 1 },
	"(0,1e6]": func(x float64) bool { return 0 < x && x <= 1e6 },
	"[1,1e6]": func(x float64) bool { return 1 <= x && x <= 1e6 },
	"[0,1e6]": func(x float64) bool { return 0 <= x && x <= 1e6 },
}

// table lists the schedules. Nothing else does.
var table = []Row{
	{
		Name: "constant", Formula: "1", Use: "the base rate throughout",
		build: func([]float64, int, int) Schedule { return Constant(1) },
	},
	{
		Name:      "step",
		Arguments: []Argument{{"epochs", 10, "(0,1e6]", false}, {"gamma", 0.5, "(0,1]", false}},
		Formula:   "gamma^⌊e/epochs⌋", Use: "a drop when the loss has settled",
		build: func(a []float64, perEpoch, _ int) Schedule { return Step(inSteps(a[0], perEpoch), a[1]) },
	},
	{
		Name:      "multi-step",
		Arguments: []Argument{{"gamma", 0.1, "(0,1]", false}, {"epochs", 10, "(0,1e6]", false}}, Repeats: true,
		Formula: "gamma^(number of given epochs up to e): multi-step:0.1,30,60,80", Use: "drops where others have found them good",
		build: func(a []float64, perEpoch, _ int) Schedule {
			var milestones []int
			for _, epochs := range a[1:] {
				milestones = append(milestones, inSteps(epochs, perEpoch))
			}
			return MultiStep(a[0], milestones...)
		},
	},
	{
		Name:      "exponential",
		Arguments: []Argument{{"gamma", 0.95, "(0,1]", false}},
		Formula:   "gamma^e, at each step", Use: "the same decay in every epoch",
		build: func(a []float64, perEpoch, _ int) Schedule { return Exponential(math.Pow(a[0], 1/float64(perEpoch))) },
	},
	{
		Name:      "inverse-time",
		Arguments: []Argument{{"decay", 0.1, "[0,1e6]", false}},
		Formula:   "1/(1 + decay·e), at each step", Use: "stochastic descent that is to converge",
		build: func(a []float64, perEpoch, _ int) Schedule { return InverseTime(a[0] / float64(perEpoch)) },
	},
	{
		Name:      "polynomial",
		Arguments: []Argument{{"power", 1, "(0,1e6]", false}, {"floor", 0, "[0,1]", false}},
		Formula:   "floor + (1 − floor)·(1 − e/E)^power", Use: "a run of known length: in a line with power 1",
		build: func(a []float64, _, total int) Schedule { return Polynomial(total, a[0], a[1]) },
	},
	{
		Name:      "cosine",
		Arguments: []Argument{{"floor", 0, "[0,1]", false}},
		Formula:   "floor + (1 − floor)·(1 + cos(π·e/E))/2", Use: "a run of known length: long at full rate, settled at the end",
		build: func(a []float64, _, total int) Schedule { return Cosine(total, a[0]) },
	},
	{
		Name:      "warm-restarts",
		Arguments: []Argument{{"epochs", 10, "(0,1e6]", false}, {"longer", 2, "[1,1e6]", true}, {"floor", 0, "[0,1]", false}},
		Formula:   "cosine over the epochs, then over longer times as many, and so on", Use: "several good networks from a run, whose length need not be known",
		build: func(a []float64, perEpoch, _ int) Schedule {
			return WarmRestarts(inSteps(a[0], perEpoch), int(a[1]), a[2])
		},
	},
	{
		Name:      "one-cycle",
		Arguments: []Argument{{"rise", 0.3, "(0,1)", false}, {"divide", 25, "[1,1e6]", false}, {"final-divide", 1e4, "[1,1e6]", false}},
		Formula:   "along cosines from 1/divide to 1 in the share rise of E, then to 1/(divide·final-divide)", Use: "few epochs at rates that would be too large to begin with",
		build: func(a []float64, _, total int) Schedule {
			return OneCycle{Total: total, Rise: a[0], Divide: a[1], FinalDivide: a[2]}.Factor
		},
	},
	{
		Name:      "cyclic",
		Arguments: []Argument{{"epochs", 4, "(0,1e6]", false}, {"low", 0.1, "[0,1]", false}},
		Formula:   "from low to 1 in a line over the epochs, and back, for ever", Use: "runs that shall leave minima again",
		build: func(a []float64, perEpoch, _ int) Schedule {
			return Cyclic{Up: inSteps(a[0], perEpoch), Low: a[1]}.Factor
		},
	},
	{
		Name:      "noam",
		Arguments: []Argument{{"epochs", 5, "(0,1e6]", false}},
		Formula:   "with s steps, w of them in the epochs: min(s/w, √(w/s))", Use: "adaptive rules on large networks",
		build: func(a []float64, perEpoch, _ int) Schedule { return Noam(inSteps(a[0], perEpoch)) },
	},
	{
		Name:      "plateau",
		Arguments: []Argument{{"factor", 0.5, "(0,1)", false}, {"patience", 5, "[0,1e6]", true}, {"cooldown", 0, "[0,1e6]", true}, {"floor", 0, "[0,1]", false}},
		Formula:   "times factor when the validation loss has not improved for more than patience epochs", Use: "a drop when the loss has settled, whenever that is",
		plateau: func(a []float64) Plateau {
			return Plateau{Factor: a[0], Patience: int(a[1]), Cooldown: int(a[2]), Floor: a[3], Threshold: threshold}
		},
	},
	{
		Name:      "warmup",
		Arguments: []Argument{{"epochs", 5, "(0,1e6]", false}},
		Formula:   "rises to 1 in a line, at each step; warmup:5+cosine goes on with another", Use: "adaptive rules and large batches, whose first steps are unreliable",
		build: func(a []float64, perEpoch, _ int) Schedule { return Warmup(inSteps(a[0], perEpoch), Constant(1)) },
		ends:  func(a []float64, perEpoch int) int { return inSteps(a[0], perEpoch) },
	},
}

// threshold is by which share a validation loss must be smaller to be better.
const threshold = 1e-4

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
