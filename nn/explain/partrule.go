package explain

import "fmt"

// partRule is a run of slices, such as a time step of a sequence: op.Part. Its name
// tells how many numbers a row of the whole has, where the part begins in it and
// how many it takes. The gradient lies there again, between zeros.
func partRule(op string) (rule, bool) {
	var all, first, size int
	if n, _ := fmt.Sscanf(op, "part{%d %d %d}", &all, &first, &size); n != 3 || size == 0 {
		return rule{}, false
	}
	return rule{
		letter:  "v",
		formula: func(in []string) string { return "part of " + in[0] },
		forward: func(c call) []float64 {
			var y []float64
			for row := 0; row < len(c.x[0]); row += all {
				y = append(y, c.x[0][row+first:row+first+size]...)
			}
			return y
		},
		back: func(c call, _ int) term {
			g := make([]float64, len(c.x[0]))
			for row := range len(c.up) / size {
				copy(g[row*all+first:], c.up[row*size:(row+1)*size])
			}
			return term{local: "1 in the part", formula: d(c.name) + " in its place", value: g}
		},
	}, true
}
