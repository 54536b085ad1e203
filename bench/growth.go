package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// growth is how the time of a row depends on one size of a network.
type growth struct {
	name   string // batch, width or depth
	about  string
	points []point
}

// point is a network with its time.
type point struct {
	size   int
	micros float64 // of a row of a batch
	gflops float64
	bytes  int // that a step goes through
}

// trainingRows are the rows in memory while the batch grows, the same for all of
// them: at 4096 rows there are four batches.
const trainingRows = 16384

// grown are the networks whose batch, width or depth grows.
var grown = []struct {
	name, about string
	sizes       []int
	net         func(size int) net
}{
	{"batch", "784-256-10", []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096},
		func(n int) net { return net{sizes: []int{784, 256, 10}, batch: n} }},
	{"width", "784-width-10, batch 128", []int{16, 32, 64, 128, 256, 512, 1024, 2048},
		func(n int) net { return net{sizes: []int{784, n, 10}, batch: 128} }},
	{"depth", "784, depth times 256, 10, batch 128", []int{1, 2, 3, 4, 6, 8, 12, 16},
		func(n int) net {
			return net{sizes: slices.Concat([]int{784}, slices.Repeat([]int{256}, n), []int{10}), batch: 128}
		}},
}

// growth times them in turns.
func (r *report) growth(us *nabla, o options) error {
	samples := map[string][]float64{}
	for range o.rounds {
		for _, g := range grown {
			for _, size := range g.sizes {
				took, err := rowTime(us, g.name, g.net(size))
				if err != nil {
					return err
				}
				key := fmt.Sprint(g.name, size)
				samples[key] = append(samples[key], took)
			}
		}
	}
	for _, g := range grown {
		curve := growth{name: g.name, about: g.about}
		for _, size := range g.sizes {
			n, took := g.net(size), median(samples[fmt.Sprint(g.name, size)])
			curve.points = append(curve.points, point{size, took, n.flops() / float64(n.batch) / took / 1e3, n.bytes()})
		}
		r.growths = append(r.growths, curve)
	}
	return nil
}

// rowTime is the time of a row in microseconds. Different batches go through whole
// epochs over the same rows.
func rowTime(us *nabla, name string, n net) (float64, error) {
	if name != "batch" {
		took, err := us.microseconds(n.step())
		return took / float64(n.batch), err
	}
	result, err := us.bench(n.step(), "--repeat", "1", "--epoch", strconv.Itoa(trainingRows))
	return result.Epoch / trainingRows, err
}

// flops counts the operations of the products of a step, as nabla bench does.
func (n net) flops() float64 {
	total := 0.0
	for i, units := range n.sizes[1:] {
		products := 3.0
		if i == 0 {
			products = 2
		}
		total += 2 * products * float64(n.batch*n.sizes[i]*units)
	}
	return total
}

// bytes is the size of what a step goes through in float32: weights and their
// gradients, the inputs, and each layer's outputs and their gradients.
func (n net) bytes() int {
	numbers := n.batch * n.sizes[0]
	for i, units := range n.sizes[1:] {
		numbers += 2 * (n.sizes[i] + 1 + n.batch) * units
	}
	return 4 * numbers
}

// The demand on growth: the time of a row is the same for these batches, within a
// factor.
const (
	evenFrom, evenTo = 256, 4096
	evenWithin       = 1.20
)

// spread is the largest time of a row over the smallest, for the batches that
// should be even; NaN when growth was not measured.
func (r *report) spread() float64 {
	least, most := math.Inf(1), 0.0
	for _, g := range r.growths {
		for _, p := range g.points {
			if g.name == "batch" && p.size >= evenFrom && p.size <= evenTo {
				least, most = min(least, p.micros), max(most, p.micros)
			}
		}
	}
	if most == 0 {
		return math.NaN()
	}
	return most / least
}
