package optimizers

import (
	"fmt"
	"slices"

	"nabla/internal/names"
)

// MethodRow is one full-batch method of the table.
type MethodRow struct {
	Name      string
	Method    Method // with its default hyper-parameters
	Formula   string
	Use       string // what it is good at
	Reference string // author, title, year
}

// methods lists the full-batch methods from simple to elaborate. Nothing else does.
var methods = []MethodRow{
	{"gradient-descent", GradientDescent{},
		"x ← x − α·g, α by a line search",
		"the baseline of directions: zigzags across valleys",
		"Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées, 1847"},
	{"cg", CG{},
		"d ← −g + β·d, x ← x + α·d",
		"many variables and little memory",
		"Fletcher and Reeves, Function minimization by conjugate gradients, 1964"},
	{"bfgs", BFGS{},
		"x ← x − α·B·g, B from changes of the gradient",
		"up to some hundred variables, with gradients alone",
		"Broyden, Fletcher, Goldfarb and Shanno, 1970"},
	{"lbfgs", LBFGS{},
		"as bfgs, B from the last 10 changes",
		"full-batch training; all smooth problems with many variables",
		"Liu and Nocedal, On the limited memory BFGS method for large scale optimization, 1989"},
	{"newton", Newton{},
		"x ← x − H⁻¹·g",
		"the last digits; from afar it runs to saddles and maxima too",
		"Newton, 1669; Raphson, 1690; Simpson, 1740"},
	{"damped-newton", DampedNewton{},
		"x ← x − α·(H + τI)⁻¹·g",
		"small smooth problems, from any start",
		"Nocedal and Wright, Numerical optimization, 2006"},
	{"saddle-free-newton", SaddleFreeNewton{},
		"x ← x − α·|H|⁻¹·g",
		"functions with many saddles and few variables",
		"Dauphin et al., Identifying and attacking the saddle point problem, 2014"},
	{"gauss-newton", GaussNewton{},
		"x ← x − α·(Jᵀ·H·J)⁻¹·g",
		"fits with small residuals",
		"Gauss, Theoria motus corporum coelestium, 1809"},
	{"levenberg-marquardt", LevenbergMarquardt{},
		"x ← x − (Jᵀ·H·J + λD)⁻¹·g",
		"least squares, curve fitting, small networks",
		"Marquardt, An algorithm for least-squares estimation of nonlinear parameters, 1963"},
	{"natural-gradient", NaturalGradient{},
		"x ← x − α·(F + λI)⁻¹·g, F the Fisher matrix",
		"losses that are log-likelihoods; its diagonal for large networks",
		"Amari, Natural gradient works efficiently in learning, 1998"},
	{"trust-region", TrustRegion{},
		"d minimises gᵀd + ½·dᵀHd in |d| ≤ Δ, x ← x + d",
		"hard problems: the most robust; with Hessian-vector products also large ones",
		"Conn, Gould and Toint, Trust-region methods, 2000"},
}

// MethodNames lists the full-batch methods in the order of the table.
func MethodNames() []string { return names.Of(methods, MethodRow.name) }

func (r MethodRow) name() string { return r.Name }

// MethodByName returns the row of a full-batch method. Its error names the nearest
// one and lists them all.
func MethodByName(name string) (MethodRow, error) {
	return names.Find("optimizers", "method", name, methods, MethodRow.name)
}

// IsMethod reports whether a full-batch method has this name.
func IsMethod(name string) bool { return slices.Contains(MethodNames(), name) }

// ConfigureMethod builds the named method with some of its options set, as
// Configure does for rules.
func ConfigureMethod(name string, options map[string]string) (Method, error) {
	row, err := MethodByName(name)
	if err != nil {
		return nil, err
	}
	values, err := setAll(name, parts(row.Method), options)
	if err != nil {
		return nil, err
	}
	method := values[0].Interface().(Method)
	if err := Validate(method); err != nil {
		return nil, fmt.Errorf("optimizers: %s: %w", name, err)
	}
	return method, nil
}
