package diagnose

import "math"

// Histogram counts numbers in bins of equal width.
type Histogram struct {
	Low, High float64 // of the finite numbers
	Counts    []int
	NonFinite int
}

// bins is the number of bins.
const bins = 32

// HistogramOf counts the numbers of x between their smallest and largest.
func HistogramOf(x []float64) Histogram {
	h := Histogram{Low: math.Inf(1), High: math.Inf(-1), Counts: make([]int, bins)}
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			h.NonFinite++
			continue
		}
		h.Low, h.High = min(h.Low, v), max(h.High, v)
	}
	if h.NonFinite == len(x) {
		h.Low, h.High = 0, 0
		return h
	}
	width := (h.High - h.Low) / bins
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		at := 0
		if width > 0 {
			at = min(int((v-h.Low)/width), bins-1)
		}
		h.Counts[at]++
	}
	return h
}
