package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"nabla/datasets"
	"nabla/nn"
	"nabla/train/optimizers"
)

// objective is the cost over all training rows as a function of the trained
// weights, one behind the other in the order of the network.
type objective struct {
	problem optimizers.Problem
	start   []float64 // the weights of the network
	// put writes weights into the network and computes loss, output and gradients
	// there, unless they are those of the last time. The loss is without L2.
	put     func(x []float64) (loss float64, err error)
	advance func() error // running statistics
	err     error        // the first of a computation; a problem has no place for it
}

// Problem returns the cost of a network over all rows as a problem for the methods
// of package optimizers, and the weights as the point to start from: in the order
// of the network's trainable parameters, without frozen ones. It is that of the
// trainer's Loss or Cost, SampleWeights, L2 and Groups, with Hessian and Hessian-vector
// products, the Gauss-Newton matrix where there is a Loss, and the Fisher matrix of
// losses that are log-likelihoods. Evaluations write into the network.
//
// Errors are those of Start with a full-batch method.
func (t Trainer) Problem(net *nn.Network, data *datasets.Dataset) (p optimizers.Problem, start []float64, err error) {
	defer caught("train", &err)
	t = Trainer{
		Loss: t.Loss, Cost: t.Cost, L1: t.L1, L2: t.L2, Groups: t.Groups, SampleWeights: t.SampleWeights, Threads: t.Threads,
		Optimizer: optimizers.LBFGS{}, MaxEpochs: 1,
	}
	if err := t.check(net, data); err != nil {
		return p, nil, fmt.Errorf("train: %w", err)
	}
	run, err := t.start(net, data)
	if err != nil {
		return p, nil, fmt.Errorf("train: %w", err)
	}
	o := run.method.objective
	return o.problem, o.start, nil
}

// fullBatch is the part of a run that a full-batch method makes.
type fullBatch struct {
	objective *objective
	method    optimizers.Method
	search    *optimizers.Search // nil as long as the start is not finite
}

// startMethod prepares a run with a method. One that cannot begin, since the
// problem lacks what it needs, is refused now; a start that is not finite is met in
// the first epoch, as by a rule.
func (r *Run) startMethod(m optimizers.Method) error {
	o, err := r.engine.objective()
	if err != nil {
		return err
	}
	r.method = &fullBatch{objective: o, method: m}
	loss, err := o.put(o.start)
	if err != nil || !finite(loss) {
		return err
	}
	if err := r.steady(loss); err != nil {
		return err
	}
	return r.method.begin()
}

// steady refuses random masks: a method compares values at several points, which
// means nothing when the function changes in between.
func (r *Run) steady(loss float64) error {
	o, tick := r.method.objective, r.net.Tick()
	defer r.net.SetTick(tick)
	r.net.SetTick(tick + 1)
	if again, err := o.put(nil); err != nil || again != loss {
		return errors.Join(err, errors.New("the loss changes from one evaluation to the next, as with dropout: a full-batch method needs a network without random numbers; leave those layers out, or use an optimizer such as adam"))
	}
	r.net.SetTick(tick)
	_, err := o.put(nil)
	return err
}

func (m *fullBatch) begin() (err error) {
	m.search, err = optimizers.NewSearch(m.method, m.objective.problem, m.objective.start, optimizers.Limits{})
	return errors.Join(m.objective.err, err)
}

// iterate makes one major iteration, which is an epoch, and enters it into the
// books with the loss after it.
func (r *Run) iterate() (loss float64, err error) {
	m := r.method
	moved := false
	if m.search == nil {
		err = m.begin()
	}
	if m.search != nil {
		moved = m.search.Next(context.Background())
		loss, err = m.objective.put(m.search.X())
		err = errors.Join(m.objective.err, err)
	} else if loss, _ = m.objective.put(m.objective.start); !finite(loss) {
		return loss, r.diverged(loss, "")
	}
	if err != nil {
		return loss, r.located(err)
	}
	weight := r.spec.weigh(r.data, r.trainer.SampleWeights, r.order)
	r.count(r.order, weight, loss)
	at := &r.at
	at.Waiting, at.WaitingSum, at.WaitingWeight = 0, 0, 0
	at.Rate = Number(m.search.Move().Length)
	if moved {
		at.Steps++
	}
	return loss, m.objective.advance()
}

// report adds to an epoch what only methods have.
func (m *fullBatch) report(e *Epoch) {
	if m == nil || m.search == nil {
		return
	}
	e.Evaluations = new(m.search.Evaluations())
	e.LineSearch = m.search.Move().LineSearch
}

// ended says why the method has come to its end, "" while it has not.
func (m *fullBatch) ended() string {
	switch {
	case m == nil || m.search == nil:
		return ""
	case m.search.Status().Converged():
		return converged
	}
	return string(m.search.Status())
}

// checkMethod refuses settings that a method has no use for, rather than ignore
// them. rows is the number of training rows.
func (t *Trainer) checkMethod(rows int) error {
	_, rule := t.Optimizer.(optimizers.Rule)
	_, method := t.Optimizer.(optimizers.Method)
	switch {
	case rule:
		return nil
	case !method:
		return fmt.Errorf("Optimizer is a %T, which is neither an optimizers.Rule nor an optimizers.Method", t.Optimizer)
	case t.BatchSize != 0 && t.BatchSize < rows:
		return fmt.Errorf("a full-batch method works on all %d rows at once, BatchSize is %d: leave BatchSize 0, or use an optimizer such as adam, which takes mini-batches", rows, t.BatchSize)
	case t.Schedule != nil || t.Plateau != nil:
		return errors.New("Schedule and Plateau have no effect on a full-batch method, which finds the length of its steps by itself")
	}
	for _, n := range []struct {
		name  string
		value float64
	}{
		{"LearningRate", t.LearningRate}, {"L1", t.L1}, {"Decay", t.Decay}, {"ClipValue", t.ClipValue}, {"ClipNorm", t.ClipNorm},
		{"Accumulate", max(float64(t.Accumulate)-1, 0)},
	} {
		if n.value != 0 {
			return fmt.Errorf("%s has no effect on a full-batch method; leave it out (L2 is part of the function)", n.name)
		}
	}
	for i, g := range t.Groups {
		if g.LearningRate != 0 || g.Optimizer != nil || g.L1 != nil && *g.L1 != 0 || g.Decay != nil && *g.Decay != 0 {
			return fmt.Errorf("group %d (%q): a full-batch method moves all parameters together; a group can set Frozen and L2", i, g.Match)
		}
	}
	return nil
}

// objective makes the cost of the whole batch a problem, in float64 whatever the
// network computes in.
func (e *engine[T]) objective() (*objective, error) {
	p, err := e.whole()
	if err != nil {
		return nil, err
	}
	w := e.weights()
	var grads [][]T
	for k, q := range e.params {
		for _, t := range q.tensors {
			grads = append(grads, e.grads[k][t.Offset()-q.from:t.Offset()-q.from+t.Size()])
		}
	}
	o := &objective{start: w.read(), advance: p.graph.Advance}
	last := make([]float64, len(o.start))
	known := false
	o.put = func(x []float64) (float64, error) {
		if x == nil { // once more at the same weights
			x, known = slices.Clone(last), false
		}
		if known && slices.Equal(x, last) {
			return float64(p.loss[0]), nil
		}
		w.write(x)
		copy(last, x)
		err := p.run()
		known = err == nil
		return float64(p.loss[0]), err
	}
	at := func(x []float64) float64 {
		loss, err := o.put(x)
		if err != nil {
			o.err = errors.Join(o.err, err)
			return math.NaN()
		}
		return loss
	}
	o.problem.Func = func(x []float64) float64 { return at(x) + w.penalty(x) }
	o.problem.Grad = func(dst, x []float64) {
		at(x)
		pack(dst, grads)
		w.addPenalty(dst, x)
	}
	return o, e.curve(o, w)
}

// whole is the program of all rows, loaded in their order, and the last one that
// computed.
func (e *engine[T]) whole() (*program[T], error) {
	rows := upTo(e.data.Len())
	p, err := e.program(len(rows))
	if err != nil {
		return nil, err
	}
	e.last = p
	for i, q := range e.params {
		e.grads[i] = p.grads[q.from:q.to]
	}
	return p, p.load(e.target, e.data, e.trainer.SampleWeights, rows)
}

// upTo is 0, 1, … n−1.
func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}
