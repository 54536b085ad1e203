package diagnose

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// Noise is how much gradients of batches differ.
type Noise struct {
	// Scale is B = tr(Σ)/|G|², the number of rows at which noise and gradient are
	// equal: far smaller batches waste steps, far larger ones waste rows. It is
	// +Inf if no gradient rises out of the noise.
	Scale    float64
	Variance float64 // tr(Σ), of the gradient of one row
	Signal   float64 // |G|², of the gradient over all rows
	Batch    int     // rows of the batches that were compared
	Batches  int     // how many
}

// NoiseOf estimates the noise from the gradients of batches of equal size that
// were drawn at the same weights. With the mean of |g|² over k batches of b rows,
// and |ḡ|² of their mean, unbiased estimates are
//
//	|G|² = (k·|ḡ|² − mean|g|²)/(k − 1)    tr(Σ) = b·k·(mean|g|² − |ḡ|²)/(k − 1)
//
// S. McCandlish, J. Kaplan, D. Amodei et al., An Empirical Model of Large-Batch
// Training, 2018, appendix A.1, with B_small = b and B_big = k·b.
func NoiseOf(gradients [][]float64, batch int) (Noise, error) {
	k := float64(len(gradients))
	if k < 2 || batch < 1 {
		return Noise{}, fmt.Errorf("diagnose: noise of %d gradients of %d rows; want at least two gradients", len(gradients), batch)
	}
	mean := make([]float64, len(gradients[0]))
	small := 0.0
	for _, g := range gradients {
		if len(g) != len(mean) {
			return Noise{}, fmt.Errorf("diagnose: gradients of %d and %d numbers", len(mean), len(g))
		}
		small += floats.Dot(g, g) / k
		floats.AddScaled(mean, 1/k, g)
	}
	big := floats.Dot(mean, mean)
	n := Noise{Batch: batch, Batches: len(gradients)}
	n.Signal = (k*big - small) / (k - 1)
	n.Variance = float64(batch) * k * (small - big) / (k - 1)
	n.Scale = n.Variance / n.Signal
	if n.Signal <= 0 && n.Variance > 0 {
		n.Scale = math.Inf(1)
	}
	return n, nil
}
