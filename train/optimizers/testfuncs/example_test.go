package testfuncs_test

import (
	"fmt"

	"nabla/train/optimizers/testfuncs"
)

func Example() {
	f, err := testfuncs.ByName("rosenbrock")
	if err != nil {
		fmt.Println(err)
		return
	}
	g, h := make([]float64, f.Dim), make([]float64, f.Dim*f.Dim)
	f.Grad(g, f.Start)
	f.Hess(h, f.Start)
	fmt.Printf("f%v = %.4g\n", f.Start, f.Func(f.Start))
	fmt.Printf("gradient %.5g\n", g)
	fmt.Printf("Hessian  %.5g\n", h)
	fmt.Println("minimum ", f.Minima[0].X)
	// Output:
	// f[-1.2 1] = 24.2
	// gradient [-215.6 -88]
	// Hessian  [1330 480 480 200]
	// minimum  [1 1]
}
