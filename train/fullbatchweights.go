package train

import "nabla/datasets"

// weights are the trained parameters as one vector of float64.
type weights[T datasets.Float] struct {
	params []*parameter[T]
	slices [][]T // their memory
}

func (e *engine[T]) weights() *weights[T] {
	w := &weights[T]{params: e.params}
	for _, p := range e.params {
		for _, t := range p.tensors { // what lies between them is no weight
			w.slices = append(w.slices, p.w[t.Offset()-p.from:t.Offset()-p.from+t.Size()])
		}
	}
	return w
}

// read copies them out of the network.
func (w *weights[T]) read() []float64 {
	n := 0
	for _, s := range w.slices {
		n += len(s)
	}
	x := make([]float64, n)
	pack(x, w.slices)
	return x
}

// write copies x into the network.
func (w *weights[T]) write(x []float64) { scatter(w.slices, x) }

// penalty is Σ L2/2·w², which belongs to the function that is made small.
func (w *weights[T]) penalty(x []float64) float64 {
	sum := 0.0
	w.eachL2(func(i int, l2 float64) { sum += l2 / 2 * x[i] * x[i] })
	return sum
}

// addPenalty adds its gradient L2·v at v, which is also its Hessian times v.
func (w *weights[T]) addPenalty(dst, v []float64) {
	w.eachL2(func(i int, l2 float64) { dst[i] += l2 * v[i] })
}

// addPenaltyCurvature adds its Hessian to a diagonal whose elements are a stride
// apart.
func (w *weights[T]) addPenaltyCurvature(dst []float64, stride int) {
	w.eachL2(func(i int, l2 float64) { dst[i*stride] += l2 })
}

// eachL2 calls f for each weight.
func (w *weights[T]) eachL2(f func(i int, l2 float64)) {
	i := 0
	for _, p := range w.params {
		for _, t := range p.tensors {
			for range t.Size() {
				f(i, p.l2)
				i++
			}
		}
	}
}
