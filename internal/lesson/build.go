package lesson

import (
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nabla/internal/files"
)

// Names of what Build writes besides the pages.
const (
	indexFile   = "index.html"
	numbersFile = "numbers.json"
)

// Write puts the page and its pictures into a folder, which is made if it is not
// there, and returns the names of the files.
func (p *Page) Write(folder string) ([]string, error) { return p.write(folder, "") }

func (p *Page) write(folder, links string) ([]string, error) {
	text, pictures, err := p.HTML(links)
	if err != nil {
		return nil, err
	}
	pictures[p.Lesson.Name+".html"] = text
	return save(folder, pictures)
}

// save writes texts by their names.
func save(folder string, texts map[string]string) (list []string, err error) {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return nil, fmt.Errorf("lesson: %w", err)
	}
	for name := range texts {
		list = append(list, name)
	}
	slices.Sort(list)
	for _, name := range list {
		err := files.Write(filepath.Join(folder, name), func(w io.Writer) error {
			_, err := io.WriteString(w, texts[name])
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("lesson: %w", err)
		}
	}
	return list, nil
}

// Build runs every lesson with its defaults and writes the pages, an index of them
// and the numbers. It returns the names of the files; done, if not nil, is told of
// each page.
func Build(folder string, done func(p *Page)) ([]string, error) {
	list := All()
	var written []string
	var numbers []string
	for i, l := range list {
		page, err := l.Run(l.Settings(1))
		if err != nil {
			return nil, err
		}
		names, err := page.write(folder, around(list, i))
		if err != nil {
			return nil, err
		}
		written = append(written, names...)
		text, err := encode(page)
		if err != nil {
			return nil, fmt.Errorf("lesson: %s: %w", l.Name, err)
		}
		numbers = append(numbers, string(text))
		if done != nil {
			done(page)
		}
	}
	names, err := save(folder, map[string]string{
		indexFile:   index(list),
		numbersFile: "[\n" + strings.Join(numbers, ",\n") + "\n]\n",
	})
	return append(written, names...), err
}

// around are the links to the lessons before and after and to the list.
func around(list []Lesson, i int) string {
	link := func(i int, text string) string {
		if i < 0 || i >= len(list) {
			return "<span></span>"
		}
		return fmt.Sprintf(`<a href="%s.html">%s</a>`, list[i].Name, fmt.Sprintf(text, html.EscapeString(list[i].Title)))
	}
	return `<nav aria-label="lessons">` + link(i-1, "←\u00a0%s") + `<a href="` + indexFile + `">all lessons</a>` + link(i+1, "%s\u00a0→") + "</nav>\n"
}

// index is the list of all pages.
func index(list []Lesson) string {
	w := &pageWriter{}
	w.WriteString("<h1>Calculus for machine learning, run</h1>\n<p class=\"about\">Each lesson computes what it says. " +
		"<code>nabla lesson NAME</code> runs it in a terminal, with other values if you like.</p>\n")
	w.WriteString("<div class=\"wide\"><table>\n<thead>\n<tr><th scope=\"col\" class=\"n\">row</th><th scope=\"col\">lesson</th><th scope=\"col\">what it shows</th></tr>\n</thead>\n<tbody>\n")
	for _, l := range list {
		fmt.Fprintf(w, "<tr><td class=\"n\">%d</td><td><a href=\"%s.html\">%s</a></td><td>%s</td></tr>\n", l.Row, l.Name, html.EscapeString(l.Title), inline(l.About))
	}
	w.WriteString("</tbody>\n</table></div>\n<p class=\"about\">The rows are those of a short course on calculus for machine learning. All numbers are in <a href=\"" +
		numbersFile + "\">" + numbersFile + "</a>; <code>nabla lesson --all --out docs/lessons</code> makes everything here again.</p>\n")
	return document("Calculus for machine learning, run", "", "", w.String())
}
