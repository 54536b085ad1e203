package main

import (
	"fmt"
	"math"
	"strings"
)

// allocations are the most that any net makes.
type allocations struct{ step, prediction int }

// allocation asks every net of every section.
func (r *report) allocation(us *nabla, _ options) error {
	r.allocs = &allocations{}
	for _, row := range rows() {
		if row.work.Kind != "step" {
			continue
		}
		got, err := us.bench(row.work, "--repeat", "3", "--predict")
		if err != nil {
			return err
		}
		r.allocs.step, r.allocs.prediction = max(r.allocs.step, got.Allocs), max(r.allocs.prediction, got.PredAllocs)
	}
	return nil
}

// verdict is a line of the table of demands.
type verdict struct {
	what, demand, reached string
	pass                  bool
	void                  string // why neither pass nor miss
}

func (v verdict) String() string {
	switch {
	case v.void != "":
		return v.void
	case v.pass:
		return "pass"
	}
	return "**miss**"
}

// atLeast and atMost are the usual kinds of demands.
func atLeast(what string, least, reached float64) verdict {
	return verdict{what: what, demand: "≥ " + digits(least), reached: digits(reached), pass: reached >= least}
}

func atMost(what string, most, reached float64) verdict {
	return verdict{what: what, demand: "≤ " + digits(most), reached: digits(reached), pass: reached <= most}
}

// verdicts holds what was measured to what is demanded.
func (r *report) verdicts() (list []verdict) {
	add := func(v verdict) {
		if !strings.Contains(v.reached, digits(math.NaN())) {
			list = append(list, v)
		}
	}
	for _, row := range r.rows {
		for _, other := range []string{pyTorch, scikitLearn, goDeep} {
			least, ok := row.demands[other]
			if !ok {
				continue
			}
			v := atLeast(fmt.Sprintf("%s, %s: %s ÷ nabla", row.section, row.name, other), least, row.ratio(other))
			if least == ahead {
				v.demand, v.pass = "> 1", row.ratio(other) > 1
			}
			if row.section == twoCores {
				v.void = r.noSecondCore()
			}
			add(v)
		}
	}
	for _, v := range r.beside {
		two := atMost(fmt.Sprintf("Two threads beside another program ÷ one alone, %s", v.net), busyFactor, v.factor)
		two.void = r.noSecondCore()
		add(two)
	}
	for _, l := range leastShares {
		for _, dtype := range []string{"float32", "float64"} {
			for _, kind := range []string{"NN", "TN", "NT"} {
				lowest := math.NaN()
				for _, p := range r.shares {
					if p.ISA == l.isa && p.DType == dtype && p.Kind == kind && !(p.Share >= lowest) {
						lowest = p.Share
					}
				}
				add(atLeast(fmt.Sprintf("Products of hidden layers, %s, %s, %s: least share of the peak", l.isa, dtype, kind), l.share, lowest))
			}
		}
	}
	if r.allocs != nil {
		add(verdict{"Allocations of a step, all nets and variants", "0", fmt.Sprint(r.allocs.step), r.allocs.step == 0, ""})
		add(verdict{"Allocations of the prediction of a batch", "0", fmt.Sprint(r.allocs.prediction), r.allocs.prediction == 0, ""})
	}
	start := median(r.whole.train) / median(r.whole.importTorch)
	add(verdict{"`nabla train iris` ÷ `python3 -c 'import torch'`, whole processes", "< " + digits(leastStart), digits(start), start < leastStart, ""})
	if r.whole.peak > 0 {
		const mega = 1 << 20
		above := r.whole.peak - imageBytes
		add(verdict{fmt.Sprintf("Peak memory of `nabla train %s` (%d MiB) above its data (%d MiB), MiB", imageSource, r.whole.peak/mega, imageBytes/mega),
			fmt.Sprintf("≤ %d", mostMemory/mega), fmt.Sprint(above / mega), above <= mostMemory, ""})
	}
	add(atMost(fmt.Sprintf("Time of a row, 784-256-10, batch %d to %d: largest ÷ smallest", evenFrom, evenTo), evenWithin, r.spread()))
	return list
}

// leastSecondCore is by what factor the peak of two cores must beat that of one for
// them to be two.
const leastSecondCore = 1.8

// noSecondCore says why figures for two cores do not count, if so.
func (r *report) noSecondCore() string {
	if r.roof.secondCore() < leastSecondCore {
		return "void: no second core"
	}
	return ""
}

func (r *report) writeDemands(b *strings.Builder) {
	list := r.verdicts()
	if len(list) == 0 {
		return
	}
	b.WriteString("### Demands\n\n")
	lines := [][]string{{"What", "demanded", "reached", "verdict"}}
	missed, void := 0, 0
	for _, v := range list {
		lines = append(lines, []string{v.what, v.demand, v.reached, v.String()})
		switch {
		case v.void != "":
			void++
		case !v.pass:
			missed++
		}
	}
	fmt.Fprintf(b, "%d of %d are met, %d missed. ", len(list)-missed-void, len(list), missed)
	fmt.Fprintf(b, "The peak of two cores is %s times that of one; figures for two cores count from %.1f on.\n\n", digits(r.roof.secondCore()), leastSecondCore)
	table(b, lines)
}
