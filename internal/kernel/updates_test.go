package kernel

import "math"

func updateCases[T Float]() []streamCase[T] {
	descent := func(k []T) DescentFactors[T] { return DescentFactors[T]{k[0], k[1], k[2], k[3]} }
	adam := func(k []T) AdamFactors[T] {
		return AdamFactors[T]{Rate: k[0], Decay: k[1], Keep: k[2], Beta1: k[3], Share1: k[4], Beta2: k[5], Share2: k[6], Root: k[7], Epsilon: k[8]}
	}
	defineAdam := func(x, k []float64) []float64 {
		d := x[1] + k[1]*x[0]
		m, v := k[3]*x[2]+k[4]*d, k[5]*x[3]+k[6]*d*d
		out, u := []float64{0, m, v}, v
		if len(x) > 4 {
			u = math.Max(x[4], v)
			out = append(out, u)
		}
		out[0] = k[2]*x[0] - k[0]*m/(math.Sqrt(u)*k[7]+k[8])
		return out
	}
	rms := func(k []T) RMSpropFactors[T] { return RMSpropFactors[T]{k[0], k[1], k[2], k[3], k[4], k[5]} }
	defineRMS := func(centered, momentum bool) func(x, k []float64) []float64 {
		return func(x, k []float64) []float64 {
			d := x[1] + k[1]*x[0]
			s := k[2]*x[2] + k[3]*d*d
			out, r, next := []float64{0, s}, s, 3
			if centered {
				a := k[2]*x[3] + k[3]*d
				out, r, next = append(out, a), math.Max(0, s-a*a), 4
			}
			d /= math.Sqrt(r) + k[4]
			if momentum {
				d += k[5] * x[next]
				out = append(out, d)
			}
			out[0] = x[0] - k[0]*d
			return out
		}
	}
	return []streamCase[T]{
		{name: "sgd", streams: 2, changes: []int{0},
			run:    func(s [][]T, k []T) { Descend(s[0], s[1], descent(k)) },
			define: func(x, k []float64) []float64 { return []float64{x[0] - k[0]*(x[1]+k[1]*x[0])} }},
		{name: "momentum", streams: 3, changes: []int{0, 2},
			run: func(s [][]T, k []T) { Momentum(s[0], s[1], s[2], descent(k)) },
			define: func(x, k []float64) []float64 {
				v := k[2]*x[2] + k[3]*(x[1]+k[1]*x[0])
				return []float64{x[0] - k[0]*v, v}
			}},
		{name: "nesterov", streams: 3, changes: []int{0, 2},
			run: func(s [][]T, k []T) { Nesterov(s[0], s[1], s[2], descent(k)) },
			define: func(x, k []float64) []float64 {
				d := x[1] + k[1]*x[0]
				v := k[2]*x[2] + k[3]*d
				return []float64{x[0] - k[0]*(d+k[2]*v), v}
			}},
		{name: "adam", streams: 4, changes: []int{0, 2, 3}, root: []int{3},
			run: func(s [][]T, k []T) { Adam(s[0], s[1], s[2], s[3], nil, adam(k)) }, define: defineAdam},
		{name: "amsgrad", streams: 5, changes: []int{0, 2, 3, 4}, root: []int{3, 4},
			run: func(s [][]T, k []T) { Adam(s[0], s[1], s[2], s[3], s[4], adam(k)) }, define: defineAdam},
		{name: "rmsprop", streams: 3, changes: []int{0, 2}, root: []int{2},
			run: func(s [][]T, k []T) { RMSprop(s[0], s[1], s[2], nil, nil, rms(k)) }, define: defineRMS(false, false)},
		{name: "rmsprop momentum", streams: 4, changes: []int{0, 2, 3}, root: []int{2},
			run: func(s [][]T, k []T) { RMSprop(s[0], s[1], s[2], nil, s[3], rms(k)) }, define: defineRMS(false, true)},
		{name: "rmsprop centered", streams: 4, changes: []int{0, 2, 3}, root: []int{2},
			run: func(s [][]T, k []T) { RMSprop(s[0], s[1], s[2], s[3], nil, rms(k)) }, define: defineRMS(true, false)},
		{name: "rmsprop centered momentum", streams: 5, changes: []int{0, 2, 3, 4}, root: []int{2},
			run: func(s [][]T, k []T) { RMSprop(s[0], s[1], s[2], s[3], s[4], rms(k)) }, define: defineRMS(true, true)},
		{name: "adagrad", streams: 3, changes: []int{0, 2}, root: []int{2},
			run: func(s [][]T, k []T) { Adagrad(s[0], s[1], s[2], AdagradFactors[T]{k[0], k[1], k[4]}) },
			define: func(x, k []float64) []float64 {
				d := x[1] + k[1]*x[0]
				s := x[2] + d*d
				return []float64{x[0] - k[0]*d/(math.Sqrt(s)+k[4]), s}
			}},
	}
}
