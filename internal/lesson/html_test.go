package lesson

import (
	"encoding/xml"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// checkMarkup reads a page as XML, which it is but for the doctype and two elements
// without an end: what is opened is closed, there is one heading of the first level,
// pictures have a text in their place, and names and ids occur once.
func checkMarkup(t *testing.T, page string) {
	t.Helper()
	page = regexp.MustCompile(`<(meta|img)([^>]*)>`).ReplaceAllString(strings.TrimPrefix(page, "<!DOCTYPE html>"), "<$1$2/>")
	d := xml.NewDecoder(strings.NewReader(page))
	count, ids := map[string]int{}, map[string]bool{}
	level := 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		name := e.Name.Local
		count[name]++
		attribute := func(name string) string {
			i := slices.IndexFunc(e.Attr, func(a xml.Attr) bool { return a.Name.Local == name })
			if i < 0 {
				return ""
			}
			return e.Attr[i].Value
		}
		if id := attribute("id"); id != "" && ids[id] {
			t.Errorf("id %s twice", id)
		} else {
			ids[id] = true
		}
		switch name {
		case "h1", "h2", "h3":
			now := int(name[1] - '0')
			if now > level+1 {
				t.Errorf("%s behind a heading of level %d", name, level)
			}
			level = now
		case "svg":
			if attribute("role") != "img" {
				t.Error("a picture without role=img")
			}
		case "img":
			if attribute("alt") == "" {
				t.Error("a picture without alt")
			}
		case "th":
			if attribute("scope") == "" {
				t.Error("a head of a column without scope")
			}
		case "html":
			if attribute("lang") != "en" {
				t.Error("no language")
			}
		}
	}
	if count["h1"] != 1 || count["title"] < 1 || count["main"] != 1 || count["style"] < 1 {
		t.Errorf("not the parts of a page: %v", count)
	}
	if inline := strings.Count(page, "<svg "); strings.Count(page, "<title>") != inline+1 {
		t.Errorf("%d pictures, %d titles", inline, strings.Count(page, "<title>"))
	}
}

// Pages are well formed, and those that are built together lead to each other: one
// finds from the first to the last and back, and to the list.
func TestMarkup(t *testing.T) {
	list := All()
	link := regexp.MustCompile(`href="([^"]*)"`)
	exists := func(name string) bool { _, err := os.Stat(filepath.Join(docs, name)); return err == nil }
	for i, l := range list {
		data, err := os.ReadFile(filepath.Join(docs, l.Name+".html"))
		if err != nil {
			t.Fatal(err)
		}
		page := string(data)
		t.Run(l.Name, func(t *testing.T) { checkMarkup(t, page) })
		var want []string
		if i > 0 {
			want = append(want, list[i-1].Name+".html")
		}
		want = append(want, indexFile)
		if i < len(list)-1 {
			want = append(want, list[i+1].Name+".html")
		}
		want = append(want, want...) // above and below
		var have []string
		for _, m := range link.FindAllStringSubmatch(page, -1) {
			have = append(have, m[1])
		}
		if !slices.Equal(have, want) {
			t.Errorf("%s leads to %q, want %q", l.Name, have, want)
		}
	}
	data, err := os.ReadFile(filepath.Join(docs, indexFile))
	if err != nil {
		t.Fatal(err)
	}
	checkMarkup(t, string(data))
	links := link.FindAllStringSubmatch(string(data), -1)
	for _, m := range links {
		if !exists(m[1]) {
			t.Errorf("the list leads to %s, which is not there", m[1])
		}
	}
	if len(links) != len(list)+1 {
		t.Errorf("%d links for %d lessons and the numbers", len(links), len(list))
	}
}

// Words are legible by light and in the dark: contrast of at least 4.5 to 1 (WCAG 2).
func TestContrast(t *testing.T) {
	luminance := func(hex string) float64 {
		if len(hex) == 4 {
			hex = "#" + strings.Repeat(hex[1:2], 2) + strings.Repeat(hex[2:3], 2) + strings.Repeat(hex[3:4], 2)
		}
		var sum float64
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			v, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			c := float64(v) / 255
			if c <= 0.04045 {
				c /= 12.92
			} else {
				c = math.Pow((c+0.055)/1.055, 2.4)
			}
			sum += weight * c
		}
		return sum
	}
	roots := regexp.MustCompile(`:root\{([^}]*)\}`).FindAllStringSubmatch(sheet, -1)
	if len(roots) != 2 {
		t.Fatalf("%d sets of colours", len(roots))
	}
	for theme, root := range roots {
		colours := map[string]string{}
		for _, m := range regexp.MustCompile(`--(\w+):(#\w+)`).FindAllStringSubmatch(root[1], -1) {
			colours[m[1]] = m[2]
		}
		for _, text := range []string{"ink", "soft", "link"} {
			for _, ground := range []string{"paper", "wash"} {
				a, b := luminance(colours[text]), luminance(colours[ground])
				if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
					t.Errorf("theme %d: %s on %s: %.1f", theme, text, ground, ratio)
				}
			}
		}
	}
}
