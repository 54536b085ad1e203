package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train/diagnose"
	"nabla/train/optimizers"
	"nabla/train/schedules"
)

// The settings of a job by subject. Config files have the same names.
func (j *job) flags(fs *pflag.FlagSet) {
	j.networkFlags(fs)
	j.trainingFlags(fs)
	j.batchFlags(fs)
	j.dataFlags(fs)
	j.seedFlag(fs)
	fs.IntVar(&j.Threads, "threads", 0, "share large matrix products among `N` cores, with the same results for any number; 0 is all cores")
	fs.StringVarP(&j.Out, "out", "o", "", "`FOLDER` for config.yaml, metrics.csv and model.safetensors; without it nothing is written")
	fs.IntVar(&j.CheckpointEvery, "checkpoint-every", 0, "write a checkpoint to the folder of --out every `N` epochs; 0 only when interrupted")
}

// jobFlags gives a command the settings of a job but for those that mean nothing to
// it, and their completions.
func jobFlags(cmd *cobra.Command, without []string) {
	j := newJob("")
	all := pflag.NewFlagSet("", pflag.ContinueOnError)
	all.SortFlags = false
	j.flags(all)
	all.VisitAll(func(f *pflag.Flag) {
		if !slices.Contains(without, f.Name) {
			cmd.Flags().AddFlag(f)
		}
	})
	j.complete(cmd)
}

// seedFlag stands in for the flag that all commands have: this one is part of the
// job and of its config file.
func (j *job) seedFlag(fs *pflag.FlagSet) {
	fs.Uint64Var(&j.Seed, "seed", 1, "`SEED` of all random numbers: weights, shuffling, dropout, drawn splits")
}

// networkFlags are what makes the network besides data and loss.
func (j *job) networkFlags(fs *pflag.FlagSet) {
	fs.StringVar(&j.Layers, "layers", "", "hidden `LAYERS`: 16:tanh is 16 units, 16:tanh,dropout:0.2,16:tanh is three layers, none is none; UNITS:ACTIVATION or "+strings.Join(layers.Names(), ", ")+" (default: the recipe of the data set, "+plainRecipe.Layers+" for a file). The output layer follows from data and loss")
	fs.Var(&j.Output, "output", "last function of the network: "+strings.Join(outputNames(), ", ")+"; auto is what the loss needs")
	fs.StringVar(&j.Init, "init", "", "first weights of dense layers by `NAME`: "+strings.Join(nn.InitializerNames(), ", ")+"; or FILE.safetensors with weights of the same names and shapes, FILE.safetensors:torch when they are [out, in] (default: the recipe's, glorot-uniform)")
	fs.Var(&j.DType, "dtype", "number type: float32 or float64")
}

// lossFlag is alone because the output layer follows from the loss: summary needs
// it without the other settings of training.
func (j *job) lossFlag(fs *pflag.FlagSet) {
	fs.StringVar(&j.Loss, "loss", "", "loss by `NAME`: "+strings.Join(losses.Names(), ", ")+"; with settings: huber:0.5, cross-entropy:smoothing=0.1, cross-entropy:class-weights=1,2,1 (default auto: cross-entropy for classes, mse for numbers)")
}

// trainingFlags are how the weights are changed and when that ends. An empty default
// in these is that of the recipe.
func (j *job) trainingFlags(fs *pflag.FlagSet) {
	j.lossFlag(fs)
	fs.StringVar(&j.Optimizer, "optimizer", "", "optimizer by `NAME`: "+optimizerNames()+"; full-batch methods, of which an epoch is an iteration: "+strings.Join(optimizers.MethodNames(), ", ")+" (default: the recipe's, "+plainRecipe.Optimizer+" for a file)")
	fs.Var(&j.Set, "set", "options of the optimizer: beta1=0.9,beta2=0.99; those of a wrapper have its name before them: lookahead.steps=10; one it lacks is an error")
	fs.Float64Var(&j.LearningRate, "lr", 0, "learning `RATE` (default: the recipe's, or the usual one of another optimizer)")
	fs.StringVar(&j.Schedule, "schedule", "", "learning-rate `SCHEDULE`: "+strings.Join(schedules.Names(), ", ")+", such as step:10,0.5, plateau:0.5,3 or warmup:5+cosine; times are in epochs (default constant)")
	fs.Var(&j.WeightDecay, "weight-decay", "weight decay of the optimizer's own kind, as --set weight_decay: decoupled for adamw, adan, lion and muon, L2 for most others")
	fs.Float64Var(&j.L1, "l1", 0, "L1 regularisation, adds L1·sign(w) to the gradient")
	fs.Float64Var(&j.ClipNorm, "clip-norm", 0, "scale the gradient to a global 2-norm of at most `NORM`; 0 does not")
	fs.Float64Var(&j.ClipValue, "clip-value", 0, "clip each element of the gradient to at most `SIZE`; 0 does not")
	fs.IntVar(&j.Patience, "patience", 0, "stop when the validation loss has not improved for `N` epochs, and restore the best weights; 0 does not")
	fs.BoolVar(&j.SaveBest, "save-best", false, "restore the weights of the best validation loss at the end")
	fs.BoolVar(&j.DetectAnomaly, "detect-anomaly", false, "look for NaN and infinity in every tensor of every step (slow)")
	fs.Var(&j.Watch, "watch", "measure after each epoch, which takes time (curvature that of some 160 gradients over 256 rows) and changes nothing: "+strings.Join(diagnose.Kinds(), ", ")+", with commas between; they go to metrics.csv and pictures in the folder of --out")
	fs.IntVar(&j.GradcheckEvery, "gradcheck-every", 0, "compare the gradients with differences of the loss before every `N`th update, in float64 on a copy (slow); a wrong one ends the run; 0 does not")
}

// batchFlags are how many rows make an update, and in which order they come.
func (j *job) batchFlags(fs *pflag.FlagSet) {
	fs.IntVarP(&j.Epochs, "epochs", "e", 0, "`N` passes over the training rows (default: the recipe's, 50 for a file)")
	fs.StringVarP(&j.Batch, "batch", "b", "", "`ROWS` of a batch: 32, 1, or full (default: the recipe's, 32 for a file)")
	fs.Var(&j.Descent, "descent", "the batch in words: batch (full), mini-batch or stochastic (1)")
	fs.IntVar(&j.Accumulate, "accumulate", 1, "`N` batches whose mean gradient makes one update")
	fs.BoolVar(&j.NoShuffle, "no-shuffle", false, "take the rows in their order in every epoch")
	fs.BoolVar(&j.DropLast, "drop-last", false, "leave out the last batch of an epoch when it is short")
}

// dataFlags are which data are read and how the rows are divided.
func (j *job) dataFlags(fs *pflag.FlagSet) {
	fs.StringVar(&j.Target, "target", "", "`COLUMNS` to predict, with commas between (default the last); text is classes, and so are numbers with a loss for classes")
	fs.StringVar(&j.Data, "data", "", "`FOLDER` with your own files (mnist, fashion-mnist)")
	fs.Var(&j.DataSeed, "data-seed", "`SEED` of generated data (default: that of the data set's row)")
	fs.StringVar(&j.TestSplit, "test-split", "", "test `ROWS`: every-5th or every-5th:K (row i is one when i mod 5 is K, default 4), a fraction, none (default auto: every-5th, or the data set's own test files)")
	fs.StringVar(&j.ValSplit, "val-split", "", "`FRACTION` of the training rows for validation, or none (default none, 0.1 with --patience, --save-best or the schedule plateau)")
	fs.Var(&j.Standardize, "standardize", "bring inputs, and targets that are numbers, to mean 0 and deviation 1 of the training rows: true, false, auto as the data set's row has it")
	fs.Lookup("standardize").NoOptDefVal = "true"
	fs.Var(&j.Missing, "missing", "rows that lack a value: drop, mean (fill in the training mean) or error (default drop)")
}

// complete names the values of the flags of a job that a command has.
func (j *job) complete(cmd *cobra.Command) {
	for flag, values := range map[string][]string{
		"layers": nil, "optimizer": nil, "set": nil, // by functions below
		"output": outputNames(), "dtype": j.DType.of, "loss": append([]string{"auto"}, losses.Names()...),
		"schedule": schedules.Names(), "descent": j.Descent.of, "batch": {"full", "1", "16", "32", "64"},
		"test-split": {"every-5th", "every-5th:0", "every-5th:1", "every-5th:2", "every-5th:3", "every-5th:4", "0.2", "none"},
		"watch":      diagnose.Kinds(), "val-split": {"none", "0.1", "0.2"}, "standardize": {"true", "false"}, "missing": j.Missing.of,
	} {
		switch {
		case cmd.Flags().Lookup(flag) == nil:
		case flag == "layers":
			cmd.RegisterFlagCompletionFunc(flag, completeLayers)
		case flag == "optimizer":
			cmd.RegisterFlagCompletionFunc(flag, completeAnyOptimizer)
		case flag == "set":
			cmd.RegisterFlagCompletionFunc(flag, completeOptions)
		default:
			completeNames(cmd, flag, values)
		}
	}
	if cmd.Flags().Lookup("init") != nil {
		cmd.RegisterFlagCompletionFunc("init", completeInit)
	}
	if cmd.Flags().Lookup("data") != nil {
		cmd.MarkFlagDirname("data")
	}
}
