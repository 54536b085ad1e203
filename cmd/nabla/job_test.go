package main

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"nabla/datasets"
	"nabla/losses"
	"nabla/train"
)

// given parses flags as a command does.
func given(t *testing.T, args ...string) *pflag.FlagSet {
	t.Helper()
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	j := newJob("")
	j.flags(fs)
	if err := fs.Parse(args); err != nil {
		t.Fatal(err)
	}
	return fs
}

// Defaults, then the recipe, then the config file, then flags.
func TestPrecedence(t *testing.T) {
	file, err := parseConfig("run.yaml", []byte("dataset: penguins\nepochs: 7\nseed: 5\nset: nesterov=true\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, dataset string
		file          *config
		flags         string
		want          func(j *job) bool
	}{
		{"defaults of a file", "x.csv", nil, "", func(j *job) bool {
			return j.Layers == "32:relu" && j.Optimizer == "adam" && j.LearningRate == 0.01 && j.Batch == "32" && j.Epochs == 50 && j.Seed == 1
		}},
		{"recipe", "penguins", nil, "", func(j *job) bool {
			return j.Layers == "16:tanh" && j.Optimizer == "sgd" && j.Set.String() == "momentum=0.9" && j.LearningRate == 0.05 && j.Epochs == 40
		}},
		{"file before recipe", "", file, "", func(j *job) bool {
			return j.Dataset == "penguins" && j.Epochs == 7 && j.Seed == 5 && j.Set.String() == "momentum=0.9,nesterov=true" && j.Layers == "16:tanh"
		}},
		{"flags before file", "", file, "--epochs 3 --set momentum=0.5", func(j *job) bool {
			return j.Epochs == 3 && j.Seed == 5 && j.Set.String() == "nesterov=true,momentum=0.5"
		}},
		{"an option several times", "iris", nil, "--set beta1=0.5 --set beta2=0.9,beta1=0.6", func(j *job) bool {
			return j.Set.String() == "beta2=0.9,beta1=0.6"
		}},
		{"another optimizer", "penguins", nil, "--optimizer adam", func(j *job) bool {
			return j.LearningRate == 0.001 && j.Set == nil && j.Layers == "16:tanh"
		}},
		{"the same optimizer", "penguins", nil, "--optimizer sgd", func(j *job) bool {
			return j.LearningRate == 0.05 && j.Set.String() == "momentum=0.9"
		}},
		{"validation for early stopping", "iris", nil, "--patience 3", func(j *job) bool { return j.ValSplit == "0.1" }},
		{"words for batches", "iris", nil, "--descent batch", func(j *job) bool { return j.Batch == "full" && j.rows() == 0 }},
		{"words that agree", "iris", nil, "--descent mini-batch --batch 8", func(j *job) bool { return j.Batch == "8" && j.rows() == 8 }},
		{"words for the recipe's batch", "iris", nil, "--descent mini-batch", func(j *job) bool { return j.Batch == "16" }},
		{"a bare flag", "iris", nil, "--standardize", func(j *job) bool { return j.Standardize.value == "true" }},
		{"zero is a value", "iris", nil, "--weight-decay 0", func(j *job) bool { return j.WeightDecay.value != nil && *j.WeightDecay.value == 0 }},
	} {
		j, err := fill(c.dataset, c.file, given(t, strings.Fields(c.flags)...))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if !c.want(&j) {
			t.Errorf("%s: %+v", c.name, j)
		}
	}
}

// A job that is written and read again is the same job, whatever is in it.
func TestConfigRoundTrip(t *testing.T) {
	for _, text := range []string{"x", "null", "~", "yes", "1e3", "a: b", "#c", "- d", "'q'", `"q"`, "[x]", "{y}", "*z", "&z", "!t", "%p", "@a", "`", "a,b", "multi\nline", " space ", "tab\t", "über", "|", ">", "?"} {
		j := newJob("iris")
		j.Dataset, j.Target, j.Data = text+".csv", text, text
		j.DataSeed = optional[uint64]{new(uint64(math.MaxUint64))}
		j.LearningRate, j.L1, j.WeightDecay = 1.0/3, 5e-324, optional[float64]{new(0.0)}
		j.Epochs, j.Accumulate, j.NoShuffle, j.SaveBest, j.Seed, j.Out = 12, 3, true, true, math.MaxUint64, "not written"
		j.Set.Set("beta1=0.5,amsgrad=true")
		j.Standardize.value, j.Output.value, j.Missing.value, j.DType.value = "false", "none", "mean", "float64"
		if err := j.check(); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := j.write(&b); err != nil {
			t.Fatal(err)
		}
		file, err := parseConfig("c.yaml", b.Bytes())
		if err != nil {
			t.Errorf("%q: %v\n%s", text, err, b.String())
			continue
		}
		again, err := fill("", file, given(t))
		if err != nil {
			t.Errorf("%q: %v\n%s", text, err, b.String())
			continue
		}
		j.Out = ""
		if d := cmp.Diff(j, again, cmp.AllowUnexported(job{}, choice{}, option{}, optional[float64]{}, optional[uint64]{})); d != "" {
			t.Errorf("%q: %s\n%s", text, d, b.String())
		}
	}
}

// The recipe of every data set makes a run, and says what no flag means.
func TestRecipes(t *testing.T) {
	for _, name := range datasets.Names() {
		e, err := datasets.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		if e.Recipe.Optimizer == "" || name == "mnist" { // no demo; files of the user
			continue
		}
		j := newJob(name)
		if err := j.check(); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		s, err := j.prepare()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		flags := strings.Fields(strings.TrimPrefix(recipeCommand(e), "nabla train "+name))
		said, err := fill("unknown.csv", nil, given(t, flags...))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		said.Dataset = name
		again, err := said.prepare()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var a, b bytes.Buffer
		if err := errors.Join(s.job.write(&a), again.job.write(&b)); err != nil || a.String() != b.String() {
			t.Errorf("%s: the recipe says\n%s\nno flag means\n%s", name, b.String(), a.String())
		}
	}
}

// Every loss with every output on every kind of target either trains or is
// refused as wrong usage, and each loss trains on some.
func TestLossesTrain(t *testing.T) {
	trained := map[string]int{}
	tried, refused := 0, 0
	for _, dataset := range []string{"iris", "moons", "diabetes", "linnerud", "sine"} {
		for _, loss := range losses.Names() {
			for _, output := range outputNames() {
				tried++
				j := newJob(dataset)
				j.Loss, j.Output.value, j.Epochs = loss, output, 2
				if err := j.check(); err != nil {
					t.Fatal(err)
				}
				s, err := j.prepare()
				if _, ok := errors.AsType[usageError](err); ok {
					refused++
					continue
				}
				var history train.History
				if err == nil {
					history, err = s.trainer.Fit(t.Context(), s.net, s.parts.Train)
				}
				if err != nil {
					t.Errorf("%s, %s, output %s: %v", dataset, loss, output, err)
					continue
				}
				if last := history[len(history)-1]; math.IsNaN(last.Loss) || len(last.Scores) == 0 {
					t.Errorf("%s, %s, output %s: loss %v, scores %v", dataset, loss, output, last.Loss, last.Scores)
				}
				trained[loss]++
			}
		}
	}
	t.Logf("%d combinations, %d refused, trained: %v", tried, refused, trained)
	for _, loss := range losses.Names() {
		if trained[loss] == 0 {
			t.Errorf("%s trains on nothing", loss)
		}
	}
}

// Classes are told apart by the losses for them: a loss that learns the wrong
// thing of the right shape would not be seen above.
func TestLossesLearn(t *testing.T) {
	for _, loss := range []string{"cross-entropy", "cross-entropy-prob", "nll", "kl-divergence", "bce", "bce-prob", "hinge", "mse", "huber", "log-cosh"} {
		for _, dataset := range []string{"iris", "moons"} {
			j := newJob(dataset)
			j.Loss = loss
			score, err := demoScore(t.Context(), j, "accuracy")
			if err != nil || score < 0.85 {
				t.Errorf("%s, %s: accuracy %.3f, %v", dataset, loss, score, err)
			}
		}
	}
}
