// Package testfuncs holds functions to try optimizers on: bowls, valleys, saddles,
// functions with many minima and sums of squares, each with gradient, Hessian, a
// box to draw it in, a start and its known minima.
//
//	f, err := testfuncs.ByName("rosenbrock")       // or "rosenbrock:n=10", "quadratic:k=1000"
//	g := make([]float64, f.Dim)
//	f.Grad(g, f.Start)
//
// A function is written once, as a formula over jets (jet.go): numbers that carry
// their first and second derivatives along. Gradient, Hessian and Jacobian are
// therefore exact to rounding, in any number of variables.
//
// Expression makes a function of what somebody types: "x^4 - 2x^2 + y^2".
//
// A new function is one row in the table of one of the files bowls.go, valleys.go,
// saddles.go, manyminima.go and squares.go.
package testfuncs
