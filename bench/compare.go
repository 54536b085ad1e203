package main

import (
	"log"
	"math"
	"slices"
)

// slow is the time, in microseconds, from which one sample is enough of a peer that
// nothing is demanded of.
const slow = 1e5

// compare takes turns: in each round, every row is timed by nabla and by the others
// one after the other, so that a disturbance of the machine meets all of them. The
// peak is measured in each round too.
func (r *report) compare(us *nabla, _ options) error {
	if len(r.rows) == 0 {
		return nil
	}
	for round := range r.rounds {
		log.Printf("round %d of %d", round+1, r.rounds)
		for _, row := range r.rows {
			if row.samples == nil {
				row.samples = map[string][]float64{}
			}
			took, err := us.microseconds(row.work)
			if err != nil {
				return err
			}
			row.add("", round, took)
			for _, p := range r.peers {
				if !slices.Contains(row.others, p.name) || row.demands[p.name] == 0 && row.median(p.name) > slow {
					continue
				}
				took, err := p.microseconds(row.work)
				if err != nil {
					if round == 0 {
						log.Printf("%s %s: %v", row.section, row.name, err)
					}
					took = math.NaN()
				}
				row.add(p.name, round, took)
			}
			r.roof.sample()
		}
	}
	return nil
}

// add keeps the sample of a round.
func (r *row) add(program string, round int, took float64) {
	for len(r.samples[program]) < round {
		r.samples[program] = append(r.samples[program], math.NaN())
	}
	r.samples[program] = append(r.samples[program], took)
}

// median is the time of a program, NaN if it has none.
func (r *row) median(program string) float64 { return median(r.samples[program]) }

// ratio is by what factor another program is slower: the median over the rounds, in
// each of which both were timed one after the other.
func (r *row) ratio(program string) float64 {
	var ratios []float64
	for i, theirs := range r.samples[program] {
		ratios = append(ratios, theirs/r.samples[""][i])
	}
	return median(ratios)
}

// median ignores what is not a number.
func median(values []float64) float64 {
	sorted := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	if len(sorted) == 0 {
		return math.NaN()
	}
	slices.Sort(sorted)
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}
