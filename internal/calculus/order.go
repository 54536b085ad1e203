package calculus

import (
	"cmp"
	"math/big"
	"slices"
)

// The order of terms and factors is that of textbooks: 3x²y + x - sin(y) + 1, and
// 2x·2^x sin(x) (x + 1) e^x.

// rank is where a factor stands in a product.
func rank(n *Node) int {
	f := factorOf(n)
	switch {
	case n.Kind == Number:
		return 0
	case f.base.Kind == Number && f.exponent.Kind == Number:
		return 1
	case f.base.Kind == Constant && f.exponent.Kind == Number:
		return 2
	case f.base.Kind == Variable && f.exponent.Kind == Number:
		return 3
	case f.exponent.Kind != Number && !(f.base.Kind == Constant && f.base.Name == "e"):
		return 4 // 2^x ln(2)
	case f.base.Kind == Call && f.exponent.Kind == Number:
		return 5
	case f.exponent.Kind == Number:
		return 6
	}
	return 7
}

// compareFactors orders the factors of a product.
func compareFactors(a, b *Node) int {
	fa, fb := factorOf(a), factorOf(b)
	if c := cmp.Compare(rank(a), rank(b)); c != 0 {
		return c
	}
	if fa.base.Kind == Variable && fb.base.Kind == Variable {
		if c := compareNames(fa.base.Name, fb.base.Name); c != 0 {
			return c
		}
	}
	if fa.base.Kind == Call && fb.base.Kind == Call { // sine before cosine
		if c := cmp.Compare(numbered[fa.base.Name], numbered[fb.base.Name]); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(fa.base.key, fb.base.key), cmp.Compare(a.key, b.key))
}

// falling reports terms such as 2e^(-x).
func falling(n *Node) bool {
	_, rest := split(n)
	f := factorOf(rest)
	if f.base.Kind != Constant || f.base.Name != "e" {
		return false
	}
	c, _ := split(firstTerm(f.exponent))
	return c.v.Sign() < 0
}

// powersOf are the variables of a term with their exponents, and their sum.
func powersOf(n *Node) (powers []factor, degree *big.Rat) {
	degree = new(big.Rat)
	args := []*Node{n}
	if n.Kind == Product {
		args = n.Args
	}
	for _, a := range args {
		if f := factorOf(a); f.base.Kind == Variable && f.exponent.Kind == Number {
			powers = append(powers, f)
			degree.Add(degree, f.exponent.Value)
		}
	}
	return powers, degree
}

// compareTerms orders the terms of a sum: by degree in the variables, then by the
// power of the first variable, numbers last.
func compareTerms(a, b *Node) int {
	_, restA := split(a)
	_, restB := split(b)
	switch {
	case restA == nil || restB == nil:
		return cmp.Compare(boolean(restA == nil), boolean(restB == nil))
	case restA.key == restB.key:
		return 0
	}
	pa, da := powersOf(restA)
	pb, db := powersOf(restB)
	if c := db.Cmp(da); c != 0 {
		return c
	}
	for i := range min(len(pa), len(pb)) {
		if c := compareNames(pa[i].base.Name, pb[i].base.Name); c != 0 {
			return c
		}
		if c := pb[i].exponent.Value.Cmp(pa[i].exponent.Value); c != 0 {
			return c
		}
	}
	if c := cmp.Compare(len(pb), len(pa)); c != 0 {
		return c
	}
	// Constants such as pi come after everything that varies.
	return cmp.Or(cmp.Compare(boolean(fixed(restA)), boolean(fixed(restB))), cmp.Compare(boolean(falling(a)), boolean(falling(b))), cmp.Compare(restA.key, restB.key))
}

func boolean(v bool) int {
	if v {
		return 1
	}
	return 0
}

// fixed reports expressions without variables.
func fixed(n *Node) bool {
	return n.Kind != Variable && !slices.ContainsFunc(n.Args, func(a *Node) bool { return !fixed(a) })
}
