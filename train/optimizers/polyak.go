package optimizers

// Polyak chooses the learning rate of plain descent by how far the loss is above
// its minimum, which has to be known:
//
//	η' = min(η, (loss − Minimum)/(Scale·‖g‖²))
//	w ← w − η'·g
//
// ‖g‖ is the norm over all parameters, the learning rate η a bound. Each step goes
// to where the tangent would reach Minimum.
//
// Good at: functions of which the minimum is known, and networks large enough to
// fit all their rows, whose minimum is 0: there it needs no tuning. A Minimum below
// what can be reached makes the steps too long.
//
// Polyak, "Introduction to optimization", 1987. With mini-batches: Loizou,
// Vaswani, Laradji and Lacoste-Julien, "Stochastic Polyak step-size for SGD: an
// adaptive learning rate for fast convergence", 2021.
type Polyak struct {
	Minimum float64  `range:"(-∞,∞)"` // of the loss
	Scale   *float64 `range:"(0,∞)"`  // 0.5 steps twice as far; nil: 1
}

var polyakDefaults = Polyak{Scale: new(1.0)}

func (Polyak) defaults() Rule { return polyakDefaults }

// Slots is 0.
func (Polyak) Slots() int { return 0 }

// NeedsNorm says that the step is divided by the norm over all parameters.
func (Polyak) NeedsNorm() {}

// NeedsLoss says that the step follows from the loss.
func (Polyak) NeedsLoss() {}

// Update makes one step on float64 weights.
func (o Polyak) Update(s Step, w, g []float64, _ [][]float64) { polyak(o, s, w, g) }

// Update32 makes one step on float32 weights.
func (o Polyak) Update32(s Step, w, g []float32, _ [][]float32) { polyak(o, s, w, g) }

func polyak[T Float](o Polyak, s Step, w, g []T) {
	length, above := s.Norm, s.Loss-o.Minimum
	if length == 0 {
		length = norm(g)
	}
	if length == 0 || above <= 0 { // NaN goes on and shows
		return
	}
	// Divided twice: the square might overflow or vanish.
	add(w, g, -min(s.LearningRate, above/length/length/or(o.Scale, polyakDefaults.Scale)))
}
