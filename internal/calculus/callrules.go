package calculus

import "math/big"

// call is a function of one simplified node.
func call(name string, u *Node) *Node { return callOf(name, u) }

// callOf is a function of simplified nodes: values at special points, odd and even
// functions, inverses.
func callOf(name string, args ...*Node) *Node {
	u := args[0]
	plain := closed(&Node{Kind: Call, Name: name, Args: args})
	switch name {
	case "exp":
		return power(euler(), u)
	case "sqrt":
		return power(u, ratio(1, 2))
	case "max", "min":
		if args[0].key == args[1].key {
			return u
		}
		return plain
	case "abs":
		return absolute(u, plain)
	case "sign":
		if c, rest := multiple(u); rest != nil && !c.isOne() {
			return product(num(int64(c.v.Sign())), callOf("sign", rest))
		}
	}
	f := rows[name]
	if v := special(name, u); v != nil {
		return v
	}
	if f.odd || f.even {
		if c, _ := split(firstTerm(u)); c.v.Sign() < 0 {
			positive := callOf(name, neg(u))
			if f.odd {
				return neg(positive)
			}
			return positive
		}
	}
	return plain
}

// firstTerm is the term that decides about the sign that is taken out of a sum.
func firstTerm(u *Node) *Node {
	if u.Kind == Sum {
		return u.Args[0]
	}
	return u
}

// absolute takes apart |cuv| and |u^k|.
func absolute(u, plain *Node) *Node {
	switch {
	case u.Kind == Number:
		return rational(new(big.Rat).Abs(u.Value), u.Decimal)
	case nonnegative(u):
		return u
	}
	if c, rest := multiple(u); !c.isOne() {
		c.v = new(big.Rat).Abs(c.v)
		return product(c.node(), callOf("abs", rest))
	}
	return plain
}

// multiple takes the number off a product or a sum: 2x - 2 is 2 times x - 1.
func multiple(u *Node) (coefficient, *Node) {
	if u.Kind == Sum {
		return primitivePart(u)
	}
	return split(u)
}

// inverse are the functions that others undo wherever they have a value:
// sin(asin(u)) is u.
var inverse = map[string]string{"ln": "exp", "sin": "asin", "cos": "acos", "tan": "atan", "sinh": "asinh", "tanh": "atanh"}

// special is the exact value of a function where it has a simple one, else nil.
func special(name string, u *Node) *Node {
	switch {
	case u.Kind == Number && u.Value.Sign() == 0 && name == "acos":
		return product(ratio(1, 2), constant("pi"))
	case u.Kind == Number && u.Value.Sign() == 0:
		return atZero[name]()
	case u.IsNumber(1) && (name == "ln" || name == "log10" || name == "log2"):
		return num(0)
	case u.Kind == Number && (name == "sign" || name == "step"):
		if u.Value.Sign() > 0 || name == "sign" {
			return num(int64(u.Value.Sign()))
		}
		return num(0)
	case u.Kind == Number && name == "relu":
		if u.Value.Sign() > 0 {
			return u
		}
		return num(0)
	case name == "ln" && u.Kind == Constant && u.Name == "e":
		return num(1)
	case name == "ln" && u.Kind == Power && u.Args[0].Kind == Constant && u.Args[0].Name == "e":
		return u.Args[1]
	case u.Kind == Call && u.Name == inverse[name]:
		return u.Args[0]
	case name == "cos" || name == "sin" || name == "tan":
		return halfTurns(name, u)
	}
	return nil
}

// atZero are the values at 0; where a function has none, it stays as it is.
var atZero = map[string]func() *Node{
	"sin": zeroNode, "tan": zeroNode, "asin": zeroNode, "atan": zeroNode, "sinh": zeroNode, "tanh": zeroNode, "asinh": zeroNode, "atanh": zeroNode,
	"cbrt": zeroNode, "sign": zeroNode, "step": zeroNode, "relu": zeroNode, "erf": zeroNode,
	"cos": func() *Node { return num(1) }, "cosh": func() *Node { return num(1) },
	"sigmoid":  func() *Node { return ratio(1, 2) },
	"softplus": func() *Node { return closed(&Node{Kind: Call, Name: "ln", Args: []*Node{num(2)}}) },
	"ln":       func() *Node { return nil }, "log10": func() *Node { return nil }, "log2": func() *Node { return nil }, "acosh": func() *Node { return nil },
}

func zeroNode() *Node { return num(0) }

// halfTurns are sine, cosine and tangent at multiples of π/2; poles stay.
func halfTurns(name string, u *Node) *Node {
	c, rest := split(u)
	if rest == nil || rest.Kind != Constant || rest.Name != "pi" {
		return nil
	}
	quarter := new(big.Rat).Mul(c.v, big.NewRat(2, 1))
	if !quarter.IsInt() {
		return nil
	}
	turn := new(big.Int).Mod(quarter.Num(), big.NewInt(4)).Int64()
	if name == "cos" {
		turn = (turn + 1) % 4
	}
	v := []int64{0, 1, 0, -1}[turn]
	if name == "tan" && v != 0 {
		return nil
	}
	return num(v)
}
