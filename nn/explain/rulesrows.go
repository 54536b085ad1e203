package explain

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// lines sees numbers as [outer, channel, inner] and groups those that a softmax, a
// mean or a sum runs over: at[k] are the places of group k.
type lines struct{ at [][]int }

// grouped makes the groups of the axes that are kept: with keep {false, true,
// false} those of one channel.
func grouped(dims [3]int, keep [3]bool) lines {
	groups := 1
	var stride [3]int
	for a := 2; a >= 0; a-- {
		if keep[a] {
			stride[a] = groups
			groups *= dims[a]
		}
	}
	l := lines{make([][]int, groups)}
	place := 0
	for i := range dims[0] {
		for j := range dims[1] {
			for k := range dims[2] {
				g := i*stride[0] + j*stride[1] + k*stride[2]
				l.at[g] = append(l.at[g], place)
				place++
			}
		}
	}
	return l
}

// softmaxRule is softmax and its logarithm.
func softmaxRule(op string) (rule, bool) {
	var dims [3]int
	name, log := "softmax", strings.HasPrefix(op, "log-")
	if n, _ := fmt.Sscanf(strings.TrimPrefix(op, "log-"), "softmax[%d %d %d]", &dims[0], &dims[1], &dims[2]); n != 3 {
		return rule{}, false
	}
	if log {
		name = "log softmax"
	}
	over := grouped(dims, [3]bool{true, false, true})
	return rule{
		letter:  "a",
		formula: func(in []string) string { return name + "(" + in[0] + ")" },
		forward: func(c call) []float64 {
			y := make([]float64, len(c.y))
			for _, line := range over.at {
				top, sum := math.Inf(-1), 0.0
				for _, i := range line {
					top = math.Max(top, c.x[0][i])
				}
				for _, i := range line {
					sum += math.Exp(c.x[0][i] - top)
				}
				for _, i := range line {
					if y[i] = math.Exp(c.x[0][i]-top) / sum; log {
						y[i] = c.x[0][i] - top - math.Log(sum)
					}
				}
			}
			return y
		},
		back: func(c call, _ int) term {
			g := make([]float64, len(c.up))
			for _, line := range over.at {
				sum := 0.0
				for _, i := range line {
					if log {
						sum += c.up[i]
					} else {
						sum += c.up[i] * c.y[i]
					}
				}
				for _, i := range line {
					if g[i] = c.y[i] * (c.up[i] - sum); log {
						g[i] = c.up[i] - math.Exp(c.y[i])*sum
					}
				}
			}
			up, y := d(c.name), c.name
			if log {
				return term{local: "I − 1·softmaxᵀ in each row", formula: up + " − exp(" + y + ") ⊙ row sums of " + up, value: g}
			}
			return term{local: "diag(" + y + ") − " + y + "·" + y + "ᵀ in each row", formula: y + " ⊙ (" + up + " − row sums of " + up + " ⊙ " + y + ")", value: g}
		},
	}, true
}

// moments are mean and 1/√(variance + ε) of a group.
func moments(x []float64, line []int, epsilon float64) (mean, r float64) {
	variance := 0.0
	for _, i := range line {
		mean += x[i] / float64(len(line))
	}
	for _, i := range line {
		variance += (x[i] - mean) * (x[i] - mean) / float64(len(line))
	}
	return mean, 1 / math.Sqrt(variance+epsilon)
}

// normalizeRule is (x − μ)/√(σ² + ε) with μ and σ² of the batch or the row.
func normalizeRule(op string) (rule, bool) {
	var dims [3]int
	var epsilon float64
	if n, _ := fmt.Sscanf(op, "normalize{[%d %d %d] %g}", &dims[0], &dims[1], &dims[2], &epsilon); n != 4 {
		return rule{}, false
	}
	over := grouped(dims, [3]bool{false, true, false})
	group := "column"
	switch {
	case dims[0] == 1:
		group = "row"
	case dims[2] > 1:
		group = "channel"
	}
	return rule{
		letter:  "n",
		note:    "μ, σ² and mean are those of each " + group + ", ε = " + number(epsilon),
		formula: func(in []string) string { return "(" + in[0] + " − μ)/√(σ² + ε)" },
		forward: func(c call) []float64 {
			y := make([]float64, len(c.y))
			for _, line := range over.at {
				mean, r := moments(c.x[0], line, epsilon)
				for _, i := range line {
					y[i] = (c.x[0][i] - mean) * r
				}
			}
			return y
		},
		back: func(c call, _ int) term {
			g := make([]float64, len(c.up))
			for _, line := range over.at {
				_, r := moments(c.x[0], line, epsilon)
				mg, mgy, m := 0.0, 0.0, float64(len(line))
				for _, i := range line {
					mg, mgy = mg+c.up[i]/m, mgy+c.up[i]*c.y[i]/m
				}
				for _, i := range line {
					g[i] = r * (c.up[i] - mg - c.y[i]*mgy)
				}
			}
			up, y := d(c.name), c.name
			return term{local: "(I − 1·1ᵀ/m − " + y + "·" + y + "ᵀ/m)/√(σ² + ε)",
				formula: "(" + up + " − mean(" + up + ") − " + y + "·mean(" + up + " ⊙ " + y + "))/√(σ² + ε)", value: g}
		},
	}, true
}

// normalizeWithRule is the same with running statistics, which are constants.
func normalizeWithRule(op string) (rule, bool) {
	var dims [3]int
	var epsilon float64
	if n, _ := fmt.Sscanf(op, "normalizeWith{[%d %d %d] %g}", &dims[0], &dims[1], &dims[2], &epsilon); n != 4 {
		return rule{}, false
	}
	over := grouped(dims, [3]bool{false, true, false})
	scaled := func(c call, x []float64, centred bool) []float64 {
		y := make([]float64, len(x))
		for k, line := range over.at {
			for _, i := range line {
				y[i] = x[i]
				if centred {
					y[i] -= c.x[1][k]
				}
				y[i] /= math.Sqrt(c.x[2][k] + epsilon)
			}
		}
		return y
	}
	return rule{
		letter:  "n",
		formula: func(in []string) string { return "(" + in[0] + " − " + in[1] + ")/√(" + in[2] + " + ε)" },
		forward: func(c call) []float64 { return scaled(c, c.x[0], true) },
		back: func(c call, i int) term {
			if i > 0 {
				return term{}
			}
			local := "1/√(" + c.in[2] + " + ε)"
			return term{local: local, formula: d(c.name) + " ⊙ " + local, value: scaled(c, c.up, false)}
		},
	}, true
}

// sums words which sums of [outer, channel, inner] are kept: of matrices, those of
// columns or rows.
func sums(dims [3]int, keep [3]bool) string {
	var kept []bool
	for a, extent := range dims {
		if extent > 1 {
			kept = append(kept, keep[a])
		}
	}
	switch {
	case !slices.Contains(kept, true):
		return "sum of "
	case slices.Equal(kept, []bool{false, true}):
		return "column sums of "
	case slices.Equal(kept, []bool{true, false}):
		return "row sums of "
	case slices.Equal(kept, []bool{false, true, false}):
		return "channel sums of "
	}
	return "sums of "
}

// spreadRule copies one number a column, or a row, to all of its places.
func spreadRule(op string) (rule, bool) {
	var dims [3]int
	var keep [3]bool
	if n, _ := fmt.Sscanf(op, "spread{[%d %d %d] [%t %t %t]}", &dims[0], &dims[1], &dims[2], &keep[0], &keep[1], &keep[2]); n != 6 {
		return rule{}, false
	}
	over := grouped(dims, keep)
	return rule{
		sums:    sums(dims, keep),
		formula: func(in []string) string { return in[0] + " at all its places" },
		forward: func(c call) []float64 {
			y := make([]float64, len(c.y))
			for k, line := range over.at {
				for _, i := range line {
					y[i] = c.x[0][k]
				}
			}
			return y
		},
		back: func(c call, _ int) term {
			g := make([]float64, len(c.x[0]))
			for k, line := range over.at {
				for _, i := range line {
					g[k] += c.up[i]
				}
			}
			return term{local: "1 at each place", formula: sums(dims, keep) + d(c.name), value: g}
		},
	}, true
}
