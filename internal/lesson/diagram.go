package lesson

import (
	"encoding/base64"
	"fmt"
	"html"
	"strings"

	"nabla/nn/explain"
)

// diagram is the graph of a transcript: boxes in a browser, lines in a terminal.
type diagram struct {
	name, caption string
	transcript    explain.Transcript
}

// Diagram adds a forward and backward pass as a graph.
func (p *Page) Diagram(name, caption string, t explain.Transcript) {
	p.blocks = append(p.blocks, diagram{name, caption, t})
}

func (d diagram) text(w *writer) error {
	var b strings.Builder
	if err := d.transcript.Write(&b); err != nil {
		return err
	}
	for line := range strings.Lines(b.String()) {
		w.line(strings.TrimRight(line, " \n"))
	}
	return nil
}

// html puts the picture into an image of its own, since its style rules would be
// those of the whole page otherwise; they know light and dark.
func (d diagram) html(w *pageWriter) error {
	svg, err := d.transcript.Picture(".svg")
	if err != nil {
		return fmt.Errorf("picture %s: %w", d.name, err)
	}
	w.pictures = append(w.pictures, file{d.name + ".svg", svg})
	fmt.Fprintf(w, "<figure><img alt=\"%s\" src=\"data:image/svg+xml;base64,%s\">\n<figcaption>%s</figcaption></figure>\n",
		html.EscapeString("graph of "+d.transcript.Title), base64.StdEncoding.EncodeToString([]byte(svg)), inline(d.caption))
	return nil
}
