package plot

import (
	"fmt"
	"strings"
)

// dot is the graph for Graphviz: boxes as records, the ways back dashed and without
// a say in the layout.
func (g Graph) dot() string {
	var b strings.Builder
	ids := g.ids()
	fmt.Fprintf(&b, "digraph nabla {\n  graph [label=%s labelloc=t rankdir=TB fontname=\"Helvetica\"];\n", quoted(escaped(g.Title)))
	fmt.Fprintln(&b, "  node [shape=record fontname=\"Helvetica\"];\n  edge [fontname=\"Helvetica\" fontsize=10];")
	for _, n := range g.Nodes {
		style := ""
		if c := boxStyles[n.Kind].fill; c != "" {
			style = fmt.Sprintf(" style=filled fillcolor=%s", quoted(c))
		}
		fmt.Fprintf(&b, "  %s [label=%s%s];\n", quoted(ids[n.Name]), quoted(n.record()), style)
	}
	for _, l := range g.Links {
		fmt.Fprintf(&b, "  %s -> %s;\n", quoted(ids[l.From]), quoted(ids[l.To]))
		if l.Back {
			fmt.Fprintf(&b, "  %s -> %s [label=%s style=dashed color=\"#c65200\" fontcolor=\"#a84300\" constraint=false];\n", quoted(ids[l.To]), quoted(ids[l.From]), quoted(escaped(l.Label)))
		}
	}
	fmt.Fprintln(&b, "}")
	return b.String()
}

// record is the label of a box: {name | formula | {value | gradient}}.
func (n Node) record() string {
	escape := strings.NewReplacer(`\`, `\\`, "{", `\{`, "}", `\}`, "|", `\|`, "<", `\<`, ">", `\>`).Replace
	rows := []string{escape(n.Name)}
	if n.Formula != "" {
		rows = append(rows, escape(n.Formula))
	}
	var cells []string
	for _, cell := range []string{n.Value, n.Gradient} {
		if cell != "" {
			cells = append(cells, escape(cell))
		}
	}
	if cells != nil {
		rows = append(rows, "{"+strings.Join(cells, "|")+"}")
	}
	return "{" + strings.Join(rows, "|") + "}"
}

// escaped has two backslashes for one, which DOT and the YAML of Mermaid take for
// the beginning of a special character.
func escaped(text string) string { return strings.ReplaceAll(text, `\`, `\\`) }

// quoted is a text as DOT quotes it. The backslashes of a record stay.
func quoted(text string) string {
	return `"` + strings.ReplaceAll(strings.ReplaceAll(text, `"`, `\"`), "\n", " ") + `"`
}

// mermaid is the graph for Mermaid, as Markdown on many sites shows it.
func (g Graph) mermaid() string {
	var b strings.Builder
	ids := g.ids()
	if g.Title != "" {
		fmt.Fprintf(&b, "---\ntitle: %s\n---\n", quoted(escaped(g.Title)))
	}
	fmt.Fprintln(&b, "flowchart TD")
	for _, n := range g.Nodes {
		rows := []string{"<b>" + entities(n.Name) + "</b>"}
		if n.Formula != "" {
			rows = append(rows, entities(n.Formula))
		}
		var cells []string
		for _, cell := range []string{n.Value, n.Gradient} {
			if cell != "" {
				cells = append(cells, entities(cell))
			}
		}
		if cells != nil {
			rows = append(rows, strings.Join(cells, " #124; "))
		}
		fmt.Fprintf(&b, "  n_%s[\"%s\"]", ids[n.Name], strings.Join(rows, "<br/>"))
		if c := boxStyles[n.Kind].class; c != "" {
			fmt.Fprintf(&b, ":::%s", c)
		}
		fmt.Fprintln(&b)
	}
	var back []int
	at := 0
	for _, l := range g.Links {
		fmt.Fprintf(&b, "  n_%s --> n_%s\n", ids[l.From], ids[l.To])
		at++
		if l.Back {
			label := ""
			if l.Label != "" {
				label = "|\"" + entities(l.Label) + "\"|"
			}
			fmt.Fprintf(&b, "  n_%s -.->%s n_%s\n", ids[l.To], label, ids[l.From])
			back = append(back, at)
			at++
		}
	}
	for _, k := range back {
		fmt.Fprintf(&b, "  linkStyle %d stroke:#c65200\n", k)
	}
	fmt.Fprint(&b, "  classDef given fill:#dcecf8,color:#222\n  classDef learned fill:#fbf0cf,color:#222\n  classDef unchanged fill:#ececec,color:#222\n  classDef result fill:#dff2ea,color:#222,stroke-width:2px\n")
	return b.String()
}

// entities writes what Mermaid would take for syntax by number.
func entities(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune("\"#&<>|;[]{}()`\\\n", r) {
			fmt.Fprintf(&b, "#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
