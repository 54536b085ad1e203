package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nabla/train/compare"
	"nabla/train/metrics"
	"nabla/train/optimizers"
)

const compareLong = `Train the same network with several optimizers, learning rates and seeds, and say which is best, by
how much, and how sure that is.

All optimizers of a seed start from the same weights and see the same batches. The settings of
the network and its training are those of nabla train, with the recipe of the data set where
nothing is said; learning rate, schedule and weight decay of the recipe are not taken over, since
they were chosen for one optimizer. A FUNCTION is one of nabla minimize; each seed draws a start from
its box, a step counts as an epoch, and the value there is what counts. Where a learning rate is to be chosen, it is chosen by
validation rows (a tenth of the training rows), and the test rows only confirm. A run that
diverges is a result: it counts as the worst.

--lr          usual: that of each optimizer (default); 0.1,0.01; a grid FROM:TO:N in equal ratios, 1e-4:1:9;
              auto: 9 rates around the usual one, tried with one seed, of which the best runs with all
--protocol    deepobs: the grid 1e-5:1e2:36 with one seed, then the best with 10 seeds, as Schneider, Balles
              and Hennig (2019) do
--shard       2/8 makes the second of eight parts, nabla merge joins them; auto takes the numbers from a job
              array of SLURM or an indexed job of Kubernetes, auto/8 from GNU parallel as well

Give the same command with the same --out again, and an interrupted comparison goes on. With
--target or --budget seconds=N seconds are compared, and one run is made at a time.`

// comparer is the command with its flags.
type comparer struct {
	*console
	cmd        *cobra.Command
	optimizers string
	rates      string
	seeds      string
	tuneSeeds  int
	protocol   choice
	budget     string
	targets    []string
	metric     string
	workers    int
	shard      string
	noise      float64
	out        string
}

// sharedFlags are the flags of a job that go for all runs alike.
var sharedFlags = []string{
	"layers", "output", "init", "dtype", "loss", "schedule", "weight-decay", "l1", "clip-norm", "clip-value",
	"epochs", "batch", "descent", "accumulate", "no-shuffle", "drop-last",
	"data", "data-seed", "test-split", "val-split", "standardize", "missing", "seed",
}

// compareCommand declares the flags of a comparison and those of a job that have a
// meaning for all its runs.
func compareCommand(c *console) *cobra.Command {
	r := &comparer{console: c, protocol: choice{value: "none", of: []string{"none", "deepobs"}}}
	cmd := &cobra.Command{
		Use:   "compare DATA|FUNCTION...",
		Short: "Compare optimizers over seeds and learning rates",
		Long:  compareLong,
		Example: `  nabla compare iris --optimizers sgd,momentum,adam
  nabla compare digits --optimizers sgd,adam --lr 1e-3:1:4 --out digits
  nabla compare rosenbrock beale --optimizers adam,lbfgs --target 1e-6
  nabla compare iris --optimizers sgd,adam:beta1=0.8 --seeds 2
  nabla compare wine --optimizers sgd,adamw --protocol deepobs --shard 1/4`,
		ValidArgsFunction: completeEveryData,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage(cmd.CommandPath(), errors.New("nabla compare needs DATA or FUNCTION, such as digits or rosenbrock"))
			}
			return usageOf(cmd, r.run(cmd.Context(), args))
		},
	}
	r.cmd = cmd
	fs := cmd.Flags()
	fs.StringVar(&r.optimizers, "optimizers", "sgd,momentum,adam", "optimizers by `NAMES` with commas between: "+optimizerNames()+"; full-batch methods: "+strings.Join(optimizers.MethodNames(), ", ")+"; with options: adam:beta1=0.8:epsilon=1e-6")
	fs.StringVar(&r.rates, "lr", "usual", "learning `RATES`: usual, auto, a list 0.1,0.01 or a grid FROM:TO:N")
	fs.StringVar(&r.seeds, "seeds", "10", "`N` seeds from --seed on, or a list of seeds: 1,5,9")
	fs.IntVar(&r.tuneSeeds, "tune-seeds", 0, "try all learning rates with the first `N` seeds only, then the best with the others; 0 is all seeds (default 1 with --lr auto)")
	fs.Var(&r.protocol, "protocol", "none, or deepobs: 36 learning rates from 1e-5 to 1e2, the best with 10 seeds")
	fs.StringVar(&r.budget, "budget", "", "what each run may use: epochs=`N`, evaluations=N (gradients of a batch) or seconds=N (default: --epochs)")
	fs.StringArrayVar(&r.targets, "target", nil, "`VALUE` of the metric, to which the work is compared (default: the median of what the runs end with); or the columns to predict, as in nabla train")
	fs.StringVar(&r.metric, "metric", "", "judge runs by this `NAME`: loss, "+strings.Join(metrics.Names(), ", ")+" (default accuracy or rmse)")
	fs.IntVar(&r.workers, "workers", 0, "make `N` runs at the same time; 0 is one for each core")
	fs.StringVar(&r.shard, "shard", "", "make part `I/N` of the runs only; auto, auto/N: by the variables of a job array")
	fs.StringVarP(&r.out, "out", "o", "", "`FOLDER` for compare.jsonl and tables as CSV; the same command goes on there")
	fs.Float64Var(&r.noise, "noise", 0, "normal noise of this `DEVIATION` on the values and gradients of a function, as mini-batches have")
	r.jobFlags(cmd)
	cmd.RegisterFlagCompletionFunc("optimizers", completeOptimizers)
	completeNames(cmd, "lr", []string{"usual", "auto", "1e-4:1:9"})
	completeNames(cmd, "seeds", []string{"3", "5", "10"})
	completeNames(cmd, "protocol", r.protocol.of)
	completeNames(cmd, "metric", append([]string{"loss"}, metrics.Names()...))
	completeNames(cmd, "budget", []string{"epochs=", "evaluations=", "seconds="})
	completeNames(cmd, "shard", []string{"auto", "1/2"})
	cmd.MarkFlagDirname("out")
	return cmd
}

// jobFlags adds those flags of a job that go for all runs.
func (r *comparer) jobFlags(cmd *cobra.Command) {
	j := newJob("")
	all := pflag.NewFlagSet("", pflag.ContinueOnError)
	j.flags(all)
	for _, name := range sharedFlags {
		cmd.Flags().AddFlag(all.Lookup(name))
	}
	j.complete(cmd)
}

// completeEveryData offers data sets, functions and files for every argument.
func completeEveryData(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return problemNames(), cobra.ShellCompDirectiveDefault
}

// completeOptimizers offers optimizers behind the last comma.
func completeOptimizers(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	before := ""
	if i := strings.LastIndexByte(word, ','); i >= 0 {
		before, word = word[:i+1], word[i+1:]
	}
	words, directive := completeAnyOptimizer(cmd, args, word)
	return prefixed(before, words, before), directive
}

// The files of a comparison in its folder.
const (
	comparisonFile = "compare.jsonl"
	runsFile       = "runs.csv"
	summaryFile    = "summary.csv"
	curvesFile     = "curves.csv"
)

// run is the command: plan, runs, tables.
func (r *comparer) run(ctx context.Context, data []string) error {
	plan, setups, err := r.plan(data)
	if err != nil {
		return err
	}
	header, err := plan.Header()
	if err != nil {
		return usagef("%s", plain(err))
	}
	for _, s := range setups {
		if s.source.Entry == nil {
			(&trainer{console: r.console}).warnMissing(s.source)
		}
	}
	store, have, err := r.open(header)
	if err != nil {
		return err
	}
	report := &comparison{console: r.console}
	if !r.json && !r.quiet {
		report.start(plan, header, setups, len(have))
	}
	bar := r.newRunBar(header.Count(), len(have))
	r.interruptible.Store(true)
	defer r.interruptible.Store(false)
	result, err := plan.Run(ctx, have, func(run compare.Record) error {
		bar.done(run)
		if store == nil {
			return nil
		}
		return store.Add(run)
	})
	bar.clear()
	if store != nil {
		err = errors.Join(err, store.Finish(result))
	}
	if err != nil {
		return r.unfinished(result, err)
	}
	return r.finish(report, plan, result)
}

// unfinished reports how far the runs came.
func (r *comparer) unfinished(result compare.Result, err error) error {
	if !errors.Is(err, context.Canceled) {
		return err
	}
	if r.json {
		if err := result.WriteJSON(r.console.out); err != nil {
			return err
		}
	}
	step := "nothing was saved; with --out FOLDER an interrupted comparison can go on"
	if r.out != "" {
		step = "go on with the same command"
	}
	r.warn("interrupted after %d of %d runs; %s", len(result.Records), result.Header.Count(), step)
	return err
}

// finish prints the result and writes the tables.
func (r *comparer) finish(report *comparison, plan compare.Plan, result compare.Result) error {
	if plan.Shard != (compare.Shard{}) {
		return r.finishPart(plan, result)
	}
	if r.out != "" {
		if err := writeTables(r.out, result); err != nil {
			return err
		}
	}
	if r.json {
		return result.WriteJSON(r.console.out)
	}
	report.end(result, plan.Timed)
	if r.out != "" {
		report.line("saved", "%s", r.out)
	}
	return nil
}

// finishPart says how to go on with a part.
func (r *comparer) finishPart(plan compare.Plan, result compare.Result) error {
	if len(result.Records) == 0 {
		r.warn("part %s has no runs: there are fewer than parts", plan.Shard)
	}
	if r.json {
		return result.WriteJSON(r.console.out)
	}
	fmt.Fprintf(r.console.out, "part %s: %s\n", plan.Shard, plural(len(result.Records), "run"))
	if r.out != "" && !r.quiet {
		fmt.Fprintf(r.console.out, "when all %d parts are there: nabla merge %s\n", plan.Shard.Of, shellQuote(r.out))
	}
	return nil
}

// open opens the file of the runs; without --out there is none.
func (r *comparer) open(h compare.Header) (*compare.Store, []compare.Record, error) {
	if r.out == "" {
		return nil, nil, nil
	}
	folder := r.out
	if h.Shard != "" {
		folder = filepath.Join(folder, partFolder(h.Shard))
	}
	if err := freeForComparison(folder); err != nil {
		return nil, nil, err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, nil, advised(fmt.Errorf("--out: %w", fileError(folder, err)), "choose a folder that can be made")
	}
	path := filepath.Join(folder, comparisonFile)
	store, have, cut, err := compare.OpenStore(path, h)
	if err != nil {
		return nil, nil, advised(fmt.Errorf("--out: %s", plain(err)), "choose another folder with --out, or remove the file")
	}
	if cut {
		r.warn("%s: the last line was cut off; that run is made again", path)
	}
	return store, have, nil
}

// partFolder is the folder of a part in that of the whole: part-2-of-8.
func partFolder(shard string) string { return "part-" + strings.Replace(shard, "/", "-of-", 1) }

// freeForComparison reports tables in a folder that are not of a comparison.
func freeForComparison(folder string) error {
	if _, err := os.Stat(filepath.Join(folder, comparisonFile)); err == nil {
		return nil
	}
	for _, name := range []string{runsFile, summaryFile, curvesFile, configFile} {
		if _, err := os.Stat(filepath.Join(folder, name)); err == nil {
			return fmt.Errorf("--out: %s is there without the %s of a comparison; choose another folder with --out", filepath.Join(folder, name), comparisonFile)
		}
	}
	return nil
}
