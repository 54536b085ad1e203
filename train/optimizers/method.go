package optimizers

// Optimizer is what a trainer takes: a [Rule], which turns the gradient of each
// batch into a step, or a [Method], which works on all rows at once.
type Optimizer interface {
	// Slots is the number of vectors, as long as the weights, that are kept from one
	// step to the next.
	Slots() int
}

// Method is a full-batch method: a value that holds hyper-parameters and no state.
// It may evaluate the function as often as it likes for one step, and so needs one
// that does not change meanwhile: all rows, no noise.
type Method interface {
	Optimizer
	// Begin starts a search at a point whose value and gradient are known.
	//
	// Errors: the problem lacks what the method needs.
	Begin(o *Objective, at Point) (Iteration, error)
}

// Point is a place with the value and the gradient there.
type Point struct {
	X []float64
	F float64
	G []float64
}

// Iteration makes one major iteration: it moves the point, with its value and its
// gradient, and says how. When it cannot, it says why, and leaves the point where
// it was.
type Iteration func(at *Point) Move

// Move is what an iteration did.
type Move struct {
	Length     float64 // of the step, in multiples of the direction that was searched
	LineSearch string  // how the search along it ended, for people; empty without one
	End        Status  // why the method cannot go on; empty when it can
}

// Status is why a search ended.
type Status string

// The first three are success; Limits says what they mean. After the last four
// the search is back at the best point.
const (
	GradientTolerance Status = "gradient-tolerance"
	FunctionTolerance Status = "function-tolerance"
	StepTolerance     Status = "step-tolerance"

	IterationLimit  Status = "iteration-limit"
	EvaluationLimit Status = "evaluation-limit"
	Interrupted     Status = "interrupted"

	Unbounded        Status = "unbounded"          // f has fallen below all bounds
	LineSearchFailed Status = "line-search-failed" // no step goes down
	SingularHessian  Status = "singular-hessian"   // a linear system has no solution
	NotFinite        Status = "not-finite"         // a value or a derivative is
)

// Converged reports whether the end is where the method wanted to go.
func (s Status) Converged() bool {
	return s == GradientTolerance || s == FunctionTolerance || s == StepTolerance
}

// Failed reports whether the method broke down.
func (s Status) Failed() bool {
	return s == Unbounded || s == LineSearchFailed || s == SingularHessian || s == NotFinite
}
