package landscape

import (
	"context"
	"fmt"
	"math"

	"nabla/train/diagnose"
)

// Curvature is what Lanczos finds of the Hessian at the origin.
type Curvature struct {
	Largest, Smallest float64
	Residual          float64         // of Largest: so far may it be from an eigenvalue
	SmallestResidual  float64         // of Smallest, likewise
	Products          int             // of the Hessian with a vector
	Leading           []diagnose.Pair // of the largest values, at most two
}

// How many products Lanczos may take, and how many numbers its basis may hold.
const (
	mostProducts = 100
	mostNumbers  = 1 << 26
)

// Curvature returns the largest and the smallest eigenvalue of the Hessian at the
// weights. Gradient descent with a learning rate above 2/Largest cannot stay there.
// A negative Smallest that is not small shows a direction in which the loss falls:
// the weights are no minimum.
func (l *Landscape) Curvature(ctx context.Context, seed uint64) (*Curvature, error) {
	c := &Curvature{}
	if err := l.risk.SetWeights(l.origin); err != nil {
		return nil, err
	}
	steps := max(min(mostProducts, mostNumbers/l.Size()), 4)
	pairs, err := diagnose.Lanczos(l.Size(), func(dst, v []float64) error {
		c.Products++
		if err := ctx.Err(); err != nil {
			return err
		}
		return l.risk.HessianVector(dst, v)
	}, steps, seed, 1e-9)
	if err != nil {
		return nil, err
	}
	c.Leading = pairs[:min(2, len(pairs))]
	last := pairs[len(pairs)-1]
	c.Largest, c.Residual, c.Smallest, c.SmallestResidual = pairs[0].Value, pairs[0].Residual, last.Value, last.Residual
	return c, nil
}

// Eigenvectors returns the plane of the two directions in which the gradient changes
// most, with the length of the weights: at (1, 0) they have moved by as much as
// they are.
func (l *Landscape) Eigenvectors(c *Curvature) (Plane, error) {
	if len(c.Leading) < 2 {
		return Plane{}, fmt.Errorf("landscape: %d eigenvectors span no plane", len(c.Leading))
	}
	p := Plane{Origin: l.Origin()}
	for k, d := range []*[]float64{&p.X, &p.Y} {
		*d = append([]float64(nil), c.Leading[k].Vector...)
		by := norm(l.origin)
		if along(*d, l.origin, l.origin) < 0 {
			by = -by
		}
		scale(*d, by)
	}
	return p, nil
}

// Sharpness is how far the loss can rise in a small box around the weights.
type Sharpness struct {
	Epsilon float64
	Loss    float64 // at the weights
	Highest float64 // the highest that was found in the box
	Value   float64 // 100·(Highest − Loss)/(1 + Loss), in percent
}

// Sharpness returns the ε-sharpness
//
//	100 · (max over the box of L − L(w)) / (1 + L(w)),  the box: |v_i − w_i| ≤ ε·(|w_i| + 1)
//
// as a lower bound: the maximum is searched by steps of gradient ascent along the
// sign of the gradient, which are cut at the box. 0 steps are 20.
//
// Keskar, Mudigere, Nocedal, Smelyanskiy, Tang, "On large-batch training for deep
// learning: generalization gap and sharp minima", 2017; they use 10 iterations of
// L-BFGS-B and ε = 1e-3. It is not invariant when layers are rescaled (Dinh et al.,
// "Sharp minima can generalize for deep nets", 2017).
func (l *Landscape) Sharpness(ctx context.Context, epsilon float64, steps int) (*Sharpness, error) {
	if !(epsilon > 0) || math.IsInf(epsilon, 0) {
		return nil, fmt.Errorf("landscape: ε must be positive and finite, got %v", epsilon)
	}
	if steps <= 0 {
		steps = 20
	}
	w, g := l.Origin(), make([]float64, l.Size())
	s := &Sharpness{Epsilon: epsilon}
	for k := range steps + 1 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := l.risk.SetWeights(w); err != nil {
			return nil, err
		}
		loss, err := l.risk.Gradient(g)
		if err != nil {
			return nil, err
		}
		if k == 0 {
			s.Loss, s.Highest = loss, loss
		}
		if !finite(loss) {
			return nil, fmt.Errorf("landscape: the loss is %v within ε = %v of the weights", loss, epsilon)
		}
		s.Highest = max(s.Highest, loss)
		for i, v := range l.origin {
			half := epsilon * (math.Abs(v) + 1)
			step := 0.0
			switch {
			case g[i] > 0:
				step = half / 4
			case g[i] < 0:
				step = -half / 4
			}
			w[i] = min(max(w[i]+step, v-half), v+half)
		}
	}
	s.Value = 100 * (s.Highest - s.Loss) / (1 + s.Loss)
	return s, nil
}
