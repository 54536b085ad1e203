package main

import (
	"cmp"
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"nabla/datasets"
	"nabla/train"
	"nabla/train/metrics"
)

// evaluator is the command with its flags; which rows it takes stands in
// evaluaterows.go.
type evaluator struct {
	*console
	split    string
	data     string
	dataSeed optional[uint64]
	seed     optional[uint64]
}

// evaluateCommand declares the flags; empty ones fall back to what the model file
// says of its run.
func evaluateCommand(c *console) *cobra.Command {
	e := &evaluator{console: c}
	cmd := &cobra.Command{
		Use:   "evaluate MODEL DATA",
		Short: "Say how good a model is on data with known targets",
		Long: `Evaluate a model on DATA, a bundled data set or a file.

Of the data that the model was trained on, its test rows are taken, of another bundled data set the
usual test rows, of another file all rows. --test-split chooses others, with a warning when the
model was trained on them.
Classification: precision, recall and F1 by class, and the confusion matrix. Regression: RMSE, MAE
and R², in the units of the target.`,
		Example: `  nabla train iris --out runs/iris
  nabla evaluate runs/iris/model.safetensors iris
  nabla evaluate runs/iris/model.safetensors iris --test-split none --json
  nabla train houses.csv --target price --out runs/houses
  nabla evaluate runs/houses/model.safetensors houses.csv --test-split every-5th`,
		Args:              arguments("MODEL", "DATA"),
		ValidArgsFunction: completeModel,
		RunE: func(cmd *cobra.Command, args []string) error {
			return usageOf(cmd, e.run(args[0], args[1]))
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&e.split, "test-split", "auto", "rows to evaluate: every-5th, every-5th:K or a fraction for those test rows, none for all rows; auto is the test rows of the training, or those of a bundled data set, or all rows of another file")
	fs.StringVar(&e.data, "data", "", "folder with your own files (mnist, fashion-mnist)")
	fs.Var(&e.dataSeed, "data-seed", "seed of generated data (default: the model's, or that of the data set's row)")
	fs.Var(&e.seed, "seed", "seed of a fraction that is drawn (default: the model's)")
	completeNames(cmd, "test-split", []string{"auto", "every-5th", "every-5th:0", "0.2", "none"})
	cmd.MarkFlagDirname("data")
	return cmd
}

// evaluation is what the command prints as JSON.
type evaluation struct {
	Model     string                   `json:"model"`
	Dataset   string                   `json:"dataset"`
	Rows      int                      `json:"rows"`
	Which     string                   `json:"which"`                  // which rows these are
	Trained   *int                     `json:"trained_rows,omitempty"` // of these; absent when the data are not those of the model
	Loss      train.Number             `json:"loss"`
	Metrics   train.Scores             `json:"metrics"`
	Targets   map[string]train.Scores  `json:"targets,omitempty"` // of each target, when there are several
	Report    *metrics.Report          `json:"report,omitempty"`
	Confusion *metrics.ConfusionMatrix `json:"confusion,omitempty"`
}

// run reads model and data, scores the rows and prints them. What is printed follows
// the task of the model, not of the data: the schema has made them alike.
func (e *evaluator) run(path, name string) error {
	m, err := readJudge(path)
	if err != nil {
		return err
	}
	source, err := e.open(m, name)
	if err != nil {
		return err
	}
	e.warnMissing(source)
	rows, err := e.rows(m, source, name)
	if err != nil {
		return err
	}
	e.warnTrained(rows)
	data := rows.data
	// Classes come from the schema: a file of numbers does not show that they are classes.
	task := metrics.Regression
	if m.Schema.Classes != nil {
		task = metrics.Classification
	}
	result, err := m.Evaluate(data, metrics.Usual(task))
	if err != nil {
		return err
	}
	v := evaluation{Model: path, Dataset: source.Data.Name, Rows: data.Len(), Which: rows.which, Trained: rows.trained, Loss: train.Number(result.Loss), Metrics: result.Scores}
	if task == metrics.Classification {
		err = v.classes(m, data, result)
	} else if len(m.Schema.Targets) > 1 {
		err = v.targets(m, data, result)
	}
	if err != nil {
		return err
	}
	if e.json {
		err = e.writeJSON(v)
	} else {
		e.print(m, v)
	}
	return cmp.Or(err, v.finite())
}

// finite is an error of a loss that is none: then the numbers beside it say
// nothing either.
func (v evaluation) finite() error {
	if loss := float64(v.Loss); math.IsNaN(loss) || math.IsInf(loss, 0) {
		return fmt.Errorf("%s on %s: the loss is %v; a number is too large for the model: look for it in the data, or train with --dtype float64", v.Model, v.Dataset, loss)
	}
	return nil
}

// classes adds the report and the confusion matrix.
func (v *evaluation) classes(m *train.Model, data *datasets.Dataset, result train.Result) error {
	columns := len(result.Predictions) / data.Len()
	truth := make([]float64, data.Len())
	for i := range truth {
		truth[i] = data.Y.At(i, 0)
	}
	matrix, err := metrics.Confusion(result.Predictions, truth, columns, m.Schema.Classes)
	if err != nil {
		return err
	}
	report := matrix.Report()
	v.Report, v.Confusion = &report, &matrix
	return nil
}

// targets adds the metrics of each target alone.
func (v *evaluation) targets(m *train.Model, data *datasets.Dataset, result train.Result) error {
	v.Targets = map[string]train.Scores{}
	width := len(m.Schema.Targets)
	// The rows are scaled for the network, predictions are in units again; so must these.
	truth := make([]float64, 0, data.Len()*width)
	for i := range data.Len() {
		for j := range width {
			truth = append(truth, data.Y.At(i, j))
		}
	}
	m.Schema.Unscale(truth)
	for j, name := range m.Schema.Targets {
		var p, t []float64
		for i := range data.Len() {
			p, t = append(p, result.Predictions[i*width+j]), append(t, truth[i*width+j])
		}
		for _, row := range metrics.Usual(metrics.Regression) {
			value, err := row.Func(p, t, 1)
			if err != nil {
				return err
			}
			v.Targets[name] = append(v.Targets[name], train.Score{Name: row.Name, Value: value})
		}
	}
	return nil
}

// print writes the report of classes, or a line for each target.
func (e *evaluator) print(m *train.Model, v evaluation) {
	fmt.Fprintf(e.out, "%s on %s: %s (%s), loss %.4f\n", printable(v.Model), e.paint(bold, printable(v.Dataset)), plural(v.Rows, "row"), v.Which, float64(v.Loss))
	if v.Report != nil {
		fmt.Fprintf(e.out, "\n%s\n%s", v.Report, v.Confusion)
		return
	}
	line := func(name string, scores train.Scores) {
		fmt.Fprintf(e.out, "%-16s", printable(name))
		for _, s := range scores {
			fmt.Fprintf(e.out, "  %s %.4f", s.Name, s.Value)
		}
		fmt.Fprintln(e.out)
	}
	for _, name := range m.Schema.Targets {
		if scores := v.Targets[name]; scores != nil {
			line(name, scores)
		}
	}
	if v.Targets == nil {
		line(m.Schema.Targets[0], v.Metrics)
	}
}
