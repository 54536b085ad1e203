package compare

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"nabla/train"
)

// Header is what stands above results: all that says which runs there are. It is
// the first line of a file.
type Header struct {
	Event      string            `json:"event"` // start
	Problems   []Description     `json:"problems"`
	Optimizers []OptimizerHeader `json:"optimizers"`
	Seeds      []uint64          `json:"seeds"`
	TuneSeeds  int               `json:"tune_seeds"`
	Target     *train.Number     `json:"target"` // null: the median of the final values
	Timed      bool              `json:"timed"`  // one run at a time, so that seconds may be compared
	Settings   []string          `json:"settings"`
	Shard      string            `json:"shard,omitempty"` // i/n; empty for all runs
}

// OptimizerHeader is an optimizer without its rule.
type OptimizerHeader struct {
	Name          string    `json:"name"`
	Options       []string  `json:"options"`
	LearningRates []float64 `json:"learning_rates"`
}

// maxRuns keeps a slip of the keyboard from taking all memory.
const maxRuns = 10_000_000

// check reports what a file could have in it, but no plan makes.
func (h Header) check() error {
	if h.Event != "start" || len(h.Problems) == 0 || len(h.Optimizers) == 0 || len(h.Seeds) == 0 ||
		h.TuneSeeds < 1 || h.TuneSeeds > len(h.Seeds) {
		return fmt.Errorf("it is not the first line of a comparison")
	}
	runs := 0
	for _, o := range h.Optimizers {
		if len(o.LearningRates) == 0 {
			return fmt.Errorf("optimizer %s has no learning rates", o.Name)
		}
		runs += len(o.LearningRates) * len(h.Problems) * len(h.Seeds)
	}
	if runs > maxRuns {
		return fmt.Errorf("%d runs are more than %d", runs, maxRuns)
	}
	_, err := ParseShard(h.Shard, nil)
	if h.Shard == "" {
		return nil
	}
	return err
}

// shard is the part that the header is of.
func (h Header) shard() Shard {
	s, _ := ParseShard(h.Shard, nil) // check has read it
	return s
}

// settings lists what must be equal where results are put together, each with a
// name for people.
func (h Header) settings() [][2]string {
	var list [][2]string
	add := func(name string, value any) { list = append(list, [2]string{name, fmt.Sprint(value)}) }
	var problems, optimizers []string
	for _, p := range h.Problems {
		problems = append(problems, p.Name)
	}
	for _, o := range h.Optimizers {
		optimizers = append(optimizers, o.Name)
	}
	add("the data", strings.Join(problems, ", "))
	add("the optimizers", strings.Join(optimizers, ", "))
	for _, p := range h.Problems {
		prefix := ""
		if len(h.Problems) > 1 {
			prefix = p.Name + ": "
		}
		add(prefix+"the metric", p.Metric+" of "+p.Rows+" rows")
		list = append(list, cut(prefix, p.Settings)...)
	}
	for _, o := range h.Optimizers {
		list = append(list, cut(o.Name+": ", o.Options)...)
		add(o.Name+": the learning rates", o.LearningRates)
	}
	add("the seeds", h.Seeds)
	add("the seeds for tuning", h.TuneSeeds)
	target := "the median"
	if h.Target != nil {
		target = strconv.FormatFloat(float64(*h.Target), 'g', -1, 64)
	}
	add("the target", target)
	add("one run at a time", h.Timed)
	return append(list, cut("", h.Settings)...)
}

// cut splits texts of the form name=value.
func cut(prefix string, settings []string) [][2]string {
	var list [][2]string
	for _, s := range settings {
		name, value, _ := strings.Cut(s, "=")
		list = append(list, [2]string{prefix + name, value})
	}
	return list
}

// differs words the first setting that is another one in two headers, "" when
// there is none. Shards are not looked at.
func (h Header) differs(other Header) string {
	was, is := h.settings(), other.settings()
	find := func(list [][2]string, name string) string {
		for _, s := range list {
			if s[0] == name {
				return s[1]
			}
		}
		return "not there"
	}
	for _, s := range slices.Concat(was, is) {
		if a, b := find(was, s[0]), find(is, s[0]); a != b {
			return fmt.Sprintf("%s: %s and %s", s[0], abridged(a), abridged(b))
		}
	}
	return ""
}

// abridged is a text that does not fill the screen.
func abridged(text string) string {
	const most = 80
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

// place is a run as indexes into the lists of the header.
type place struct{ problem, optimizer, rate, seed int }

// tuned reports whether an optimizer has learning rates that not all seeds try.
func (h Header) tuned(optimizer int) bool {
	return len(h.Optimizers[optimizer].LearningRates) > 1 && h.TuneSeeds < len(h.Seeds)
}

// trials lists the runs that need no choice: all rates, with all seeds or with
// those for tuning. Parts get them in turn. All runs of a tuned optimizer go to one
// part, since which of them are to be made follows from the first ones.
func (h Header) trials() []place {
	var list []place
	shard, unit := h.shard(), 0
	for p := range h.Problems {
		for o := range h.Optimizers {
			for r := range h.Optimizers[o].LearningRates {
				for s := range h.seedsOf(o) {
					if shard.owns(unit) {
						list = append(list, place{p, o, r, s})
					}
					if !h.tuned(o) {
						unit++
					}
				}
			}
			if h.tuned(o) {
				unit++
			}
		}
	}
	return list
}

// seedsOf is the number of seeds that all learning rates of an optimizer are tried
// with.
func (h Header) seedsOf(optimizer int) int {
	if h.tuned(optimizer) {
		return h.TuneSeeds
	}
	return len(h.Seeds)
}

// repeats lists the runs that follow from the trials: the best learning rate of
// each tuned optimizer with the other seeds.
func (h Header) repeats(runs map[place]Record) []place {
	var list []place
	for _, t := range h.trials() {
		if h.tuned(t.optimizer) && t.rate == 0 && t.seed == 0 {
			best := h.best(runs, t.problem, t.optimizer)
			for s := h.TuneSeeds; s < len(h.Seeds); s++ {
				list = append(list, place{t.problem, t.optimizer, best, s})
			}
		}
	}
	return list
}

// find returns the place of a record.
func (h Header) find(r Record) (place, bool) {
	at := place{problem: -1, optimizer: -1, rate: -1, seed: slices.Index(h.Seeds, r.Seed)}
	at.problem = slices.IndexFunc(h.Problems, func(d Description) bool { return d.Name == r.Problem })
	at.optimizer = slices.IndexFunc(h.Optimizers, func(o OptimizerHeader) bool { return o.Name == r.Optimizer })
	if at.optimizer >= 0 {
		at.rate = slices.Index(h.Optimizers[at.optimizer].LearningRates, r.LearningRate)
	}
	return at, min(at.problem, at.optimizer, at.rate, at.seed) >= 0
}

// Same reports whether two headers are of the same comparison, or of parts of it.
func (h Header) Same(other Header) bool { return h.differs(other) == "" }
