package main

import (
	"math"

	"nabla/nn/explain"
	"nabla/train"
)

// transcriptJSON is a transcript as JSON; the help of explain documents it.
type transcriptJSON struct {
	Title       string           `json:"title"`
	Notes       []string         `json:"notes"`
	Nodes       []nodeJSON       `json:"nodes"`
	Derivatives []derivativeJSON `json:"derivatives,omitempty"`
}

type nodeJSON struct {
	Name     string         `json:"name"`
	Kind     string         `json:"kind"`
	Formula  string         `json:"formula"`
	From     []string       `json:"from"`
	Shape    []int          `json:"shape"`
	Value    []train.Number `json:"value,omitempty"`
	Summary  summaryJSON    `json:"summary"`
	HandOff  *train.Number  `json:"hand_off"`
	Gradient *gradientJSON  `json:"gradient"`
}

type gradientJSON struct {
	Formula    string         `json:"formula"`
	Value      []train.Number `json:"value,omitempty"`
	Summary    summaryJSON    `json:"summary"`
	HandOff    *train.Number  `json:"hand_off"`
	Numeric    []train.Number `json:"numeric"`
	Checked    []int          `json:"checked"`
	NumericOff *train.Number  `json:"numeric_off"`
	Kinks      int            `json:"kinks"`
	Terms      []termJSON     `json:"terms"`
}

type termJSON struct {
	Reader  string         `json:"reader"`
	Local   string         `json:"local"`
	Locals  []train.Number `json:"locals,omitempty"`
	Formula string         `json:"formula"`
	Value   []train.Number `json:"value,omitempty"`
}

type derivativeJSON struct {
	Variable  string       `json:"variable"`
	Formula   string       `json:"formula"`
	Symbolic  train.Number `json:"symbolic"`
	Automatic train.Number `json:"automatic"`
	Numeric   train.Number `json:"numeric"`
	Kink      bool         `json:"kink"`
}

// summaryJSON is what can be said of a tensor of any size.
type summaryJSON struct {
	Norm train.Number `json:"norm"`
	Mean train.Number `json:"mean"`
	Min  train.Number `json:"min"`
	Max  train.Number `json:"max"`
}

// mostNumbers is the size up to which the numbers of a tensor are printed.
const mostNumbers = 4096

func transcriptOf(t explain.Transcript) transcriptJSON {
	v := transcriptJSON{Title: t.Title, Notes: append([]string{}, t.Notes...), Nodes: []nodeJSON{}}
	for _, n := range t.Nodes {
		node := nodeJSON{
			Name: n.Name, Kind: n.Kind.String(), Formula: n.Formula, From: append([]string{}, n.From...), Shape: append([]int{}, n.Shape...),
			Value: numbersOf(n.Value), Summary: summaryOf(n.Value),
		}
		if n.Hand != nil {
			node.HandOff = new(train.Number(n.HandOff))
		}
		if g := n.Gradient; g != nil {
			node.Gradient = gradientOf(g)
		}
		v.Nodes = append(v.Nodes, node)
	}
	for _, d := range t.Symbolic {
		v.Derivatives = append(v.Derivatives, derivativeJSON{d.Variable, d.Formula, train.Number(d.Symbolic), train.Number(d.Automatic), train.Number(d.Numeric), d.Kink})
	}
	return v
}

func gradientOf(g *explain.Gradient) *gradientJSON {
	v := &gradientJSON{
		Formula: g.Formula, Value: numbersOf(g.Value), Summary: summaryOf(g.Value), Kinks: g.Kinks,
		Numeric: append([]train.Number{}, numbersOf(g.Numeric)...), Checked: append([]int{}, g.Checked...), Terms: []termJSON{},
	}
	if g.Hand != nil {
		v.HandOff = new(train.Number(g.HandOff))
	}
	if len(g.Checked) > 0 {
		v.NumericOff = new(train.Number(g.NumericOff))
	}
	for _, t := range g.Terms {
		v.Terms = append(v.Terms, termJSON{t.Reader, t.Local, numbersOf(t.Locals), t.Formula, numbersOf(t.Value)})
	}
	return v
}

// numbersOf are the numbers of a tensor that is not too large.
func numbersOf(x []float64) []train.Number {
	if len(x) > mostNumbers {
		return nil
	}
	list := make([]train.Number, len(x))
	for i, v := range x {
		list[i] = train.Number(v)
	}
	return list
}

func summaryOf(x []float64) summaryJSON {
	norm, mean, low, high := 0.0, 0.0, math.Inf(1), math.Inf(-1)
	for _, v := range x {
		norm += v * v
		mean += v / float64(len(x))
		low, high = math.Min(low, v), math.Max(high, v)
	}
	return summaryJSON{train.Number(math.Sqrt(norm)), train.Number(mean), train.Number(low), train.Number(high)}
}
