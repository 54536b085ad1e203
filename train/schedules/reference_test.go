package schedules_test

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"testing"

	"nabla/internal/reference"
	"nabla/train/schedules"
)

// params are the parameters of the reference's schedules, in its own names.
type params struct {
	BaseLR      float64 `json:"base_lr"`
	MaxLR       float64 `json:"max_lr"`
	StepSize    int     `json:"step_size"`
	Gamma       float64
	Milestones  []int
	TMax        int     `json:"T_max"`
	T0          int     `json:"T_0"`
	TMult       int     `json:"T_mult"`
	EtaMin      float64 `json:"eta_min"`
	StartFactor float64 `json:"start_factor"`
	TotalIters  int     `json:"total_iters"`
	TotalSteps  int     `json:"total_steps"`
	PctStart    float64 `json:"pct_start"`
	Anneal      string  `json:"anneal_strategy"`
	ThreePhase  bool    `json:"three_phase"`
	Up          int     `json:"step_size_up"`
	Down        int     `json:"step_size_down"`
	Mode        string
	Factor      float64
	Power       float64
	Decay       float64
	Warmup      int
	Total       int

	// Of reduce_on_plateau.
	Patience, Cooldown int
	Threshold          float64
	ThresholdMode      string  `json:"threshold_mode"`
	MinLR              float64 `json:"min_lr"`
}

// scaled is a schedule with the learning rate that its factor 1 is.
type scaled struct {
	rate     float64
	factor   schedules.Schedule
	momentum schedules.Schedule // nil without
}

// ours makes the schedule of each kind of the reference.
var ours = map[string]func(p params) scaled{
	"step": func(p params) scaled { return scaled{p.BaseLR, schedules.Step(p.StepSize, p.Gamma), nil} },
	"multi_step": func(p params) scaled {
		return scaled{p.BaseLR, schedules.MultiStep(p.Gamma, p.Milestones...), nil}
	},
	"exponential": func(p params) scaled { return scaled{p.BaseLR, schedules.Exponential(p.Gamma), nil} },
	"inverse_time": func(p params) scaled {
		return scaled{p.BaseLR, schedules.InverseTime(p.Decay), nil}
	},
	"polynomial": func(p params) scaled {
		return scaled{p.BaseLR, schedules.Polynomial(p.TotalIters, p.Power, 0), nil}
	},
	"cosine": func(p params) scaled { return scaled{p.BaseLR, schedules.Cosine(p.TMax, p.EtaMin/p.BaseLR), nil} },
	"cosine_warm_restarts": func(p params) scaled {
		return scaled{p.BaseLR, schedules.WarmRestarts(p.T0, p.TMult, p.EtaMin/p.BaseLR), nil}
	},
	"one_cycle": func(p params) scaled {
		c := schedules.OneCycle{Total: p.TotalSteps, Rise: p.PctStart, Linear: p.Anneal == "linear", ThreePhases: p.ThreePhase}
		return scaled{p.MaxLR, c.Factor, c.Momentum}
	},
	"cyclic": func(p params) scaled {
		c := schedules.Cyclic{Up: p.Up, Down: p.Down, Low: p.BaseLR / p.MaxLR, Halve: p.Mode == "triangular2"}
		return scaled{p.MaxLR, c.Factor, c.Momentum}
	},
	// Ours is 1 at the last step of the warm-up, where theirs is warmup^−½.
	"noam": func(p params) scaled {
		return scaled{p.BaseLR / math.Sqrt(float64(p.Warmup)), schedules.Noam(p.Warmup), nil}
	},
	"linear_warmup": func(p params) scaled {
		return scaled{p.BaseLR, schedules.LinearWarmup(p.TotalIters, p.StartFactor), nil}
	},
	"constant_warmup": func(p params) scaled {
		return scaled{p.BaseLR, schedules.Then(schedules.Constant(p.Factor), p.TotalIters, schedules.Constant(1)), nil}
	},
	"warmup_then_cosine": func(p params) scaled {
		return scaled{p.BaseLR, schedules.Warmup(p.Warmup, schedules.Cosine(p.Total-p.Warmup, 0)), nil}
	},
}

func TestSchedulesFollowPyTorch(t *testing.T) {
	var file struct {
		Schedules []struct {
			Name                 string
			Params               json.RawMessage
			LR, Momentum, Metric []float64
			LRAfter              []float64 `json:"lr_after"`
		}
	}
	reference.Load(t, "optimizers.json", &file)
	ran, left, sequences := map[string]int{}, map[string]int{}, 0
	for _, c := range file.Schedules {
		p := params{MaxLR: 1, PctStart: 0.3, TMult: 1} // PyTorch's defaults
		if err := json.Unmarshal(c.Params, &p); err != nil {
			t.Fatal(err)
		}
		compare := func(what string, got, want []float64) {
			sequences++
			// PyTorch multiplies up step by step, hence a little more than rounding.
			if err := reference.Compare(got, want, 1e-12, 1e-15*p.BaseLR); err != nil {
				t.Errorf("%s %s, %s: %v", c.Name, c.Params, what, err)
			}
		}
		if c.Name == "reduce_on_plateau" {
			ran[c.Name]++
			compare("rates", followed(p, c.Metric), c.LRAfter)
			continue
		}
		build := ours[c.Name]
		if build == nil {
			left[c.Name]++
			continue
		}
		ran[c.Name]++
		s := build(p)
		rates := make([]float64, len(c.LR))
		for step := range rates {
			rates[step] = s.rate * s.factor(step)
		}
		compare("rates", rates, c.LR)
		if c.Momentum == nil {
			continue
		}
		momentum := make([]float64, len(c.Momentum))
		for step := range momentum {
			momentum[step] = s.momentum(step)
		}
		compare("momentum", momentum, c.Momentum)
	}
	t.Logf("%d kinds ran %v, %d sequences; kinds left out: %v", len(ran), ran, sequences, slices.Sorted(maps.Keys(left)))
	for kind := range ours {
		if ran[kind] == 0 {
			t.Errorf("no case of kind %q ran", kind)
		}
	}
	if len(left) > 0 || ran["reduce_on_plateau"] == 0 {
		t.Errorf("kinds left out: %v", left)
	}
}

// followed are the rates after each number that a plateau was shown.
func followed(p params, metric []float64) []float64 {
	watch := schedules.Plateau{
		Factor: p.Factor, Patience: p.Patience, Cooldown: p.Cooldown, Threshold: p.Threshold,
		Absolute: p.ThresholdMode == "abs", Larger: p.Mode == "max", Floor: p.MinLR / p.BaseLR,
	}.Watch()
	var rates []float64
	for _, v := range metric {
		watch.Observe(v)
		rates = append(rates, p.BaseLR*watch.Factor())
	}
	return rates
}

func TestPlateauRefuses(t *testing.T) {
	for _, p := range []schedules.Plateau{
		{}, {Factor: 1}, {Factor: 0.5, Patience: -1}, {Factor: 0.5, Cooldown: -1}, {Factor: 0.5, Threshold: -1}, {Factor: 0.5, Floor: 2},
	} {
		if p.Check() == nil {
			t.Errorf("%+v is taken", p)
		}
	}
	if err := (schedules.Plateau{Factor: 0.1}).Check(); err != nil {
		t.Error(err)
	}
}

func TestParseRun(t *testing.T) {
	factor, plateau, err := schedules.ParseRun("warmup:2+plateau:0.2,3,1,0.01", 4, 40)
	if err != nil {
		t.Fatal(err)
	}
	if want := (schedules.Plateau{Factor: 0.2, Patience: 3, Cooldown: 1, Floor: 0.01, Threshold: 1e-4}); plateau == nil || *plateau != want {
		t.Errorf("plateau %+v, want %+v", plateau, want)
	}
	for step, want := range []float64{0.125, 0.25, 0.375} {
		if factor(step) != want {
			t.Errorf("factor %v at step %d, want %v", factor(step), step, want)
		}
	}
	if factor(20) != 1 {
		t.Errorf("factor %v after the warm-up", factor(20))
	}
	for spec, want := range map[string]bool{"plateau": true, "warmup:3+ plateau:0.1": true, "cosine": false, "": false, "platau": false} {
		if schedules.Watches(spec) != want {
			t.Errorf("%q: watches %v", spec, !want)
		}
	}
}
