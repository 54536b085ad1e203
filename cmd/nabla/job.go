package main

import (
	"fmt"
	"math"
	"strconv"

	"nabla/datasets"
	"nabla/train/optimizers"
	"nabla/train/schedules"
)

// job is all settings of a training run. It is filled from the defaults, the
// recipe of the data set, a config file and the flags, in this order; prepare
// makes a run of it. What the fields mean stands at the flags in jobflags.go.
type job struct {
	// Which data, and which of their rows.
	Dataset, Target, Data string
	DataSeed              optional[uint64]
	Missing, Standardize  choice
	TestSplit, ValSplit   string

	// The network; its last layer follows from data and loss, see outputLayers.
	Layers, Init  string
	Output, DType choice

	// What is minimised, and by which rule. A weight decay of 0 is one that was asked
	// for: it replaces that of a recipe.
	Loss, Optimizer, Schedule string
	Set                       options
	LearningRate, L1          float64
	WeightDecay               optional[float64]
	ClipNorm, ClipValue       float64

	// How long, and by how many rows at a time. Descent is gone after describe: the
	// batch says the same.
	Epochs, Accumulate, Patience int
	Batch                        string
	Descent                      choice
	NoShuffle, DropLast          bool
	SaveBest, DetectAnomaly      bool
	GradcheckEvery               int
	Watch                        watchFlag

	// Out is no part of a config file: a run that is repeated goes elsewhere.
	Seed            uint64
	Threads         int
	Out             string
	CheckpointEvery int
}

// plainRecipe trains what has no recipe of its own.
var plainRecipe = datasets.Recipe{Layers: "32:relu", Optimizer: "adam", LearningRate: 0.01, Batch: 32, Epochs: 50}

// newJob returns the job that trains a data set without any flag.
func newJob(dataset string) job {
	j := job{
		Dataset: dataset, Loss: "auto", Schedule: "constant", TestSplit: "auto", ValSplit: "auto",
		Init: "glorot-uniform", Accumulate: 1, Seed: 1,
		Missing:     choice{of: []string{"drop", "mean", "error"}},
		Standardize: choice{value: "auto", of: []string{"auto", "true", "false"}},
		Output:      choice{value: "auto", of: outputNames()},
		DType:       choice{value: "float32", of: []string{"float32", "float64"}},
		Descent:     choice{of: []string{"batch", "mini-batch", "stochastic"}},
	}
	recipe := plainRecipe
	if e, err := datasets.ByName(dataset); err == nil && e.Recipe.Optimizer != "" {
		recipe = e.Recipe
	}
	j.follow(recipe)
	return j
}

// follow takes over a recipe.
func (j *job) follow(r datasets.Recipe) {
	j.Layers, j.Optimizer, j.LearningRate, j.Epochs = r.Layers, r.Optimizer, r.LearningRate, r.Epochs
	if r.WeightDecay != 0 {
		j.WeightDecay = optional[float64]{&r.WeightDecay}
	}
	j.Batch = "full"
	if r.Batch > 0 {
		j.Batch = strconv.Itoa(r.Batch)
	}
	for _, field := range []struct {
		from string
		to   *string
	}{{r.Loss, &j.Loss}, {r.Schedule, &j.Schedule}, {r.Init, &j.Init}} {
		if field.from != "" {
			*field.to = field.from
		}
	}
	if r.Options != "" {
		j.Set = nil
		j.Set.Set(r.Options) // the table's own text; a test reads all recipes
	}
}

// change sets another optimizer with its usual learning rate: what the recipe
// says of its own optimizer does not hold for another.
func (j *job) change(optimizer string) error {
	if optimizer == "" || optimizer == j.Optimizer {
		return nil
	}
	if optimizers.IsMethod(optimizer) {
		// All rows at once, in numbers that its line searches can rely on.
		j.Optimizer, j.LearningRate, j.Schedule, j.Batch, j.DType.value = optimizer, 0, "constant", "full", "float64"
		j.Set, j.WeightDecay = nil, optional[float64]{}
		return nil
	}
	row, err := parseOptimizer(optimizer)
	if err != nil {
		return fmt.Errorf("--optimizer: %s", plain(err))
	}
	j.Optimizer, j.LearningRate, j.Schedule = row.Name, row.LearningRate, "constant"
	j.Set, j.WeightDecay = nil, optional[float64]{}
	return nil
}

// Limits on numbers that are surely mistaken beyond: a slip of the keyboard is
// found at once, not after a night.
const (
	maxEpochs = 10_000_000
	maxCount  = 1 << 40
)

// check reports the first setting that cannot be meant, by the name of its flag,
// and resolves the settings that are words for others.
func (j *job) check() error {
	method := optimizers.IsMethod(j.Optimizer)
	for _, n := range []struct {
		flag     string
		value    float64
		positive bool
	}{
		{"lr", j.LearningRate, !method}, {"weight-decay", j.WeightDecay.or(0), false}, {"l1", j.L1, false},
		{"clip-norm", j.ClipNorm, false}, {"clip-value", j.ClipValue, false},
	} {
		switch {
		case math.IsNaN(n.value) || math.IsInf(n.value, 0):
			return usagef("--%s must be a finite number, got %v", n.flag, n.value)
		case n.positive && n.value <= 0:
			return usagef("--%s must be positive, got %v", n.flag, n.value)
		case n.value < 0:
			return usagef("--%s must not be negative, got %v", n.flag, n.value)
		}
	}
	for _, n := range []struct {
		flag              string
		value, least, top int
	}{
		{"epochs", j.Epochs, 1, maxEpochs}, {"accumulate", j.Accumulate, 1, maxCount},
		{"patience", j.Patience, 0, maxCount}, {"checkpoint-every", j.CheckpointEvery, 0, maxCount},
		{"threads", j.Threads, 0, maxThreads}, {"gradcheck-every", j.GradcheckEvery, 0, maxCount},
	} {
		if n.value < n.least || n.value > n.top {
			return usagef("--%s must be from %d to %d, got %d", n.flag, n.least, n.top, n.value)
		}
	}
	if err := j.checkBatch(); err != nil {
		return err
	}
	if method {
		if err := j.checkMethod(); err != nil {
			return err
		}
	}
	return j.checkValSplit()
}

// checkBatch keeps the batch a text until here: it is a number or a word.
func (j *job) checkBatch() error {
	rows, err := strconv.Atoi(j.Batch)
	switch {
	case j.Batch == "full":
	case err != nil:
		return usagef("--batch: %q is neither a number of rows nor the word full", j.Batch)
	case rows < 1:
		return usagef("--batch must be at least 1 row, got %d; full is batch descent over all rows", rows)
	}
	return nil
}

// rows is the batch as the trainer has it: 0 is all rows.
func (j *job) rows() int {
	rows, _ := strconv.Atoi(j.Batch) // full is no number
	return rows
}

// describe replaces the batch of the recipe by what a word says, unless the batch
// was given: then word and batch must agree.
func (j *job) describe(batchGiven bool) error {
	if j.Descent.value == "" {
		return nil
	}
	word := j.Descent.value
	j.Descent.value = ""
	rows, err := strconv.Atoi(j.Batch)
	fits := map[string]bool{"batch": j.Batch == "full", "stochastic": rows == 1, "mini-batch": err == nil && rows > 1}[word]
	switch {
	case fits:
	case batchGiven:
		return usagef("--descent %s and --batch %s contradict each other", word, j.Batch)
	default:
		j.Batch = map[string]string{"batch": "full", "stochastic": "1", "mini-batch": "32"}[word]
	}
	return nil
}

// checkValSplit resolves the validation part.
func (j *job) checkValSplit() error {
	stops := j.Patience > 0 || j.SaveBest || schedules.Watches(j.Schedule)
	switch {
	case j.ValSplit == "auto" && stops:
		j.ValSplit = "0.1"
	case j.ValSplit == "auto":
		j.ValSplit = "none"
	}
	if j.ValSplit == "none" {
		if stops {
			return usagef("--patience, --save-best and the schedule plateau need validation rows; leave --val-split none out")
		}
		return nil
	}
	f, err := strconv.ParseFloat(j.ValSplit, 64)
	if err != nil || !(f > 0 && f < 1) {
		return usagef("--val-split: %q is neither none nor a fraction between 0 and 1", j.ValSplit)
	}
	return nil
}

// validation is the fraction of the training rows that is for validation.
func (j *job) validation() float64 {
	f, _ := strconv.ParseFloat(j.ValSplit, 64) // none is no number
	return f
}
