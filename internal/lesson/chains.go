package lesson

import (
	"fmt"
	"math"
	"math/rand/v2"

	"nabla/internal/plot"
)

// longChains shows how rounding adds up.
var longChains = Lesson{
	Name: "numerical-error", Row: 29,
	Title: "Numerical error in long chains",
	About: "float32 against float64, naive against compensated sums, digits lost with depth",
	Params: []Param{
		whole("terms", 1_000_000, 1000, 4_000_000, "numbers that are added"),
		number("gain", 1.5, 1.05, 2, "factor of each layer of the chain"),
	},
	run: func(p *Page, s Settings) error {
		n, gain := s.Int("terms"), s.Number("gain")
		p.Say("A float32 has about 7 decimal digits, a float64 about 16. One operation is wrong by at most half a unit in the last place, a part u of the result. A network does millions of them, one after the other.")
		p.Formula("fl(a ∘ b) = (a ∘ b)·(1 + δ), |δ| ≤ u", "u = 2⁻²⁴ = 6·10⁻⁸ in float32, 2⁻⁵³ = 1.1·10⁻¹⁶ in float64")
		p.Say("Adding n numbers one after the other can lose n·u, because small terms are cut to fit beside a large sum. Adding in pairs loses about log₂ n·u; Kahan's compensated sum carries the lost part along and loses 2·u, whatever n is.")
		p.Formula("y = x − c;  t = s + y;  c = (t − s) − y;  s = t", "Kahan, 1965: c is what the addition has lost")
		rng := rand.New(rand.NewPCG(s.Seed, 1))
		x := make([]float32, n)
		for i := range x {
			x[i] = rng.Float32()
		}
		exact := exactSum(x)
		sums := []struct {
			name  string
			sum   float64
			bound float64
		}{
			{"one after the other, float32", float64(plainSum(x)), float64(n) * 0x1p-24},
			{"in pairs, float32", float64(pairSum(x)), (math.Log2(float64(n)) + 1) * 0x1p-24},
			{"compensated, float32", float64(kahan(x)), 2 * 0x1p-23},
			{"one after the other, float64", wideSum(x), float64(n) * 0x1p-53},
		}
		var rows [][]string
		for _, v := range sums {
			wrong := math.Abs(v.sum-exact) / exact
			rows = append(rows, []string{v.name, digits(v.sum, 10), short(wrong), short(v.bound)})
			p.Less(v.name+": relative error below its bound", wrong, v.bound)
		}
		p.Table(fmt.Sprintf("Sum of %d numbers between 0 and 1, %s", n, digits(exact, 10)), []string{"computed", "sum", "relative error", "bound"}, rows)
		p.Number("sum", exact)

		p.Say("The second chain is a product: layer after layer multiplies by a factor, and going backwards so does the gradient. A relative error survives every factor and grows with their number; and where the layer subtracts something close, the digits it cancels are gone for good. Here each layer maps h to %s·h − %s, which leaves 1 where it is: in exact arithmetic nothing ever moves.", short(gain), short(gain-1))
		p.Formula("h ← a·h − (a − 1),   h₀ = 1 + ε   ⇒   hₖ = 1 + aᵏ·ε", "an error of the input grows by aᵏ: 1/log₁₀ a layers a digit")
		const layers = 60
		c := plot.Curves{Title: "Distance from 1 by depth", XLabel: "layer", YLabel: "|h − 1|", LogY: true, Y: plot.Range{Min: 1e-17, Max: 10}}
		const e32, e64 = 0x1p-23, 0x1p-52 // a unit in the last place of 1
		h32, h64 := float32(1+e32), 1+e64
		var y32, y64 []float64
		a32 := float32(gain)
		for range layers + 1 {
			y32, y64 = append(y32, math.Abs(float64(h32)-1)), append(y64, math.Abs(h64-1))
			h32, h64 = a32*h32-(a32-1), gain*h64-(gain-1)
		}
		theory := mapped(counted(0, layers+1), func(k float64) float64 { return math.Pow(gain, k) * e32 })
		theory64 := mapped(counted(0, layers+1), func(k float64) float64 { return math.Pow(gain, k) * e64 })
		at := counted(0, layers+1)
		c.Series = []plot.Series{
			{Name: "float32, from one unit in the last place", X: at, Y: y32}, {Name: "float64", X: at, Y: y64},
			{Name: "aᵏ·ε, float32", X: at, Y: theory, Faint: true}, {Name: "aᵏ·ε, float64", X: at, Y: theory64, Faint: true},
		}
		p.Curves("depth", "One unit in the last place of the input, followed through the layers. Both number types lose digits at the same pace, float64 has more of them to lose. The grey lines are aᵏ·ε; rounding in each layer adds to it.", c)
		k := int(math.Log(1e6) / math.Log(gain))
		big := math.Pow(gain, float64(min(k, layers)))
		probe := chain(1+1e-9, gain, min(k, layers))
		p.Equal(fmt.Sprintf("after %d layers an error of 1e-9 is aᵏ·1e-9, in float64", min(k, layers)), (probe-1)/1e-9/big, 1, 0.01)
		perDigit := 1 / math.Log10(gain)
		p.Number("layers a digit", perDigit)
		p.Equal("layers a digit: a^(1/log₁₀ a) is 10", math.Pow(gain, perDigit), 10, 1e-12)
		p.Equal("0.1 + 0.2 in float64 misses 0.3 by one unit, 2⁻⁵⁴", addition(0.1, 0.2)-0.3, 0x1p-54, 0)
		p.See("Added one after the other the float32 sum keeps %s right digits, compensated %s; the chain loses one digit every %s layers.",
			short(rightDigits(sums[0].sum, exact)), short(rightDigits(sums[2].sum, exact)), short(perDigit))
		return nil
	},
}

// exactSum adds in float64 with compensation: exact to the last digits of float32.
func exactSum(x []float32) float64 {
	var s, c float64
	for _, v := range x {
		y := float64(v) - c
		t := s + y
		c = (t - s) - y
		s = t
	}
	return s
}

func plainSum(x []float32) (s float32) {
	for _, v := range x {
		s += v
	}
	return s
}

func wideSum(x []float32) (s float64) {
	for _, v := range x {
		s += float64(v)
	}
	return s
}

// pairSum halves the list until a number is left.
func pairSum(x []float32) float32 {
	if len(x) == 1 {
		return x[0]
	}
	half := len(x) / 2
	return pairSum(x[:half]) + pairSum(x[half:])
}

// kahan is the compensated sum.
func kahan(x []float32) float32 {
	var s, c float32
	for _, v := range x {
		y := v - c
		t := s + y
		c = (t - s) - y
		s = t
	}
	return s
}

// chain maps h to a·h − (a − 1), again and again.
func chain(h, a float64, layers int) float64 {
	for range layers {
		h = a*h - (a - 1)
	}
	return h
}

// addition adds at run time: the compiler would add constants exactly.
func addition(a, b float64) float64 { return a + b }

// rightDigits is how many decimal digits agree, at most those of a float64.
func rightDigits(v, exact float64) float64 {
	if v == exact {
		return 16
	}
	return math.Round(-math.Log10(math.Abs(v-exact)/math.Abs(exact))*10) / 10
}
