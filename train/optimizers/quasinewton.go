package optimizers

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gonum.org/v1/gonum/optimize"
)

// GradientDescent is steepest descent with a line search: d = −g. Good at: the
// baseline that shows what directions are worth; it zigzags across valleys.
//
// Cauchy, "Méthode générale pour la résolution des systèmes d'équations
// simultanées", 1847; directions, first steps and searches of gonum.
type GradientDescent struct{ LineSearch }

var descentSearch = LineSearch{Search: "backtracking", Decrease: new(1e-4), Curvature: new(0.9)}

func (GradientDescent) defaults() Method { return GradientDescent{descentSearch} }

// Slots is 0.
func (GradientDescent) Slots() int { return 0 }

// Validate refuses a search that there is not.
func (o GradientDescent) Validate() error { return o.LineSearch.or(descentSearch).validate() }

// Begin implements Method.
func (o GradientDescent) Begin(f *Objective, _ Point) (Iteration, error) {
	return o.LineSearch.or(descentSearch).descend(f, &optimize.GradientDescent{StepSizer: &optimize.QuadraticStepSize{}}), nil
}

// CG is the method of nonlinear conjugate gradients: d ← −g + β·d, where with
// y = g − g′ for the gradient g′ of the iteration before
//
//	fletcher-reeves   β = |g|²/|g′|²
//	polak-ribiere     β = max(0, gᵀy/|g′|²)
//	hestenes-stiefel  β = max(0, gᵀy/dᵀy)
//	dai-yuan          β = |g|²/dᵀy
//	hager-zhang       β = (y − 2d·|y|²/dᵀy)ᵀg/dᵀy
//
// Good at: many variables and little memory; on a quadratic of n variables it ends
// after n exact searches. The search must be sharper than that of other methods.
//
// Fletcher and Reeves, "Function minimization by conjugate gradients", 1964;
// Hager and Zhang, "A survey of nonlinear conjugate gradient methods", 2006.
// Formulas, restarts and searches of gonum.
type CG struct {
	Beta string // "": polak-ribiere
	LineSearch
}

var cgSearch = LineSearch{Search: "more-thuente", Decrease: new(1e-4), Curvature: new(0.1)}

const usualBeta = "polak-ribiere"

// betas are the formulas; they have state, so each search gets its own.
var betas = map[string]func() optimize.CGVariant{
	"fletcher-reeves":  func() optimize.CGVariant { return &optimize.FletcherReeves{} },
	"polak-ribiere":    func() optimize.CGVariant { return &optimize.PolakRibierePolyak{} },
	"hestenes-stiefel": func() optimize.CGVariant { return &optimize.HestenesStiefel{} },
	"dai-yuan":         func() optimize.CGVariant { return &optimize.DaiYuan{} },
	"hager-zhang":      func() optimize.CGVariant { return &optimize.HagerZhang{} },
}

func (CG) defaults() Method { return CG{usualBeta, cgSearch} }

// Slots is 2: the direction and the gradient of the iteration before.
func (CG) Slots() int { return 2 }

// Validate refuses a formula or a search that there is not.
func (o CG) Validate() error {
	if o.Beta != "" && betas[o.Beta] == nil {
		return fmt.Errorf("beta is %s, not %q", strings.Join(slices.Sorted(maps.Keys(betas)), ", "), o.Beta)
	}
	return o.LineSearch.or(cgSearch).validate()
}

// Begin implements Method.
func (o CG) Begin(f *Objective, _ Point) (Iteration, error) {
	if o.Beta == "" {
		o.Beta = usualBeta
	}
	// The numbers are gonum's defaults, which it fills in only where it runs itself.
	return o.LineSearch.or(cgSearch).descend(f, &optimize.CG{
		Variant: betas[o.Beta](), InitialStep: &optimize.FirstOrderStepSize{},
		IterationRestartFactor: 6, AngleRestartThreshold: -0.9,
	}), nil
}

// quasiSearch is the search of BFGS and L-BFGS.
var quasiSearch = LineSearch{Search: "more-thuente", Decrease: new(1e-4), Curvature: new(0.9)}

// BFGS builds an approximation B of the inverse Hessian from the changes s of the
// point and y of the gradient, and goes along d = −B·g:
//
//	B ← (I − s·yᵀ/sᵀy)·B·(I − y·sᵀ/sᵀy) + s·sᵀ/sᵀy
//
// Good at: up to some hundred variables, where the n×n numbers do not hurt; the
// usual first choice with gradients alone.
//
// Broyden, Fletcher, Goldfarb and Shanno, 1970, independently; update and searches
// of gonum.
type BFGS struct{ LineSearch }

func (BFGS) defaults() Method { return BFGS{quasiSearch} }

// Slots is 4, besides the matrix.
func (BFGS) Slots() int { return 4 }

// Validate refuses a search that there is not.
func (o BFGS) Validate() error { return o.LineSearch.or(quasiSearch).validate() }

// Begin implements Method.
func (o BFGS) Begin(f *Objective, _ Point) (Iteration, error) {
	if err := dense("bfgs", f.Dim(), "lbfgs"); err != nil {
		return nil, err
	}
	return o.LineSearch.or(quasiSearch).descend(f, &optimize.BFGS{}), nil
}

// LBFGS is BFGS from the last Memory changes alone, without the matrix: two loops
// over them make B·g.
//
// Good at: full-batch training of networks, and all smooth problems with many
// variables.
//
// Liu and Nocedal, "On the limited memory BFGS method for large scale
// optimization", 1989; recursion and searches of gonum.
type LBFGS struct {
	Memory *int `range:"[1,∞)"` // pairs s, y that are kept; nil: 10
	LineSearch
}

var lbfgsDefaults = LBFGS{new(10), quasiSearch}

func (LBFGS) defaults() Method { return lbfgsDefaults }

// Slots is two for each pair, and two more.
func (o LBFGS) Slots() int { return 2**cmp.Or(o.Memory, lbfgsDefaults.Memory) + 2 }

// Validate refuses a search that there is not.
func (o LBFGS) Validate() error { return o.LineSearch.or(quasiSearch).validate() }

// Begin implements Method.
func (o LBFGS) Begin(f *Objective, _ Point) (Iteration, error) {
	return o.LineSearch.or(quasiSearch).descend(f, &optimize.LBFGS{Store: *cmp.Or(o.Memory, lbfgsDefaults.Memory)}), nil
}

// maxDense is the number of variables up to which methods keep n×n numbers.
const maxDense = 2000

// dense refuses matrices that are too large, and says what does without.
func dense(name string, n int, instead string) error {
	if n > maxDense {
		return fmt.Errorf("%s keeps %d×%d numbers, the limit is %d×%d; use %s", name, n, n, maxDense, maxDense, instead)
	}
	return nil
}
