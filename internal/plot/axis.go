package plot

import (
	"math"
	"strconv"
	"strings"
)

// extent grows around numbers.
type extent struct {
	log      bool // numbers of 0 and less do not count
	min, max float64
	any      bool
}

// has reports whether a number can be shown.
func (e *extent) has(v float64) bool { return finite(v) && (!e.log || v > 0) }

// add makes room for a number that can be shown.
func (e *extent) add(v float64) {
	switch {
	case !e.has(v):
	case !e.any:
		e.min, e.max, e.any = v, v, true
	default:
		e.min, e.max = min(e.min, v), max(e.max, v)
	}
}

func (e *extent) empty() bool { return !e.any }

// axis is an axis over the numbers, wider by a share of their range at each end.
// A single number gets room around it; a positive range that begins near 0 begins
// at 0. A range that was asked for is kept.
func (e *extent) axis(asked Range, margin float64) axis {
	if asked.Min < asked.Max && e.has(asked.Min) && e.has(asked.Max) {
		return axis{log: e.log, min: asked.Min, max: asked.Max}
	}
	a := axis{log: e.log, min: e.min, max: e.max}
	switch {
	case e.log && e.min == e.max:
		a.min, a.max = max(e.min/10, math.SmallestNonzeroFloat64), min(e.max*10, math.MaxFloat64)
	case e.log:
		room := math.Pow(e.max/e.min, margin)
		if wide := e.min / room; finite(room) && wide > 0 && finite(e.max*room) {
			a.min, a.max = wide, e.max*room
		}
	case nearly(e.min, e.max):
		room := math.Max(math.Abs(e.min)/10, 1)
		if math.Abs(e.min) < 1 && e.min != 0 {
			room = math.Abs(e.min) / 2
		}
		a.min, a.max = e.min-room, e.max+room
	default:
		room := (e.max/2 - e.min/2) * 2 * margin
		a.min, a.max = e.min-room, e.max+room
		if margin > 0 && e.min >= 0 && e.min < e.max/4 {
			a.min = 0
		}
	}
	a.min, a.max = max(a.min, -math.MaxFloat64), min(a.max, math.MaxFloat64)
	return a
}

// nearly reports whether two numbers are too close for an axis between them.
func nearly(low, high float64) bool {
	return high/2-low/2 <= 1e-12*math.Max(math.Abs(low), math.Abs(high))
}

// axis maps numbers to [0, 1].
type axis struct {
	label    string
	log      bool
	whole    bool // numbers between whole ones mean nothing
	min, max float64
}

// at is the place of a number, NaN if it has none. Halves keep the range of the
// largest numbers finite.
func (a axis) at(v float64) float64 {
	if !finite(v) || a.log && v <= 0 {
		return math.NaN()
	}
	if a.log {
		return (math.Log(v) - math.Log(a.min)) / (math.Log(a.max) - math.Log(a.min))
	}
	if wide := a.max - a.min; finite(wide) && finite(v-a.min) {
		return (v - a.min) / wide
	}
	return (v/2 - a.min/2) / (a.max/2 - a.min/2)
}

// value is the number at a place.
func (a axis) value(at float64) float64 {
	if a.log {
		return math.Exp(math.Log(a.min) + at*(math.Log(a.max)-math.Log(a.min)))
	}
	return a.min*(1-at) + a.max*at
}

// tick is a mark of an axis. Minor ticks have no text.
type tick struct {
	at   float64 // in [0, 1]
	text string
}

// ticks are at most about n labelled marks at round numbers, and the marks between
// them on a log axis.
func (a axis) ticks(n int, plain bool) []tick {
	n = max(n, 2)
	if !a.log {
		return a.linear(n, plain)
	}
	decades := math.Log10(a.max) - math.Log10(a.min)
	if decades < 0.5 {
		return a.linear(n, plain)
	}
	first, last := int(math.Floor(math.Log10(a.min))), int(math.Ceil(math.Log10(a.max)))
	every := (int(decades) + n) / n
	if every > 10 {
		every = (every + 9) / 10 * 10
	}
	digits := 9
	labelled := func(d int) bool { return d == 1 }
	switch {
	case every > 1 || decades > 12:
		digits = 1
	case decades < 1.5:
		labelled = func(d int) bool { return d == 1 || d == 2 || d == 5 }
	case decades < 2.5 && n >= 5:
		labelled = func(d int) bool { return d == 1 || d == 3 }
	}
	decimals := first >= -3 && last <= 5
	var list []tick
	for e := first; e <= last; e++ {
		if every > 10 && e%every != 0 {
			continue // marks of all decades would run together
		}
		for d := 1; d <= digits; d++ {
			t := tick{at: a.at(float64(d) * math.Pow10(e))}
			if !(t.at >= -1e-9 && t.at <= 1+1e-9) {
				continue
			}
			if labelled(d) && e%every == 0 {
				t.text = power(d, e, decimals, plain)
			}
			list = append(list, t)
		}
	}
	return list
}

// linear are ticks at multiples of 1, 2 or 5 times a power of ten.
func (a axis) linear(n int, plain bool) []tick {
	span := a.max/2 - a.min/2
	raw := span / float64(n) * 2
	if !(raw > 0) || !finite(raw) {
		raw = span / float64(n)
	}
	exponent := int(math.Floor(math.Log10(raw)))
	step := math.Pow10(exponent)
	for _, f := range []float64{1, 2, 5, 10} {
		if f*math.Pow10(exponent) >= raw*0.999 {
			step = f * math.Pow10(exponent)
			break
		}
	}
	if a.whole {
		step = math.Max(step, 1)
	}
	if !(step > 0) || !finite(step) {
		return nil
	}
	var list []tick
	first, last := math.Ceil(a.min/step-1e-9), math.Floor(a.max/step+1e-9)
	if last-first > 100 {
		return nil
	}
	for k := first; k <= last; k++ {
		list = append(list, tick{a.at(k * step), decimal(k*step, step, plain)})
	}
	return list
}

// decimal writes a multiple of a step with the digits it needs.
func decimal(v, step float64, plain bool) string {
	if v == 0 {
		return "0"
	}
	size := math.Max(math.Abs(v), step)
	if size >= 1e6 || step < 1e-4 {
		exponent := int(math.Floor(math.Log10(math.Abs(v)) + 1e-9))
		digits := max(0, min(8, exponent-int(math.Floor(math.Log10(step)+1e-9))))
		mantissa := strconv.FormatFloat(v/math.Pow10(exponent), 'f', digits, 64)
		if exponent < -300 || exponent > 300 {
			mantissa = strings.SplitN(strconv.FormatFloat(v, 'e', digits, 64), "e", 2)[0]
		}
		return mantissa + tenTo(exponent, "×", plain)
	}
	digits := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	return signed(strconv.FormatFloat(v, 'f', digits, 64), plain)
}

// power writes d·10^e, as a decimal number if all of the axis can be.
func power(d, e int, decimals, plain bool) string {
	if decimals || e == 0 || e == 1 {
		v := float64(d) * math.Pow10(e)
		return strconv.FormatFloat(v, 'f', max(0, -e), 64)
	}
	if d == 1 && !plain {
		return tenTo(e, "", plain)
	}
	return strconv.Itoa(d) + tenTo(e, "×", plain)
}

// tenTo writes ×10ᵉ, or e-5 in plain text.
func tenTo(e int, times string, plain bool) string {
	if plain {
		return "e" + strconv.Itoa(e)
	}
	digits := []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")
	var b strings.Builder
	b.WriteString(times + "10")
	for _, r := range strconv.Itoa(e) {
		if r == '-' {
			b.WriteRune('⁻')
		} else {
			b.WriteRune(digits[r-'0'])
		}
	}
	return b.String()
}

// signed writes a minus sign for a hyphen.
func signed(text string, plain bool) string {
	if plain {
		return text
	}
	return strings.Replace(text, "-", "−", 1)
}
