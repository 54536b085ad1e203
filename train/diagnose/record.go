package diagnose

// Record is a run as far as a diagnosis wants to know it. What was not measured is
// left out and accuses nobody.
type Record struct {
	Samples []Sample // of a Watch; the first one should be from before training
	Losses  []float64
	// ValLosses are the losses of the validation rows by epoch, nil without;
	// ValRows is how many rows there are.
	ValLosses []float64
	ValRows   int
	// Constant is the loss of the best answer that is the same for every row, 0 if it
	// is not known.
	Constant float64
	// Kept is the epoch whose weights the network went back to in the end, 0 if it
	// has the last ones.
	Kept    int
	Inputs  []Feature
	Targets []Feature // numbers to predict; nil for classes
	// Diverged says how the run ended if it met a number that is not finite: epoch,
	// step and tensor. It is empty otherwise.
	Diverged string
}

// Feature is an input column as the network gets it, or a target.
type Feature struct {
	Name string
	Size float64 // √mean(x²) over the training rows
}

// first returns the sample from before training; a resumed run has none.
func (r Record) first() (Sample, bool) {
	if len(r.Samples) == 0 || r.Samples[0].Epoch != 0 {
		return Sample{}, false
	}
	return r.Samples[0], true
}

// last returns the latest sample.
func (r Record) last() (Sample, bool) {
	if len(r.Samples) == 0 {
		return Sample{}, false
	}
	return r.Samples[len(r.Samples)-1], true
}

// fall is how much of its first value the loss has lost, and whether that is
// known.
func (r Record) fall() (share float64, known bool) {
	s, ok := r.first()
	if !ok || len(r.Losses) == 0 || !(s.Loss > 0) {
		return 0, false
	}
	return 1 - r.Losses[len(r.Losses)-1]/s.Loss, true
}
