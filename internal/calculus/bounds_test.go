package calculus

import (
	"strings"
	"testing"
)

// A search that runs out of its budget stops between two starts, keeps what it has
// found, and says so.
func TestSearchEndsWithItsBudget(t *testing.T) {
	e := parsed(t, "sin(10x)*cos(10y)*sin(10z)*sin(w)")
	p, err := e.Compile()
	if err != nil {
		t.Fatal(err)
	}
	f := &finder{p: p, node: e.Outputs[0], vars: e.Variables, box: cube(4), budget: 1e6}
	set := f.space()
	if len(set.Points) == 0 || !strings.Contains(set.Incomplete, "ended before its last start") {
		t.Errorf("%d points, incomplete: %q", len(set.Points), set.Incomplete)
	}
	if f.budget > 0 || f.budget < -4e6 {
		t.Errorf("the search went on with a budget of %d", f.budget)
	}
}

// The sum of the product rule has as many terms as the product has factors, each as
// long as the product.
func TestLongProductsAreRefused(t *testing.T) {
	if _, _, err := Derive(parsed(t, strings.Repeat("x^2", 3000)).Outputs[0], "x"); err == nil || !strings.Contains(err.Error(), "parts") {
		t.Errorf("3000 factors: %v", err)
	}
	d, _, err := Derive(parsed(t, strings.Repeat("x^2", 200)).Outputs[0], "x")
	if err != nil || d.String() != "400x^399" {
		t.Errorf("200 factors: %v, %v", d, err)
	}
}
