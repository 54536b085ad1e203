package optimizers_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"nabla/internal/reference"
	"nabla/train/optimizers"
)

// paper is the pseudo code of a paper, one weight at a time and in the paper's own
// terms: it is called with t = 1, 2, … and changes x.
type paper func(t int, rate, loss float64, x, g []float64)

// options reads a list such as "beta1=0.8,epsilon=1e-3".
func options(t *testing.T, text string) (map[string]string, func(name string) float64) {
	set := map[string]string{}
	for option := range strings.SplitSeq(text, ",") {
		if name, value, ok := strings.Cut(option, "="); ok {
			set[name] = value
		}
	}
	return set, func(name string) float64 {
		x, err := strconv.ParseFloat(set[name], 64)
		if err != nil {
			t.Fatalf("option %s: %v", name, err)
		}
		return x
	}
}

// The rules that the reference has no paths of follow the pseudo code of their
// papers on a matrix of 3×4 with noisy gradients.
func TestRulesFollowTheirPapers(t *testing.T) {
	const rows, cols, steps = 3, 4, 40
	for _, c := range []struct {
		name, options string
		paper         func(o func(string) float64) paper
	}{
		{"adabelief", "beta1=0.9,beta2=0.999,epsilon=1e-16,weight_decay=0", adaBeliefPaper},
		{"adabelief", "beta1=0.7,beta2=0.9,epsilon=1e-4,weight_decay=0.3", adaBeliefPaper},
		{"adan", "beta1=0.98,beta2=0.92,beta3=0.99,epsilon=1e-8,weight_decay=0", adanPaper},
		{"adan", "beta1=0.9,beta2=0.5,beta3=0.8,epsilon=1e-3,weight_decay=0.4", adanPaper},
		{"lamb", "beta1=0.9,beta2=0.999,epsilon=1e-6,weight_decay=0", lambPaper},
		{"lamb", "beta1=0.5,beta2=0.8,epsilon=1e-2,weight_decay=0.2", lambPaper},
		{"muon", "momentum=0.95,nesterov=true,steps=5,weight_decay=0", muonPaper(rows, cols, true)},
		{"muon", "momentum=0.6,nesterov=false,steps=3,weight_decay=0.2", muonPaper(rows, cols, false)},
		{"barzilai-borwein", "short=false,range=1000", bbPaper(false)},
		{"barzilai-borwein", "short=true,range=2", bbPaper(true)},
		{"polyak", "minimum=0.2,scale=1", polyakPaper},
		{"polyak", "minimum=-3,scale=0.5", polyakPaper},
		{"lookahead(momentum)", "lookahead.steps=5,lookahead.alpha=0.5", lookaheadPaper},
		{"lookahead(momentum)", "lookahead.steps=3,lookahead.alpha=0.8", lookaheadPaper},
	} {
		set, get := options(t, c.options)
		rule, err := optimizers.Configure(c.name, set)
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(4, 5))
		x, y, g := make([]float64, rows*cols), make([]float64, rows*cols), make([]float64, rows*cols)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		copy(y, x)
		slots := optimizers.NewSlots[float64](rule, len(x), 0.05)
		transcript := c.paper(get)
		for n := 1; n <= steps; n++ {
			rate, loss := 0.05/math.Sqrt(float64(n)), 0.5+rng.Float64()
			for i := range g {
				g[i] = x[i] + rng.NormFloat64()
			}
			if n == 20 {
				clear(g)
			}
			transcript(n, rate, loss, y, g)
			rule.Update(optimizers.Step{N: n, LearningRate: rate, Loss: loss, Shape: []int{rows, cols}}, x, g, slots)
			if err := reference.Compare(x, y, 1e-11, 1e-13); err != nil {
				t.Errorf("%s %s, step %d: %v", c.name, c.options, n, err)
				break
			}
		}
	}
}

func adaBeliefPaper(o func(string) float64) paper {
	var m, s [12]float64
	b1, b2, eps := o("beta1"), o("beta2"), o("epsilon")
	return func(t int, rate, _ float64, x, g []float64) {
		for i := range x {
			d := g[i] + o("weight_decay")*x[i]
			m[i] = b1*m[i] + (1-b1)*d
			s[i] = b2*s[i] + (1-b2)*math.Pow(d-m[i], 2) + eps
			mHat, sHat := m[i]/(1-math.Pow(b1, float64(t))), s[i]/(1-math.Pow(b2, float64(t)))
			x[i] -= rate * mHat / (math.Sqrt(sHat) + eps)
		}
	}
}

func adanPaper(o func(string) float64) paper {
	var m, v, n, before [12]float64
	b1, b2, b3 := o("beta1"), o("beta2"), o("beta3")
	return func(t int, rate, _ float64, x, g []float64) {
		for i := range x {
			if t == 1 {
				before[i] = g[i]
			}
			diff := g[i] - before[i]
			m[i] = b1*m[i] + (1-b1)*g[i]
			v[i] = b2*v[i] + (1-b2)*diff
			n[i] = b3*n[i] + (1-b3)*math.Pow(g[i]+b2*diff, 2)
			k := float64(t)
			eta := rate / (math.Sqrt(n[i]/(1-math.Pow(b3, k))) + o("epsilon"))
			x[i] = (x[i] - eta*(m[i]/(1-math.Pow(b1, k))+b2*v[i]/(1-math.Pow(b2, k)))) / (1 + rate*o("weight_decay"))
			before[i] = g[i]
		}
	}
}

func lambPaper(o func(string) float64) paper {
	var m, v [12]float64
	b1, b2 := o("beta1"), o("beta2")
	return func(t int, rate, _ float64, x, g []float64) {
		var u [12]float64
		var xx, uu float64
		for i := range x {
			m[i] = b1*m[i] + (1-b1)*g[i]
			v[i] = b2*v[i] + (1-b2)*g[i]*g[i]
			r := m[i] / (1 - math.Pow(b1, float64(t))) / (math.Sqrt(v[i]/(1-math.Pow(b2, float64(t)))) + o("epsilon"))
			u[i] = r + o("weight_decay")*x[i]
			xx, uu = xx+x[i]*x[i], uu+u[i]*u[i]
		}
		for i := range x {
			x[i] -= rate * math.Sqrt(xx) / math.Sqrt(uu) * u[i]
		}
	}
}

// muonPaper computes with matrices of gonum.
func muonPaper(rows, cols int, nesterov bool) func(o func(string) float64) paper {
	return func(o func(string) float64) paper {
		m := mat.NewDense(rows, cols, nil)
		mu := o("momentum")
		return func(_ int, rate, _ float64, x, g []float64) {
			gradient := mat.NewDense(rows, cols, slices.Clone(g))
			var a, b mat.Dense
			a.Scale(mu, m)
			b.Scale(1-mu, gradient)
			m.Add(&a, &b)
			update := mat.DenseCopyOf(m)
			if nesterov {
				a.Scale(mu, m)
				update.Add(&a, &b)
			}
			update.Scale(1/mat.Norm(update, 2), update)
			for range int(o("steps")) {
				var gram, square, poly, product, next mat.Dense
				gram.Mul(update, update.T())
				square.Mul(&gram, &gram)
				gram.Scale(-4.7750, &gram)
				square.Scale(2.0315, &square)
				poly.Add(&gram, &square)
				product.Mul(&poly, update)
				next.Scale(3.4445, update)
				update.Add(&next, &product)
			}
			for i := range x {
				x[i] = x[i]*(1-rate*o("weight_decay")) - rate*0.2*math.Sqrt(float64(max(rows, cols)))*update.At(i/cols, i%cols)
			}
		}
	}
}

func bbPaper(short bool) func(o func(string) float64) paper {
	return func(o func(string) float64) paper {
		var before, gBefore [12]float64
		return func(t int, rate, _ float64, x, g []float64) {
			var ss, sy, yy float64
			for i := range x {
				s, y := x[i]-before[i], g[i]-gBefore[i]
				ss, sy, yy = ss+s*s, sy+s*y, yy+y*y
			}
			step := rate
			if t > 1 && sy > 0 {
				step = ss / sy
				if short {
					step = sy / yy
				}
				step = math.Min(math.Max(step, rate/o("range")), rate*o("range"))
			}
			copy(before[:], x)
			copy(gBefore[:], g)
			for i := range x {
				x[i] -= step * g[i]
			}
		}
	}
}

func polyakPaper(o func(string) float64) paper {
	return func(_ int, rate, loss float64, x, g []float64) {
		gg := 0.0
		for _, d := range g {
			gg += d * d
		}
		for i := range x {
			if gg > 0 {
				x[i] -= math.Min(rate, (loss-o("minimum"))/(o("scale")*gg)) * g[i]
			}
		}
	}
}

func lookaheadPaper(o func(string) float64) paper {
	var slow, v [12]float64
	return func(t int, rate, _ float64, x, g []float64) {
		if t == 1 {
			copy(slow[:], x)
		}
		for i := range x {
			v[i] = 0.9*v[i] + g[i]
			x[i] -= rate * v[i]
		}
		if t%int(o("lookahead.steps")) == 0 {
			for i := range x {
				slow[i] += o("lookahead.alpha") * (x[i] - slow[i])
				x[i] = slow[i]
			}
		}
	}
}
