package export_test

import (
	"fmt"
	"os"

	"nabla/nn"
	"nabla/nn/export"
)

func ExampleWrite() {
	tensors := []nn.Tensor{nn.NewTensor("0.weight", []int{2, 1}, []float32{0.5, -1})}
	if err := export.Write(os.Stdout, "json", tensors, map[string]string{"made by": "hand"}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {
	// "metadata": {
	// "made by": "hand"
	// },
	// "tensors": {
	// "0.weight": {"dtype": "F32", "shape": [2,1], "data": [[0.5],[-1]]}
	// }
	// }
}
