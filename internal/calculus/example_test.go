package calculus_test

import (
	"fmt"

	"nabla/internal/calculus"
)

func Example() {
	e, err := calculus.Parse("sin(x) exp(-x²)")
	if err != nil {
		fmt.Println(err)
		return
	}
	derivative, steps, err := calculus.Derive(e.Outputs[0], "x")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(derivative.Format(calculus.Unicode))
	for _, s := range steps[:3] {
		fmt.Printf("%d %s: (%s)' = %s\n", s.Depth, s.Rule, s.Of, s.Result)
	}
	program, err := e.Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	gradient := make([]float64, 1)
	value, err := program.Gradient([]float64{1}, gradient)
	fmt.Printf("%.4f %.4f %v\n", value, gradient[0], err)
	// Output:
	// (cos(x) - 2x sin(x)) e^(-x²)
	// 0 product rule: (sin(x) e^(-x^2))' = (cos(x) - 2x sin(x)) e^(-x^2)
	// 1 sine rule: (sin(x))' = cos(x)
	// 1 chain rule, exponential: (e^(-x^2))' = -2x e^(-x^2)
	// 0.3096 -0.4204 <nil>
}

func ExampleError_Caret() {
	_, err := calculus.Parse("2 + sni(x)")
	if e, ok := err.(*calculus.Error); ok {
		fmt.Println(e.Msg)
		fmt.Println(e.Caret())
	}
	// Output:
	// unknown function "sni", did you mean "sin"?
	// 2 + sni(x)
	//     ^~~
}

func ExampleCriticalPoints() {
	e, _ := calculus.Parse("x^4 - 2x^2")
	set, err := calculus.CriticalPoints(e, []calculus.Interval{{Low: -5, High: 5}})
	for _, p := range set.Points {
		fmt.Println(p.X[0], p.Value, p.Kind)
	}
	fmt.Println(err)
	// Output:
	// -1 -1 minimum
	// 0 0 maximum
	// 1 -1 minimum
	// <nil>
}
