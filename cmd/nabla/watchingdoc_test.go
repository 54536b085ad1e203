package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"nabla/train/diagnose"
)

// docs/watching.md has every column, every disease and examples that are there.
func TestWatchingDoc(t *testing.T) {
	root := filepath.Join("..", "..")
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	doc := read("docs/watching.md")
	full := diagnose.Sample{LearningRate: 1, Tensors: []diagnose.Tensor{{Name: "NAME"}}, Noise: &diagnose.Noise{},
		Layers: []diagnose.Layer{{Name: "NAME", Nonlinear: true, Bounded: true}}, Curvature: &diagnose.Curvature{}}
	for _, v := range full.Values() {
		if !strings.Contains(doc, "`"+v.Name+"`") {
			t.Errorf("no column %s", v.Name)
		}
	}
	for _, word := range append(diagnose.Kinds(), histogramsFile) {
		if !strings.Contains(doc, word) {
			t.Errorf("no %s", word)
		}
	}
	for _, d := range diagnose.Diseases() {
		if row := fmt.Sprintf("| %s | %s | %s |\n", d.Name, d.Threshold, d.Remedy); !strings.Contains(doc, row) {
			t.Errorf("no row %s", row)
		}
	}
	examples := regexp.MustCompile("`(Example[A-Za-z_]*)` in `([a-z/]+)`").FindAllStringSubmatch(doc, -1)
	if len(examples) < 7 {
		t.Errorf("%d examples", len(examples))
	}
	for _, e := range examples {
		files, err := filepath.Glob(filepath.Join(root, e[2], "*example_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, file := range files {
			name, err := filepath.Rel(root, file)
			if err != nil {
				t.Fatal(err)
			}
			text := read(name)
			found = found || strings.Contains(text, "func "+e[1]+"()")
			if strings.Contains(text, `"nabla/internal/`) {
				t.Errorf("%s imports what a program of one's own cannot", name)
			}
		}
		if !found {
			t.Errorf("no %s in %s", e[1], e[2])
		}
	}
}
