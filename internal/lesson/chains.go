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
		p.Say("A float32 has about 7 decimal digits, a float64 about 16. One operation is wrong by at most half a unit in the last place, at most a part u of the result: in float64 0.1 + 0.2 is 0.30000000000000004. A network does millions of them, one after the other.")
		p.Formula("fl(a ∘ b) = (a ∘ b)·(1 + δ), |δ| ≤ u", "u = 2⁻²⁴ = 6·10⁻⁸ in float32, 2⁻⁵³ = 1.1·10⁻¹⁶ in float64; ∘ is + − · or /, without overflow and underflow")
		p.Say("Adding n positive numbers one after the other can lose a part n·u of the sum, because small terms are cut to fit beside a large one. Adding in pairs, and pairs of pairs, can lose log₂n·u. Kahan's compensated sum carries the lost part along and loses at most 2u, and n·u² that do not count.")
		p.Formula("y = x − c;  t = s + y;  c = (t − s) − y;  s = t", "Kahan, 1965: c is what the addition has added too much")
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
			{"in pairs, float32", float64(pairSum(x)), math.Ceil(math.Log2(float64(n))) * 0x1p-24},
			{"compensated, float32", float64(kahan(x)), 2*0x1p-24 + float64(n)*0x1p-48},
			{"one after the other, float64", wideSum(x), float64(n) * 0x1p-53},
		}
		var rows [][]string
		for _, v := range sums {
			wrong := math.Abs(v.sum-exact) / exact
			rows = append(rows, []string{v.name, digits(v.sum, 10), short(wrong), short(v.bound)})
			p.Less(v.name+": relative error below its bound", wrong, v.bound)
		}
		p.Table(fmt.Sprintf("Sum of %d random float32 between 0 and 1, %s; they are multiples of 2⁻²⁴, so that float64 holds every partial sum exactly", n, digits(exact, 12)), []string{"computed", "sum", "relative error", "bound"}, rows)
		p.Number("sum", exact)

		p.Say("The second chain is layer behind layer. A multiplication passes a relative error on as it is; but where a layer subtracts something close, the digits that cancel are gone, and the error is as large as before beside a smaller number. Here each layer maps h to %s·h − %s: 1 stays 1, and a start that is one unit in the last place off goes away from it.", short(gain), short(gain-1))
		p.Formula("h ← a·h − (a − 1),   h₀ = 1 + ε   ⇒   hₖ = 1 + aᵏ·ε", "in exact arithmetic: an error of the input grows by aᵏ, a digit every 1/log₁₀a layers")
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
			{Name: "float32", X: at, Y: y32}, {Name: "float64", X: at, Y: y64},
			{Name: "aᵏ·ε, float32", X: at, Y: theory, Faint: true}, {Name: "aᵏ·ε, float64", X: at, Y: theory64, Faint: true},
		}
		p.Curves("depth", "A start that is one unit in the last place above 1, followed through the layers. Both number types lose digits at the same pace, float64 has more of them to lose. The grey lines are aᵏ·ε; rounding in each layer adds to it.", c)
		rows = nil
		for k := 0; k <= layers; k += 10 {
			rows = append(rows, cells(fmt.Sprint(k), theory[k]/e32, leftDigits(y32[k]), leftDigits(y64[k])))
		}
		p.Table("Right digits of h, whose exact value is 1 but for the first unit", []string{"layer", "aᵏ", "float32", "float64"}, rows)
		k := min(int(math.Log(1e6)/math.Log(gain)), layers)
		p.Equal(fmt.Sprintf("after %d layers an error of 10⁻⁹ is aᵏ·10⁻⁹, in float64", k), (chain(1+1e-9, gain, k)-1)/1e-9/math.Pow(gain, float64(k)), 1, 0.01)
		p.Less("float64: |h − 1| is below aᵏ·ε and 3u·(1 + a + … + aᵏ⁻¹)·a of rounding, at the end", y64[layers], theory64[layers]+3*0x1p-53*gain*(math.Pow(gain, layers)-1)/(gain-1))
		perDigit := 1 / math.Log10(gain)
		p.Number("layers a digit", perDigit)
		p.Equal("layers a digit: a^(1/log₁₀ a) is 10", math.Pow(gain, perDigit), 10, 1e-12)
		worst := 0.0
		for range 10000 {
			a, b := rng.Float32(), rng.Float32()
			worst = max(worst, math.Abs(float64(a*b)/(float64(a)*float64(b))-1), math.Abs(float64(a+b)/(float64(a)+float64(b))-1))
		}
		p.Less("largest |δ| of 10000 sums and products of float32, below 2⁻²⁴", worst, 0x1p-24)
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

// leftDigits is how many decimal digits are right where 1 is wrong by so much; no
// more than 16 can be told.
func leftDigits(wrong float64) float64 {
	return math.Round(min(16, max(0, -math.Log10(wrong)))*10) / 10
}

// rightDigits is how many decimal digits agree, at most those of a float64.
func rightDigits(v, exact float64) float64 {
	if v == exact {
		return 16
	}
	return math.Round(-math.Log10(math.Abs(v-exact)/math.Abs(exact))*10) / 10
}
