package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"nabla/nn"
	"nabla/nn/export"
)

// exportCommand writes a model for other programs. It takes any safetensors file.
func exportCommand(c *console) *cobra.Command {
	format := choice{of: export.Formats()}
	var out string
	cmd := &cobra.Command{
		Use:   "export MODEL",
		Short: "Write a model in a format that other programs read",
		Long: `Write the tensors and the metadata of a model, or of any safetensors file, in another format:

  npz   arrays for NumPy: numpy.load("model.npz")["0.weight"]; the metadata, with architecture and
        scaling of the inputs, is json.loads(bytes(numpy.load("model.npz")["metadata"]))
  json  {"metadata": {…}, "tensors": {"0.weight": {"dtype", "shape", "data": [[…], …]}, …}}

Names, shapes and numbers stay as they are: the weight of a Dense layer is [in, out], y = x·W + b.`,
		Example: `  nabla train iris --out runs/iris
  nabla export runs/iris/model.safetensors
  nabla export runs/iris/model.safetensors -o iris.json
  nabla export runs/iris/model.safetensors --format json -o - > iris.json`,
		Args:              arguments("MODEL"),
		ValidArgsFunction: completeModel,
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := exportFile(args[0], &format, out)
			if err != nil {
				return usageOf(cmd, err)
			}
			return c.export(args[0], format.value, file)
		},
	}
	cmd.Flags().Var(&format, "format", "`NAME`: "+strings.Join(export.Formats(), " or ")+" (default: by the ending of --out, or "+export.Formats()[0]+")")
	cmd.Flags().StringVarP(&out, "out", "o", "", "`FILE` to write, - for standard output (default: the model's name with the format as its ending)")
	completeNames(cmd, "format", export.Formats())
	return cmd
}

// exportFile is the file to write; it fills in the format.
func exportFile(model string, format *choice, out string) (string, error) {
	if format.value == "" && out != "" && out != "-" {
		if err := format.Set(strings.ToLower(strings.TrimPrefix(filepath.Ext(out), "."))); err != nil || format.value == "" {
			return "", usagef("--out: %s: the ending is that of no format (have %s); name one with --format", out, strings.Join(format.of, ", "))
		}
	}
	if format.value == "" {
		format.value = format.of[0]
	}
	if out == "" {
		out = strings.TrimSuffix(model, filepath.Ext(model)) + "." + format.value
	}
	return out, nil
}

// export reads the model whole before it writes anything.
func (c *console) export(model, format, out string) error {
	tensors, metadata, _, err := readTensors(model)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error { return export.Write(w, format, tensors, metadata) }
	if out == "-" {
		return write(c.out)
	}
	if err := nn.WriteFile(out, write); err != nil {
		return advised(err, "choose another file with --out")
	}
	switch {
	case c.json:
		return c.writeJSON(exported{out, format, len(tensors)})
	case !c.quiet:
		fmt.Fprintf(c.out, "%s: %s\n", printable(out), plural(len(tensors), "tensor"))
	}
	return nil
}

// exported is the JSON of export; on standard output there is the file alone.
type exported struct {
	File    string `json:"file"`
	Format  string `json:"format"`
	Tensors int    `json:"tensors"`
}
