package calculus

import (
	"math/big"
	"slices"
)

// parts splits a simplified product or power into sign, numerator and denominator.
// A minus goes into a sum where that saves it: -(x - 1) is (1 - x).
func parts(n *Node) (negative bool, up, down []*Node) {
	c, rest := split(n)
	numerator, denominator := fraction(rest)
	negative = c.v.Sign() < 0
	v := new(big.Rat).Abs(c.v)
	if numerator.Kind == Product {
		up = slices.Clone(numerator.Args)
	} else if !numerator.IsNumber(1) {
		up = []*Node{numerator}
	}
	if denominator != nil {
		down = slices.Clone(flat(denominator))
	}
	negative = turned(negative, up, down)
	_, ends := v.FloatPrec()
	whole := v.IsInt() || c.decimal && ends
	if whole && !(coefficient{v: v}).isOne() {
		up = append([]*Node{rational(v, c.decimal)}, up...)
	}
	if !whole {
		if v.Num().Cmp(big.NewInt(1)) != 0 {
			up = append([]*Node{rational(new(big.Rat).SetInt(v.Num()), false)}, up...)
		}
		down = append([]*Node{rational(new(big.Rat).SetInt(v.Denom()), false)}, down...)
	}
	return negative, up, down
}

// turned changes signs of sums in a fraction: -(x - 1) is 1 - x, (s - 1) (2s - 1) is
// (1 - s) (1 - 2s) if s is a function, -1/(x² - 1) is 1/(1 - x²).
func turned(negative bool, up, down []*Node) bool {
	var list []int // functions minus numbers
	for i, f := range up {
		if !differs(f) {
			continue
		}
		_, rest := split(f.Args[len(f.Args)-1])
		switch {
		case negative:
			negative, up[i] = false, neg(f)
		case len(f.Args) == 2 && rest == nil && !polynomial(f.Args):
			list = append(list, i)
		}
	}
	for len(list) > 1 {
		i, j := list[0], list[1]
		up[i], up[j], list = neg(up[i]), neg(up[j]), list[2:]
	}
	for i, f := range down {
		if negative && differs(f) && len(f.Args) == 2 {
			if _, degree := powersOf(f.Args[0]); degree.Cmp(big.NewRat(2, 1)) >= 0 {
				negative, down[i] = false, neg(f)
			}
		}
	}
	return negative
}

// differs reports sums that begin with a plus and have a minus.
func differs(n *Node) bool {
	if n.Kind != Sum {
		return false
	}
	first, _ := split(n.Args[0])
	return first.v.Sign() > 0 && slices.ContainsFunc(n.Args, func(t *Node) bool { c, _ := split(t); return c.v.Sign() < 0 })
}
