package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"nabla/nn"
	"nabla/train/schedules"
)

// runKey is the metadata key of a checkpoint.
const runKey = "nabla.run"

// runState is what a checkpoint holds besides tensors.
type runState struct {
	Settings  []setting `json:"settings"`
	Position  position  `json:"position"`
	BestLoss  Number    `json:"best_loss"`
	BestEpoch int       `json:"best_epoch"`
	History   History   `json:"history"`
	Best      []bool    `json:"best"`         // Epoch.Best of the history
	Seed      uint64    `json:"network_seed"` // of random masks
	Tick      uint64    `json:"tick"`
}

// Save writes a checkpoint: parameters, slots of the rules, gradients that wait,
// best weights, and where the run stands, as a safetensors file. A run that is
// resumed from it continues as if it had not been interrupted, to the bit. Write
// files with nn.WriteFile, whole or not at all.
//
// Errors: the run has failed or diverged; a solver of gorgonia or a full-batch method
// keeps state.
func (r *Run) Save(w io.Writer) (err error) {
	defer caught("train: checkpoint", &err)
	if err := r.savable(w); err != nil {
		return fmt.Errorf("train: checkpoint: %w", err)
	}
	r.GradientNorm()
	state := runState{
		Settings: r.settings(), Position: r.at, BestLoss: Number(r.best.loss), BestEpoch: r.best.epoch,
		History: r.History, Seed: r.net.Config().Seed, Tick: r.net.Tick(),
	}
	for _, e := range r.History {
		state.Best = append(state.Best, e.Best)
	}
	text, err := json.Marshal(state)
	if err != nil {
		return fmt.Errorf("train: checkpoint: %w", err)
	}
	return nn.WriteTensors(w, r.tensors(), map[string]string{runKey: string(text)})
}

// savable reports why a run has no checkpoint.
func (r *Run) savable(w io.Writer) error {
	if w == nil {
		return errors.New("the writer is nil")
	}
	if r.err != nil {
		return fmt.Errorf("the run has failed: %w", r.err)
	}
	if r.method != nil {
		return errors.New("a full-batch method keeps what it knows of the curvature to itself, so its runs cannot be resumed; save the model and start from it")
	}
	for _, p := range r.spec.trained {
		if _, ok := r.trainer.treat(p.Name).rule.(*solverRule); ok {
			return errors.New("a solver of gorgonia keeps its state to itself; use a rule of package optimizers")
		}
	}
	return nil
}

// tensors are those of a checkpoint. The network may hold other weights at the
// moment; what goes into the file is what the run would go on with.
func (r *Run) tensors() []nn.Tensor {
	var tensors []nn.Tensor
	for i, p := range r.params {
		own := p.Values()
		if r.recalled {
			own = r.own[i]
		}
		tensors = append(tensors, r.tensor("parameter."+p.Name, p.Shape, own), r.tensor("good."+p.Name, p.Shape, r.good[i]))
		if r.best.weights != nil {
			tensors = append(tensors, r.tensor("best."+p.Name, p.Shape, r.best.weights[i]))
		}
	}
	for _, s := range r.engine.state(r.at.WaitingWeight != 0) {
		if s.f32 != nil {
			tensors = append(tensors, nn.NewTensor(s.name, []int{len(s.f32)}, s.f32))
		} else {
			tensors = append(tensors, nn.NewTensor(s.name, []int{len(s.f64)}, s.f64))
		}
	}
	return append(tensors, r.tensor("outputs", []int{len(r.outputs)}, r.outputs))
}

// tensor writes numbers of the network in its number type.
func (r *Run) tensor(name string, shape []int, x []float64) nn.Tensor {
	if r.net.Config().DType == nn.Float64 {
		return nn.NewTensor(name, shape, x)
	}
	narrow := make([]float32, len(x))
	for i, v := range x {
		narrow[i] = float32(v)
	}
	return nn.NewTensor(name, shape, narrow)
}

// Resume sets a run that was just started to where a checkpoint stands. The
// settings of the trainer, the network and the data must be those of the run
// that was saved; weights and seed of the network need not. MaxEpochs, Patience,
// KeepBest and what is only watched may differ. When there is an error, nothing
// has been changed.
func (r *Run) Resume(from io.Reader) (err error) {
	defer caught("train: checkpoint", &err)
	if from == nil {
		return errors.New("train: checkpoint: the reader is nil")
	}
	tensors, metadata, err := nn.ReadTensors(from)
	if err != nil {
		return fmt.Errorf("train: checkpoint: %w", err)
	}
	text, ok := metadata[runKey]
	if !ok {
		return fmt.Errorf("train: the file is not a checkpoint of a run (no %q in its metadata)", runKey)
	}
	var state runState
	if err := json.Unmarshal([]byte(text), &state); err != nil {
		return fmt.Errorf("train: checkpoint: %w", err)
	}
	if err := r.restore(tensors, state); err != nil {
		return fmt.Errorf("train: checkpoint: %w", err)
	}
	return nil
}

// restore looks at everything first and changes the run then. Masks and orders
// need no tensors: they follow from seeds, epoch and tick.
func (r *Run) restore(tensors []nn.Tensor, state runState) error {
	if r.err != nil {
		return fmt.Errorf("the run that is to go on has failed: %w", r.err)
	}
	if err := differs(state.Settings, r.settings()); err != nil {
		return err
	}
	if err := r.checkState(state); err != nil {
		return err
	}
	s := staged{tensors: make(map[string]nn.Tensor, len(tensors))}
	for _, t := range tensors {
		s.tensors[t.Name] = t
	}
	good, top := make([][]float64, len(r.params)), make([][]float64, len(r.params))
	for i, p := range r.params {
		own := s.read("parameter."+p.Name, p.Shape)
		good[i] = s.read("good."+p.Name, p.Shape)
		if state.BestEpoch > 0 {
			top[i] = s.read("best."+p.Name, p.Shape)
		}
		s.then(func() { r.params[i].Set(own) }) // the shape has been looked at
	}
	for _, n := range r.engine.state(state.Position.WaitingWeight != 0) {
		s.fill(n)
	}
	outputs := s.read("outputs", nil)
	if rows := state.Position.Row; len(r.trainer.Metrics) > 0 && s.err == nil && len(outputs) != rows*size(r.net.OutputShape()) {
		return fmt.Errorf("it was saved in the middle of an epoch without metrics, which cannot be computed now")
	}
	if err := s.finish(); err != nil {
		return err
	}
	r.at, r.History, r.good, r.normKnown = state.Position, state.History, good, true
	r.best = best{loss: float64(state.BestLoss), epoch: state.BestEpoch}
	if state.BestEpoch > 0 {
		r.best.weights = top
	}
	for i := range r.History {
		r.History[i].Best = state.Best[i]
	}
	if r.trainer.Plateau != nil {
		r.watch = watched(r.trainer.Plateau, r.History)
	}
	if r.outputs = r.outputs[:0]; len(r.trainer.Metrics) > 0 {
		r.outputs = append(r.outputs, outputs...)
	}
	r.net.SetSeed(state.Seed)
	r.net.SetTick(state.Tick)
	r.Stopped, r.recalled = "", false
	r.adopt()
	r.shuffle()
	r.finish()
	return nil
}

// checkState reports a state that no run with these settings can be in. A file
// may say anything, and what it says becomes indexes.
func (r *Run) checkState(s runState) error {
	p, t := s.Position, &r.trainer
	whole := p.Row == r.data.Len() || p.Row%t.BatchSize == 0
	switch {
	case p.Epoch < 0 || p.Steps < 0 || p.Row < 0 || p.Row > r.data.Len() || !whole,
		p.Waiting < 0 || p.Waiting >= t.Accumulate, p.WaitingWeight < 0, s.BestEpoch < 0 || s.BestEpoch > p.Epoch,
		len(s.Best) != len(s.History) || len(s.History) > p.Epoch, len(s.History) > 0 && s.History[len(s.History)-1].Epoch > p.Epoch:
		return errors.New("no run can stand where it says")
	case p.Steps == 0 || math.IsNaN(t.LearningRate):
		return nil
	}
	factor := 1.0
	if t.Schedule != nil {
		factor = t.Schedule(p.Steps - 1)
	}
	if t.Plateau != nil {
		// What the last epoch made of the factor counts for the updates after it.
		history := s.History
		if n := len(history); n > 0 && history[n-1].Steps == p.Steps {
			history = history[:n-1]
		}
		factor *= watched(t.Plateau, history).Factor()
	}
	if rate := t.LearningRate * factor; rate != float64(p.Rate) {
		return fmt.Errorf("its last learning rate was %v, here it would have been %v: the schedule is another, or made for another number of epochs", p.Rate, rate)
	}
	return nil
}

// watched is the state of a plateau after the epochs of a history.
func watched(p *schedules.Plateau, history History) *schedules.Watch {
	w := p.Watch()
	for _, e := range history {
		if e.hasValidation {
			w.Observe(e.ValLoss)
		}
	}
	return w
}

// staged makes a change that happens whole or not at all. It reads the tensors of
// a checkpoint and keeps what is to be done with them until all are known to fit.
type staged struct {
	tensors map[string]nn.Tensor // that have not been read
	todo    []func()
	err     error // the first one
}

// then notes what is to be done once everything has been read.
func (s *staged) then(f func()) { s.todo = append(s.todo, f) }

// read returns the elements of a tensor; a nil shape is a vector of any length.
func (s *staged) read(name string, shape []int) []float64 {
	t, ok := s.tensors[name]
	delete(s.tensors, name)
	switch {
	case s.err != nil:
		return nil
	case !ok:
		s.err = fmt.Errorf("tensor %q is missing", name)
		return nil
	case shape != nil && !slices.Equal(t.Shape, shape):
		s.err = fmt.Errorf("tensor %q has shape %v, want %v", name, t.Shape, shape)
		return nil
	}
	x, err := t.Float64s()
	s.err = err
	return x
}

// fill reads a slice of the run's state, a slot say, in whichever type it has.
func (s *staged) fill(n named) {
	x := s.read(n.name, []int{len(n.f32) + len(n.f64)})
	s.then(func() {
		copy(n.f64, x)
		for i := range n.f32 {
			n.f32[i] = float32(x[i])
		}
	})
}

// finish does what is to be done, or nothing if anything is wrong.
func (s *staged) finish() error {
	if s.err != nil {
		return s.err
	}
	for name := range s.tensors {
		return fmt.Errorf("it has a tensor %q that this run has no place for", name)
	}
	for _, f := range s.todo {
		f()
	}
	return nil
}
