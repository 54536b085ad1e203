package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"nabla/activations"
	"nabla/internal/lesson"
	"nabla/losses"
	"nabla/train/optimizers"
	"nabla/train/optimizers/testfuncs"
	"nabla/train/schedules"
)

// The README's table of what is inside names the rows of the tables, all and no
// others.
func TestREADMELists(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`^[a-z0-9-]+$`)
	for family, want := range map[string][]string{
		"activations": activations.Names(), "losses": losses.Names(),
		"optimizers": optimizers.Names(), "full-batch methods": optimizers.MethodNames(), "test functions": testfuncs.Names(),
		"schedules": schedules.Names(), "lessons": lesson.Names(),
	} {
		line := regexp.MustCompile(`(?m)^\| ` + family + ` \| (.*) \|$`).FindSubmatch(text)
		if line == nil {
			t.Errorf("the README has no line of %s", family)
			continue
		}
		var have []string
		for item := range strings.SplitSeq(string(line[1]), ", ") {
			if name.MatchString(item) { // a sentence may follow the names
				have = append(have, item)
			}
		}
		slices.Sort(have)
		want = slices.Sorted(slices.Values(want))
		if !slices.Equal(have, want) {
			t.Errorf("%s: the README has %q, the table %q", family, have, want)
		}
	}
}
