package compare

import (
	"context"
	"errors"
	"time"

	"nabla/nn"
	"nabla/train"
	"nabla/train/schedules"
)

// session is a run under way.
type session struct {
	Training
	task   Task
	net    *nn.Network
	run    *train.Run
	value  func() (float64, error) // of the metric, of the network as it is
	cancel context.CancelFunc      // ends the run at its limit of evaluations
	record Record
}

// session makes the network of the seed and a trainer of the task.
func (p Training) session(t Task) (*session, error) {
	if p.Network == nil || p.Train == nil {
		return nil, errors.New("Network or Train is not set")
	}
	net, err := p.Network(t.Seed)
	if err != nil {
		return nil, err
	}
	s := &session{Training: p, task: t, net: net, record: newRecord(p.Name, t)}
	tr := p.Trainer
	tr.Optimizer, tr.LearningRate, tr.Seed, tr.Threads = t.Optimizer.Rule, t.LearningRate, t.Seed, 1
	tr.L2 += t.Optimizer.L2
	tr.Validation, tr.Metrics, tr.Patience, tr.KeepBest = nil, nil, 0, false
	if t.Optimizer.method() {
		tr.BatchSize, tr.Accumulate, tr.DropLast, tr.Schedule, tr.Plateau = 0, 0, false, nil, nil
	} else if p.Limit.Evaluations > 0 {
		tr.Schedule = s.count(tr.Schedule)
	}
	if tr.Plateau != nil {
		tr.Validation = p.Validation
	}
	if s.run, err = tr.Start(net, p.Train); err != nil {
		return nil, err
	}
	s.value, err = p.judge(net, p.judged())
	return s, err
}

// count is a schedule that ends the run with its last update: the trainer asks it
// once for each.
func (s *session) count(schedule schedules.Schedule) schedules.Schedule {
	return func(step int) float64 {
		if s.evaluations(step+1) >= s.Limit.Evaluations {
			s.cancel()
		}
		if schedule == nil {
			return 1
		}
		return schedule(step)
	}
}

// train goes on until all epochs are done or the limit is reached.
func (s *session) train(ctx context.Context) error {
	for s.record.Stopped == "" {
		if err := s.next(ctx); err != nil {
			return err
		}
	}
	if s.record.Stopped == Diverged || s.judged() == s.Test || s.Test == nil {
		return nil
	}
	test, err := s.judge(s.net, s.Test)
	if err == nil {
		var v float64
		v, err = test()
		s.record.Test = new(train.Number(v))
	}
	return err
}

// next trains for an epoch, or for what the limit leaves of it.
func (s *session) next(ctx context.Context) error {
	var limited context.Context
	limited, s.cancel = context.WithCancel(ctx)
	defer s.cancel()
	if s.Limit.Time > 0 {
		left := s.Limit.Time - time.Duration(s.record.Seconds*float64(time.Second))
		var stop context.CancelFunc
		limited, stop = context.WithTimeout(limited, left)
		defer stop()
	}
	began := time.Now()
	var e train.Epoch
	var err error
	for e, err = range s.run.Epochs(limited) {
		break
	}
	took := time.Since(began).Seconds()
	before := s.record.Steps
	s.record.Seconds += took
	s.record.Steps, s.record.Epochs = s.run.Steps(), len(s.run.History)
	s.record.Evaluations = s.evaluations(s.record.Steps)
	if e.Evaluations != nil {
		s.record.Evaluations = e.Evaluations.Total() * s.batches()
	}
	_, diverged := errors.AsType[*train.DivergedError](err)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case diverged:
		s.record.diverged()
		return nil
	case err != nil && limited.Err() == nil:
		return err
	case err == nil && s.run.Stopped != "":
		s.record.Stopped = s.run.Stopped
	case limited.Err() != nil || s.Limit.over(s.record):
		s.record.Stopped = Budget
	}
	if err != nil { // in the middle of an epoch
		if s.record.Steps == before && before > 0 {
			return nil
		}
		e.Loss = s.run.Loss()
	}
	if s.record.Steps == 0 { // there was time for nothing
		start, err := train.Evaluate(s.net, s.Trainer.Loss, s.Trainer.Schema, s.Train, nil)
		if err != nil {
			return err
		}
		e.Loss = start.Loss
	}
	return s.judgeNow(e.Loss)
}

// judgeNow computes the metric and adds to the curve.
func (s *session) judgeNow(loss float64) error {
	value, err := s.value()
	switch {
	case err != nil:
		return err
	case !finite(value) || !finite(loss):
		s.record.diverged()
	default:
		s.record.point(s.task, loss, value)
	}
	return nil
}

// batches is the number of batches of an epoch.
func (s *session) batches() int {
	t := s.Trainer
	t.Accumulate = 1
	return t.StepsPerEpoch(s.Train.Len())
}

// evaluations is how many gradients of a batch so many updates took: each as many as
// it accumulates, but for the last one of an epoch, times those of the rule.
func (s *session) evaluations(steps int) int {
	updates, batches := s.Trainer.StepsPerEpoch(s.Train.Len()), s.batches()
	rest := min(steps%updates*max(s.Trainer.Accumulate, 1), batches)
	return (steps/updates*batches + rest) * Passes(s.task.Optimizer.Rule)
}
