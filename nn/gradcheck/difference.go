package gradcheck

import (
	"math"
	"slices"
)

const (
	firstStep = 0x1p-6 // times max(1, |x|), at most 8
	shrink    = 8      // from one level of steps to the next
	levels    = 6
	agreement = 2e-8 // of two estimates, relative to the largest gradient
)

// A change of y by one unit in its last place, per step, moves the estimates of
// a level by about these factors. Rounding may amount to some units.
const (
	epsilon       = 0x1p-52
	estimateNoise = 4
	bendNoise     = 128
	units         = 16
)

// prober takes differences of Σ u·y by the numbers that y depends on.
type prober struct {
	run    func() error // computes y
	y      []float64
	u      []float64 // constants
	base   []float64 // y at the point of the check
	plus   []float64 // y at x + h
	smooth bool      // no place without a derivative
}

func newProber(run func() error, y, u []float64, smooth bool) (*prober, error) {
	if err := run(); err != nil {
		return nil, err
	}
	return &prober{run: run, y: y, u: u, base: slices.Clone(y), plus: make([]float64, len(y)), smooth: smooth}, nil
}

// slope returns the derivative by x, and whether x is far enough from a kink to
// have one. scale is the size of the gradients around, to which the accuracy is
// relative.
func (p *prober) slope(x *float64, scale float64) (slope float64, ok bool, err error) {
	best := math.Inf(1)
	step := firstStep * min(max(1, math.Abs(*x)), 8)
	for range levels {
		var first, second [3]float64 // differences with step, step/2 and step/4
		var noise float64            // one unit in the last place of y, per step
		for k := range first {
			var n float64
			if first[k], second[k], n, err = p.differences(x, math.Ldexp(step, -k)); err != nil {
				return 0, false, err
			}
			noise = max(noise, n)
		}
		noise *= epsilon / step
		if !p.smooth && best < math.Inf(1) && estimateNoise*noise > SmoothBound/2*scale {
			break // smaller steps drown in rounding
		}
		coarse, fine := richardson(first[0], first[1]), richardson(first[1], first[2])
		spread := math.Abs(coarse - fine)
		// Of a smooth function the first and third order of the step cancel; a
		// jump of the slope at x itself leaves 7 times its size.
		bend := math.Abs(second[0] - 10*second[1] + 16*second[2])
		if spread < best {
			best, slope = spread, fine
		}
		agree := spread <= max(agreement*scale, units*estimateNoise*noise)
		if agree && (p.smooth || bend <= max(agreement*scale, units*bendNoise*noise)) {
			return fine, true, nil
		}
		step /= shrink
	}
	if math.IsInf(best, 1) {
		return math.NaN(), true, nil // no step has finite values: not a kink
	}
	return slope, p.smooth, nil
}

// richardson removes the error of second order from a difference, given that of
// half the step.
func richardson(whole, half float64) float64 { return (4*half - whole) / 3 }

// differences returns (f(x+h) − f(x−h))/2h, (f(x+h) − 2·f(x) + f(x−h))/h and the
// size of the terms that change in f.
func (p *prober) differences(x *float64, h float64) (first, second, size float64, err error) {
	at := *x
	defer func() { *x = at }()
	above, below := at+h, at-h
	*x = above
	if err := p.run(); err != nil {
		return 0, 0, 0, err
	}
	copy(p.plus, p.y)
	*x = below
	if err := p.run(); err != nil {
		return 0, 0, 0, err
	}
	// Differences before sums: what does not change cancels without rounding.
	for k, u := range p.u {
		up, down := p.plus[k]-p.base[k], p.y[k]-p.base[k]
		if up == 0 && down == 0 {
			continue
		}
		first += u * (p.plus[k] - p.y[k])
		second += u * (up + down)
		size += math.Pow(u*max(1, math.Abs(p.base[k])), 2)
	}
	return first / (above - below), second / h, math.Sqrt(size), nil
}
