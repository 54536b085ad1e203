package compare

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"nabla/train"
)

// Statistic is what a sample says of the distribution that it is drawn from.
type Statistic struct {
	N    int          `json:"n"`
	Mean train.Number `json:"mean"` // NaN for N = 0
	SD   train.Number `json:"sd"`   // standard deviation, divisor N−1; NaN for N < 2
	// Low and High are the 95 % confidence interval of the mean,
	// Mean ± t·SD/√N with the 0.975 quantile t of Student's distribution of N−1
	// degrees of freedom; NaN for N < 2.
	Low  train.Number `json:"low"`
	High train.Number `json:"high"`
}

// confidence is that of the intervals.
const confidence = 0.95

// Describe computes the statistic of a sample.
func Describe(sample []float64) Statistic {
	nan := train.Number(math.NaN())
	s := Statistic{len(sample), nan, nan, nan, nan}
	switch len(sample) {
	case 0:
	case 1:
		s.Mean = train.Number(sample[0])
	default:
		mean, sd := stat.MeanStdDev(sample, nil)
		n := float64(len(sample))
		t := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile((1 + confidence) / 2)
		half := t * sd / math.Sqrt(n)
		s.Mean, s.SD, s.Low, s.High = train.Number(mean), train.Number(sd), train.Number(mean-half), train.Number(mean+half)
	}
	return s
}

// median is the middle of a sample, the mean of the two in the middle if there are
// two; NaN of none. It may be infinite.
func median(sample []float64) float64 {
	if len(sample) == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(sample))
	low, high := s[(len(s)-1)/2], s[len(s)/2]
	if low == high {
		return low
	}
	return low/2 + high/2
}
