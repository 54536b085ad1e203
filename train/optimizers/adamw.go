package optimizers

// AdamW is Adam with weight decay apart from the gradient, so that it shrinks
// every weight by the same share whatever its gradients were:
//
//	w ← w − η·WeightDecay·w
//	w ← Adam's step
//
// Good at: what Adam is good at where regularisation matters; the usual choice
// for transformers.
//
// Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
type AdamW struct {
	Beta1       *float64 `range:"[0,1)"` // share of the mean of g that stays; nil: 0.9
	Beta2       *float64 `range:"[0,1)"` // share of the mean of g² that stays; nil: 0.999
	Epsilon     *float64 `range:"(0,∞)"` // outside the root; nil: 1e-8
	WeightDecay *float64 `range:"[0,∞)"` // decoupled, multiplied by η; nil: 0.01
	AMSGrad     bool     // divide by the largest mean of g² so far
}

var adamWDefaults = AdamW{
	Beta1: adamDefaults.Beta1, Beta2: adamDefaults.Beta2, Epsilon: adamDefaults.Epsilon,
	WeightDecay: new(0.01),
}

func (AdamW) defaults() Rule { return adamWDefaults }

// adam is the same rule without its decay.
func (o AdamW) adam() Adam {
	return Adam{Beta1: o.Beta1, Beta2: o.Beta2, Epsilon: o.Epsilon, AMSGrad: o.AMSGrad}
}

// Slots is Adam's.
func (o AdamW) Slots() int { return o.adam().Slots() }

// Elementwise says that each weight is updated by itself.
func (AdamW) Elementwise() {}

// Update makes one step on float64 weights.
func (o AdamW) Update(s Step, w, g []float64, slots [][]float64) {
	adam(o.adam(), or(o.WeightDecay, adamWDefaults.WeightDecay), s, w, g, slots)
}

// Update32 makes one step on float32 weights.
func (o AdamW) Update32(s Step, w, g []float32, slots [][]float32) {
	adam(o.adam(), or(o.WeightDecay, adamWDefaults.WeightDecay), s, w, g, slots)
}
