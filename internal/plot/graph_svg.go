package plot

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// graphStyle has the colours of a graph on light and on dark screens, those of Okabe
// and Ito where lines are told apart; the way back is dashed as well.
const graphStyle = `<style>
text{font-family:'Liberation Sans',Arial,Helvetica,sans-serif;font-size:13px;fill:#222;text-anchor:middle}
.title{font-size:16px;font-weight:bold}
.name{font-weight:bold}
.formula{font-size:11px;fill:#555}
.label{font-size:11px;text-anchor:start}
.key{font-size:12px;fill:#444;text-anchor:start}
.gradient,.label{fill:#a84300}
.paper{fill:#fff}
.box{fill:#fff;stroke:#222;stroke-width:1.2}
.given{fill:#dcecf8}
.learned{fill:#fbf0cf}
.unchanged{fill:#ececec}
.result{fill:#dff2ea;stroke-width:2.2}
.rule{stroke:#222;stroke-width:.8;stroke-opacity:.45}
.way{fill:none;stroke:#222;stroke-width:1.4}
.back{fill:none;stroke:#c65200;stroke-width:1.4;stroke-dasharray:5 3}
.head{fill:#222}
.backhead{fill:#c65200}
@media (prefers-color-scheme:dark){
text{fill:#e8e8e8}
.formula{fill:#b9bdc4}
.key{fill:#c4c8ce}
.gradient,.label{fill:#ffb347}
.paper{fill:#16181c}
.box{fill:#1f2227;stroke:#d5d5d5}
.given{fill:#12324a}
.learned{fill:#403614}
.unchanged{fill:#33363c}
.result{fill:#123f30}
.rule{stroke:#d5d5d5}
.way{stroke:#d5d5d5}
.back{stroke:#f09a3e}
.head{fill:#d5d5d5}
.backhead{fill:#f09a3e}
}
</style>
`

// svg draws the graph. Ids follow from names: box-NAME, link-FROM-TO.
func (g Graph) svg() (string, error) {
	l, err := g.lay()
	if err != nil {
		return "", err
	}
	title := titleLines(g.Title, l.width-2*graphMargin)
	key := g.keyLines()
	keyWidth := widest(key, keyLetters) + 34
	width := math.Ceil(max(l.width, widest(title, titleLetters)+2*graphMargin, keyWidth+2*graphMargin))
	left := math.Round((width - l.width) / 2)
	head := 0.0
	if title != nil {
		head = 8 + 20*float64(len(title))
	}
	height := math.Ceil(head + l.height + float64(len(key))*graphKeyLine + 6)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %s %s" role="img">`+"\n",
		px(width), px(height), px(width), px(height))
	fmt.Fprintf(&b, "<title>%s</title>\n%s", html.EscapeString(g.Title), graphStyle)
	fmt.Fprintf(&b, `<rect class="paper" width="%s" height="%s"/>`+"\n", px(width), px(height))
	for k, line := range title {
		fmt.Fprintf(&b, `<text class="title" x="%s" y="%d"%s>%s</text>`+"\n", px(width/2), 30+20*k, fitted(line, titleLetters), html.EscapeString(line))
	}
	fmt.Fprintf(&b, `<g transform="translate(%s %s)">`+"\n", px(left), px(head))
	ids := g.ids()
	used := map[string]int{}
	for k, link := range g.Links {
		id := "link-" + ids[link.From] + "-" + ids[link.To]
		if used[id]++; used[id] > 1 {
			id += "-" + strconv.Itoa(used[id])
		}
		g.svgLink(&b, l, k, id)
	}
	for i := range g.Nodes {
		g.svgBox(&b, l.elements[i], "box-"+ids[g.Nodes[i].Name])
	}
	fmt.Fprintln(&b, "</g>")
	g.svgKey(&b, key, (width-keyWidth)/2, head+l.height)
	fmt.Fprintln(&b, "</svg>")
	return b.String(), nil
}

// keyLines are what stands below the picture: what the arrows mean, and Key.
func (g Graph) keyLines() []string {
	lines := []string{"values, forward"}
	for _, link := range g.Links {
		if link.Back {
			lines = append(lines, strings.TrimSuffix("gradients, backward: "+g.Back, ": "))
			break
		}
	}
	return append(lines, g.Key...)
}

// svgKey writes the key with a sample of each arrow.
func (g Graph) svgKey(b *strings.Builder, lines []string, x, y float64) {
	for k, line := range lines {
		at := y + float64(k)*graphKeyLine + 4
		switch {
		case k == 0:
			fmt.Fprintf(b, `<path class="way" d="M%s %sh20"/><path class="head" d="M%s %sl-8 -4v8z"/>`, px(x), px(at-4), px(x+27), px(at-4))
		case k == 1 && strings.HasPrefix(line, "gradients, backward"):
			fmt.Fprintf(b, `<path class="back" d="M%s %sh20"/><path class="backhead" d="M%s %sl8 -4v8z"/>`, px(x+7), px(at-4), px(x), px(at-4))
		}
		fmt.Fprintf(b, `<text class="key" x="%s" y="%s"%s>%s</text>`+"\n", px(x+34), px(at), fitted(line, keyLetters), html.EscapeString(line))
	}
}

// svgBox draws a box with its texts.
func (g Graph) svgBox(b *strings.Builder, e element, id string) {
	n := g.Nodes[e.box]
	left, top, w := e.x-e.left, e.y-e.height/2, e.left+e.right
	fmt.Fprintf(b, `<g id="%s"><rect class="%s" x="%s" y="%s" width="%s" height="%s" rx="4"/>`, id, strings.TrimSpace("box "+boxStyles[n.Kind].class), px(left), px(top), px(w), px(e.height))
	text := func(class string, x, y float64, words string, l letters) {
		if words != "" {
			fmt.Fprintf(b, `<text class="%s" x="%s" y="%s"%s>%s</text>`, class, px(x), px(y), fitted(words, l), html.EscapeString(words))
		}
	}
	y := top + 16
	text("name", e.x, y, n.Name, nameLetters)
	if n.Formula != "" {
		y += graphLine - 3
		text("formula", e.x, y, n.Formula, smallLetters)
	}
	y += 6
	if n.Value != "" || n.Gradient != "" {
		fmt.Fprintf(b, `<path class="rule" d="M%s %sh%s"/>`, px(left), px(y), px(w))
		switch {
		case n.Gradient == "":
			text("value", e.x, y+15, n.Value, valueLetters)
		case n.Value == "":
			text("gradient", e.x, y+15, n.Gradient, valueLetters)
		default:
			fmt.Fprintf(b, `<path class="rule" d="M%s %sv%s"/>`, px(e.x), px(y), px(top+e.height-y))
			text("value", left+w/4, y+15, n.Value, valueLetters)
			text("gradient", left+3*w/4, y+15, n.Gradient, valueLetters)
		}
	}
	fmt.Fprintln(b, "</g>")
}

// fitted keeps a text in its place when the viewer has another font: its letters are
// made wider or narrower then.
func fitted(words string, l letters) string {
	return fmt.Sprintf(` textLength="%s" lengthAdjust="spacingAndGlyphs"`, px(l.width(words)))
}

// corner is where a link turns: it runs straight down from one corner of a pair to
// the other, and in a curve to the next pair.
type corner struct{ x, from, to float64 }

// route is the way of a link, from box to box.
func (l *layout) route(link int) []corner {
	var way []corner
	for s, seg := range l.segments {
		if seg.link != link {
			continue
		}
		from, to := l.elements[seg.from], l.elements[seg.to]
		if seg.fromBox {
			way = append(way, corner{from.x + l.segments[s].out, from.y + from.height/2, l.bottom[from.rank]})
		}
		c := corner{to.x + seg.in, l.top[to.rank], l.bottom[to.rank]}
		if seg.toBox {
			c.to = to.y - to.height/2
		}
		way = append(way, c)
	}
	return way
}

// arrowLength is that of a head, where the line ends before the box.
const arrowLength = 7

// svgLink draws a link and the way back.
func (g Graph) svgLink(b *strings.Builder, l *layout, k int, id string) {
	way := l.route(k)
	first, last := way[0], way[len(way)-1]
	fmt.Fprintf(b, `<g id="%s">`, id)
	shift := 0.0
	if g.Links[k].Back {
		shift = graphPair
		back := append([]corner(nil), way...)
		back[0].from += arrowLength
		fmt.Fprintf(b, `<path class="back" d="%s"/>`, path(back, shift))
		fmt.Fprintf(b, `<path class="backhead" d="M%s %sl-3.5 8h7z"/>`, px(first.x+shift), px(first.from))
	}
	forth := append([]corner(nil), way...)
	forth[len(forth)-1].to -= arrowLength
	fmt.Fprintf(b, `<path class="way" d="%s"/>`, path(forth, -shift))
	fmt.Fprintf(b, `<path class="head" d="M%s %sl-3.5 -8h7z"/>`, px(last.x-shift), px(last.to))
	for _, e := range l.elements {
		if e.link == k && e.label != "" {
			fmt.Fprintf(b, `<text class="label" x="%s" y="%s"%s>%s</text>`, px(e.x+graphPair+6), px(e.y+4), fitted(e.label, smallLetters), html.EscapeString(e.label))
		}
	}
	fmt.Fprintln(b, "</g>")
}

// path is a way as SVG has it, moved to the side. Where it runs flat the side is up
// or down.
func path(way []corner, shift float64) string {
	var d strings.Builder
	for k, c := range way {
		x := px(c.x + shift)
		if k == 0 {
			fmt.Fprintf(&d, "M%s %s", x, px(c.from))
		} else {
			before := way[k-1]
			flat := math.Max(-1, math.Min((c.x-before.x)/40, 1))
			middle := px((before.to+c.from)/2 - flat*shift)
			fmt.Fprintf(&d, "C%s %s %s %s %s %s", px(before.x+shift), middle, x, middle, x, px(c.from))
		}
		if c.to != c.from {
			fmt.Fprintf(&d, "V%s", px(c.to))
		}
	}
	return d.String()
}

// px writes a length with at most two decimals.
func px(v float64) string { return strconv.FormatFloat(math.Round(100*v)/100, 'f', -1, 64) }

// titleLines breaks a title so that it is not much wider than the picture.
func titleLines(title string, width float64) []string {
	if title == "" {
		return nil
	}
	lines := []string{""}
	for word := range strings.FieldsSeq(title) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case titleLetters.width(*last+" "+word) <= math.Max(width, 420):
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	if len(lines) > 4 {
		lines = append(lines[:4], "…")
	}
	return lines
}

// widest is the width of the widest of some lines.
func widest(lines []string, l letters) float64 {
	w := 0.0
	for _, line := range lines {
		w = math.Max(w, l.width(strings.TrimSpace(line)))
	}
	return w
}
