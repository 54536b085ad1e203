package compare

import (
	"encoding/csv"
	"io"
	"strconv"

	"nabla/train"
)

// WriteRuns writes a header and a line for each run as CSV. Seconds are last.
func (r Result) WriteRuns(w io.Writer) error {
	rows := [][]string{{"problem", "optimizer", "learning_rate", "seed", "stopped", "epochs", "steps", "evaluations",
		"loss", "value", "test", "reached_steps", "reached_evaluations", "reached_seconds", "seconds"}}
	for _, e := range r.Records {
		test, steps, evaluations, seconds := "", "", "", ""
		if e.Test != nil {
			test = text(*e.Test)
		}
		if e.Reached != nil {
			steps, evaluations, seconds = strconv.Itoa(e.Reached.Steps), strconv.Itoa(e.Reached.Evaluations), text(train.Number(e.Reached.Seconds))
		}
		rows = append(rows, []string{e.Problem, e.Optimizer, text(train.Number(e.LearningRate)), strconv.FormatUint(e.Seed, 10), e.Stopped,
			strconv.Itoa(e.Epochs), strconv.Itoa(e.Steps), strconv.Itoa(e.Evaluations),
			text(e.Loss), text(e.Value), test, steps, evaluations, seconds, text(train.Number(e.Seconds))})
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// WriteSummary writes a header and a line for each Summary as CSV. Seconds are last.
func (r Result) WriteSummary(w io.Writer) error {
	rows := [][]string{{"problem", "optimizer", "learning_rate", "runs", "diverged",
		"value_mean", "value_sd", "value_low", "value_high", "test_mean", "test_sd", "loss_mean", "loss_sd",
		"behind_mean", "behind_low", "behind_high", "target", "reached", "steps_to_target", "evaluations_to_target", "seconds_to_target", "seconds"}}
	for _, s := range r.Summaries() {
		test, testSD, behind, low, high := "", "", "", "", ""
		if s.Test != nil {
			test, testSD = text(s.Test.Mean), text(s.Test.SD)
		}
		if s.Behind != nil {
			behind, low, high = text(s.Behind.Mean), text(s.Behind.Low), text(s.Behind.High)
		}
		rows = append(rows, []string{s.Problem, s.Optimizer, text(train.Number(s.LearningRate)), strconv.Itoa(s.Runs), strconv.Itoa(s.Diverged),
			text(s.Value.Mean), text(s.Value.SD), text(s.Value.Low), text(s.Value.High), test, testSD, text(s.Loss.Mean), text(s.Loss.SD),
			behind, low, high, text(s.Target), strconv.Itoa(s.Reached), text(s.StepsToTarget), text(s.EvaluationsToTarget),
			text(s.SecondsToTarget), text(s.Seconds)})
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// WriteCurves writes a header and a line for each point of each curve as CSV.
// Seconds are last.
func (r Result) WriteCurves(w io.Writer) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"problem", "optimizer", "learning_rate", "seed", "epoch", "steps", "evaluations", "loss", "value", "seconds"}); err != nil {
		return err
	}
	for _, e := range r.Records {
		for i := range e.Curve.Epoch {
			err := c.Write([]string{e.Problem, e.Optimizer, text(train.Number(e.LearningRate)), strconv.FormatUint(e.Seed, 10),
				strconv.Itoa(e.Curve.Epoch[i]), strconv.Itoa(e.Curve.Steps[i]), strconv.Itoa(e.Curve.Evaluations[i]),
				text(e.Curve.Loss[i]), text(e.Curve.Value[i]), text(train.Number(e.Curve.Seconds[i]))})
			if err != nil {
				return err
			}
		}
	}
	c.Flush()
	return c.Error()
}

// text is the shortest text of a number.
func text(v train.Number) string { return strconv.FormatFloat(float64(v), 'g', -1, 64) }
