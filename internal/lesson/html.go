package lesson

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
)

// pageWriter collects a page for a browser.
type pageWriter struct {
	strings.Builder
	shades   []shade
	pictures []file
}

// file is a picture beside the page.
type file struct{ name, content string }

// sheet is the style of all pages, for light and dark rooms.
const sheet = `:root{color-scheme:light dark;--paper:#fff;--ink:#222;--soft:#5a5a5a;--line:#d8d8d8;--wash:#f4f6f8;--link:#005a9c}
@media(prefers-color-scheme:dark){:root{--paper:#16181c;--ink:#e8e8e8;--soft:#a8acb3;--line:#3a3e45;--wash:#20242a;--link:#7cc0f0}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.2rem 1.5rem 3rem;max-width:48rem;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,'Segoe UI','Liberation Sans',Arial,sans-serif}
h1{font-size:1.7rem;line-height:1.2;margin:.8rem 0 .2rem}h2{font-size:1.1rem;margin:2rem 0 .4rem}
a{color:var(--link)}nav{display:grid;grid-template-columns:1fr auto 1fr;gap:1.2rem;font-size:.92rem}nav :last-child{text-align:right}footer{margin-top:2.4rem;padding-top:.8rem;border-top:1px solid var(--line)}
.about{color:var(--soft);margin:0 0 1.2rem}
.formula{margin:1rem 0;overflow-x:auto;padding:.5rem 1rem;border-left:3px solid var(--link);background:var(--wash);font-family:'STIX Two Math','Cambria Math','Latin Modern Math','DejaVu Serif',Georgia,serif;font-size:1.08rem}
.formula span{display:inline-block;margin-right:1.8em}
.formula small{display:block;color:var(--soft);font-family:system-ui,'Liberation Sans',Arial,sans-serif;font-size:.88rem}
figure{margin:1.4rem 0}figure svg{display:block;width:100%;min-width:34rem;height:auto}figure img{display:block;max-width:100%;height:auto;margin:0 auto}
figcaption,.caption{color:var(--soft);font-size:.92rem;padding:.3rem 0}.caption{margin:1.2rem 0 0}
.wide{overflow-x:auto}table{border-collapse:collapse;margin:.2rem 0 1rem;font-size:.94rem;font-variant-numeric:tabular-nums}
th,td{padding:.22rem .9rem .22rem 0;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
th.n,td.n{text-align:right;white-space:nowrap}td code{white-space:nowrap}code,pre{font-family:'DejaVu Sans Mono','Liberation Mono',Consolas,monospace;font-size:.92em}
pre{background:var(--wash);padding:.6rem 1rem;overflow-x:auto}
.seen{margin:1.6rem 0;padding:.8rem 1rem;background:var(--wash);border-left:3px solid #009e73;font-weight:600}
`

// quoted is what stands between backticks.
var quoted = regexp.MustCompile("`([^`]*)`")

// inline is text of a page.
func inline(text string) string {
	return quoted.ReplaceAllString(html.EscapeString(text), "<code>$1</code>")
}

func (p paragraph) html(w *pageWriter) error {
	fmt.Fprintf(w, "<p>%s</p>\n", inline(string(p)))
	return nil
}

// apart is the room between formulas on one line.
var apart = regexp.MustCompile(` {3,}`)

// html keeps each formula of a line together where the page is narrow.
func (f formula) html(w *pageWriter) error {
	w.WriteString("<div class=\"formula\">")
	for i, part := range apart.Split(f.left, -1) {
		if i > 0 {
			w.WriteString(" ")
		}
		fmt.Fprintf(w, "<span>%s</span>", html.EscapeString(part))
	}
	if f.note != "" {
		fmt.Fprintf(w, "<small>%s</small>", inline(f.note))
	}
	w.WriteString("</div>\n")
	return nil
}

func (g grid) html(w *pageWriter) error {
	if g.caption != "" {
		fmt.Fprintf(w, "<p class=\"caption\">%s</p>\n", inline(g.caption))
	}
	w.WriteString("<div class=\"wide\"><table>\n")
	right := g.numeric()
	row := func(open, end string, cells []string) {
		w.WriteString("<tr>")
		for i, cell := range cells {
			class := ""
			if right[i] {
				class = ` class="n"`
			}
			fmt.Fprintf(w, "<%s%s>%s</%s>", open, class, inline(cell), end)
		}
		w.WriteString("</tr>\n")
	}
	w.WriteString("<thead>\n")
	row(`th scope="col"`, "th", g.head)
	w.WriteString("</thead>\n<tbody>\n")
	for _, cells := range g.rows {
		row("td", "td", cells)
	}
	w.WriteString("</tbody>\n</table></div>\n")
	return nil
}

func (p picture) html(w *pageWriter) error {
	img, err := render(p.drawing)
	if err != nil {
		return fmt.Errorf("picture %s: %w", p.name, err)
	}
	w.pictures = append(w.pictures, file{p.name + ".svg", img.alone()})
	for _, s := range img.shades {
		if !slices.Contains(w.shades, s) {
			w.shades = append(w.shades, s)
		}
	}
	fmt.Fprintf(w, "<figure><div class=\"wide\">%s</div>\n<figcaption>%s</figcaption></figure>\n", img.body, inline(p.caption))
	return nil
}

// document is a whole page, with links above and below.
func document(title, extra, links, body string) string {
	foot := ""
	if links != "" {
		foot = "<footer>\n" + strings.Replace(links, "lessons", "lessons, again", 1) + "</footer>\n" // landmarks have names of their own
	}
	return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
		html.EscapeString(title) + "</title>\n<style>\n" + sheet + extra + "</style>\n</head>\n<body>\n" + links + "<main>\n" + body + "</main>\n" + foot + "</body>\n</html>\n"
}

// HTML writes the page for a browser: one file that needs no other, and besides it
// the pictures of the page as SVG files by their names. links lead elsewhere and
// may be empty.
func (p *Page) HTML(links string) (text string, pictures map[string]string, err error) {
	w := &pageWriter{}
	fmt.Fprintf(w, "<h1>%s</h1>\n<p class=\"about\">%s</p>\n", html.EscapeString(p.Lesson.Title), inline(p.Lesson.About))
	for _, b := range p.blocks {
		if err := b.html(w); err != nil {
			return "", nil, fmt.Errorf("lesson: %s: %w", p.Lesson.Name, err)
		}
	}
	fmt.Fprintf(w, "<p class=\"seen\">%s</p>\n", inline(p.Seen))
	p.checked(w)
	p.tryIt(w)
	pictures = map[string]string{}
	for _, f := range w.pictures {
		pictures[p.Lesson.Name+"-"+f.name] = f.content
	}
	return document(p.Lesson.Title, styles(w.shades), links, w.String()), pictures, nil
}

// checked lists the claims.
func (p *Page) checked(w *pageWriter) {
	w.WriteString("<h2>Checked when this page was made</h2>\n")
	g := grid{head: []string{"claim", "left", "is", "right", "result"}}
	for _, c := range p.Claims {
		holds := "holds"
		if !c.Holds() {
			holds = "fails"
		}
		left, relation, right := c.sides()
		g.rows = append(g.rows, []string{c.Name, left, relation, right, holds})
	}
	g.html(w)
}

// tryIt says how to run the lesson with other values.
func (p *Page) tryIt(w *pageWriter) {
	fmt.Fprintf(w, "<h2>Try it</h2>\n<pre>%s</pre>\n", html.EscapeString(p.Command()))
	if len(p.Lesson.Params) == 0 {
		return
	}
	g := grid{head: []string{"flag", "here", "may be", "what it is"}}
	for _, param := range p.Lesson.Params {
		g.rows = append(g.rows, []string{"`--" + param.Name + "`", p.Settings.Text(param.Name), param.Range(), param.Help})
	}
	g.html(w)
}

// Command is the command line that makes this page.
func (p *Page) Command() string {
	text := "nabla lesson " + p.Lesson.Name
	for _, param := range p.Lesson.Params {
		text += " --" + param.Name + " " + p.Settings.Text(param.Name)
	}
	if p.Settings.Seed != 1 {
		text += fmt.Sprint(" --seed ", p.Settings.Seed)
	}
	return text
}
