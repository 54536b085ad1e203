package optimizers

import (
	"cmp"
	"math"

	"nabla/internal/kernel"
)

// Muon orthogonalises the momentum of a matrix, so that a step is equally long in
// all its directions, also those that hardly show in the gradient:
//
//	m ← Momentum·m + (1 − Momentum)·g
//	x = Momentum·m + (1 − Momentum)·g        Nesterov; otherwise x = m
//	x ← x/‖x‖, then Steps times              Newton and Schulz
//	  x ← 3.4445·x − 4.7750·(x·xᵀ)·x + 2.0315·(x·xᵀ)²·x
//	w ← w − η·WeightDecay·w
//	w ← w − η·0.2·√max(rows, columns)·x
//
// Five steps bring the singular values of x near 1, between about 0.7 and 1.2. The
// factor 0.2·√max gives x the usual size of Adam's steps, so that one η does for
// both: parameters that are no matrices, biases say, are updated as by AdamW with
// its default Beta1, Beta2 and Epsilon. A tensor of more than two dimensions is a
// matrix with the first for rows.
//
// Good at: hidden layers of networks, where it needs fewer steps than Adam; a step
// costs some products of matrices.
//
// Jordan, Jin, Boza, You, Cesista, Newhouse and Bernstein, "Muon: an optimizer for
// hidden layers in neural networks", 2024. The factor: Liu and others, "Muon is
// scalable for LLM training", 2025.
type Muon struct {
	Momentum    *float64 `range:"[0,1)"` // share of m that stays; nil: 0.95
	Nesterov    *bool    // look ahead along m; nil: true
	Steps       *int     `range:"[1,∞)"` // of Newton and Schulz; nil: 5
	WeightDecay float64  `range:"[0,∞)"` // decoupled, multiplied by η
}

var muonDefaults = Muon{Momentum: new(0.95), Nesterov: new(true), Steps: new(5)}

func (Muon) defaults() Rule { return muonDefaults }

// Slots is 4: the mean m, x, and two matrices to compute with; of a vector the
// means of AdamW, and two that stay 0.
func (Muon) Slots() int { return 4 }

// Update makes one step on float64 weights.
func (o Muon) Update(s Step, w, g []float64, slots [][]float64) { muon(o, s, w, g, slots) }

// Update32 makes one step on float32 weights.
func (o Muon) Update32(s Step, w, g []float32, slots [][]float32) { muon(o, s, w, g, slots) }

func muon[T Float](o Muon, s Step, w, g []T, slots [][]T) {
	rows, cols := matrix(s.Shape, len(w))
	if rows < 2 || cols < 2 {
		adam(Adam{}, o.WeightDecay, s, w, g, slots[:2])
		return
	}
	m, x, mu := slots[0], slots[1], or(o.Momentum, muonDefaults.Momentum)
	kernel.Approach(m, g, T(1-mu))
	if *cmp.Or(o.Nesterov, muonDefaults.Nesterov) {
		copy(x, g)
		kernel.Approach(x, m, T(mu))
	} else {
		copy(x, m)
	}
	orthogonalise(x, slots[2], slots[3], rows, cols, *cmp.Or(o.Steps, muonDefaults.Steps))
	kernel.Scale(w, w, T(1-s.LearningRate*o.WeightDecay))
	add(w, x, -s.LearningRate*0.2*math.Sqrt(float64(max(rows, cols))))
}

// matrix returns rows and columns of a tensor of the given size; one that is no
// matrix has one row.
func matrix(shape []int, size int) (rows, cols int) {
	if len(shape) < 2 || shape[0] < 1 {
		return 1, size
	}
	return shape[0], size / shape[0]
}

// orthogonalise replaces x by an approximation of u·vᵀ, where x = u·s·vᵀ is its
// singular value decomposition. p and q are memory of the same size.
func orthogonalise[T Float](x, p, q []T, rows, cols, steps int) {
	const least = 1e-30 // of a norm to divide by: 0 stays 0
	kernel.Scale(x, x, T(1/max(norm(x), least)))
	wide := rows <= cols
	side := min(rows, cols)
	for range steps {
		// p = x·xᵀ, or xᵀ·x if that is smaller, and q = b·p + c·p².
		kernel.Gemm(!wide, wide, side, side, max(rows, cols), x, x, nil, p)
		square := q[:side*side]
		kernel.Gemm(false, false, side, side, side, p, p, nil, square)
		kernel.Scale(square, square, 2.0315)
		add(square, p[:side*side], -4.7750)
		if wide {
			kernel.Gemm(false, false, rows, cols, side, q, x, nil, p)
		} else {
			kernel.Gemm(false, false, rows, cols, side, x, q, nil, p)
		}
		kernel.Scale(x, x, 3.4445)
		kernel.Add(x, x, p)
	}
}
