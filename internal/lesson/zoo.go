package lesson

import (
	"fmt"
	"math"
	"math/rand/v2"

	"nabla/internal/names"
)

// Bug is a mistake of the zoo.
type Bug struct {
	Name    string
	Seam    Seam
	Planted string // what is wrong, as a formula where there is one
	Right   string // what the twin has in its place
	// Detector is what tells the bug from its twin; see Detectors.
	Detector string
	// Lesson says how it is found, and why looking at the loss is not enough.
	Lesson string

	find find
}

// find runs a detector on a bug, or on its twin.
type find func(t Trial, planted bool) (Finding, error)

// Trial is what bugs are tried on.
type Trial struct {
	Seed uint64 // of weights, masks, orders and random inputs
	// X are inputs, rows of so many columns, for the detectors that take any; nil
	// are normal numbers.
	X       []float64
	Columns int
}

// rows returns n rows of inputs, of the given width if they are random or would be
// single numbers, of which a transposed weight or a softmax is none. Those of data
// come again and again if there are too few, and are scaled down to order 1: in
// saturated units every gradient is 0.
func (t Trial) rows(n, width int) (x []float64, columns int) {
	columns = t.Columns
	if columns == 1 {
		columns = width
	}
	if columns > 0 && len(t.X) >= 2*columns { // one row has no batch
		have := len(t.X) / columns * columns
		size := max(1, norm(t.X[:have])/math.Sqrt(float64(have)))
		for i := range n * columns {
			x = append(x, t.X[i%have]/size)
		}
		return x, columns
	}
	rng := rand.New(rand.NewPCG(t.Seed, 0))
	for range n * width {
		x = append(x, rng.NormFloat64())
	}
	return x, width
}

// Seam is where a bug is plugged in.
type Seam string

// The seams.
const (
	LayerSeam      Seam = "layer"
	ActivationSeam Seam = "activation"
	LossSeam       Seam = "loss"
	RuleSeam       Seam = "rule"
	BatchSeam      Seam = "batches"
)

// Finding is what a detector says.
type Finding struct {
	Found    bool
	Evidence string // numbers, one line
}

// Examine runs the detector on the bug and on its twin: it must find something
// wrong in the first and nothing in the second.
func (b Bug) Examine(t Trial) (planted, twin Finding, err error) {
	if planted, err = b.find(t, true); err == nil {
		twin, err = b.find(t, false)
	}
	if err != nil {
		return planted, twin, fmt.Errorf("lesson: %s: %w", b.Name, err)
	}
	return planted, twin, nil
}

// BugByName returns the bug of this name. The error for an unknown name has the
// nearest one and the list.
func BugByName(name string) (Bug, error) {
	for _, b := range Zoo() {
		if b.Name == name {
			return b, nil
		}
	}
	return Bug{}, names.Unknown("lesson", "mistake", name, BugNames())
}

// BugNames lists the bugs in the order of the zoo.
func BugNames() []string {
	var list []string
	for _, b := range Zoo() {
		list = append(list, b.Name)
	}
	return list
}

// Detector is a way to find mistakes.
type Detector struct {
	Name string
	What string // what it compares
}

// Names of the detectors.
const (
	gradientCheck = "gradient check"
	updateReplay  = "update replay"
	smallStep     = "small step"
	rowAudit      = "row audit"
	rowsAlone     = "rows alone"
	sameAgain     = "same again"
	meanOfMasks   = "mean of masks"
	perfectAnswer = "perfect answer"
	rowsTwice     = "rows twice"
)

// Detectors lists them.
func Detectors() []Detector {
	return []Detector{
		{gradientCheck, "the gradient of every parameter with central differences, under a random upstream gradient"},
		{updateReplay, "every change of the weights with −η·gradient, the gradient computed apart at the same weights"},
		{smallStep, "the change of the loss in a tiny step with −η·‖gradient‖²"},
		{rowAudit, "the rows of an epoch with those of the data: each once, with its own target"},
		{rowsAlone, "outputs of rows in evaluation, each alone and all together"},
		{sameAgain, "outputs of the same rows in evaluation, twice"},
		{meanOfMasks, "the mean output over many random masks with the output in evaluation"},
		{perfectAnswer, "the loss of a sure and right answer with 0"},
		{rowsTwice, "loss and gradient of a batch with those of the batch taken twice"},
	}
}
