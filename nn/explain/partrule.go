package explain

import "fmt"

// partRule is a run of slices, such as a time step of a sequence: op.Part. Its name
// tells how many numbers a row of the whole has, where the part begins in it and
// how many it takes. The gradient lies there again, between zeros.
func partRule(op string) (rule, bool) {
	s, ok := stretchOf(op, "part")
	return rule{
		letter:  "v",
		formula: func(in []string) string { return "part of " + in[0] },
		forward: func(c call) []float64 { return s.cut(c.x[0]) },
		back: func(c call, _ int) term {
			return term{local: "1 in the part", formula: d(c.name) + " in its place", value: s.put(c.up)}
		},
	}, ok
}

// placeRule is the reverse, numbers between zeros: op.Place.
func placeRule(op string) (rule, bool) {
	s, ok := stretchOf(op, "place")
	return rule{
		letter:  "v",
		formula: func(in []string) string { return in[0] + " between zeros" },
		forward: func(c call) []float64 { return s.put(c.x[0]) },
		back: func(c call, _ int) term {
			return term{local: "1 in its place", formula: "part of " + d(c.name), value: s.cut(c.up)}
		},
	}, ok
}

// stretch is a part of size numbers, from the number first on, of each row of all.
type stretch struct{ all, first, size int }

func stretchOf(op, name string) (s stretch, ok bool) {
	n, _ := fmt.Sscanf(op, name+"{%d %d %d}", &s.all, &s.first, &s.size)
	return s, n == 3 && s.size > 0
}

func (s stretch) cut(x []float64) (y []float64) {
	for row := 0; row < len(x); row += s.all {
		y = append(y, x[row+s.first:row+s.first+s.size]...)
	}
	return y
}

func (s stretch) put(x []float64) []float64 {
	y := make([]float64, len(x)/s.size*s.all)
	for row := range len(x) / s.size {
		copy(y[row*s.all+s.first:], x[row*s.size:(row+1)*s.size])
	}
	return y
}
