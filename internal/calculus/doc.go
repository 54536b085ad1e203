// Package calculus reads expressions in any variables and does with them what a
// course on calculus does: derivatives in symbols, with the rule that fired at each
// node; values, gradients, Jacobians and Hessians by automatic differentiation;
// differences; critical points in a box with their kinds; integrals.
//
// # Notation
//
// + - * / and ^ or ** for powers, which associate to the right and bind more tightly
// than a minus before them: -x^2 is -(x^2). A product needs no sign between a number,
// a parenthesis, a function and a name (2x, 2(x+1), x sin x, x e^x), but one between two
// variables, as names may have several letters. Products without a sign are like others: 1/2x is (1/2)x.
// x² is x^2, |x| is abs(x), sin^2 x is sin(x)^2, sin 2x + 1 is sin(2x) + 1. log is the
// natural logarithm, like ln. pi (π) and e are constants. Statements, z = x*y; w = z+x,
// give names to parts; [a, b] is a vector. x(y) is a product for a single letter x.
//
// # Exactness
//
// Numbers are exact rationals until they are evaluated in float64. Simplify keeps the value wherever
// the expression has one; what cancels can give a value where there was none, as 1 for
// x/x at 0, and a factor that leaves a root takes values where it is 0: sqrt(x²y) is
// |x| sqrt(y). Derivatives at kinks follow PyTorch: 0 for relu and abs at 0.
//
// # Methods
//
// Sources are read by a Pratt parser (V. Pratt, "Top down operator precedence", 1973).
// Simplify brings trees to a canonical form with exact coefficients, then takes the
// shortest of a few forms: factored, over one denominator, multiplied out. Programs
// differentiate backwards, and for Hessians forwards over backwards (A. Griewank and
// A. Walther, "Evaluating derivatives", 2nd edition, 2008). Critical points of one
// variable are isolated on grids, those of several found by Newton's method with and
// without damping from many starts; the inertia of the Hessian classifies them, then
// higher derivatives or values around the point. Integrals are adaptive
// Gauss-Legendre quadratures, half-lines substituted, poles at ends summed as
// geometric series; Monte Carlo stands beside them.
//
// # Errors
//
// An Error knows its place in the source; Caret draws it. Sources are bounded in
// length and depth, derived expressions in size, so that no input takes all time or memory.
package calculus
