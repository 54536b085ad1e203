package activations_test

import (
	"encoding/json"
	"fmt"
	"log"
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/activations"
)

// An activation is a function with its derivatives.
func Example() {
	for _, name := range []string{"relu", "leaky-relu:0.2", "tanh", "gelu"} {
		f, err := activations.Parse(name)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%-14s f(-1) = %7.4f  f′(-1) = %7.4f\n", f, f.F(-1), f.D(-1))
	}
	// Output:
	// relu           f(-1) =  0.0000  f′(-1) =  0.0000
	// leaky-relu:0.2 f(-1) = -0.2000  f′(-1) =  0.2000
	// tanh           f(-1) = -0.7616  f′(-1) =  0.4200
	// gelu           f(-1) = -0.1587  f′(-1) = -0.0833
}

// A function of your own needs a name, f and f′.
func ExampleActivation_Apply() {
	sine := activations.Activation{Name: "sine", F: math.Sin, D: math.Cos}

	g := gorgonia.NewGraph()
	x := gorgonia.NewVector(g, tensor.Float64, gorgonia.WithName("x"), gorgonia.WithShape(2),
		gorgonia.WithValue(tensor.New(tensor.WithBacking([]float64{0, math.Pi / 2}))))
	y, err := sine.Apply(x)
	if err != nil {
		log.Fatal(err)
	}
	if err := gorgonia.NewTapeMachine(g).RunAll(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(y.Value().Data())
	// Output: [0 1]
}

// A layer that holds an activation is written with its name.
func ExampleActivation_MarshalText() {
	layer := struct {
		Units      int
		Activation activations.Activation
	}{16, activations.ELUAlpha(0.5)}
	data, err := json.Marshal(layer)
	fmt.Println(string(data), err)
	// Output: {"Units":16,"Activation":"elu:0.5"} <nil>
}

func ExampleByName() {
	f, err := activations.ByName("silu")
	fmt.Println(f.Formula, err)

	_, err = activations.ByName("sliu")
	fmt.Println(err)
	// Output:
	// x·σ(x) <nil>
	// activations: unknown activation "sliu", did you mean "silu"? (have identity, relu, leaky-relu, elu, selu, gelu, gelu-tanh, silu, mish, softplus, softsign, sigmoid, log-sigmoid, tanh, hard-tanh, hard-sigmoid, hard-swish, softmax, log-softmax)
}
