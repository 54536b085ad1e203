package optimizers

// BarzilaiBorwein chooses the learning rate of plain descent by the last step
// s = w − w before and the change y = g − g before of the gradient over it, so
// that it fits the curvature that the step has met:
//
//	η = s·s/s·y                     Short: s·y/y·y
//	w ← w − η·g
//
// s·y is a product over one tensor: each has its own η. It is kept between
// the given learning rate divided by Range and multiplied by it; where s·y is not
// positive, and at the first update, it is the given one.
//
// Good at: smooth functions and full batches, where it comes near a conjugate
// gradient at the price of plain descent; the values may rise for some steps. On
// mini-batches y is mostly noise: take a small Range.
//
// Barzilai and Borwein, "Two-point step size gradient methods", 1988.
type BarzilaiBorwein struct {
	Short bool     // the shorter of the two steps of the paper
	Range *float64 `range:"[1,∞)"` // bound of η, as a factor on the learning rate; nil: 1000
}

var barzilaiBorweinDefaults = BarzilaiBorwein{Range: new(1000.0)}

func (BarzilaiBorwein) defaults() Rule { return barzilaiBorweinDefaults }

// Slots is 2, the weights and the gradient before.
func (BarzilaiBorwein) Slots() int { return 2 }

// Update makes one step on float64 weights.
func (o BarzilaiBorwein) Update(s Step, w, g []float64, slots [][]float64) {
	barzilaiBorwein(o, s, w, g, slots)
}

// Update32 makes one step on float32 weights.
func (o BarzilaiBorwein) Update32(s Step, w, g []float32, slots [][]float32) {
	barzilaiBorwein(o, s, w, g, slots)
}

func barzilaiBorwein[T Float](o BarzilaiBorwein, s Step, w, g []T, slots [][]T) {
	rate := s.LearningRate
	if s.N > 1 {
		rate = o.rate(rate, products(w, g, slots))
	}
	copy(slots[0], w)
	copy(slots[1], g)
	add(w, g, -rate)
}

// bbProducts are those of the step s and the change y of the gradient.
type bbProducts struct{ ss, sy, yy float64 }

func products[T Float](w, g []T, slots [][]T) (p bbProducts) {
	for i := range w {
		s, y := float64(w[i])-float64(slots[0][i]), float64(g[i])-float64(slots[1][i])
		p.ss += s * s
		p.sy += s * y
		p.yy += y * y
	}
	return p
}

// rate is η within its bounds.
func (o BarzilaiBorwein) rate(given float64, p bbProducts) float64 {
	if !(p.sy > 0) {
		return given
	}
	rate, span := p.ss/p.sy, or(o.Range, barzilaiBorweinDefaults.Range)
	if o.Short {
		rate = p.sy / p.yy
	}
	if !(rate > given/span) { // NaN too, of Inf/Inf
		return given / span
	}
	return min(rate, given*span)
}
