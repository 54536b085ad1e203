package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"nabla/datasets"
)

var demoSeeds = flag.Int("demo-seeds", 1, "seeds of each demo that TestDiagnoseDemos trains")

// TestDiagnoseDemos: no demo model has a disease. With -short the largest is left
// out; many seeds are
//
//	go test ./cmd/nabla -run TestDiagnoseDemos -demo-seeds 8
func TestDiagnoseDemos(t *testing.T) {
	ran := 0
	for _, name := range datasets.Names() {
		e, err := datasets.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		if e.Recipe.Optimizer == "" || e.Name == "mnist" {
			continue // nothing to train, or files of the user's own
		}
		if e.Name == "fashion-mnist" && testing.Short() { // takes as long as all others
			continue
		}
		for seed := 1; seed <= *demoSeeds; seed++ {
			ran++
			cmd := diagnoseCommand(newConsole(nil, io.Discard, io.Discard))
			if err := cmd.Flags().Parse([]string{"--seed", fmt.Sprint(seed)}); err != nil {
				t.Fatal(err)
			}
			d, err := newDiagnosis(context.Background(), e.Name, cmd.Flags())
			if err != nil {
				t.Fatalf("%s: %v", e.Name, err)
			}
			for _, v := range d.verdicts {
				t.Errorf("%s, seed %d: %s: %s", e.Name, seed, v.Name, v.Evidence)
			}
		}
	}
	if ran < 13 {
		t.Errorf("%d runs", ran)
	}
	t.Logf("%d runs without a finding", ran)
}

// TestDiagnoseInterrupted: what has been seen by then is examined, and the error
// makes the exit code.
func TestDiagnoseInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out bytes.Buffer
	c := newConsole(nil, &out, io.Discard)
	d, err := newDiagnosis(ctx, "iris", diagnoseCommand(c).Flags())
	if err != nil || !errors.Is(d.interrupted, context.Canceled) {
		t.Fatalf("%+v, %v", d, err)
	}
	if err := d.report(c); err != nil || !strings.Contains(out.String(), "iris: 0 epochs, adam (lr 0.01), interrupted\n") {
		t.Errorf("%v: %s", err, out.String())
	}
}

// TestWrap keeps lines within the width, and all words.
func TestWrap(t *testing.T) {
	for text, want := range map[string][]string{
		"":                   {""},
		"one":                {"one"},
		"one two three":      {"one two", "three"},
		"incomprehensible a": {"incomprehensible", "a"},
		"∇∇∇∇ ∇∇∇ ∇":         {"∇∇∇∇ ∇∇∇", "∇"},
	} {
		if got := wrap(text, 8); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
