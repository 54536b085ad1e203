// Package export writes the tensors of a model file in formats that other programs
// read: NPZ for NumPy, JSON for everything else.
//
//	tensors, metadata, err := nn.ReadTensors(file)
//	err = export.Write(out, "npz", tensors, metadata)
//
// The names, shapes and numbers are those of the file, to the bit; the layout is
// its own too: the weight of a Dense layer is [in, out], y = x·W + b. A new format
// is a row in the table of format.go.
package export
