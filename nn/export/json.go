package export

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"nabla/nn"
)

func writeJSON(w *bufio.Writer, tensors []nn.Tensor, metadata map[string]string) error {
	w.WriteString("{\n\"metadata\": {")
	for i, key := range slices.Sorted(maps.Keys(metadata)) {
		w.WriteString(separator(i))
		value := []byte(metadata[key])
		if !structured(value) {
			value = quoted(metadata[key])
		}
		fmt.Fprintf(w, "%s: %s", quoted(key), value)
	}
	w.WriteString("\n},\n\"tensors\": {")
	for i, t := range tensors {
		w.WriteString(separator(i))
		shape, err := json.Marshal(append([]int{}, t.Shape...))
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s: {\"dtype\": %s, \"shape\": %s, \"data\": ", quoted(t.Name), quoted(t.DType), shape)
		if err := writeData(w, t); err != nil {
			return err
		}
		w.WriteByte('}')
	}
	_, err := w.WriteString("\n}\n}\n")
	return err
}

func separator(i int) string {
	if i == 0 {
		return "\n"
	}
	return ",\n"
}

// structured reports an object or a list in JSON.
func structured(text []byte) bool {
	return len(text) > 0 && (text[0] == '{' || text[0] == '[') && json.Valid(text)
}

// quoted is a text in JSON; bytes that are no UTF-8 become U+FFFD.
func quoted(text string) []byte {
	b, _ := json.Marshal(text) // cannot fail for a string
	return b
}

// writeData writes the elements, which are converted one by one: a file of a large
// network is not held in memory twice.
func writeData(w *bufio.Writer, t nn.Tensor) error {
	switch t.DType {
	case "F32":
		v, err := t.Float32s()
		nest(w, t.Shape, v, func(b []byte, x float32) []byte { return appendFloat(b, float64(x), 32) })
		return err
	case "F64":
		v, err := t.Float64s()
		nest(w, t.Shape, v, func(b []byte, x float64) []byte { return appendFloat(b, x, 64) })
		return err
	case "I64":
		v, err := t.Int64s()
		nest(w, t.Shape, v, func(b []byte, x int64) []byte { return strconv.AppendInt(b, x, 10) })
		return err
	case "U64":
		v, err := t.Uint64s()
		nest(w, t.Shape, v, func(b []byte, x uint64) []byte { return strconv.AppendUint(b, x, 10) })
		return err
	case "U8", "BOOL":
		nest(w, t.Shape, t.Data, func(b []byte, x byte) []byte { return strconv.AppendUint(b, uint64(x), 10) })
		return nil
	}
	return fmt.Errorf("tensor %.60q holds %s, which is not written as numbers (have F32, F64, I64, U64, U8, BOOL)", t.Name, t.DType)
}

// nest writes values as lists in lists by their shape and returns those behind. A
// tensor without elements is one empty list, however many rows of none it has.
func nest[T any](w *bufio.Writer, shape []int, values []T, number func([]byte, T) []byte) []T {
	switch {
	case len(values) == 0:
		w.WriteString("[]")
		return nil
	case len(shape) == 0:
		w.Write(number(w.AvailableBuffer(), values[0]))
		return values[1:]
	}
	w.WriteByte('[')
	for i := range shape[0] {
		if i > 0 {
			w.WriteByte(',')
		}
		values = nest(w, shape[1:], values, number)
	}
	w.WriteByte(']')
	return values
}

// appendFloat writes a number with the digits it needs; JSON knows only finite ones.
func appendFloat(b []byte, v float64, bits int) []byte {
	switch {
	case math.IsNaN(v):
		return append(b, `"NaN"`...)
	case math.IsInf(v, 1):
		return append(b, `"Inf"`...)
	case math.IsInf(v, -1):
		return append(b, `"-Inf"`...)
	}
	return strconv.AppendFloat(b, v, 'g', -1, bits)
}
