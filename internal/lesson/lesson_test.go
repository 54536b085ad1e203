package lesson

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// settings are the defaults of a lesson, each parameter at both ends of its range,
// another seed, and all parameters somewhere inside.
func settings(l Lesson) map[string]Settings {
	list := map[string]Settings{"defaults": l.Settings(1), "seed 2": l.Settings(2)}
	for i, p := range l.Params {
		ends := []float64{p.Min, p.Max}
		for v := p.Min + 1; p.Words != nil && v < p.Max; v++ {
			ends = append(ends, v)
		}
		for _, v := range ends {
			s := l.Settings(1)
			s.values[i] = v
			list[p.Name+" "+p.Format(v)] = s
		}
	}
	rng := rand.New(rand.NewPCG(1, uint64(len(l.Name))))
	for k := range 3 {
		s := l.Settings(uint64(10 + k))
		for i, p := range l.Params {
			v := p.Min + rng.Float64()*(p.Max-p.Min)
			if p.Whole {
				v = math.Round(v)
			}
			s.values[i] = v
		}
		list[fmt.Sprint("inside ", k)] = s
	}
	return list
}

// What a lesson claims holds for all parameters, and it claims something.
func TestClaims(t *testing.T) {
	for _, l := range All() {
		for name, s := range settings(l) {
			if testing.Short() && name != "defaults" {
				continue
			}
			t.Run(l.Name+"/"+name, func(t *testing.T) {
				t.Parallel()
				p, err := l.Run(s)
				if err != nil {
					t.Fatal(err)
				}
				if len(p.Claims) < 3 {
					t.Errorf("%d claims, want at least 3", len(p.Claims))
				}
				for _, c := range p.Claims {
					if !c.Holds() {
						t.Errorf("does not hold: %s (tolerance %v)", c, c.Tolerance)
					}
				}
				text, err := p.Text(80, false)
				if err != nil {
					t.Fatal(err)
				}
				for line := range strings.Lines(text) {
					if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
						t.Errorf("%d columns: %q", n, line)
					}
				}
			})
		}
	}
}

// A lesson fits a terminal of 80 columns, has a last line and pictures, and its
// numbers are JSON.
func TestPages(t *testing.T) {
	for _, l := range All() {
		t.Run(l.Name, func(t *testing.T) {
			t.Parallel()
			p, err := l.Run(l.Settings(1))
			if err != nil {
				t.Fatal(err)
			}
			text, err := p.Text(80, false)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
			for _, line := range lines {
				if n := utf8.RuneCountInString(line); n > 80 || strings.TrimRight(line, " ") != line {
					t.Errorf("%d columns, or blanks at the end: %q", n, line)
				}
			}
			if p.Seen == "" || strings.Contains(text, "%!") || strings.ContainsRune(text, '\x1b') {
				t.Errorf("no last line, or a wrong text:\n%s", text)
			}
			if text, err := json.Marshal(p); err != nil || !json.Valid(text) || strings.Count(string(text), `"holds":`) != len(p.Claims) {
				t.Errorf("JSON: %v\n%s", err, text)
			}
			if len(l.Params) == 0 || len(p.numbers) == 0 {
				t.Error("nothing can be changed, or no number is recorded")
			}
			page, pictures, err := p.HTML("")
			if err != nil {
				t.Fatal(err)
			}
			if len(pictures) == 0 || strings.Contains(page, "%!") {
				t.Errorf("%d pictures, or a wrong page", len(pictures))
			}
			for _, outside := range []string{"<script", `src="h`, `src="/`, "url(", "http:", "https:"} {
				if strings.Contains(strings.NewReplacer("http://www.w3.org/", "").Replace(page), outside) {
					t.Errorf("the page needs something outside: %s", outside)
				}
			}
			for name, svg := range pictures {
				if len(svg) > 120_000 {
					t.Errorf("%s has %d bytes", name, len(svg))
				}
			}
		})
	}
}

// The table is in the order of the curriculum, and each lesson is complete.
func TestTable(t *testing.T) {
	row, seen := 0, map[string]bool{}
	for _, l := range All() {
		if l.Row < row || seen[l.Name] {
			t.Errorf("%s: row %d behind row %d, or twice", l.Name, l.Row, row)
		}
		row, seen[l.Name] = l.Row, true
		if l.Title == "" || l.About == "" || strings.HasSuffix(l.About, ".") || l.run == nil {
			t.Errorf("%s is not complete", l.Name)
		}
		if n := utf8.RuneCountInString(l.About); n > 90 {
			t.Errorf("%s: About has %d letters", l.Name, n)
		}
		for _, p := range l.Params {
			if p.Help == "" || p.Default < p.Min || p.Default > p.Max {
				t.Errorf("%s: parameter %s is not complete", l.Name, p.Name)
			}
		}
	}
}

func TestSettings(t *testing.T) {
	l := Lesson{Params: []Param{number("lr", 0.5, 0.1, 1, "rate"), whole("steps", 3, 1, 9, "steps"), word("rule", []string{"sgd", "adam"}, "rule")}}
	s := l.Settings(1)
	for _, ok := range [][3]string{{"lr", "0.25", "0.25"}, {"steps", "7", "7"}, {"rule", "adam", "adam"}} {
		if err := s.Set(ok[0], ok[1]); err != nil || s.Text(ok[0]) != ok[2] {
			t.Errorf("%v: %v, %q", ok, err, s.Text(ok[0]))
		}
	}
	for _, bad := range [][3]string{
		{"lr", "2", "must be from 0.1 to 1, got 2"}, {"lr", "NaN", "is not a number"}, {"lr", "x", `"x" is not a number`},
		{"steps", "2.5", "is not a whole number"}, {"rule", "adm", `did you mean "adam"`}, {"stps", "3", `did you mean "steps"`},
	} {
		if err := s.Set(bad[0], bad[1]); err == nil || !strings.Contains(err.Error(), bad[2]) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if s.Number("lr") != 0.25 || s.Int("steps") != 7 || s.Text("rule") != "adam" {
		t.Error("a wrong value has changed the settings")
	}
}

func TestClaimHolds(t *testing.T) {
	nan := func() float64 { z := 0.0; return z / z }()
	for _, c := range []struct {
		claim Claim
		want  bool
	}{
		{Claim{Left: 1, Relation: Equal, Right: 1}, true}, {Claim{Left: 1, Relation: Equal, Right: 1.1, Tolerance: 0.05}, false},
		{Claim{Left: 1000, Relation: Equal, Right: 1001, Tolerance: 0.01}, true}, {Claim{Left: nan, Relation: Equal, Right: nan, Tolerance: 1}, false},
		{Claim{Left: nan, Relation: Less, Right: 1}, false}, {Claim{Left: 1, Relation: Greater, Right: 0}, true}, {Claim{Left: 1, Relation: Less, Right: 1}, false},
	} {
		if c.claim.Holds() != c.want {
			t.Errorf("%+v: want %v", c.claim, c.want)
		}
	}
	var p Page
	p.True("water is wet", true)
	p.True("ice is hot", false)
	if !p.Claims[0].Holds() || p.Claims[1].Holds() || p.Claims[0].String() != "water is wet" {
		t.Errorf("%+v", p.Claims)
	}
}

// A table too wide for the terminal breaks its cells of text, never its numbers.
func TestGridFits(t *testing.T) {
	g := grid{head: []string{"rule", "value"}, rows: [][]string{{strings.Repeat("many words ", 12) + "end", "1.25"}, {"short", "−3"}}}
	for _, width := range []int{60, 40, 24} {
		w := &writer{width: width}
		if err := g.text(w); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(w.String()) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
				t.Errorf("%d of %d columns: %q", n, width, line)
			}
		}
		if text := strings.Join(strings.Fields(w.String()), " "); !strings.Contains(text, "1.25") || strings.Count(text, "many") != 12 || !strings.Contains(text, "short −3") {
			t.Errorf("something is lost: %s", text)
		}
	}
}
