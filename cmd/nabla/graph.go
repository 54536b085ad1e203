package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"nabla/nn/explain"
)

// graphCommand draws what explain writes.
func graphCommand(c *console) *cobra.Command {
	e := &explainer{console: c}
	var out string
	cmd := &cobra.Command{
		Use:   "graph EXPR|DATA|MODEL",
		Short: "Draw the graph of an expression or a network, with values and gradients",
		Long: `Draw the graph of an expression or of a network on a batch, as explain computes it: a box for each
node with its name, formula, value and gradient, arrows for the values, and dashed ones back with the
local derivatives. Of a tensor the norms are shown.

--out FILE.svg is a drawing, light or dark as the screen it is seen on; FILE.dot is text for Graphviz,
FILE.mmd for Mermaid. Without it the text for Graphviz is printed. --json prints what explain --json
does. Equal graphs give equal files.`,
		Example: `  nabla graph 'w=z+x; z=x*y; loss=w^2' --at x=2,y=3 -o chain.svg
  nabla graph iris --layers 4:relu -o net.svg
  nabla train iris --out runs/iris
  nabla graph runs/iris/model.safetensors -o model.mmd`,
		Args:              arguments("EXPR|DATA|MODEL"),
		ValidArgsFunction: completeData,
		RunE: func(cmd *cobra.Command, args []string) error {
			ext := strings.ToLower(filepath.Ext(out))
			if out != "" && !slices.Contains(explain.Pictures, ext) {
				return usage(cmd.CommandPath(), fmt.Errorf("--out: %s: a graph is written as %s", out, strings.Join(explain.Pictures, ", ")))
			}
			t, err := e.transcript(args[0], cmd.Flags())
			if err != nil {
				return usageOf(cmd, err)
			}
			return e.draw(t, out)
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "`FILE` to draw into: .svg, .dot or .mmd (default: .dot on standard output)")
	e.flags(cmd)
	return cmd
}

// draw writes a transcript as a picture.
func (e *explainer) draw(t explain.Transcript, out string) error {
	if out == "" {
		if e.json {
			return e.writeJSON(transcriptOf(t))
		}
		text, err := t.Picture(".dot")
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(e.out, text)
		return err
	}
	if err := t.Draw(out); err != nil {
		return err
	}
	if e.json {
		return e.writeJSON(transcriptOf(t))
	}
	if !e.quiet {
		fmt.Fprintf(e.out, "%s: %s\n", printable(out), plural(len(t.Nodes), "node"))
	}
	return nil
}
