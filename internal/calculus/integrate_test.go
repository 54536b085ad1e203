package calculus

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestIntegrate(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		source string
		box    []Interval
		want   float64
	}{
		{"x^2", []Interval{{0, 1}}, 1. / 3},
		{"sin x", []Interval{{0, math.Pi}}, 2},
		{"sin(100x)^2", []Interval{{0, math.Pi}}, math.Pi / 2},
		{"e^(-x^2)", []Interval{{-inf, inf}}, math.Sqrt(math.Pi)},
		{"e^(-(x-100)^2/2)/sqrt(2pi)", []Interval{{-inf, inf}}, 1},
		{"e^(-x)", []Interval{{0, inf}}, 1},
		{"e^x", []Interval{{-inf, 0}}, 1},
		{"1/(1+x^2)", []Interval{{-inf, inf}}, math.Pi},
		{"1/x^2", []Interval{{1, inf}}, 1},
		{"1/sqrt(x)", []Interval{{0, 1}}, 2},
		{"ln x", []Interval{{0, 1}}, -1},
		{"x^-0.9", []Interval{{0, 1}}, 10},
		{"|x-0.3|", []Interval{{0, 1}}, 0.045 + 0.245},
		{"step(x-1/3)", []Interval{{0, 1}}, 2. / 3},
		{"x^2 e^(-x^2)", []Interval{{-inf, inf}}, math.Sqrt(math.Pi) / 2},
		{"x*e^(-x^2)", []Interval{{-inf, inf}}, 0},
		{"x*y", []Interval{{0, 1}, {0, 2}}, 1},
		{"e^(-x^2-y^2)", []Interval{{-inf, inf}, {-inf, inf}}, math.Pi},
		{"x+y+z", []Interval{{0, 1}, {0, 1}, {0, 1}}, 1.5},
		{"e^(-1000(x-0.37)^2)", []Interval{{0, 1}}, math.Sqrt(math.Pi / 1000)},
		// Poles at the ends and inside, at numbers whose distances are rounded.
		{"1/sqrt(1-x^2)", []Interval{{-1, 1}}, math.Pi},
		{"1/sqrt(x(1-x))", []Interval{{0, 1}}, math.Pi},
		{"x^-0.99", []Interval{{0, 1}}, 100},
		{"ln(x)/sqrt(x)", []Interval{{0, 1}}, -4},
		{"1/(sqrt(x)(1+x))", []Interval{{0, inf}}, math.Pi},
		{"1/x^1.01", []Interval{{1, inf}}, 100},
		{"sin(x)/x", []Interval{{-1, 1}}, 1.8921661407343662},
		{"x^3/(e^x-1)", []Interval{{0, inf}}, math.Pow(math.Pi, 4) / 15},
		// Kinks and jumps, some of them between an end of a piece and its first node.
		{"|sin(x)|", []Interval{{0, 100}}, 62 + 1 + math.Cos(100-31*math.Pi-math.Pi)},
		{"sign(sin(50x))", []Interval{{0, 1}}, math.Pi/50 - (1 - 15*math.Pi/50)},
		{"cos(10000x^2)", []Interval{{0, 1}}, 0.00625129234763642},
		{"|x-y|", []Interval{{0, 1}, {0, 1}}, 1. / 3},
		{"sqrt(max(0,1-x^2-y^2))", []Interval{{-1, 1}, {-1, 1}}, 2 * math.Pi / 3},
		{"ln(x*y)", []Interval{{0, 1}, {0, 1}}, -2},
	} {
		got, err := Integrate(parsed(t, c.source), c.box)
		if err != nil || math.Abs(got.Value-c.want) > 1e-8*max(1, math.Abs(c.want)) || math.Abs(got.Value-c.want) > 10*got.Error+1e-9 {
			t.Errorf("∫ %s over %v is %+v, want %v %v", c.source, c.box, got, c.want, err)
		}
	}
	for _, c := range []struct {
		source string
		range_ Interval
		want   string
	}{
		{"1/x", Interval{0, 1}, "does not converge: too much of it is near x = "},
		{"1/x", Interval{-1, 1}, "does not converge"},
		{"1/x^2", Interval{-1, 1}, "does not converge"},
		{"1/x", Interval{1, inf}, "near x = infinity"},
		{"x", Interval{-inf, inf}, "does not converge"},
		{"sin x", Interval{0, inf}, "does not converge"},
		{"tan x", Interval{0, 3}, "near x = 1.5708"},
		{"ln x", Interval{-1, 1}, "the logarithm of -"},
		{"x", Interval{1, 1}, "needs a range"},
		{"x", Interval{1, 0}, "needs a range"},
	} {
		got, err := Integrate(parsed(t, c.source), []Interval{c.range_})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("∫ %s over %v is %+v: %v, want %q", c.source, c.range_, got, err, c.want)
		}
	}
}

// The error of Monte Carlo falls like 1/√n, and is as large as it says.
func TestMonteCarlo(t *testing.T) {
	e := parsed(t, "x^2")
	var inside, all int
	for seed := range uint64(100) {
		list, err := MonteCarlo(e, []Interval{{0, 1}}, 10000, seed)
		if err != nil || len(list) != 3 {
			t.Fatal(list, err)
		}
		for _, m := range list {
			all++
			if math.Abs(m.Value-1./3) < 2*m.StandardError {
				inside++
			}
		}
		if ratio := list[0].StandardError / list[2].StandardError; ratio < 7 || ratio > 14 {
			t.Errorf("seed %d: a hundred times the samples divide the error by %.1f, not 10", seed, ratio)
		}
	}
	if share := float64(inside) / float64(all); share < 0.92 || share > 0.98 {
		t.Errorf("%.3f of the errors are within two standard errors, want 0.95", share)
	}
	a, _ := MonteCarlo(e, []Interval{{0, 1}}, 1000, 1)
	b, _ := MonteCarlo(e, []Interval{{0, 1}}, 1000, 1)
	if a[1] != b[1] {
		t.Error("one seed, two results")
	}
}

func TestDensity(t *testing.T) {
	inf := math.Inf(1)
	d, err := AnalyseDensity(parsed(t, "e^(-x^2/2)/sqrt(2pi)"), []Interval{{-1, 1}})
	if err != nil || math.Abs(d.Probability.Value-math.Erf(1/math.Sqrt2)) > 1e-10 || d.Mean[0] != 0 || math.Abs(d.Deviation[0]-1) > 1e-9 || !math.IsInf(d.Support[0].Low, -1) {
		t.Errorf("normal: %+v %v", d, err)
	}
	d, err = AnalyseDensity(parsed(t, "2e^(-2x)"), []Interval{{0, 1}})
	if err != nil || math.Abs(d.Probability.Value-(1-math.Exp(-2))) > 1e-10 || math.Abs(d.Mean[0]-0.5) > 1e-9 || math.Abs(d.Deviation[0]-0.5) > 1e-9 || d.Support[0].Low != 0 {
		t.Errorf("exponential: %+v %v", d, err)
	}
	d, err = AnalyseDensity(parsed(t, "2x"), []Interval{{0, 1}})
	if err != nil || math.Abs(d.Mean[0]-2./3) > 1e-9 || d.Support[0].High != 1 {
		t.Errorf("triangle: %+v %v", d, err)
	}
	d, err = AnalyseDensity(parsed(t, "1/(pi(1+x^2))"), []Interval{{0, 1}})
	if err != nil || math.Abs(d.Probability.Value-0.25) > 1e-10 || !math.IsNaN(d.Mean[0]) {
		t.Errorf("Cauchy: %+v %v", d, err)
	}
	d, err = AnalyseDensity(parsed(t, "x+y"), []Interval{{0, 1}, {0, 1}})
	if err != nil || math.Abs(d.Mean[0]-7./12) > 1e-9 || len(d.Marginals) != 2 {
		t.Fatalf("x+y: %+v %v", d, err)
	}
	for i, x := range d.Marginals[0].X {
		if math.Abs(d.Marginals[0].P[i]-(x+0.5)) > 1e-9 {
			t.Errorf("marginal at %v is %v, want %v", x, d.Marginals[0].P[i], x+0.5)
		}
	}
	d, err = AnalyseDensity(parsed(t, "e^(-(x^2+y^2)/2)/(2pi)"), []Interval{{-inf, inf}, {0, inf}})
	if err != nil || math.Abs(d.Probability.Value-0.5) > 1e-8 || math.Abs(d.Marginals[0].P[4]-1/math.Sqrt(2*math.Pi)) > 1e-8 {
		t.Errorf("normal in the plane: %+v %v", d, err)
	}
	for i := range 2 {
		if math.Abs(d.Mean[i]) > 1e-9 || math.Abs(d.Deviation[i]-1) > 1e-6 {
			t.Errorf("normal in the plane: mean %v, deviation %v of variable %d", d.Mean[i], d.Deviation[i], i)
		}
	}
	for source, want := range map[string]string{"x": "integral over the range is 0.5", "2 - 2x + 0x": "", "sin(x)": "not a probability density", "3/2 - 3x^2/2 - 3x + 3/2": "it is -"} {
		if _, err := AnalyseDensity(parsed(t, source), []Interval{{0, 1}}); want == "" && err != nil || want != "" && (!errors.Is(err, ErrNoDensity) || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v", source, err)
		}
	}
}

// Jumps at the border of a disc take many evaluations, and what does not end in time
// says so.
func TestIntegrateRough(t *testing.T) {
	square := []Interval{{-1, 1}, {-1, 1}}
	got, err := Integrate(parsed(t, "step(1-x^2-y^2)"), square)
	if d := math.Abs(got.Value - math.Pi); err != nil || d > 1e-5 || d > got.Error {
		t.Errorf("disc: %+v %v", got, err)
	}
	if testing.Short() {
		return // a ball takes seconds
	}
	if _, err := Integrate(parsed(t, "step(1-x^2-y^2-z^2)"), append(square, Interval{-1, 1})); !errors.Is(err, ErrTooLong) {
		t.Errorf("ball: %v", err)
	}
}

// What an estimated error is worth: over smooth, kinked and singular functions it is
// hardly ever below the true one.
func TestIntegralError(t *testing.T) {
	below := 0
	const count = 100
	for i := range count {
		a := 0.001 + 0.998*float64(i)/count
		for source, want := range map[string]float64{
			fmt.Sprintf("|x-%v|", a):        (a*a + (1-a)*(1-a)) / 2,
			fmt.Sprintf("step(x-%v)", a):    1 - a,
			fmt.Sprintf("|x-%v|^-0.5", a):   2*math.Sqrt(a) + 2*math.Sqrt(1-a),
			fmt.Sprintf("1/(x+%v)^2", a/10): 10/a - 1/(1+a/10),
		} {
			got, err := Integrate(parsed(t, source), []Interval{{0, 1}})
			d := math.Abs(got.Value - want)
			if err != nil || d > 1e-6*max(1, want) {
				t.Fatalf("%s: %+v, want %v %v", source, got, want, err)
			}
			if d > got.Error+1e-14*want {
				below++
			}
		}
	}
	t.Logf("%d of %d errors are larger than their estimate", below, 4*count)
	if below > 4*count/50 {
		t.Error("the estimates are too small")
	}
}
