package plot

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/graph/formats/dot"
	"gonum.org/v1/gonum/graph/formats/dot/ast"
)

// picked is a graph of names and arrows, "x>z z>w", with gradients on all of them.
func picked(arrows string) Graph {
	g := Graph{Title: "a graph"}
	seen := map[string]bool{}
	for arrow := range strings.FieldsSeq(arrows) {
		from, to, _ := strings.Cut(arrow, ">")
		for _, name := range []string{from, to} {
			if name != "" && !seen[name] {
				seen[name] = true
				g.Nodes = append(g.Nodes, Node{Name: name, Formula: "f of " + name, Value: "1.25", Gradient: "−0.5"})
			}
		}
		if to != "" {
			g.Links = append(g.Links, Link{From: from, To: to, Back: true, Label: "∂" + to + "/∂" + from + " = 2.5"})
		}
	}
	return g
}

// golden are graphs that can be drawn without a crossing, and must be.
var golden = map[string]string{
	"chain":      "x>z y>z z>w x>w w>loss",
	"two layers": "x>z1 W1>z1 b1>z1 z1>a1 a1>z2 W2>z2 b2>z2 z2>L y>L",
	"residual":   "x>z1 W1>z1 z1>a1 a1>z2 W2>z2 z2>s a1>s s>n n>p e>p g>e p>q h>q f>h q>L",
	"one box":    "x>",
	"long way":   "x>a a>b b>c c>d d>e x>e",
	"fan":        "x>a x>b x>c x>d a>s b>s c>s d>s",
	"twice":      "x>y x>y",
	"apart":      "a>b c>d e>f",
	"tree":       "a>ab b>ab c>cd d>cd ab>r cd>r e>ef f>ef ef>r",
	"forty":      deep(13),
}

// deep is a network of so many layers: three boxes a layer, and a loss.
func deep(layers int) string {
	var b strings.Builder
	last := "x"
	for k := range layers {
		fmt.Fprintf(&b, "%s>z%d W%d>z%d z%d>a%d ", last, k, k, k, k, k)
		last = fmt.Sprintf("a%d", k)
	}
	fmt.Fprintf(&b, "%s>L y>L", last)
	return b.String()
}

// rectangle is a place that belongs to a box or a label.
type rectangle struct {
	name                     string
	left, right, top, bottom float64
}

// rectangles are the places of all boxes and labels.
func (l *layout) rectangles(g Graph) (boxes, labels []rectangle) {
	for _, e := range l.elements {
		r := rectangle{left: e.x - e.left, right: e.x + e.right, top: e.y - e.height/2, bottom: e.y + e.height/2}
		switch {
		case e.box >= 0:
			r.name = g.Nodes[e.box].Name
			boxes = append(boxes, r)
		case e.label != "":
			r.name = e.label
			r.left = e.x + graphPair + 5 // where the letters begin
			labels = append(labels, r)
		}
	}
	return boxes, labels
}

func (r rectangle) meets(s rectangle) bool {
	return r.left < s.right && s.left < r.right && r.top < s.bottom && s.top < r.bottom
}

// flat is the middle of a link as short straight pieces.
func (l *layout) flat(link int) []point {
	var list []point
	way := l.route(link)
	for k, c := range way {
		if k > 0 {
			b := way[k-1]
			for i := range 25 {
				t := float64(i) / 24
				s := t * t * (3 - 2*t) // of a curve whose handles are at half the height
				y := b.to*(1-t)*(1-t)*(1-t) + 3*(1-t)*t*(b.to+c.from)/2 + c.from*t*t*t
				list = append(list, point{b.x + (c.x-b.x)*s, y})
			}
		}
		list = append(list, point{c.x, c.from}, point{c.x, c.to})
	}
	return list
}

// cross reports whether two pieces cut each other.
func cross(a, b, c, d point) bool {
	side := func(p, q, r point) float64 { return (q.x-p.x)*(r.y-p.y) - (q.y-p.y)*(r.x-p.x) }
	return side(a, b, c)*side(a, b, d) < 0 && side(c, d, a)*side(c, d, b) < 0
}

// cuts counts the pairs of links that cross in the drawing.
func (l *layout) cuts(links int) (n int) {
	for i := range links {
		for j := range i {
			p, q := l.flat(i), l.flat(j)
			found := false
			for a := 1; a < len(p) && !found; a++ {
				for b := 1; b < len(q) && !found; b++ {
					found = cross(p[a-1], p[a], q[b-1], q[b])
				}
			}
			if found {
				n++
			}
		}
	}
	return n
}

// checkPlaces finds what lies on something else.
func checkPlaces(t *testing.T, g Graph) *layout {
	t.Helper()
	l, err := g.lay()
	if err != nil {
		t.Fatal(err)
	}
	boxes, labels := l.rectangles(g)
	all := append(append([]rectangle(nil), boxes...), labels...)
	for i, a := range all {
		if a.left < 0 || a.top < 0 || a.right > l.width || a.bottom > l.height {
			t.Errorf("%s lies outside of the picture", a.name)
		}
		for _, b := range all[:i] {
			if a.meets(b) {
				t.Errorf("%s and %s overlap", a.name, b.name)
			}
		}
	}
	for k := range g.Links {
		way := l.flat(k)
		for i := 1; i < len(way); i++ {
			for _, r := range boxes {
				x, y := (way[i].x+way[i-1].x)/2, (way[i].y+way[i-1].y)/2
				if x > r.left && x < r.right && y > r.top+0.01 && y < r.bottom-0.01 {
					t.Fatalf("link %v runs through box %s", g.Links[k], r.name)
				}
			}
		}
	}
	for _, link := range g.Links {
		var from, to rectangle
		for _, r := range boxes {
			if r.name == link.From {
				from = r
			}
			if r.name == link.To {
				to = r
			}
		}
		if from.bottom >= to.top {
			t.Errorf("%s does not stand above %s", link.From, link.To)
		}
	}
	return l
}

func TestGoldenGraphs(t *testing.T) {
	for name, arrows := range golden {
		g := picked(arrows)
		l := checkPlaces(t, g)
		if n := l.cuts(len(g.Links)); n != 0 {
			t.Errorf("%s: %d crossings, want none", name, n)
		}
		t.Logf("%s: %d boxes, %d links, %.0f × %.0f", name, len(g.Nodes), len(g.Links), l.width, l.height)
		if name == "forty" && (len(g.Nodes) < 40 || l.width > 900) {
			t.Errorf("%d boxes are %.0f wide; letters would be too small at 800", len(g.Nodes), l.width)
		}
	}
}

// Boxes in any order give a drawing without crossings where there is one.
func TestShuffledTrees(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		n := 12 + rng.IntN(30)
		var g Graph
		for i := range n {
			g.Nodes = append(g.Nodes, Node{Name: fmt.Sprint("v", i)})
			if i > 0 {
				g.Links = append(g.Links, Link{From: fmt.Sprint("v", i), To: fmt.Sprint("v", rng.IntN(i))})
			}
		}
		rng.Shuffle(n, func(i, j int) { g.Nodes[i], g.Nodes[j] = g.Nodes[j], g.Nodes[i] })
		rng.Shuffle(n-1, func(i, j int) { g.Links[i], g.Links[j] = g.Links[j], g.Links[i] })
		l := checkPlaces(t, g)
		if cuts := l.cuts(len(g.Links)); cuts != 0 {
			t.Errorf("a tree of %d boxes has %d crossings", n, cuts)
		}
	}
}

// Nothing overlaps in dense graphs either, and the crossings of the drawing are those
// that the order was chosen by.
func TestRandomGraphs(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 15 {
		n := 5 + rng.IntN(25)
		var arrows strings.Builder
		for i := 1; i < n; i++ {
			for range 1 + rng.IntN(3) {
				fmt.Fprintf(&arrows, "v%d>v%d ", rng.IntN(i), i)
			}
		}
		g := picked(arrows.String())
		l := checkPlaces(t, g)
		if got, want := l.cuts(len(g.Links)), l.crossings(); got > want {
			t.Errorf("%d crossings in the drawing, %d in the order", got, want)
		}
	}
	// Three boxes that all read three others cannot do with fewer than one crossing a
	// pair of pairs: nine.
	g := picked("a>x a>y a>z b>x b>y b>z c>x c>y c>z")
	if l := checkPlaces(t, g); l.crossings() != 9 {
		t.Errorf("%d crossings, want 9", l.crossings())
	}
}

func TestGraphErrors(t *testing.T) {
	many := Graph{Nodes: make([]Node, mostBoxes+1)}
	for _, c := range []struct {
		g    Graph
		want string
	}{
		{Graph{}, "plot: the picture: there are no boxes to draw"},
		{picked("a>b b>c c>a"), `plot: "a graph": the links run in a circle`},
		{picked("a>a"), `plot: "a graph": the links run in a circle`},
		{Graph{Nodes: []Node{{Name: "a"}, {Name: "a"}}}, `plot: the picture: two boxes are called "a"`},
		{Graph{Nodes: []Node{{Name: "a"}}, Links: []Link{{From: "a", To: "b"}}}, `plot: the picture: the link from "a" to "b" leads to no box`},
		{many, "plot: the picture: 401 boxes and 0 links are more than a picture can show (400 and 1600)"},
	} {
		if err := c.g.Check(); err == nil || err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
	if err := picked("a>b").Write("graph.png"); err == nil || !strings.Contains(err.Error(), ".svg, .dot or .mmd") {
		t.Errorf("a graph as .png: %v", err)
	}
}

// Files are the same each time, ids are unique and the SVG is well formed.
func TestGraphFiles(t *testing.T) {
	g := picked(golden["chain"])
	g.Nodes[0].Name, g.Links[0].From, g.Links[3].From = `x"<&>|{`, `x"<&>|{`, `x"<&>|{`
	for _, ext := range Drawn {
		file := filepath.Join(t.TempDir(), "graph"+ext)
		var first []byte
		for range 2 {
			if err := g.Write(file); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if first != nil && !bytes.Equal(first, data) {
				t.Errorf("%s: two files differ", ext)
			}
			first = data
		}
		if ext != ".svg" {
			continue
		}
		ids := map[string]bool{}
		for d := xml.NewDecoder(bytes.NewReader(first)); ; {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if e, ok := token.(xml.StartElement); ok {
				for _, a := range e.Attr {
					if a.Name.Local == "id" {
						if ids[a.Value] {
							t.Errorf("id %s twice", a.Value)
						}
						ids[a.Value] = true
					}
				}
			}
		}
		for _, id := range []string{"box-z", "box-loss", "link-z-w", "link-x_22_3c_26_3e_7c_7b-z"} {
			if !ids[id] {
				t.Errorf("no id %s in %v", id, ids)
			}
		}
		if !bytes.Contains(first, []byte("prefers-color-scheme:dark")) {
			t.Error("no colours for dark screens")
		}
	}
}

// Another program reads what is written for Graphviz.
func TestDOT(t *testing.T) {
	for name, arrows := range golden {
		g := picked(arrows)
		g.Title = `C:\a "b" <c> {d} |`
		for i := range g.Nodes {
			g.Nodes[i].Formula = `\x < {"` + g.Nodes[i].Name + `"} | ]`
		}
		text, err := g.Text(".dot")
		if err != nil {
			t.Fatal(err)
		}
		file, err := dot.ParseString(text)
		if err != nil {
			t.Fatalf("%s: %v in\n%s", name, err, text)
		}
		nodes, edges := map[string]bool{}, 0
		for _, s := range file.Graphs[0].Stmts {
			switch s := s.(type) {
			case *ast.NodeStmt:
				nodes[s.Node.ID] = true
			case *ast.EdgeStmt:
				edges++
			}
		}
		if len(nodes) != len(g.Nodes) || edges != 2*len(g.Links) {
			t.Errorf("%s: %d nodes and %d edges of %d boxes and %d links", name, len(nodes), edges, len(g.Nodes), len(g.Links))
		}
	}
}

func TestGraphText(t *testing.T) {
	g := Graph{Title: "w = z + x", Nodes: []Node{
		{Name: "x", Value: "2", Gradient: "16", Kind: Given}, {Name: "w", Formula: "z + x", Value: "8", Gradient: "1", Kind: Result},
	}, Links: []Link{{From: "x", To: "w", Back: true, Label: "1"}}}
	for ext, want := range map[string][]string{
		".dot": {`label="w = z + x"`, `"x" [label="{x|{2|16}}" style=filled`, `"w" [label="{w|z + x|{8|1}}"`, `"x" -> "w";`, `"w" -> "x" [label="1" style=dashed`},
		".mmd": {"flowchart TD", `n_x["<b>x</b><br/>2 #124; 16"]:::given`, "n_x --> n_w", `n_w -.->|"1"| n_x`, "linkStyle 1 stroke"},
	} {
		text, err := g.Text(ext)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%s: no %s in\n%s", ext, part, text)
			}
		}
	}
}
