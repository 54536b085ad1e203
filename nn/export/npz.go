package export

import (
	"bufio"
	"encoding/json"
	"fmt"

	"nabla/datasets"
	"nabla/nn"
)

// metadataArray is the name of the array that holds the metadata.
const metadataArray = "metadata"

func writeNPZ(w *bufio.Writer, tensors []nn.Tensor, metadata map[string]string) error {
	text, err := json.Marshal(metadata)
	if err != nil {
		return err
	}
	arrays := []datasets.Array{{Name: metadataArray, Shape: []int{len(text)}, U8: text}}
	for _, t := range tensors {
		a, err := array(t)
		switch {
		case err != nil:
			return err
		case t.Name == metadataArray:
			return fmt.Errorf("a tensor has the name %s, which the metadata takes", metadataArray)
		}
		arrays = append(arrays, a)
	}
	return datasets.WriteNPZ(w, arrays)
}

// array is a tensor as NumPy has it.
func array(t nn.Tensor) (a datasets.Array, err error) {
	a = datasets.Array{Name: t.Name, Shape: t.Shape}
	switch t.DType {
	case "F32":
		a.F32, err = t.Float32s()
	case "F64":
		a.F64, err = t.Float64s()
	case "I64":
		a.I64, err = t.Int64s()
	case "U8", "BOOL":
		a.U8 = t.Data
	default:
		err = fmt.Errorf("tensor %.60q holds %s, of which there is no array here (have F32, F64, I64, U8, BOOL)", t.Name, t.DType)
	}
	return a, err
}
