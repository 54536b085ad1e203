package explain

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"nabla/internal/plot"
)

// Pictures are the extensions that Draw knows: a drawing, text for Graphviz, text for
// Mermaid.
var Pictures = plot.Drawn

// Draw writes the transcript as a graph into a .svg, .dot or .mmd file: a box for
// each node with its name, value and gradient, and two arrows for each use, values
// forwards and gradients with their local derivatives back. Of a tensor the norms are
// shown.
func (t Transcript) Draw(file string) error { return t.picture().Write(file) }

// Picture returns what Draw writes into a file of this extension.
func (t Transcript) Picture(ext string) (string, error) { return t.picture().Text(ext) }

var boxKinds = map[Kind]plot.NodeKind{
	Input: plot.Given, Target: plot.Unchanged, Parameter: plot.Learned, Constant: plot.Unchanged,
	Value: plot.Computed, Cost: plot.Result,
}

// picture leaves out what is shown for the reader alone: nothing reads it.
func (t Transcript) picture() plot.Graph {
	g := plot.Graph{Title: t.Title}
	terms := map[[2]string]string{} // from reader to what it reads
	shown := map[string]bool{}
	for _, n := range t.Nodes {
		if n.Gradient == nil {
			continue
		}
		for _, term := range n.Gradient.Terms {
			key := [2]string{term.Reader, n.Name}
			if terms[key] != "" {
				terms[key] += ", "
			}
			terms[key] += term.label(len(n.Shape) == 0)
		}
	}
	for _, n := range t.Nodes {
		if n.Kind == Shown {
			continue
		}
		shown[n.Name] = true
		g.Nodes = append(g.Nodes, n.box())
		for i, from := range n.From {
			if !shown[from] || slices.Contains(n.From[:i], from) {
				continue
			}
			label, flows := terms[[2]string{n.Name, from}]
			g.Links = append(g.Links, plot.Link{From: from, To: n.Name, Back: flows, Label: label})
		}
	}
	g.Back = "local derivative (at the arrow) × gradient of the box below"
	if !t.scalars() {
		g.Back = "at the arrow, local derivative × gradient of the box below"
		g.Key = []string{"dv is the gradient of the loss by v; ‖r‖ is a tensor of norm r"}
	}
	return g
}

// label is what stands beside the way back: the local derivative and its value, or,
// for tensors, the whole product.
func (t Term) label(scalar bool) string {
	switch {
	case !scalar || len(t.Locals) != 1:
		return shortened(t.Formula, longest)
	case utf8.RuneCountInString(t.Local) > longest:
		return shortened(t.Local, longest) + " = " + short(t.Locals[0])
	}
	if v, err := strconv.ParseFloat(strings.ReplaceAll(t.Local, "−", "-"), 64); err == nil && v == t.Locals[0] {
		return short(v)
	}
	return t.Local + " = " + short(t.Locals[0])
}

// longest is how many characters of a formula are drawn; the transcript has all.
const longest = 28

// box is a node as it is drawn.
func (n Node) box() plot.Node {
	b := plot.Node{Name: n.Name, Formula: n.Formula, Kind: boxKinds[n.Kind], Value: brief(n.Value, len(n.Shape) == 0)}
	switch {
	case len(n.Shape) > 0 && len(n.From) == 0 && n.Kind != Parameter:
		b.Formula = extents(n.Shape)
	case len(n.Shape) > 0:
		b.Formula = shortened(b.Formula, longest) + ", " + extents(n.Shape)
	}
	if n.Gradient != nil {
		b.Gradient = brief(n.Gradient.Value, len(n.Shape) == 0)
	}
	b.Formula = shortened(b.Formula, 2*longest)
	return b
}

// brief is a number, or the norm of many.
func brief(x []float64, scalar bool) string {
	if scalar {
		return short(x[0])
	}
	return "‖" + three(summarize(x).norm) + "‖"
}
