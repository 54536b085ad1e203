package calculus

import (
	"math"
	"slices"
	"testing"
)

// Kinks and jumps are told from smooth functions made of the same parts.
func TestBreaks(t *testing.T) {
	kink := func(i int, left, right float64) Break { return Break{i, false, left, right} }
	jump := func(i int, left, right float64) Break { return Break{i, true, left, right} }
	for _, test := range []struct {
		source string
		x      []float64
		want   []Break
	}{
		{"|x|", []float64{0}, []Break{kink(0, -1, 1)}},
		{"|x|", []float64{0.1}, nil},
		{"3|x|+x", []float64{0}, []Break{kink(0, -2, 4)}},
		{"x^2+|x-1|", []float64{1}, []Break{kink(0, 1, 3)}},
		{"relu(x)", []float64{0}, []Break{kink(0, 0, 1)}},
		{"exp(relu(x))", []float64{0}, []Break{kink(0, 0, 1)}},
		{"x|x|", []float64{0}, nil},
		{"relu(x)^2", []float64{0}, nil},
		{"|x|^1.5", []float64{0}, nil},
		{"cos(|x|)", []float64{0}, nil},
		{"x^2", []float64{0}, nil},
		{"step(x)", []float64{0}, []Break{jump(0, 0, 1)}},
		{"sign(x)+x", []float64{0}, []Break{jump(0, -1, 1)}},
		{"x step(x)", []float64{0}, []Break{kink(0, 0, 1)}},
		{"max(x,y)", []float64{1, 1}, []Break{kink(0, 0, 1), kink(1, 0, 1)}},
		{"min(x,2)+y", []float64{2, 5}, []Break{kink(0, 1, 0)}},
		{"max(x,y)", []float64{1, 2}, nil},
		{"|x|*y", []float64{0, 0}, nil},
	} {
		e := parsed(t, test.source)
		p, err := e.Compile()
		if err != nil {
			t.Fatal(err)
		}
		got := Breaks(p, test.x)
		if !slices.EqualFunc(got, test.want, func(a, b Break) bool {
			return a.Variable == b.Variable && a.Jump == b.Jump && math.Abs(a.Left-b.Left) < 1e-8 && math.Abs(a.Right-b.Right) < 1e-8
		}) {
			t.Errorf("%s at %v: %+v, want %+v", test.source, test.x, got, test.want)
		}
	}
}
