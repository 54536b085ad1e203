package exec_test

import (
	"slices"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/exec"
	"nabla/nn/autodiff"
)

// The listing has every step, in the order of a run, with what it reads, and tells
// what is computed inside of one and what before.
func TestListing(t *testing.T) {
	joined, before := 0, 0
	for _, network := range networks {
		g := network.build(t, tensor.Float64, false)
		cost := g.outputs[len(g.outputs)-1]
		grads, err := autodiff.Grad(cost, g.params...)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range [][]*gorgonia.Node{{cost}, append(grads, cost)} {
			p, err := exec.Compile(want...)
			if err != nil {
				t.Fatal(err)
			}
			steps, once := p.Listing()
			if len(steps) != p.Steps() {
				t.Fatalf("%d of %d steps", len(steps), p.Steps())
			}
			done := slices.Clone(once)
			before += len(once)
			for _, s := range steps {
				for _, from := range s.From {
					if from.Op() != nil && from.Op().Arity() > 0 && !slices.Contains(done, from) {
						t.Errorf("%s reads %s, which is not computed before", s.Node.Op(), from.Op())
					}
				}
				if done = append(done, s.Node); s.Joined != nil {
					joined++
				}
				if s.Joined != nil && slices.Contains(done, s.Joined) {
					t.Errorf("%s is computed twice", s.Joined.Op())
				}
				if s.Placed {
					t.Errorf("%s lies where nobody wanted it", s.Node.Op())
				}
			}
			took, err := p.Clock(5)
			if err != nil || len(took) != len(steps) {
				t.Errorf("%d times of %d steps: %v", len(took), len(steps), err)
			}
		}
		every, err := exec.Compiler{Every: true}.Compile(cost)
		if err != nil {
			t.Fatal(err)
		}
		if steps, _ := every.Listing(); slices.ContainsFunc(steps, func(s exec.Instruction) bool { return s.Joined != nil }) {
			t.Error("a step is joined where every value is kept")
		}
	}
	if joined == 0 || before == 0 {
		t.Errorf("%d joined steps and %d that were computed before, want some", joined, before)
	}
}
