package lesson_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"nabla/datasets"
	"nabla/internal/lesson"
)

// TestZoo checks that every bug is found by its detector, that its right twin
// passes the same detector, and that the rows are complete.
func TestZoo(t *testing.T) {
	var detectors []string
	for _, d := range lesson.Detectors() {
		detectors = append(detectors, d.Name)
	}
	used, seams, seen := map[string]bool{}, map[lesson.Seam]bool{}, map[string]bool{}
	for _, b := range lesson.Zoo() {
		t.Run(b.Name, func(t *testing.T) {
			if seen[b.Name] || b.Planted == "" || b.Right == "" || b.Planted == b.Right || len(b.Lesson) < 100 || !slices.Contains(detectors, b.Detector) {
				t.Errorf("incomplete or repeated: %+v", b)
			}
			seen[b.Name], used[b.Detector], seams[b.Seam] = true, true, true
			planted, twin, err := b.Examine(lesson.Trial{Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			if !planted.Found || planted.Evidence == "" {
				t.Errorf("the bug is not found: %s", planted.Evidence)
			}
			if twin.Found || twin.Evidence == "" {
				t.Errorf("the right twin is accused: %s", twin.Evidence)
			}
			t.Logf("%s: %s; twin: %s", b.Detector, planted.Evidence, twin.Evidence)
		})
	}
	if len(seen) < 12 || len(used) != len(detectors) || len(seams) != 5 {
		t.Errorf("%d bugs, %d of %d detectors, %d of 5 seams", len(seen), len(used), len(detectors), len(seams))
	}
}

// TestZooEverywhere tries the zoo with other random numbers and on the rows of real
// data: what finds a bug does so anywhere, and accuses no twin.
func TestZooEverywhere(t *testing.T) {
	trials := map[string]lesson.Trial{
		"one row": {Seed: 3, X: []float64{1, 2}, Columns: 2}, "two rows": {Seed: 4, X: []float64{1, 2, -1, 0}, Columns: 2},
		"one number": {Seed: 5, X: []float64{1}, Columns: 1}, "large numbers": {Seed: 6, X: []float64{1e9, 2, -1, 0, 3e9, 1}, Columns: 3},
	}
	for seed := range uint64(20) {
		trials[fmt.Sprint("seed ", seed)] = lesson.Trial{Seed: seed}
	}
	for _, name := range []string{"iris", "digits", "moons", "xor", "diabetes", "breast-cancer", "sine"} {
		source, err := datasets.Open(name, datasets.LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		d := source.Data
		x := make([]float64, 8*d.X.Cols)
		rows := []int{0, 1, 2, 3, 3, 2, 1, 0}
		for i := range rows {
			rows[i] = rows[i] * d.Len() / 4
		}
		if err := datasets.CopyX(x, d, rows); err != nil {
			t.Fatal(err)
		}
		trials[name] = lesson.Trial{Seed: 7, X: x, Columns: d.X.Cols}
	}
	for name, trial := range trials {
		for _, b := range lesson.Zoo() {
			planted, twin, err := b.Examine(trial)
			if err != nil || !planted.Found || twin.Found {
				t.Errorf("%s: %s: %v, %v, twin %v, %v", name, b.Name, planted.Found, planted.Evidence, twin.Evidence, err)
			}
		}
	}
}

func TestBugByName(t *testing.T) {
	b, err := lesson.BugByName("wrong-sign")
	if err != nil || b.Name != "wrong-sign" {
		t.Errorf("%v, %v", b.Name, err)
	}
	if _, err := lesson.BugByName("wrong-sing"); err == nil || !strings.Contains(err.Error(), `did you mean "wrong-sign"?`) {
		t.Error(err)
	}
}
