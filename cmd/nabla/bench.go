package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"nabla/activations"
	"nabla/internal/kernel"
	"nabla/losses"
)

// bencher is the command with its flags.
type bencher struct {
	*console
	activation, loss, optimizer string
	dtype                       choice
	batch, repeat, epoch        int
	threads                     int
	predict                     bool
}

// benchCommand times training steps. What it measures stands in benchtime.go, on
// which networks in benchnet.go.
func benchCommand(c *console) *cobra.Command {
	b := &bencher{console: c, dtype: choice{value: "float32", of: []string{"float32", "float64"}}}
	cmd := &cobra.Command{
		Use:   "bench [NET...]",
		Short: "Time training steps and compare them with the peak of the machine",
		Long: `Time a training step of networks from large to tiny, on random data in memory: fetching the batch,
forward, backward and update, as nabla train does them. The figures are medians over --repeat turns,
each beside a measurement of the multiply-add peak of a core.

NET is a letter, or sizes with dashes between for a network of your own; without one all letters:

` + benchNetList() + `
NABLA_ISA=generic|avx2|avx512 chooses the kernels.`,
		Example: `  nabla bench
  nabla bench A B --optimizer adam --activation tanh
  nabla bench 784-512-10 --batch 256 --dtype float64 --json
  nabla bench B --epoch 60000 --predict`,
		ValidArgs: benchNames(),
		RunE: func(cmd *cobra.Command, args []string) error {
			nets, err := b.nets(args)
			if err != nil {
				return usage(cmd.CommandPath(), err)
			}
			b.interruptible.Store(true)
			defer b.interruptible.Store(false)
			r, err := b.measure(cmd.Context(), nets)
			if err != nil {
				return err
			}
			if b.json {
				return b.writeJSON(r)
			}
			b.print(nets, r)
			return nil
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&b.activation, "activation", "relu", "activation of the hidden layers by `NAME`: "+strings.Join(activations.Names(), ", "))
	fs.StringVar(&b.loss, "loss", "cross-entropy", "loss by `NAME`: "+strings.Join(losses.Names(), ", "))
	fs.StringVar(&b.optimizer, "optimizer", "sgd", "optimizer by `NAME`: "+optimizerNames())
	fs.Var(&b.dtype, "dtype", "number type: float32 or float64")
	fs.IntVarP(&b.batch, "batch", "b", 0, "`ROWS` of a batch (default: that of the net, 32 for sizes)")
	fs.IntVar(&b.repeat, "repeat", 9, "take the median of `N` turns")
	fs.IntVar(&b.threads, "threads", 1, "share large matrix products among `N` cores; the peak is that of so many together")
	fs.BoolVar(&b.predict, "predict", false, "time the prediction of a batch too")
	fs.IntVar(&b.epoch, "epoch", 0, "time whole epochs over `ROWS` rows too; 0 does not")
	completeNames(cmd, "activation", activations.Names())
	completeNames(cmd, "loss", losses.Names())
	cmd.RegisterFlagCompletionFunc("optimizer", completeOptimizer)
	completeNames(cmd, "dtype", b.dtype.of)
	return cmd
}

// benchResult is what the command prints as JSON. The peak is that of the cores
// together, in the number type of the nets; 0 where no kernel reaches one.
type benchResult struct {
	Nets       map[string]*netTimes `json:"nets"`
	Cores      int                  `json:"cores"`
	ISA        string               `json:"isa"`
	PeakGFLOPS float64              `json:"gflops_peak"`
	DType      string               `json:"dtype"`
	Activation string               `json:"activation"`
	Loss       string               `json:"loss"`
	Optimizer  string               `json:"optimizer"`
}

// netTimes are the medians of one network. Times are microseconds.
type netTimes struct {
	Layers     string  `json:"layers"`
	Batch      int     `json:"batch"`
	Step       float64 `json:"us_per_step"`
	Allocs     int64   `json:"allocs_per_step"`
	GFLOPS     float64 `json:"gflops"`               // of the matrix products alone
	Share      float64 `json:"peak_share,omitempty"` // of the peak measured beside them
	Prediction float64 `json:"us_per_prediction,omitempty"`
	PredAllocs *int64  `json:"allocs_per_prediction,omitempty"`
	EpochRows  int     `json:"epoch_rows,omitempty"`
	Epoch      float64 `json:"us_per_epoch,omitempty"`
}

// result is an empty one with the settings.
func (b *bencher) result() benchResult {
	return benchResult{Nets: map[string]*netTimes{}, Cores: b.threads, ISA: kernel.ISA().String(), DType: b.dtype.value,
		Activation: b.activation, Loss: b.loss, Optimizer: b.optimizer}
}

// print shows the nets in the order in which they were asked for.
func (b *bencher) print(nets []benchNet, r benchResult) {
	if !b.quiet {
		fmt.Fprintf(b.out, "%s on %s with %s kernels, peak %.0f GFLOPS; hidden layers %s, %s, %s; medians of %s\n\n",
			r.DType, plural(r.Cores, "core"), r.ISA, r.PeakGFLOPS, r.Activation, r.Loss, r.Optimizer, plural(b.repeat, "turn"))
	}
	t := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', 0)
	columns := []string{"Net", "Layers", "Batch", "µs/step", "Allocs", "GFLOPS", "Of peak"}
	if b.predict {
		columns = append(columns, "µs/prediction")
	}
	if b.epoch > 0 {
		columns = append(columns, "ms/epoch")
	}
	fmt.Fprintln(t, strings.Join(columns, "\t"))
	for _, net := range nets {
		v := r.Nets[net.name]
		share := "-"
		if v.Share > 0 {
			share = digits(100*v.Share) + " %"
		}
		cells := []string{net.name, v.Layers, fmt.Sprint(v.Batch), digits(v.Step), fmt.Sprint(v.Allocs), digits(v.GFLOPS), share}
		if b.predict {
			cells = append(cells, digits(v.Prediction))
		}
		if b.epoch > 0 {
			cells = append(cells, digits(v.Epoch/1000))
		}
		fmt.Fprintln(t, strings.Join(cells, "\t"))
	}
	t.Flush()
}

// digits writes a positive number with three digits, or all before the point.
func digits(v float64) string {
	places := 0
	for least := 100.0; v < least && places < 4; least /= 10 {
		places++
	}
	return fmt.Sprintf("%.*f", places, v)
}

// median sorts the values.
func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}
