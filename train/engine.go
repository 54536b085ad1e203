package train

import (
	"fmt"
	"strings"

	"nabla/datasets"
	"nabla/nn/explain"
	"nabla/train/optimizers"
)

// stepper is the part of a run that computes, in the number type of the network.
// The interface keeps that type out of Run, which counts and decides in float64.
type stepper interface {
	// prepare compiles the program for a number of rows.
	prepare(rows int) error
	// batch computes loss, output and gradients of some rows.
	batch(rows []int) (loss float64, err error)
	// add adds the gradients of the last batch, times its weight, to those that
	// wait for the next update; the first batch starts them anew.
	add(weight float64, first bool)
	// update changes the weights.
	update(u descent) error
	// output appends the output of the last batch to dst, row-major.
	output(dst []float64) []float64
	// adopt puts the weights for evaluation into the network and reports whether
	// there are any.
	adopt() bool
	// norm returns the 2-norm of the gradients of the last batch.
	norm() float64
	// nonFinite names the first tensor of the last batch that is not finite.
	nonFinite() string
	// objective is the cost of all rows for a full-batch method.
	objective() (*objective, error)
	// listing tells the program of a whole batch, with times, and the updates.
	listing(runs int) (explain.Program, error)
	// state lists all that a checkpoint must hold besides the parameters.
	state(waiting bool) []named
}

// descent is one update: number N of the run.
type descent struct {
	N       int
	Factor  float64 // of the schedule
	Loss    float64 // of the batches that it is made of
	Divisor float64 // of the gradients that wait
	Norm    float64 // of the gradients that the rules see, if one of them wants it
}

// named is a slice of the run's state, under the name of its tensor in a
// checkpoint.
type named struct {
	name string
	slot
}

// engine is the stepper of one number type.
type engine[T datasets.Float] struct {
	spec
	trainer  *Trainer
	data     *datasets.Dataset
	programs map[int]*program[T] // by the number of rows
	last     *program[T]         // that computed the last batch, nil before
	params   []*parameter[T]     // in the order of spec.trained
	grads    [][]T               // of the last batch, one for each of params
	waiting  [][]T               // the slices parameter.waiting, as clipping wants them
	// direct says that an update only reads the gradients, so that it can do so
	// where the program left them.
	direct bool
	ascent *ascent[T] // nil for rules of one pass
	normed bool       // some rule wants the norm of the gradient
}

func newEngine[T datasets.Float](s spec, t *Trainer, data *datasets.Dataset, flat []T, bind binding[T]) *engine[T] {
	e := &engine[T]{spec: s, trainer: t, data: data, programs: map[int]*program[T]{}}
	e.params = parameters(t, s.net, s.trained, flat, bind)
	e.direct = t.Accumulate == 1 && t.ClipValue == 0 && t.ClipNorm == 0
	for _, p := range e.params {
		e.waiting = append(e.waiting, p.waiting)
		e.direct = e.direct && p.l1 == 0 && p.l2 == 0
		_, wants := optimizers.Find[optimizers.NeedsNorm](p.rule)
		e.normed = e.normed || wants
	}
	e.ascent = newAscent(e.params)
	e.grads = make([][]T, len(e.params))
	return e
}

// program returns the program for a number of rows; there are at most two, of
// the whole and of the short batch.
func (e *engine[T]) program(rows int) (*program[T], error) {
	if p := e.programs[rows]; p != nil {
		return p, nil
	}
	p, err := compile[T](e.spec, rows, true)
	if err == nil {
		e.programs[rows] = p
	}
	return p, err
}

func (e *engine[T]) prepare(rows int) error {
	_, err := e.program(rows)
	return err
}

// batch returns the loss as the op divided it, the mean over the batch or its sum.
// Running statistics and the tick of random masks move on here and not with the
// update: each batch of an accumulated one counts for them.
func (e *engine[T]) batch(rows []int) (float64, error) {
	p, err := e.program(len(rows))
	if err != nil {
		return 0, err
	}
	if err := p.load(e.target, e.data, e.trainer.SampleWeights, rows); err != nil {
		return 0, err
	}
	if err := p.run(); err != nil {
		return 0, err
	}
	if e.last != p {
		e.last = p
		for i, q := range e.params {
			e.grads[i] = p.grads[q.from:q.to]
		}
	}
	loss := float64(p.loss[0])
	err = p.graph.Advance()
	if err == nil && e.ascent != nil {
		err = e.ascend(p)
	}
	return loss, err
}

// add makes Σ_b w_b·g_b of the batches b, where g_b is the gradient of a mean that
// divides by w_b: divided by Σ w_b in the end, it is the gradient of the mean over
// all rows, as one large batch would have given it.
func (e *engine[T]) add(weight float64, first bool) {
	for i, g := range e.grads {
		sum, c := e.waiting[i], T(weight)
		if first {
			clear(sum)
		}
		for k, v := range g {
			sum[k] += c * v
		}
	}
}

// update goes in the order that the package comment draws: what regularisation
// adds is clipped with the rest, since the step as a whole is to be bounded. The
// norm is that of all parameters together, so that clipping keeps the direction.
func (e *engine[T]) update(u descent) error {
	t := e.trainer
	grads := e.gradients(u.Divisor)
	for i, p := range e.params {
		p.regularise(grads[i])
	}
	if t.ClipValue > 0 {
		optimizers.ClipValue(grads, t.ClipValue)
	}
	if t.ClipNorm > 0 {
		optimizers.ClipNorm(grads, t.ClipNorm, optimizers.L2)
	}
	if e.normed {
		u.Norm = optimizers.GlobalNorm(grads, optimizers.L2)
	}
	for i, p := range e.params {
		if err := p.apply(t.Seed, u, grads[i]); err != nil {
			return err
		}
	}
	return nil
}

// gradients returns those that an update is made of. They are copied out of the
// program when the update is going to change them: GradientNorm and the search
// for what is not finite still want them as they were computed.
func (e *engine[T]) gradients(divisor float64) [][]T {
	switch {
	case e.direct:
		return e.grads
	case e.trainer.Accumulate == 1:
		for i, g := range e.grads {
			copy(e.waiting[i], g)
		}
	default:
		for _, sum := range e.waiting {
			for k := range sum {
				sum[k] /= T(divisor)
			}
		}
	}
	return e.waiting
}

func (e *engine[T]) output(dst []float64) []float64 {
	out := e.last.out
	if e.ascent != nil {
		out = e.ascent.out
	}
	for _, v := range out {
		dst = append(dst, float64(v))
	}
	return dst
}

func (e *engine[T]) norm() float64 {
	if e.last == nil {
		return 0
	}
	if e.ascent != nil {
		return e.ascent.norm
	}
	return optimizers.GlobalNorm(e.grads, optimizers.L2)
}

func (e *engine[T]) adopt() bool {
	adopted := false
	for _, p := range e.params {
		adopted = p.adopt() || adopted
	}
	return adopted
}

// nonFinite takes the name of a node that was given one, as parameters, the loss
// and gradients are, and the name of its op otherwise.
func (e *engine[T]) nonFinite() string {
	if e.last == nil {
		return ""
	}
	n, bad := e.last.exec.NonFinite()
	if !bad {
		return ""
	}
	name := n.Name()
	if n.Op() != nil && strings.HasPrefix(name, n.Op().String()) { // not named: the op and its inputs
		name, _, _ = strings.Cut(name, "(")
		name, _, _ = strings.Cut(name, "#")
		if layer := e.last.graph.Where(n); layer != "" {
			name += " in " + layer
		}
	}
	return name
}

func (e *engine[T]) state(waiting bool) []named {
	var all []named
	for _, p := range e.params {
		for _, t := range p.tensors {
			for k, s := range p.slots {
				all = append(all, named{fmt.Sprintf("slot.%d.%s", k, t.Name), p.part(s, t)})
			}
			if waiting {
				all = append(all, named{"gradient." + t.Name, p.part(slotOf(p.waiting), t)})
			}
		}
	}
	return all
}
