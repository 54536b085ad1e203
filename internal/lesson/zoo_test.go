package lesson_test

import (
	"slices"
	"strings"
	"testing"

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
			planted, twin, err := b.Examine()
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

func TestBugByName(t *testing.T) {
	b, err := lesson.BugByName("wrong-sign")
	if err != nil || b.Name != "wrong-sign" {
		t.Errorf("%v, %v", b.Name, err)
	}
	if _, err := lesson.BugByName("wrong-sing"); err == nil || !strings.Contains(err.Error(), `did you mean "wrong-sign"?`) {
		t.Error(err)
	}
}
