package plot_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"nabla/internal/plot"
)

var update = flag.Bool("update", false, "write the golden pictures of the terminal again")

// checkText reports lines that are too wide, end in blanks or hold a character that
// the terminal was said not to have.
func checkText(t *testing.T, text string, terminal plot.Terminal) {
	t.Helper()
	width := terminal.Width
	if width == 0 {
		width = 80
	}
	if !strings.HasSuffix(text, "\n") {
		t.Errorf("no line feed at the end of %q", text)
	}
	colours := regexp.MustCompile("\x1b\\[[0-9]+m")
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		bare := colours.ReplaceAllString(line, "")
		if n := utf8.RuneCountInString(bare); n > max(width, 40) {
			t.Errorf("%d columns, want at most %d: %q", n, width, bare)
		}
		if strings.TrimRight(bare, " ") != bare {
			t.Errorf("blanks at the end of %q", line)
		}
		for _, r := range line {
			if terminal.ASCII && r > 0x7e {
				t.Errorf("%q is not ASCII in %q", r, line)
			}
			if !terminal.Color && r < ' ' {
				t.Errorf("a control character %q in %q", r, line)
			}
		}
	}
}

// TestTerminalPictures compares with pictures that were looked at; -update writes
// them again.
func TestTerminalPictures(t *testing.T) {
	texts := map[string]func(plot.Terminal) (string, error){
		"loss": curves()["loss"].Text, "sensitivity": curves()["sensitivity"].Text, "twelve": curves()["twelve"].Text, "profile": curves()["profile"].Text,
		"rosenbrock": contours()["rosenbrock"].Text, "saddle": contours()["saddle"].Text,
	}
	for name, draw := range texts {
		for kind, terminal := range map[string]plot.Terminal{
			"unicode": {}, "ascii": {ASCII: true}, "small": {ASCII: true, Width: 50, Height: 8}, "colour": {Color: true, Width: 60, Height: 8},
		} {
			text, err := draw(terminal)
			if err != nil {
				t.Fatal(err)
			}
			checkText(t, text, terminal)
			file := filepath.Join("testdata", name+"-"+kind+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if text != string(want) {
				t.Errorf("%s is\n%s\nwant\n%s", file, text, want)
			}
		}
	}
}

// Long names and numbers do not make lines longer.
func TestTerminalWidth(t *testing.T) {
	long := strings.Repeat("a very long name ", 12)
	c := plot.Curves{Title: long, XLabel: long, YLabel: long, Series: []plot.Series{{Name: long, Y: []float64{1e-7, 123456}}, {Name: "b", Y: []float64{5, 3}}}, Markers: []plot.Marker{{X: 2, Label: long}}}
	for _, terminal := range []plot.Terminal{{}, {Width: 40}, {Width: 10, Height: 1}, {Width: 200, ASCII: true}, {Color: true}} {
		text, err := c.Text(terminal)
		if err != nil {
			t.Fatal(err)
		}
		checkText(t, text, terminal)
	}
	written(t, c, ".png")
	parseSVG(t, written(t, c, ".svg"))
}
