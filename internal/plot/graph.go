package plot

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"nabla/internal/files"
)

// Drawn are the extensions of pictures of graphs: .svg is drawn, .dot and .mmd are
// text for Graphviz and Mermaid.
var Drawn = []string{".svg", ".dot", ".mmd"}

// Graph is a picture of boxes and arrows, drawn from the top downwards: what is
// computed stands below what it is computed from. Each arrow may have a second one
// beside it that runs back, for a gradient.
type Graph struct {
	Title string
	Nodes []Node
	Links []Link
	Back  string   // below the picture: what is written at the ways back
	Key   []string // further lines there: what symbols mean
}

// Node is one box: its name, the formula below it, and a value and a gradient side
// by side. What is empty is left out.
type Node struct {
	Name     string // no two boxes have the same
	Formula  string
	Value    string
	Gradient string
	Kind     NodeKind
}

// NodeKind is the colour of a box.
type NodeKind int

// The kinds of boxes.
const (
	Computed  NodeKind = iota
	Given              // an input
	Learned            // a parameter
	Unchanged          // a constant, a target
	Result             // where the gradients begin
)

// boxStyle is how boxes of a kind are drawn: the class of their style, and the colour
// that fills them in files without style sheets.
type boxStyle struct{ class, fill string }

// boxStyles are those of the kinds; boxes of computed values have none.
var boxStyles = map[NodeKind]boxStyle{
	Given: {"given", "#dcecf8"}, Learned: {"learned", "#fbf0cf"}, Unchanged: {"unchanged", "#ececec"}, Result: {"result", "#dff2ea"},
}

// Link is an arrow from a box to one that reads it.
type Link struct {
	From, To string
	Back     bool   // a gradient flows the other way
	Label    string // beside the way back: the local derivative
}

// Limits of a picture.
const (
	mostBoxes = 400
	mostLinks = 1600
)

// Check reports what keeps a graph from being drawn: no boxes, or too many; two of
// one name; an arrow to or from nowhere; a circle.
func (g Graph) Check() error {
	_, err := g.ranks()
	return err
}

// Write draws the graph into a .svg, .dot or .mmd file. Equal graphs give equal
// bytes. The drawing is light or dark as the reader's screen is.
func (g Graph) Write(file string) error {
	if err := CheckFile(file, Drawn); err != nil {
		return err
	}
	text, err := g.Text(strings.ToLower(filepath.Ext(file)))
	if err != nil {
		return err
	}
	return files.Write(file, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// Text is what Write puts into a file of this extension.
func (g Graph) Text(ext string) (string, error) {
	if err := g.Check(); err != nil {
		return "", err
	}
	switch ext {
	case ".svg":
		return g.svg()
	case ".dot":
		return g.dot(), nil
	case ".mmd":
		return g.mermaid(), nil
	}
	return "", CheckFile("graph"+ext, Drawn)
}

// ends returns the places of the boxes that a link joins.
func (g Graph) ends() ([][2]int, error) {
	place := map[string]int{}
	for i, b := range g.Nodes {
		if _, twice := place[b.Name]; twice {
			return nil, errorf(g.Title, "two boxes are called %q", b.Name)
		}
		place[b.Name] = i
	}
	list := make([][2]int, len(g.Links))
	for k, l := range g.Links {
		from, known := place[l.From]
		to, known2 := place[l.To]
		if !known || !known2 {
			return nil, errorf(g.Title, "the link from %q to %q leads to no box", l.From, l.To)
		}
		list[k] = [2]int{from, to}
	}
	return list, nil
}

// ranks puts every box on a rank below those of all boxes that it reads: first as
// high as it can be (the longest way from above), then down again where that makes
// the links shorter, so that a parameter stands next to its reader.
func (g Graph) ranks() ([]int, error) {
	switch {
	case len(g.Nodes) == 0:
		return nil, errorf(g.Title, "there are no boxes to draw")
	case len(g.Nodes) > mostBoxes || len(g.Links) > mostLinks:
		return nil, errorf(g.Title, "%d boxes and %d links are more than a picture can show (%d and %d)", len(g.Nodes), len(g.Links), mostBoxes, mostLinks)
	}
	ends, err := g.ends()
	if err != nil {
		return nil, err
	}
	rank := make([]int, len(g.Nodes))
	for round := 0; ; round++ {
		moved := false
		for _, e := range ends {
			if rank[e[1]] <= rank[e[0]] {
				rank[e[1]], moved = rank[e[0]]+1, true
			}
		}
		if !moved {
			break
		}
		if round > len(g.Nodes) {
			return nil, errorf(g.Title, "%w", errCircle)
		}
	}
	g.lower(rank, ends)
	return rank, nil
}

var errCircle = errors.New("the links run in a circle")

// lower moves boxes down that are read at least as often as they read: no links
// become longer than others become shorter.
func (g Graph) lower(rank []int, ends [][2]int) {
	byRank := make([]int, len(rank))
	for i := range byRank {
		byRank[i] = i
	}
	slices.SortStableFunc(byRank, func(a, b int) int { return rank[b] - rank[a] })
	for _, i := range byRank {
		below, reads, read := len(rank), 0, 0
		for _, e := range ends {
			if e[1] == i {
				reads++
			}
			if e[0] == i {
				read++
				below = min(below, rank[e[1]]-1)
			}
		}
		if read >= reads && below < len(rank) {
			rank[i] = max(rank[i], below)
		}
	}
}

// ids are names of boxes as files may use them: letters, digits and underscores,
// the same for the same graph and no two alike.
func (g Graph) ids() map[string]string {
	taken, ids := map[string]bool{}, map[string]string{}
	for _, b := range g.Nodes {
		var text strings.Builder
		for _, r := range b.Name {
			switch {
			case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
				text.WriteRune(r)
			default:
				fmt.Fprintf(&text, "_%x", r)
			}
		}
		id := text.String()
		for k := 2; taken[id]; k++ {
			id = fmt.Sprintf("%s_n%d", text.String(), k)
		}
		taken[id] = true
		ids[b.Name] = id
	}
	return ids
}
