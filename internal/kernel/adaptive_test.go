package kernel

import "math"

func adaptiveCases[T Float]() []streamCase[T] {
	signed := func(x, size float64) float64 {
		switch {
		case x > 0:
			return size
		case x < 0:
			return -size
		}
		return x
	}
	return []streamCase[T]{
		{name: "adadelta", streams: 4, changes: []int{0, 2, 3}, root: []int{2, 3},
			run: func(s [][]T, k []T) {
				Adadelta(s[0], s[1], s[2], s[3], AdadeltaFactors[T]{k[0], k[1], k[2], k[3], k[4]})
			},
			define: func(x, k []float64) []float64 {
				d := x[1] + k[1]*x[0]
				s := k[2]*x[2] + k[3]*d*d
				d *= math.Sqrt(x[3]+k[4]) / math.Sqrt(s+k[4])
				return []float64{x[0] - k[0]*d, s, k[2]*x[3] + k[3]*d*d}
			}},
		{name: "adamax", streams: 4, changes: []int{0, 2, 3}, root: []int{3},
			run: func(s [][]T, k []T) {
				Adamax(s[0], s[1], s[2], s[3], AdamaxFactors[T]{k[0], k[1], k[2], k[3], k[4], k[5]})
			},
			define: func(x, k []float64) []float64 {
				d := x[1] + k[1]*x[0]
				m, u := k[2]*x[2]+k[3]*d, math.Max(k[4]*x[3], math.Abs(d)+k[5])
				return []float64{x[0] - k[0]*m/u, m, u}
			}},
		{name: "nadam", streams: 4, changes: []int{0, 2, 3}, root: []int{3},
			run: func(s [][]T, k []T) {
				NAdam(s[0], s[1], s[2], s[3], NAdamFactors[T]{k[0], k[1], k[2], k[3], k[4], k[5], k[6], k[7], k[8]})
			},
			define: func(x, k []float64) []float64 {
				d := x[1] + k[1]*x[0]
				m, v := k[3]*x[2]+k[4]*d, k[5]*x[3]+k[6]*d*d
				return []float64{x[0] - (k[0]*m+k[2]*d)/(math.Sqrt(v)*k[7]+k[8]), m, v}
			}},
		{name: "adabelief", streams: 4, changes: []int{0, 2, 3}, root: []int{3},
			run: func(s [][]T, k []T) {
				AdaBelief(s[0], s[1], s[2], s[3], AdaBeliefFactors[T]{k[0], k[1], k[2], k[3], k[4], k[5], k[6], k[7]})
			},
			define: func(x, k []float64) []float64 {
				d := x[1] + k[1]*x[0]
				m := k[2]*x[2] + k[3]*d
				s := k[4]*x[3] + k[5]*(d-m)*(d-m) + k[7]
				return []float64{x[0] - k[0]*m/(math.Sqrt(s)*k[6]+k[7]), m, s}
			}},
		{name: "lion", streams: 3, changes: []int{0, 2},
			run: func(s [][]T, k []T) {
				Lion(s[0], s[1], s[2], LionFactors[T]{k[0], k[1], k[2], k[3], k[4], k[5]})
			},
			define: func(x, k []float64) []float64 {
				return []float64{k[1]*x[0] - signed(k[2]*x[2]+k[3]*x[1], k[0]), k[4]*x[2] + k[5]*x[1]}
			}},
		{name: "adan", streams: 6, changes: []int{0, 2, 3, 4, 5}, root: []int{4},
			run: func(s [][]T, k []T) {
				Adan(s[0], s[1], s[2], s[3], s[4], s[5], AdanFactors[T]{k[0], k[1], k[2], k[3], k[4], k[5], k[6], k[7], k[8]})
			},
			define: func(x, k []float64) []float64 {
				change := x[1] - x[5]
				m, v := x[2]+k[2]*(x[1]-x[2]), x[3]+k[4]*(change-x[3])
				ahead := x[1] + k[3]*change
				n := x[4] + k[5]*(ahead*ahead-x[4])
				return []float64{k[1] * (x[0] - (k[0]*m+k[6]*v)/(math.Sqrt(n)*k[7]+k[8])), m, v, n, x[1]}
			}},
		{name: "rprop", streams: 4, changes: []int{0, 2, 3}, root: []int{3},
			run: func(s [][]T, k []T) {
				Rprop(s[0], s[1], s[2], s[3], RpropFactors[T]{1 + k[0], k[1], 100 * k[2], 150})
			},
			define: func(x, k []float64) []float64 {
				d, size := x[1], x[3]
				if d*x[2] > 0 {
					size *= 1 + k[0]
				} else if d*x[2] < 0 {
					size, d = size*k[1], 0
				}
				size = min(max(size, 100*k[2]), 150)
				return []float64{x[0] - signed(d, size), d, size}
			}},
		{name: "approach", streams: 2, changes: []int{0},
			run:    func(s [][]T, k []T) { Approach(s[0], s[1], k[0]) },
			define: func(x, k []float64) []float64 { return []float64{x[0] + k[0]*(x[1]-x[0])} }},
	}
}
