package optimizers

// Wrapper is a rule around another one. The slots of the rule inside come first.
// A wrapper passes on what it does not change: it works number by number if the
// rule inside does and itself says so, and what else the rule inside asks for is
// found by Find.
type Wrapper interface {
	Rule32
	// Unwrap returns the rule inside, nil if there is none yet.
	Unwrap() Rule32
	// Around returns the same wrapper around another rule.
	Around(inner Rule32) Rule32
}

// TwoPass is implemented by a rule whose update wants the gradient at another
// point than the weights. The trainer computes the gradient g at w, calls Perturb,
// computes the gradient of the same batch again, puts w back and calls Update.
type TwoPass interface {
	Rule
	// Perturb moves w to that point; norm is the 2-norm of the gradient of all
	// parameters and neither 0 nor infinite.
	Perturb(norm float64, w, g []float64)
	// Perturb32 does so for float32 weights.
	Perturb32(norm float64, w, g []float32)
}

// Find returns the outermost of a rule and those inside it that is of kind K,
// such as [TwoPass] or [EvalWeights].
func Find[K any](r Optimizer) (found K, ok bool) {
	rule, _ := r.(Rule)
	for rule != nil {
		if found, ok = rule.(K); ok {
			return found, true
		}
		rule = inside(rule)
	}
	return found, false
}

// inside returns the rule that r wraps, nil if r is no wrapper.
func inside(r Rule) Rule {
	if w, ok := r.(Wrapper); ok && w.Unwrap() != nil {
		return w.Unwrap()
	}
	return nil
}

// chain lists a rule and those inside it.
func chain(r Rule) []Rule {
	var list []Rule
	for ; r != nil; r = inside(r) {
		list = append(list, r)
	}
	return list
}

// startOf is InitSlot of the rule inside for its slots, and 0 for those of the
// wrapper itself.
func startOf(inner Rule32, i int, learningRate float64) float64 {
	if init, ok := inner.(SlotInit); ok && i < inner.Slots() {
		return init.InitSlot(i, learningRate)
	}
	return 0
}
