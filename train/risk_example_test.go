package train_test

import (
	"fmt"
	"log"

	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/diagnose"
)

// The Hessian of a line with squared error is known: 2·mean(x²), 2·mean(x) and 2.
// Products with it need no matrix.
func ExampleRisk() {
	data, err := datasets.New("line", datasets.Matrix{Rows: 4, Cols: 1, F64: []float64{1, 2, 3, 4}},
		datasets.Matrix{Rows: 4, Cols: 1, F64: []float64{1, 3, 5, 7}}, nil)
	if err != nil {
		log.Fatal(err)
	}
	net, err := nn.New(nn.Config{Input: data.Shape, DType: nn.Float64}, layers.Dense{Units: 1, Init: nn.Zeros})
	if err != nil {
		log.Fatal(err)
	}
	risk, err := train.NewRisk(net, losses.MSE, data)
	if err != nil {
		log.Fatal(err)
	}
	gradient, product := make([]float64, 2), make([]float64, 2)
	loss, err := risk.Gradient(gradient)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("loss", loss, "gradient", gradient)
	for _, v := range [][]float64{{1, 0}, {0, 1}} {
		if err := risk.HessianVector(product, v); err != nil {
			log.Fatal(err)
		}
		fmt.Println("H ·", v, "=", product)
	}
	_, largest, err := diagnose.Extremes(2, risk.HessianVector, 2, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("gradient descent needs a learning rate below %.4f\n", 2/largest)
	// Output:
	// loss 21 gradient [-25 -8]
	// H · [1 0] = [15 5]
	// H · [0 1] = [5 2]
	// gradient descent needs a learning rate below 0.1198
}
