package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"nabla/train"
)

// inspectCommand shows any safetensors file, also one that is no model of ours: it
// is what errors about files send to.
func inspectCommand(c *console) *cobra.Command {
	return &cobra.Command{
		Use:   "inspect MODEL",
		Short: "Show the metadata and the tensors of a safetensors file",
		Example: `  nabla train iris --out runs/iris
  nabla inspect runs/iris/model.safetensors
  nabla inspect runs/iris/model.safetensors --json`,
		Args:              arguments("MODEL"),
		ValidArgsFunction: completeModel,
		RunE: func(_ *cobra.Command, args []string) error {
			v, err := inspect(args[0])
			if err != nil {
				return err
			}
			if c.json {
				return c.writeJSON(v)
			}
			v.print(c)
			return nil
		},
	}
}

// inspection is what a file holds.
type inspection struct {
	File       string            `json:"file"`
	Bytes      int64             `json:"bytes"`
	Parameters int               `json:"parameters"`
	Metadata   map[string]string `json:"metadata"`
	Tensors    []tensorSummary   `json:"tensors"`
}

// tensorSummary is a tensor with statistics of its elements, which are absent for
// types that are not read as numbers.
type tensorSummary struct {
	Name  string        `json:"name"`
	DType string        `json:"dtype"`
	Shape []int         `json:"shape"`
	Min   *train.Number `json:"min,omitempty"`
	Max   *train.Number `json:"max,omitempty"`
	Mean  *train.Number `json:"mean,omitempty"`
	Std   *train.Number `json:"std,omitempty"`
}

// inspect reads a whole file: its checksum and its tensors are checked on the way.
func inspect(path string) (*inspection, error) {
	tensors, metadata, size, err := readTensors(path)
	if err != nil {
		return nil, err
	}
	v := &inspection{File: path, Bytes: size, Metadata: metadata, Tensors: []tensorSummary{}}
	for _, t := range tensors {
		s := tensorSummary{Name: t.Name, DType: t.DType, Shape: append([]int{}, t.Shape...)}
		n := 1
		for _, d := range t.Shape {
			n *= d
		}
		v.Parameters += n
		if x, err := t.Float64s(); err == nil && len(x) > 0 {
			s.describe(x)
		}
		v.Tensors = append(v.Tensors, s)
	}
	return v, nil
}

// describe computes the statistics. A NaN among the elements is seen in all.
func (s *tensorSummary) describe(x []float64) {
	low, high, sum, squares := x[0], x[0], 0.0, 0.0
	for _, v := range x {
		low, high, sum = math.Min(low, v), math.Max(high, v), sum+v
	}
	mean := sum / float64(len(x))
	for _, v := range x {
		squares += (v - mean) * (v - mean)
	}
	as := func(v float64) *train.Number { return new(train.Number(v)) }
	s.Min, s.Max, s.Mean, s.Std = as(low), as(high), as(mean), as(math.Sqrt(squares/float64(len(x))))
}

// longestValue is how much of a metadata value is printed; --json has all.
const longestValue = 300

// print writes a table. Names and values come from the file and may hold anything.
func (v *inspection) print(c *console) {
	fmt.Fprintf(c.out, "%s: %s, %s, %s\n", c.paint(bold, printable(v.File)), plural(int(v.Bytes), "byte"), plural(len(v.Tensors), "tensor"), plural(v.Parameters, "number"))
	for _, key := range slices.Sorted(maps.Keys(v.Metadata)) {
		value := []rune(v.Metadata[key])
		if len(value) > longestValue {
			value = append(value[:longestValue], []rune(" …")...)
		}
		fmt.Fprintf(c.out, "%s: %s\n", c.paint(dim, printable(key)), printable(string(value)))
	}
	fmt.Fprintln(c.out)
	t := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "Tensor\tType\tShape\tMin\tMax\tMean\tStd")
	for _, s := range v.Tensors {
		cells := []string{printable(s.Name), s.DType, fmt.Sprint(s.Shape)}
		for _, n := range []*train.Number{s.Min, s.Max, s.Mean, s.Std} {
			cell := "-"
			if n != nil {
				cell = fmt.Sprintf("%.4g", float64(*n))
			}
			cells = append(cells, cell)
		}
		fmt.Fprintln(t, strings.Join(cells, "\t"))
	}
	t.Flush()
}
