package optimizers

// SAM updates the weights by the gradient at the worst point near them, so that
// another rule finds minima around which the loss stays low:
//
//	e = Radius·g/‖g‖                         ‖g‖ over all parameters
//	w ← the rule inside, with the gradient of the same batch at w + e
//
// A step costs two gradients, and batches cannot be accumulated, because the point
// depends on the gradient of the whole batch. Reported losses are those at w;
// running means of batch normalisation see only w.
//
// Good at: generalisation of networks that fit their rows completely.
//
// Foret, Kleiner, Mobahi and Neyshabur, "Sharpness-aware minimization for
// efficiently improving generalization", 2021.
type SAM struct {
	Inner  Rule32   // the rule that takes the step
	Radius *float64 `range:"[0,∞)"` // length of e; nil: 0.05
}

var samDefaults = SAM{Radius: new(0.05)}

func (SAM) defaults() Rule { return samDefaults }

// Unwrap returns Inner.
func (o SAM) Unwrap() Rule32 { return o.Inner }

// Around returns o with another Inner.
func (o SAM) Around(inner Rule32) Rule32 { o.Inner = inner; return o }

// Slots are those of Inner.
func (o SAM) Slots() int { return o.Inner.Slots() }

// InitSlot is that of Inner.
func (o SAM) InitSlot(i int, learningRate float64) float64 { return startOf(o.Inner, i, learningRate) }

// Elementwise says that each weight is updated by itself, if Inner does so.
func (SAM) Elementwise() {}

// Perturb moves float64 weights by e.
func (o SAM) Perturb(norm float64, w, g []float64) { add(w, g, or(o.Radius, samDefaults.Radius)/norm) }

// Perturb32 moves float32 weights by e.
func (o SAM) Perturb32(norm float64, w, g []float32) {
	add(w, g, or(o.Radius, samDefaults.Radius)/norm)
}

// Update is that of Inner, with the gradient at w + e.
func (o SAM) Update(s Step, w, g []float64, slots [][]float64) { o.Inner.Update(s, w, g, slots) }

// Update32 is that of Inner, with the gradient at w + e.
func (o SAM) Update32(s Step, w, g []float32, slots [][]float32) { o.Inner.Update32(s, w, g, slots) }
