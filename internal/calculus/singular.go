package calculus

import "math"

// trail follows halvings towards one end of an interval: the integrals over the last
// pieces that were cut off on the way, newest last.
type trail struct {
	atHigh bool // the end is the upper one
	length int
	cut    [4]float64
}

// followed is the trail after one more halving towards an end.
func (t trail) followed(atHigh bool, cut float64) trail {
	if t.length == 0 || t.atHigh != atHigh {
		t = trail{atHigh: atHigh}
	}
	t.length++
	copy(t.cut[:], t.cut[1:])
	t.cut[3] = cut
	return t
}

// tolerance is the error that is accepted of rest for a piece at the end: that asked
// for, but more where the distances to the end consist of rounding, as beside 1.
func (t trail) tolerance(p *piece, wanted float64) float64 {
	end := p.low
	if t.atHigh {
		end = p.high
	}
	rounding := rounded(end, p)
	switch {
	case t.length < 24:
		return 0
	case rounding > 1e-5:
		return max(wanted, 1e-7)
	case rounding > 1e-7:
		return max(wanted, 1e-9)
	}
	return wanted
}

// rounded is the rounding of x compared with the length of a piece: next to a pole
// that is the relative error of f.
func rounded(x float64, p *piece) float64 { return 0x1p-52 * math.Abs(x) / (p.high - p.low) }

// rest is the integral over what is left at the end of a trail, if the pieces on it
// are a geometric series, as those of |x-a|^-p are: with ratio r, cut·r/(1-r). The
// error comes from the change of r. Ratios close to 1 belong to integrals that do
// not converge, or too slowly to be told from these; those of functions without a
// pole are 1/2 and less.
func (t trail) rest() (value, err float64) {
	if t.length < len(t.cut) {
		return 0, math.Inf(1)
	}
	r0, r1, r2 := t.cut[1]/t.cut[0], t.cut[2]/t.cut[1], t.cut[3]/t.cut[2]
	if !(r0 > 0 && r1 > 0 && r2 > 0.55 && r2 < 0.9995) {
		return 0, math.Inf(1)
	}
	change := max(math.Abs(r2-r1), math.Abs(r1-r0), 1e-14)
	return t.cut[3] * r2 / (1 - r2), 4 * math.Abs(t.cut[3]) * change / ((1 - r2) * (1 - r2))
}

// nearEnd is how close to an end of a piece it is checked, as a part of the distance
// of the first node: not at the end itself, where there may be no value.
const nearEnd = 1e-4

// endWeights are what the polynomial through values at the nodes takes each of them
// times at place t. At -t they come in reverse order.
func endWeights(nodes []float64, at float64) []float64 {
	weights := make([]float64, len(nodes))
	for i, t := range nodes {
		weights[i] = 1
		for j, s := range nodes {
			if i != j {
				weights[i] *= (at - s) / (t - s)
			}
		}
	}
	return weights
}
