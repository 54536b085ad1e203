package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// root is that of the repository.
var root = filepath.Join("..", "..")

// share is an accuracy as the page writes it.
var share = regexp.MustCompile(`(\d+\.\d) ± \d+\.\d %`)

// quick is a course whose networks learn nothing.
var quick = sync.OnceValues(func() (course, error) {
	d, err := openDigits()
	if err != nil {
		return course{}, err
	}
	d.seeds, d.epochs, d.iterations = 1, 1, 1
	return measure(root, d)
})

// The page is what the command writes, apart from accuracies, which differ with the
// level of the processor and have a test of their own; and its pictures are there.
func TestPage(t *testing.T) {
	c, err := quick()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, pageFile))
	if err != nil {
		t.Fatal(err)
	}
	have := strings.Split(share.ReplaceAllString(string(text), "?"), "\n")
	want := strings.Split(share.ReplaceAllString(c.page(), "?"), "\n")
	for i := range max(len(have), len(want)) {
		if i >= len(have) || i >= len(want) || have[i] != want[i] {
			t.Errorf("%s:%d is not what go run ./docs/optimizers writes: %q", pageFile, i+1, want[min(i, len(want)-1)])
			break
		}
	}
	files := c.pictures()
	for file := range files {
		link := pictures + "/" + file
		if !strings.Contains(string(text), "("+link+")") {
			t.Errorf("the page does not show %s", link)
		}
		checkPicture(t, filepath.Join(root, "docs", pictures, file))
	}
	list, err := os.ReadDir(filepath.Join(root, "docs", pictures))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if files[f.Name()] == nil {
			t.Errorf("%s is in no page", f.Name())
		}
	}
	t.Logf("%d lines, %d pictures", len(want), len(files))
}

// Sizes of pictures that a page bears.
const (
	most     = 40 << 10
	mostRace = 160 << 10
)

// checkPicture reports a file that is missing, large or broken.
func checkPicture(t *testing.T, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.Errorf("%s is not there", file)
		return
	case err != nil:
		t.Fatal(err)
	}
	if strings.HasSuffix(file, ".gif") {
		if !bytes.HasPrefix(data, []byte("GIF89a")) || len(data) > mostRace {
			t.Errorf("%s: %d bytes", file, len(data))
		}
		return
	}
	if len(data) > most || bytes.Contains(data, []byte("NaN")) {
		t.Errorf("%s: %d bytes", file, len(data))
	}
	for x := xml.NewDecoder(bytes.NewReader(data)); ; {
		if _, err := x.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Errorf("%s: %v", file, err)
			break
		}
	}
}

// A picture drawn again is the one that is there. Those of two entries and one of
// curves stand for all.
func TestPicturesAreNew(t *testing.T) {
	c, err := quick()
	if err != nil {
		t.Fatal(err)
	}
	all := c.pictures()
	for _, file := range []string{"adam.svg", "lbfgs.svg", curvesFile(0)} {
		again := filepath.Join(t.TempDir(), file)
		if err := all[file].Write(again); err != nil {
			t.Fatal(err)
		}
		a, err := os.ReadFile(again)
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(root, "docs", pictures, file))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s is old: go run ./docs/optimizers", file)
		}
	}
}

// The accuracies of the page are those of the network, to within what the order of
// roundings on another processor changes.
func TestAccuracies(t *testing.T) {
	const apart = 0.01
	slow := []string{"natural-gradient", "trust-region"}
	text, err := os.ReadFile(filepath.Join(root, pageFile))
	if err != nil {
		t.Fatal(err)
	}
	d, err := openDigits()
	if err != nil {
		t.Fatal(err)
	}
	list, err := entries()
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, e := range list {
		line := regexp.MustCompile(`(?m)^\| \[` + regexp.QuoteMeta(e.name) + `\].*$`).Find(text)
		written := share.FindSubmatch(line)
		if slices.Contains(slow, e.name) {
			continue
		}
		a, err := d.measure(e)
		if err != nil {
			t.Fatal(err)
		}
		if a.refused != (written == nil) {
			t.Errorf("%s: refused: %v, the page has %q", e.name, a.refused, line)
			continue
		}
		if a.refused {
			continue
		}
		have, err := strconv.ParseFloat(string(written[1]), 64)
		if err != nil {
			t.Fatal(err)
		}
		if diff := a.mean - have/100; diff > apart || diff < -apart {
			t.Errorf("%s: accuracy %v, the page has %.1f %%", e.name, a, have)
		}
		compared++
	}
	t.Logf("%d accuracies compared; slow and left out: %v", compared, slow)
}
