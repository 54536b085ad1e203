package gradcheck

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"
)

// Bounds of the error of a tensor.
const (
	SmoothBound = 1e-7 // where all coordinates were checked
	KinkBound   = 1e-4 // where some lie at kinks
)

const (
	smallest    = 1e-3 // gradients below are compared with this
	mostSkipped = 0.05 // of all coordinates
)

// Report says how the gradients of one function compare.
type Report struct {
	Name    string
	Bound   float64 // of Tensor.Error
	Tensors []Tensor
}

// Tensor is the comparison of the gradients by one parameter or the input.
type Tensor struct {
	Name    string
	Size    int     // elements
	Checked int     // compared
	Skipped int     // left out because they lie at a kink
	MaxAbs  float64 // largest |a − n|
	Error   float64 // the same, relative to the largest gradient

	Worst             int     // element with the largest |a − n|
	Analytic, Numeric float64 // its gradients
}

// add takes the gradients of an element into account.
func (t *Tensor) add(element int, analytic, numeric float64) {
	t.Checked++
	if d := math.Abs(analytic - numeric); t.Checked == 1 || d > t.MaxAbs || math.IsNaN(d) {
		t.MaxAbs, t.Worst, t.Analytic, t.Numeric = d, element, analytic, numeric
	}
}

// Coordinates returns how many coordinates the check looked at, and how many of
// them it skipped.
func (r Report) Coordinates() (all, skipped int) {
	for _, t := range r.Tensors {
		all += t.Checked + t.Skipped
		skipped += t.Skipped
	}
	return all, skipped
}

// Worst returns the largest error of all tensors.
func (r Report) Worst() float64 {
	worst := 0.0
	for _, t := range r.Tensors {
		worst = math.Max(worst, t.Error)
	}
	return worst
}

// verdict is "ok" or says what is wrong with a tensor.
func (r Report) verdict(t Tensor) string {
	switch {
	case t.Checked == 0:
		return "not checked: every element lies at a kink"
	case !(t.Error <= r.Bound):
		return fmt.Sprintf("wrong: element %d is %.9g, differences give %.9g", t.Worst, t.Analytic, t.Numeric)
	}
	return "ok"
}

// Wrong returns the first tensor whose gradient is beyond the bound; one that
// could not be checked because of kinks is not among them.
func (r Report) Wrong() (t Tensor, found bool) {
	for _, t := range r.Tensors {
		if t.Checked > 0 && !(t.Error <= r.Bound) {
			return t, true
		}
	}
	return Tensor{}, false
}

// Err returns an error if a tensor is beyond the bound, or too many coordinates
// were skipped.
func (r Report) Err() error {
	for _, t := range r.Tensors {
		if v := r.verdict(t); v != "ok" {
			return fmt.Errorf("gradcheck: %s: gradient of %s: error %.3g, at most %.0e: %s", r.Name, t.Name, t.Error, r.Bound, v)
		}
	}
	if all, skipped := r.Coordinates(); float64(skipped) > mostSkipped*float64(all) {
		return fmt.Errorf("gradcheck: %s: %d of %d coordinates lie at a kink, more than %.0f %%: take another input", r.Name, skipped, all, 100*mostSkipped)
	}
	return nil
}

// Write writes a table with a line for each tensor.
func (r Report) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "parameter\tchecked\tskipped\tmax abs err\terror\tverdict")
	for _, x := range r.Tensors {
		fmt.Fprintf(t, "%s\t%d of %d\t%d\t%.1e\t%.1e\t%s\n", x.Name, x.Checked, x.Size, x.Skipped, x.MaxAbs, x.Error, r.verdict(x))
	}
	return t.Flush()
}
