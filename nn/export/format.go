package export

import (
	"bufio"
	"fmt"
	"io"

	"nabla/internal/names"
	"nabla/nn"
)

// format is a row of the table.
type format struct {
	name  string
	write func(w *bufio.Writer, tensors []nn.Tensor, metadata map[string]string) error
}

var formats = []format{
	{"npz", writeNPZ},
	{"json", writeJSON},
}

func (f format) key() string { return f.name }

// Formats lists the names of the formats.
func Formats() []string { return names.Of(formats, format.key) }

// Write writes tensors and metadata, as nn.ReadTensors gives them, in a format of
// Formats.
//
// "npz" is an archive of arrays that numpy.load reads, one for each tensor by its
// name, of dtypes F32, F64, I64, U8 and BOOL (as bytes 0 and 1). The array metadata
// holds the metadata as the bytes of a JSON object.
//
// "json" is an object {"metadata": {…}, "tensors": {name: {"dtype", "shape",
// "data"}}}, where data is nested by the shape, rows first. Numbers have as many
// digits as tell them from their neighbours; what is not finite is "NaN", "Inf" or
// "-Inf". Metadata that is JSON by itself, such as the architecture of a network,
// is not quoted again.
func Write(w io.Writer, name string, tensors []nn.Tensor, metadata map[string]string) error {
	f, err := names.Find("export", "format", name, formats, format.key)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	if err = f.write(b, tensors, metadata); err == nil {
		err = b.Flush()
	}
	if err != nil {
		return fmt.Errorf("export: %s: %w", name, err)
	}
	return nil
}
