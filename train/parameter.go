package train

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"nabla/datasets"
	"nabla/nn"
	"nabla/train/optimizers"
)

// parameter is what one update changes: a trained tensor, or neighbours in memory
// that are treated alike by a rule which works number by number. What lies between
// them, to the next cache line, is 0 and stays 0.
type parameter[T datasets.Float] struct {
	treatment
	tensors  []*nn.Param
	from, to int             // in the memory of all parameters
	w        []T             // that memory
	waiting  []T             // Σ weight·gradient of the batches since the last update; scratch of an update
	slots    []slot          // momentum and the like: what the rule remembers
	step     optimizers.Step // of the present update; kept, as a new one would be allocated
	source   rand.PCG        // of step.Rand, seeded anew for each update
	stream   uint64          // tells its random numbers from those of other parameters
	update   update[T]
}

// update is a rule bound to the weights and slots of one parameter.
type update[T datasets.Float] func(s optimizers.Step, g []T) error

// slot is memory of a rule in the number type that it has. Exactly one of the
// slices is set.
type slot struct {
	f32 []float32
	f64 []float64
}

func slotOf[T datasets.Float](x []T) slot {
	if f32, ok := any(x).([]float32); ok {
		return slot{f32: f32}
	}
	f64, _ := any(x).([]float64)
	return slot{f64: f64}
}

// binding makes a rule and weights into an update; it lists the slots.
type binding[T datasets.Float] func(rule optimizers.Rule, w []T, learningRate float64) (update[T], []slot)

// noiseStream starts the random streams that rules draw from, one a parameter.
const noiseStream = 0x6e6f697365

// parameters lays the trained tensors out as parameters. flat is the memory of the
// network.
func parameters[T datasets.Float](t *Trainer, net *nn.Network, trained []*nn.Param, flat []T, bind binding[T]) []*parameter[T] {
	var list []*parameter[T]
	next := 0 // place in the network of the tensor behind the last one
	for i, p := range trained {
		place := slices.Index(net.Params(), p)
		neighbour := len(list) > 0 && place == next
		next = place + 1
		if neighbour && t.group(p.Name) == t.group(trained[i-1].Name) {
			if last := list[len(list)-1]; optimizers.IsElementwise(last.rule) {
				last.tensors, last.to = append(last.tensors, p), p.Offset()+p.Size()
				continue
			}
		}
		q := &parameter[T]{treatment: t.treat(p.Name), tensors: []*nn.Param{p}, from: p.Offset(), to: p.Offset() + p.Size()}
		q.stream = noiseStream + uint64(i)
		q.step = optimizers.Step{Shape: p.Shape, Rand: rand.New(&q.source)}
		list = append(list, q)
	}
	for _, q := range list {
		q.w, q.waiting = flat[q.from:q.to], make([]T, q.to-q.from)
		if q.rule != nil { // a full-batch method needs none
			q.update, q.slots = bind(q.rule, q.w, q.rate)
		}
	}
	return list
}

// part cuts out what belongs to one of the tensors.
func (p *parameter[T]) part(of slot, tensor *nn.Param) slot {
	from, to := tensor.Offset()-p.from, tensor.Offset()-p.from+tensor.Size()
	if of.f32 != nil {
		return slot{f32: of.f32[from:to]}
	}
	return slot{f64: of.f64[from:to]}
}

// bind64 binds a rule to float64 weights.
func bind64(rule optimizers.Rule, w []float64, learningRate float64) (update[float64], []slot) {
	if s, ok := rule.(*solverRule); ok {
		return s.bind(w), nil
	}
	memory := optimizers.NewSlots[float64](rule, len(w), learningRate)
	slots := make([]slot, len(memory))
	for k, m := range memory {
		slots[k] = slotOf(m)
	}
	return func(s optimizers.Step, g []float64) error {
		rule.Update(s, w, g, memory)
		return nil
	}, slots
}

// bind32 binds a rule to float32 weights; one that knows float64 only works on
// copies.
func bind32(rule optimizers.Rule, w []float32, learningRate float64) (update[float32], []slot) {
	narrow, ok := rule.(optimizers.Rule32)
	if !ok {
		return widened(rule, w, learningRate)
	}
	memory := optimizers.NewSlots[float32](rule, len(w), learningRate)
	slots := make([]slot, len(memory))
	for k, m := range memory {
		slots[k] = slotOf(m)
	}
	return func(s optimizers.Step, g []float32) error {
		narrow.Update32(s, w, g, memory)
		return nil
	}, slots
}

// widened runs a rule that knows float64 only on float32 weights. Its slots are
// float64, its weights are rounded after each update: what is smaller than half a
// unit of their last place is lost, as it would be in float32.
func widened(rule optimizers.Rule, w []float32, learningRate float64) (update[float32], []slot) {
	w64, g64 := make([]float64, len(w)), make([]float64, len(w))
	apply, slots := bind64(rule, w64, learningRate)
	return func(s optimizers.Step, g []float32) error {
		for k := range w {
			w64[k], g64[k] = float64(w[k]), float64(g[k])
		}
		err := apply(s, g64)
		for k, v := range w64 {
			w[k] = float32(v)
		}
		return err
	}, slots
}

// adopt replaces the weights by those that the rule wants to be evaluated, and
// reports whether it wants others than its own.
func (p *parameter[T]) adopt() bool {
	rule, ok := optimizers.Find[optimizers.EvalWeights](p.rule)
	if !ok {
		return false
	}
	s := p.slots[rule.EvalSlot()]
	for k, v := range s.f32 {
		p.w[k] = T(v)
	}
	for k, v := range s.f64 {
		p.w[k] = T(v)
	}
	return true
}

// regularise adds the derivative of l1·Σ|w| + l2/2·Σw² to the gradient:
// l1·sign(w) + l2·w. At w = 0, where |w| has none, it takes the subgradient 0,
// which leaves a weight that has become 0 alone.
func (p *parameter[T]) regularise(g []T) {
	l1, l2 := T(p.l1), T(p.l2)
	if l1 == 0 && l2 == 0 {
		return
	}
	for k, w := range p.w {
		d := l2 * w
		switch {
		case w > 0:
			d += l1
		case w < 0:
			d -= l1
		}
		g[k] += d
	}
}

// apply changes the weights along g. The decay comes first and by itself, not
// through the gradient: a rule that divides by the size of gradients, as Adam
// does, would divide L2 by it too (Loshchilov, Hutter 2019).
func (p *parameter[T]) apply(seed uint64, u descent, g []T) error {
	p.step.N, p.step.LearningRate, p.step.Loss, p.step.Norm = u.N, p.rate*u.Factor, u.Loss, u.Norm
	if p.decay != 0 {
		keep := T(1 - p.step.LearningRate*p.decay)
		for k := range p.w {
			p.w[k] *= keep
		}
	}
	// The odd factor keeps the streams of parameters and the updates apart.
	p.source.Seed(seed, p.stream*0x9e3779b97f4a7c15+uint64(u.N))
	if err := p.update(p.step, g); err != nil {
		return fmt.Errorf("%s: %w", p.tensors[0].Name, err)
	}
	return nil
}
