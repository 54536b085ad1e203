package main

import (
	"fmt"
	"strconv"
	"strings"
)

// work is one thing to time, the same for every program.
type work struct {
	Kind       string `json:"kind"` // step or epoch
	Sizes      []int  `json:"sizes"`
	Batch      int    `json:"batch"`
	Rows       int    `json:"rows"` // in memory
	DType      string `json:"dtype"`
	Activation string `json:"activation"` // of the hidden layers
	Loss       string `json:"loss"`
	Optimizer  string `json:"optimizer"`
	Threads    int    `json:"-"` // of nabla; the others have one
}

// layers writes the sizes as nabla bench reads them.
func (w work) layers() string {
	parts := make([]string, len(w.Sizes))
	for i, size := range w.Sizes {
		parts[i] = strconv.Itoa(size)
	}
	return strings.Join(parts, "-")
}

// net is a network of the comparison.
type net struct {
	name  string
	sizes []int
	batch int
}

var nets = []net{
	{"A", []int{784, 256, 10}, 128},
	{"B", []int{784, 128, 10}, 32},
	{"C", []int{2, 8, 2}, 4},
	{"D", []int{4, 16, 3}, 1},
	{"E", []int{64, 64, 32, 10}, 32},
	{"F", []int{784, 512, 512, 10}, 512},
}

// step is the plain step of a net: ReLU, softmax cross-entropy, gradient descent,
// float32.
func (n net) step() work {
	return work{Kind: "step", Sizes: n.sizes, Batch: n.batch, Rows: max(4*n.batch, 1024), DType: "float32",
		Activation: "relu", Loss: "cross-entropy", Optimizer: "sgd", Threads: 1}
}

// The names of the other programs.
const (
	pyTorch     = "PyTorch"
	scikitLearn = "scikit-learn"
	goDeep      = "go-deep"
	goMLX       = "GoMLX"
)

// row is a line of the tables: work, and by what factor the others must be slower.
type row struct {
	section, name string
	work          work
	others        []string // that are timed beside it
	demands       map[string]float64
	samples       map[string][]float64 // of each program by round, "" is nabla
}

// ahead is a demand that is met by any lead.
const ahead = 1

// sections in their order, with what changes against the first.
const (
	oneCore  = "One core"
	twoCores = "Two cores"
	epochs   = "Epochs"
)

// demanded are the factors by which PyTorch must be slower on one core and on two;
// nets without one on two are too small to be divided.
var demanded = map[string][2]float64{
	"A": {1.8, 2.5}, "B": {2.5, 2.8}, "C": {100, 0}, "D": {100, 0}, "E": {12, 0}, "F": {1.15, 2.0},
}

// variants leave the plain step by one choice each.
var variants = []struct {
	section string
	change  func(*work)
}{
	{"Adam", func(w *work) { w.Optimizer = "adam" }},
	{"Tanh", func(w *work) { w.Activation = "tanh" }},
	{"Sigmoid and binary cross-entropy", func(w *work) { w.Activation, w.Loss = "sigmoid", "bce" }},
	{"Float64", func(w *work) { w.DType = "float64" }},
}

// rows lists the comparison.
func rows() []*row {
	var list []*row
	for _, n := range nets {
		r := &row{section: oneCore, name: n.name, work: n.step(), others: []string{pyTorch, scikitLearn, goDeep, goMLX},
			demands: map[string]float64{pyTorch: demanded[n.name][0]}}
		if n.name == "C" || n.name == "D" {
			r.demands[goDeep] = 3
		}
		list = append(list, r)
	}
	for _, n := range nets {
		if factor := demanded[n.name][1]; factor > 0 {
			r := &row{section: twoCores, name: n.name, work: n.step(), others: []string{pyTorch}, demands: map[string]float64{pyTorch: factor}}
			r.work.Threads = 2
			list = append(list, r)
		}
	}
	for _, v := range variants {
		for _, n := range nets {
			r := &row{section: v.section, name: n.name, work: n.step(), others: []string{pyTorch}, demands: map[string]float64{pyTorch: ahead}}
			v.change(&r.work)
			list = append(list, r)
		}
	}
	for _, e := range []struct {
		name         string
		sizes        []int
		rows, batch  int
		torch, learn float64
	}{
		{"60000 rows", []int{784, 128, 10}, 60000, 32, 6, 4},
		{"150 rows", []int{4, 16, 3}, 150, 30, 60, 40},
	} {
		w := net{sizes: e.sizes, batch: e.batch}.step()
		w.Kind, w.Rows, w.Optimizer = "epoch", e.rows, "adam"
		list = append(list, &row{section: epochs, name: fmt.Sprintf("%s, %s, batch %d", e.name, w.layers(), e.batch), work: w,
			others: []string{pyTorch, scikitLearn}, demands: map[string]float64{pyTorch: e.torch, scikitLearn: e.learn}})
	}
	return list
}

// selected are the rows of the wanted sections.
func selected(all []*row, o options) (list []*row) {
	for _, r := range all {
		if o.wants(strings.ToLower(r.section)) {
			list = append(list, r)
		}
	}
	return list
}
