package train_test

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/metrics"
	"nabla/train/optimizers"
)

func TestHistoryAsCSV(t *testing.T) {
	data := flowers(t, 20, 1)
	trainer := plainTrainer(data)
	trainer.Metrics = []metrics.Row{metricsFor(data)[0], {Name: "a, b", Func: metrics.F1}}
	trainer.Validation = flowers(t, 10, 2)
	history := fit(t, trainer, small(t, data, nn.Float32, 1), data)
	var b strings.Builder
	if err := history.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"epoch", "loss", "accuracy", "a, b", "val_loss", "val_accuracy", "val_a, b", "grad_norm", "learning_rate", "steps", "seconds"}
	if diff := cmp.Diff(want, lines[0]); diff != "" {
		t.Error(diff)
	}
	if len(lines) != 3 {
		t.Fatalf("%d lines", len(lines))
	}
	// Numbers are written so that they come back exactly.
	for i, e := range history {
		for j, v := range []float64{
			float64(e.Epoch), e.Loss, e.Scores[0].Value, e.Scores[1].Value, e.ValLoss, e.ValScores[0].Value, e.ValScores[1].Value,
			e.GradientNorm, e.LearningRate, float64(e.Steps), e.Duration.Seconds(),
		} {
			var back float64
			if err := json.Unmarshal([]byte(lines[i+1][j]), &back); err != nil || back != v {
				t.Errorf("line %d, %s: %q, want %v (%v)", i+1, want[j], lines[i+1][j], v, err)
			}
		}
	}

	// Epochs that have not the same columns, and numbers that are none.
	mixed := train.History{{Epoch: 1, Loss: math.NaN(), Scores: train.Scores{{Name: "x", Value: 2}}}, {Epoch: 2, Loss: math.Inf(1), GradientNorm: math.Inf(-1)}}
	b.Reset()
	if err := mixed.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String(), "epoch,loss,x,grad_norm,learning_rate,steps,seconds\n1,NaN,2,0,0,0,0\n2,+Inf,,-Inf,0,0,0\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if err := mixed.WriteCSV(full{}); err == nil {
		t.Error("WriteCSV on a full disk succeeded")
	}
	if err := mixed.WriteCSV(nil); err == nil {
		t.Error("WriteCSV(nil) succeeded")
	}
}

func TestHistoryAsJSON(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	history := train.History{
		{
			Epoch: 1, Loss: 0.1, Scores: train.Scores{{"z", 1}, {"a", nan}, {"m \"q\"", -inf}}, ValLoss: nan,
			GradientNorm: inf, LearningRate: 1e-300, Steps: 7, Duration: 1234567 * time.Nanosecond,
		},
		{Epoch: 2, Loss: -inf, ValLoss: nan, GradientNorm: nan, LearningRate: inf, Steps: 8},
	}
	text, err := json.Marshal(history)
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"event":"epoch","epoch":1,"loss":0.1,"metrics":{"z":1,"a":"NaN","m \"q\"":"-Inf"},"grad_norm":"Inf","learning_rate":1e-300,"seconds":0.001234567,"steps":7},` +
		`{"event":"epoch","epoch":2,"loss":"-Inf","metrics":{},"grad_norm":"NaN","learning_rate":"Inf","seconds":0,"steps":8}]`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	var back train.History
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(history, back, ignored...); diff != "" {
		t.Error(diff)
	}

	// With validation, from a run.
	data := plane(t, 20, 1)
	trainer := plainTrainer(data)
	trainer.Validation, trainer.Metrics = data, metricsFor(data)
	history = fit(t, trainer, small(t, data, nn.Float32, 1), data)
	text, err = json.Marshal(history)
	if err != nil {
		t.Fatal(err)
	}
	back = nil
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	for i := range history {
		history[i].Best = false // is not in the file
	}
	if diff := cmp.Diff(history, back, ignored...); diff != "" {
		t.Error(diff)
	}
	again, err := json.Marshal(back)
	if err != nil || string(again) != string(text) {
		t.Errorf("the second time: %s (%v)", again, err)
	}
	if !strings.Contains(string(text), `"val_loss":`) || !strings.Contains(string(text), `"val_metrics":{"rmse":`) {
		t.Errorf("no validation in %s", text)
	}

	for _, bad := range []string{`[1]`, `{}`, `[{"loss":"big"}]`, `[{"loss":"1"}]`, `[{"metrics":[1]}]`, `[{"metrics":{"a":"x"}}]`, `[{"metrics":7}]`, `[{"metrics":{"a":{}}}]`, `[{"epoch":1.5}]`} {
		if err := json.Unmarshal([]byte(bad), &train.History{}); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

// Scores keep the order in which they were asked for.
func TestScores(t *testing.T) {
	data := plane(t, 20, 1)
	list := metricsFor(data)
	list[0], list[2] = list[2], list[0]
	result, err := train.Evaluate(small(t, data, nn.Float64, 1), losses.MSE, nil, data, list)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range list {
		if result.Scores[i].Name != m.Name || result.Scores.Of(m.Name) != result.Scores[i].Value {
			t.Errorf("score %d is %v, want %s", i, result.Scores[i], m.Name)
		}
	}
	if v := result.Scores.Of("none"); !math.IsNaN(v) {
		t.Errorf("a score that is not there is %v", v)
	}
}

// The learning rate of the history is that of the last update of the epoch.
func TestLearningRateOfTheHistory(t *testing.T) {
	data := plane(t, 20, 1)
	trainer := plainTrainer(data)
	trainer.Optimizer, trainer.BatchSize, trainer.MaxEpochs = optimizers.Adam{}, 8, 3
	trainer.Schedule = func(step int) float64 { return 1 / float64(step+1) }
	for i, e := range fit(t, trainer, small(t, data, nn.Float32, 1), data) {
		if want := 0.1 / float64(3*(i+1)); math.Abs(e.LearningRate-want) > 1e-16 {
			t.Errorf("epoch %d: %v, want %v", e.Epoch, e.LearningRate, want)
		}
	}
}
