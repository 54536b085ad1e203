package schedules_test

import (
	"math"
	"slices"
	"testing"

	"nabla/internal/reference"
	"nabla/train/schedules"
)

func TestRowsAreDocumented(t *testing.T) {
	for _, name := range schedules.Names() {
		row, err := schedules.ByName(name)
		if err != nil || row.Name == "" || row.Formula == "" || row.Use == "" {
			t.Errorf("row %q lacks something: %+v, %v", name, row, err)
		}
	}
	names := slices.Sorted(slices.Values(schedules.Names()))
	if len(names) < 5 || len(slices.Compact(names)) != len(schedules.Names()) {
		t.Errorf("missing or repeated names: %v", schedules.Names())
	}
}

// TestDefaultsStayInRange follows each schedule of the table with its defaults:
// the factor is 1 somewhere and never outside (0, 1] in the run.
func TestDefaultsStayInRange(t *testing.T) {
	const perEpoch, epochs = 7, 30
	for _, name := range schedules.Names() {
		schedule, plateau, err := schedules.ParseRun(name, perEpoch, perEpoch*epochs)
		if err != nil || (plateau != nil) != (name == "plateau") {
			t.Fatalf("%s: %v, %v", name, plateau, err)
		}
		top := 0.0
		for step := range perEpoch * epochs {
			f := schedule(step)
			top = max(top, f)
			if !(f > 0 && f <= 1) {
				t.Errorf("%s: factor %v at step %d", name, f, step)
			}
		}
		if top != 1 {
			t.Errorf("%s: largest factor is %v", name, top)
		}
	}
}

func TestParse(t *testing.T) {
	const perEpoch, total = 4, 40
	for _, c := range []struct {
		spec string
		want schedules.Schedule
	}{
		{"constant", schedules.Constant(1)},
		{"step", schedules.Step(40, 0.5)},
		{"step:2", schedules.Step(8, 0.5)},
		{"step:2,0.1", schedules.Step(8, 0.1)},
		{"step:0.5,0.1", schedules.Step(2, 0.1)},
		{"step:0.001,0.1", schedules.Step(1, 0.1)},
		{"exponential:0.9", func(step int) float64 { return math.Pow(0.9, float64(step)/4) }},
		{"cosine", schedules.Cosine(40, 0)},
		{"cosine:0.01", schedules.Cosine(40, 0.01)},
		{"warmup", schedules.Warmup(20, schedules.Constant(1))},
		{"warmup:2", func(step int) float64 { return min(1, float64(step+1)/8) }},
		{"warmup:0.25+constant", schedules.Constant(1)},
		{"warmup:2+cosine:0.1", schedules.Warmup(8, schedules.Cosine(32, 0.1))},
		{" warmup : 2 + step : 1 , 0.5 ", schedules.Warmup(8, schedules.Step(4, 0.5))},
		{"multi-step", schedules.MultiStep(0.1, 40)},
		{"multi-step:0.3,1,2.5,2.5", schedules.MultiStep(0.3, 4, 10, 10)},
		{"inverse-time:0.4", schedules.InverseTime(0.1)},
		{"polynomial", func(step int) float64 { return 1 - float64(step)/40 }},
		{"polynomial:2,0.1", schedules.Polynomial(40, 2, 0.1)},
		{"warm-restarts:2,3,0.1", schedules.WarmRestarts(8, 3, 0.1)},
		{"warm-restarts:1,1", func(step int) float64 { return schedules.Cosine(4, 0)(step % 4) }},
		{"one-cycle:0.5,10,100", schedules.OneCycle{Total: 40, Rise: 0.5, Divide: 10, FinalDivide: 100}.Factor},
		{"warmup:2+one-cycle", schedules.Warmup(8, schedules.OneCycle{Total: 32}.Factor)},
		{"cyclic:1.5,0.2", schedules.Cyclic{Up: 6, Low: 0.2}.Factor},
		{"noam:2", schedules.Noam(8)},
		{"warmup:1+warmup:1+cosine", schedules.Warmup(4, schedules.Warmup(4, schedules.Cosine(32, 0)))},
	} {
		got, err := schedules.Parse(c.spec, perEpoch, total)
		if err != nil {
			t.Errorf("%q: %v", c.spec, err)
			continue
		}
		for step := range total {
			if !reference.Close(got(step), c.want(step), 1e-13, 1e-15) {
				t.Errorf("%q: factor %v at step %d, want %v", c.spec, got(step), step, c.want(step))
			}
		}
	}
}

func TestParseErrors(t *testing.T) {
	const have = "(have constant, step, multi-step, exponential, inverse-time, polynomial, cosine, warm-restarts, one-cycle, cyclic, noam, plateau, warmup)"
	for spec, want := range map[string]string{
		"":                    `schedules: unknown schedule "" ` + have,
		"cosin":               `schedules: unknown schedule "cosin", did you mean "cosine"? ` + have,
		"warmup:2+cosin":      `schedules: unknown schedule "cosin", did you mean "cosine"? ` + have,
		"warmup:2+":           `schedules: unknown schedule "" ` + have,
		"cosine:":             `schedules: cosine: floor: "" is not a number`,
		"step:10,x":           `schedules: step: gamma: "x" is not a number`,
		"step:0":              `schedules: step: epochs must be in (0,1e6], got 0`,
		"step:1e300":          `schedules: step: epochs must be in (0,1e6], got 1e+300`,
		"step:-1":             `schedules: step: epochs must be in (0,1e6], got -1`,
		"step:1,NaN":          `schedules: step: gamma must be in (0,1], got NaN`,
		"exponential:1.5":     `schedules: exponential: gamma must be in (0,1], got 1.5`,
		"cosine:2":            `schedules: cosine: floor must be in [0,1], got 2`,
		"step:1,0.5,3":        `schedules: "step:1,0.5,3": step takes only epochs, gamma`,
		"one-cycle:1":         `schedules: one-cycle: rise must be in (0,1), got 1`,
		"warm-restarts:2,1.5": `schedules: warm-restarts: longer must be a whole number, got 1.5`,
		"multi-step:0.1,0":    `schedules: multi-step: epochs must be in (0,1e6], got 0`,
		"multi-step:0.1,1,x":  `schedules: multi-step: epochs: "x" is not a number`,
		"plateau":             `schedules: "plateau": plateau needs the validation loss of a training run`,
		"warmup:1+plateau":    `schedules: "warmup:1+plateau": plateau needs the validation loss of a training run`,
		"plateau:1":           `schedules: plateau: factor must be in (0,1), got 1`,
		"plateau+step":        `schedules: "plateau+step": plateau has no end, so nothing follows it`,
		"constant:1":          `schedules: "constant:1": constant takes no arguments`,
		"cosine+step":         `schedules: "cosine+step": cosine has no end, so nothing follows it`,
		"warmup:10+cosine":    `schedules: "warmup:10+cosine": warmup takes 40 steps and the run has only 40`,
		"warmup:1e6+cosine":   `schedules: "warmup:1e6+cosine": warmup takes 4000000 steps and the run has only 40`,
	} {
		schedule, err := schedules.Parse(spec, 4, 40)
		if err == nil || err.Error() != want || schedule != nil {
			t.Errorf("%q: error %v\nwant %s", spec, err, want)
		}
	}
	for _, run := range [][2]int{{0, 10}, {10, 0}, {-1, -1}} {
		if _, err := schedules.Parse("cosine", run[0], run[1]); err == nil {
			t.Errorf("a run of %v steps is accepted", run)
		}
	}
}

// TestOddArguments: whatever the number of steps, no factor is NaN or outside
// [0, 1], and nothing panics.
func TestOddArguments(t *testing.T) {
	for _, n := range []int{-3, 0, 1, 2} {
		for name, schedule := range map[string]schedules.Schedule{
			"multi-step": schedules.MultiStep(0.5, n), "polynomial": schedules.Polynomial(n, 2, 0), "restarts": schedules.WarmRestarts(n, n, 0),
			"one-cycle": schedules.OneCycle{Total: n}.Factor, "three phases": schedules.OneCycle{Total: n, ThreePhases: true, Linear: true}.Factor,
			"cyclic": schedules.Cyclic{Up: n, Down: n}.Factor, "noam": schedules.Noam(n),
			"step": schedules.Step(n, 0.5), "cosine": schedules.Cosine(n, 0),
			"warm-up": schedules.LinearWarmup(n, 0), "warm-up, then": schedules.Warmup(n, schedules.Constant(1)),
		} {
			for step := range 5 {
				if f := schedule(step); !(f >= 0 && f <= 1) {
					t.Errorf("%s of %d: factor %v at step %d", name, n, f, step)
				}
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"cosine", "step:10,0.5", "warmup:5+cosine:0.01", "multi-step:0.1,2,3", "one-cycle:0.2", "warm-restarts:1,2", "cyclic", "noam:3", "plateau", "exponential:", "++", "step:1e+1"} {
		f.Add(seed, 4, 40)
	}
	f.Fuzz(func(t *testing.T, spec string, perEpoch, total int) {
		schedule, err := schedules.Parse(spec, perEpoch, total)
		if (schedule == nil) == (err == nil) {
			t.Fatalf("%q: neither or both of schedule and error: %v", spec, err)
		}
		if err == nil {
			for _, step := range []int{0, 1, total - 1} {
				if v := schedule(step); !(v >= 0 && v <= 1) {
					t.Errorf("%q: factor %v at step %d", spec, v, step)
				}
			}
		}
	})
}
