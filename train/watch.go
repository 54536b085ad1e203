package train

import (
	"errors"
	"fmt"
	"math"

	"nabla/datasets"
	"nabla/nn"
	"nabla/train/diagnose"
)

// What a measurement costs, besides the run: it looks at up to probeRows training
// rows, spread over all; the noise scale is that of up to noiseBatches batches, one
// gradient each; curvature is at most lanczosSteps + traceSamples products with
// the Hessian over the probe rows, each about four gradients. All of it is
// computed in graphs of evaluation beside those of the run, which it leaves alone.
const (
	probeRows    = 256
	noiseBatches = 16
	lanczosSteps = 30
	traceSamples = 10
)

// watcher measures a run.
type watcher struct {
	run     *Run
	watch   diagnose.Watch
	probe   []int // rows
	risk    *Risk // over the probe rows
	noise   *Risk
	batches [][]int // of the noise
	hidden  *hidden

	before  [][]float64 // weights before the last update of the epoch
	updates []float64   // norms of that update by parameter
}

// newWatcher compiles what measurements need, so that a network that cannot be
// measured is found before it is trained. It returns nil if nothing is wanted.
func newWatcher(r *Run) (w *watcher, err error) {
	t := &r.trainer
	if !t.Watch.Any() {
		return nil, nil
	}
	w = &watcher{run: r, watch: t.Watch, probe: spread(r.data.Len(), probeRows)}
	w.watch.Every = max(w.watch.Every, 1)
	w.risk = newRisk(r.spec, r.data, w.probe)
	if _, err = w.risk.derivatives(theGradient); err != nil {
		return nil, fmt.Errorf("Watch: %w", err)
	}
	if t.Watch.Curvature {
		if _, err = w.risk.derivatives(theProduct); err != nil {
			return nil, fmt.Errorf("Watch: curvature: %w", err)
		}
	}
	if t.Watch.Activations {
		if w.hidden, err = newHidden(r.spec, r.data, w.probe); err != nil {
			return nil, fmt.Errorf("Watch: activations: %w", err)
		}
	}
	w.before, w.updates = make([][]float64, len(r.spec.trained)), make([]float64, len(r.spec.trained))
	for i, p := range r.spec.trained {
		w.before[i] = make([]float64, p.Size())
	}
	if rows := min(t.BatchSize, r.data.Len()/2); t.Watch.Norms && rows > 0 {
		order := datasets.Order(r.data.Len(), t.Seed, 0)
		for b := range datasets.Batches(order, rows, true) {
			if w.batches = append(w.batches, b); len(w.batches) == noiseBatches {
				break
			}
		}
		w.noise = newRisk(r.spec, r.data, w.batches[0])
	}
	return w, nil
}

// spread picks up to most of n rows, evenly.
func spread(n, most int) []int {
	rows := make([]int, min(n, most))
	for i := range rows {
		rows[i] = i * n / len(rows)
	}
	return rows
}

// due reports whether an epoch, counted from 1, is measured.
func (w *watcher) due(epoch int) bool {
	return epoch%w.watch.Every == 0 || epoch == w.run.trainer.MaxEpochs
}

// beforeUpdate and afterUpdate measure the last update of an epoch.
func (w *watcher) beforeUpdate() {
	if !w.due(w.run.at.Epoch + 1) {
		return
	}
	for i, p := range w.run.spec.trained {
		p.Read(w.before[i])
	}
}

func (w *watcher) afterUpdate() {
	if !w.due(w.run.at.Epoch + 1) {
		return
	}
	for i, p := range w.run.spec.trained {
		after, sum := p.Values(), 0.0
		for k, v := range after {
			sum += (v - w.before[i][k]) * (v - w.before[i][k])
		}
		w.updates[i] = math.Sqrt(sum)
	}
}

// start measures before the first update.
func (w *watcher) start() (err error) {
	restore, err := settle(w.run.spec, w.run.data, w.probe)
	if restore != nil {
		defer func() { err = errors.Join(err, restore()) }()
	}
	if err != nil {
		return err
	}
	g := make([]float64, w.risk.Size())
	loss, err := w.risk.Gradient(g)
	if err != nil {
		return err
	}
	s := diagnose.Sample{Loss: loss, LearningRate: w.run.firstRate()}
	if w.watch.Norms || w.watch.Histograms {
		for i, p := range w.run.spec.trained {
			s.Tensors = append(s.Tensors, w.tensor(i, p, g[:p.Size()]))
			g = g[p.Size():]
		}
	}
	return w.finish(s)
}

// firstRate is the learning rate of the first update.
func (r *Run) firstRate() float64 {
	rate := r.trainer.LearningRate
	if r.trainer.Schedule != nil {
		rate *= r.trainer.Schedule(0)
	}
	return rate
}

// epoch measures at the end of an epoch.
func (w *watcher) epoch(e *Epoch) error {
	if !w.due(e.Epoch) {
		return nil
	}
	s := diagnose.Sample{Epoch: e.Epoch, Step: e.Steps, Loss: e.Loss, LearningRate: e.LearningRate}
	if w.run.method != nil { // its step length is no learning rate
		s.LearningRate = 0
	}
	last, ok := w.run.engine.(interface {
		gradientOf(p *nn.Param, dst []float64) bool
	})
	if ok && (w.watch.Norms || w.watch.Histograms) {
		for i, p := range w.run.spec.trained {
			g := make([]float64, p.Size())
			if last.gradientOf(p, g) {
				s.Tensors = append(s.Tensors, w.tensor(i, p, g))
			}
		}
	}
	if err := w.finish(s); err != nil {
		return err
	}
	for _, v := range w.run.Samples[len(w.run.Samples)-1].Values() {
		e.Watched = append(e.Watched, Score{v.Name, v.Value})
	}
	return nil
}

// gradientOf writes the gradient of a parameter in the last batch into dst.
func (e *engine[T]) gradientOf(p *nn.Param, dst []float64) bool {
	if e.last == nil {
		return false
	}
	for i, v := range e.last.gradient(p) {
		dst[i] = float64(v)
	}
	return true
}

// tensor describes the i-th trained parameter.
func (w *watcher) tensor(i int, p *nn.Param, gradient []float64) diagnose.Tensor {
	values := p.Values()
	t := diagnose.Tensor{Name: p.Name, Size: p.Size(), Weight: norm(values), Gradient: norm(gradient), Update: w.updates[i]}
	if w.watch.Histograms {
		weights, gradients := diagnose.HistogramOf(values), diagnose.HistogramOf(gradient)
		t.Weights, t.Gradients = &weights, &gradients
	}
	return t
}

func norm(x []float64) (sum float64) {
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum)
}

// finish adds to a sample what is measured at the weights as they are.
func (w *watcher) finish(s diagnose.Sample) (err error) {
	if len(w.batches) > 1 {
		gradients := make([][]float64, len(w.batches))
		for k, rows := range w.batches {
			if err := w.noise.load(rows); err != nil {
				return err
			}
			gradients[k] = make([]float64, w.noise.Size())
			if _, err := w.noise.Gradient(gradients[k]); err != nil {
				return err
			}
		}
		n, err := diagnose.NoiseOf(gradients, len(w.batches[0]))
		if err != nil {
			return err
		}
		s.Noise = &n
	}
	if w.hidden != nil {
		if s.Layers, err = w.hidden.layers(); err != nil {
			return err
		}
	}
	if w.watch.Curvature {
		c, err := w.curvature()
		switch {
		case errors.Is(err, diagnose.ErrNotFinite): // the run will say so
		case err != nil:
			return err
		default:
			s.Curvature = &c
		}
	}
	w.run.Samples = append(w.run.Samples, s)
	return nil
}

// curvature measures the Hessian over the probe rows.
func (w *watcher) curvature() (c diagnose.Curvature, err error) {
	c.Rows = len(w.probe)
	g := make([]float64, w.risk.Size())
	if c.Loss, err = w.risk.Gradient(g); err != nil {
		return c, err
	}
	c.Gradient = norm(g)
	seed := w.run.trainer.Seed
	if c.Smallest, c.Largest, err = diagnose.Extremes(len(g), w.risk.HessianVector, lanczosSteps, seed); err != nil {
		return c, err
	}
	c.Trace, c.TraceError, err = diagnose.Trace(len(g), w.risk.HessianVector, traceSamples, seed)
	return c, err
}
