package main

import (
	"math"

	"nabla/train"
)

// jsonReport prints an object a line: start, epochs, end.
type jsonReport struct {
	*console
	setup *setup
	run   *train.Run
	told  int // of the run's gradient checks
	seen  int // of its measurements
}

// start prints what the text report has in its header, in numbers.
func (r *jsonReport) start() error {
	s := r.setup
	_, parameters := s.net.Count()
	event := struct {
		Event        string       `json:"event"`
		Dataset      string       `json:"dataset"`
		Rows         int          `json:"rows"`
		ValRows      int          `json:"val_rows,omitempty"`
		TestRows     int          `json:"test_rows"`
		Features     int          `json:"features"`
		Outputs      int          `json:"outputs"`
		Parameters   int          `json:"parameters"`
		Loss         string       `json:"loss"`
		Optimizer    string       `json:"optimizer"`
		LearningRate train.Number `json:"learning_rate"`
		Batch        int          `json:"batch"`
		Epochs       int          `json:"epochs"`
		DType        string       `json:"dtype"`
		Seed         uint64       `json:"seed"`
	}{
		Event: "start", Dataset: s.source.Data.Name, Rows: s.parts.Train.Len(),
		Features: len(s.parts.Train.Features), Outputs: 1, Parameters: parameters, Loss: s.loss.String(),
		Optimizer: s.job.Optimizer, LearningRate: train.Number(s.trainer.LearningRate),
		Batch: s.batch(), Epochs: s.job.Epochs, DType: s.job.DType.value, Seed: s.job.Seed,
	}
	for _, d := range s.net.OutputShape() {
		event.Outputs *= d
	}
	if v := s.parts.Validation; v != nil {
		event.ValRows = v.Len()
	}
	if test := s.parts.Test; test != nil {
		event.TestRows = test.Len()
	}
	return r.writeJSON(event)
}

// epoch prints every epoch; the lines of text are thinned out, these are for programs.
func (r *jsonReport) epoch(e train.Epoch) error {
	if err := r.checks(); err != nil {
		return err
	}
	if err := r.watched(); err != nil {
		return err
	}
	return r.writeJSON(e)
}

// checks prints the gradient checks since the last time.
func (r *jsonReport) checks() error {
	for ; r.told < len(r.run.Checks); r.told++ {
		if err := r.writeJSON(newCheckEvent(r.run.Checks[r.told])); err != nil {
			return err
		}
	}
	return nil
}

// end prints null for what there is not: a program finds every key.
func (r *jsonReport) end(o outcome) error {
	if err := r.checks(); err != nil {
		return err
	}
	if err := r.watched(); err != nil {
		return err
	}
	event := struct {
		Event       string        `json:"event"`
		Epochs      int           `json:"epochs"`
		Steps       int           `json:"steps"`
		Loss        train.Number  `json:"loss"`
		BestEpoch   int           `json:"best_epoch,omitempty"`
		TestLoss    *train.Number `json:"test_loss"`
		TestMetrics *train.Scores `json:"test_metrics"`
		Seconds     float64       `json:"seconds"`
		Model       *string       `json:"model"`
		Stopped     string        `json:"stopped"`
	}{
		Event: "end", Epochs: len(o.run.History), Steps: o.run.Steps(), Loss: train.Number(math.NaN()),
		Seconds: o.seconds, Stopped: o.run.Stopped,
	}
	event.BestEpoch, _ = o.run.BestEpoch()
	if n := len(o.run.History); n > 0 {
		event.Loss = train.Number(o.run.History[n-1].Loss)
	}
	if o.test != nil {
		event.TestLoss, event.TestMetrics = new(train.Number(o.test.Loss)), &o.test.Scores
	}
	if o.model != "" {
		event.Model = &o.model
	}
	return r.writeJSON(event)
}
