package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nabla/datasets"
	"nabla/internal/lesson"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/gradcheck"
	"nabla/train"
)

// checkedRows is the batch of a check, checkedCoordinates how many elements of a
// tensor are compared.
const (
	checkedRows        = 8
	checkedCoordinates = 200
)

// gradcheckCommand shares its flags with summary: what is checked is the network
// that those show.
func gradcheckCommand(c *console) *cobra.Command {
	var all, curve bool
	var picture, bug string
	cmd := &cobra.Command{
		Use:   "gradcheck [DATA|MODEL|--all]",
		Short: "Compare gradients with differences of the loss",
		Long: `Compare the gradients of a network with central differences of its loss, in float64, by parameter.

DATA: the network that nabla train DATA starts with, on the first rows of the data (iris without an
argument). MODEL: the network of a model file with its weights, on random rows. --all: every
activation, loss and layer of the library alone. The exit code is 1 when a gradient is wrong.

--curve: instead, the error of plain difference quotients by their step, whose V shows why no step is
small enough.

--inject: plant a classic mistake of backpropagation (a wrong layer, loss, rule or source of batches)
and show which check finds it and how; rows of DATA are its inputs, without DATA random ones. The exit
code is 0 when it is found and its right twin passes.`,
		Example: `  nabla gradcheck iris
  nabla gradcheck moons --layers 4:tanh --loss bce
  nabla gradcheck --all
  nabla gradcheck iris --curve --plot steps.svg
  nabla gradcheck --inject softmax-without-jacobian
  nabla gradcheck digits --inject all --seed 7`,
		Args:              arguments("[DATA|MODEL]"),
		ValidArgsFunction: completeData,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case changed(cmd.Flags(), "inject") && (all || curve):
				return usage(cmd.CommandPath(), errors.New("--inject takes no --all and no --curve"))
			case changed(cmd.Flags(), "inject"):
				return usageOf(cmd, c.inject(bug, args, cmd.Flags()))
			case all && (len(args) > 0 || curve):
				return usage(cmd.CommandPath(), errors.New("--all takes no data and no --curve"))
			case picture != "" && !curve:
				return usage(cmd.CommandPath(), errors.New("--plot draws what --curve measures; give both"))
			case all:
				return c.reportAll(checkAll(cmd.Flags()))
			case curve:
				return usageOf(cmd, c.curve(append(args, "iris")[0], picture, cmd.Flags()))
			}
			r, err := checkNetwork(append(args, "iris")[0], cmd.Flags())
			return usageOf(cmd, c.reportNetwork(r, err))
		},
	}
	networkOnly(cmd)
	cmd.Flags().BoolVar(&all, "all", false, "check every activation, loss and layer")
	cmd.Flags().BoolVar(&curve, "curve", false, "show the error of forward and central differences by their step")
	cmd.Flags().StringVar(&picture, "plot", "", "draw the curve into a `FILE`, .png, .svg or .pdf")
	cmd.MarkFlagFilename("plot", "png", "svg", "pdf")
	cmd.Flags().StringVar(&bug, "inject", "", "plant a `BUG` and find it: all, "+strings.Join(lesson.BugNames(), ", "))
	completeNames(cmd, "inject", append([]string{allBugs}, lesson.BugNames()...))
	return cmd
}

// checkNetwork checks the network of a model file, or of the job that the flags
// make for data.
func checkNetwork(name string, flags *pflag.FlagSet) (gradcheck.Report, error) {
	b, err := checked(name, flags)
	if err != nil {
		return gradcheck.Report{}, err
	}
	return gradcheck.Network(b.net, b.x, b.cost, gradcheck.Options{Seed: seedOf(flags), Coordinates: checkedCoordinates})
}

// checkedBatch is a network, the rows that it is checked on, and its loss.
type checkedBatch struct {
	name string
	net  *nn.Network
	x    []float64
	cost gradcheck.Cost

	columns int // of x
}

// checked makes the batch of a check.
func checked(name string, flags *pflag.FlagSet) (b checkedBatch, err error) {
	net, loss, data, err := batchOf(name, flags)
	if err != nil {
		return b, err
	}
	x, y, err := batchNumbers(net, loss, data)
	return checkedBatch{data.Name, net, x, gradcheck.Against(loss, y, nil), data.X.Cols}, err
}

// batchNumbers are the inputs of rows, and their targets as the loss wants them.
func batchNumbers(net *nn.Network, loss losses.Loss, data *datasets.Dataset) (x, y []float64, err error) {
	rows := make([]int, data.Len())
	for i := range rows {
		rows[i] = i
	}
	x = make([]float64, data.Len()*data.X.Cols)
	if err := datasets.CopyX(x, data, rows); err != nil {
		return nil, nil, err
	}
	y, err = train.Targets(loss, net, data)
	return x, y, err
}

// seedOf is the seed of the random numbers that a check itself draws.
func seedOf(flags *pflag.FlagSet) uint64 {
	seed, _ := flags.GetUint64("seed") // declared by networkOnly
	return seed
}

// batchOf makes what is checked: a network, its loss and a few rows.
func batchOf(name string, flags *pflag.FlagSet) (*nn.Network, losses.Loss, *datasets.Dataset, error) {
	if isModel(name) {
		m, err := readJudge(name)
		if err == nil {
			err = onlyData(name, flags)
		}
		if err != nil {
			return nil, losses.Loss{}, nil, err
		}
		data, err := randomRows(m, seedOf(flags))
		return m.Network, m.Loss, data, err
	}
	s, err := networkJob(name, flags)
	if err != nil {
		return nil, losses.Loss{}, nil, err
	}
	data, err := spreadOut(s.parts.Train, checkedRows)
	return s.net, s.loss, data, err
}

// randomRows draws inputs, and targets of the kind that a model predicts.
func randomRows(m *train.Model, seed uint64) (*datasets.Dataset, error) {
	rng := rand.New(rand.NewPCG(seed, 0))
	x := datasets.Matrix{Rows: checkedRows, Cols: len(m.Schema.Features())}
	for range x.Rows * x.Cols {
		x.F64 = append(x.F64, rng.NormFloat64())
	}
	y := datasets.Matrix{Rows: checkedRows, Cols: len(m.Schema.Targets)}
	for range y.Rows * y.Cols {
		v := rng.Float64()
		if n := len(m.Schema.Classes); n > 0 {
			v = float64(rng.IntN(n))
		}
		y.F64 = append(y.F64, v)
	}
	return datasets.New("random rows", x, y, m.Schema.Classes)
}

// namedReport is the check of a row of a table.
type namedReport struct {
	gradcheck.Report
	err error
}

// checkAll checks all rows of the tables.
func checkAll(flags *pflag.FlagSet) []namedReport {
	var examples []nn.Layer
	for _, row := range layers.Table() {
		examples = append(examples, row.Example)
	}
	var list []namedReport
	for _, c := range gradcheck.Cases(examples...) {
		r, err := c.Check(seedOf(flags))
		r.Name = fmt.Sprintf("%s %s: %s", c.Kind, c.Row, c.What)
		list = append(list, namedReport{r, err})
	}
	return list
}

// failed is the error of a command whose checks found wrong gradients.
func failed(list []string) error {
	return fmt.Errorf("gradients are wrong: %s; the derivative stands beside the function in its file", strings.Join(list, "; "))
}
