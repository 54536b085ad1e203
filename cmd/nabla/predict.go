package main

import (
	"encoding/csv"
	"encoding/json"
	"strconv"

	"github.com/spf13/cobra"

	"nabla/datasets"
	"nabla/nn"
	"nabla/train"
	"nabla/train/metrics"
)

// predictCommand prints to standard output alone: where the predictions go is for
// the shell to say.
func predictCommand(c *console) *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use:   "predict MODEL FILE",
		Short: "Predict the rows of a CSV file",
		Long: `Predict the rows of a file with a model and print CSV: the class and a column for each class's
probability, or the numbers. The columns are found by their names; the target need not be there.

The output has a line for each row of the file. A row that lacks a value the model needs gets an
empty line of commas and a warning, unless the model was trained to fill such values in.`,
		Example: `  nabla train iris --out runs/iris
  nabla predict runs/iris/model.safetensors new.csv
  nabla predict runs/iris/model.safetensors new.csv --json
  nabla predict runs/iris/model.safetensors new.csv > predictions.csv`,
		Args:              arguments("MODEL", "FILE"),
		ValidArgsFunction: completeModel,
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := readModel(args[0])
			if err != nil {
				return err
			}
			o := datasets.LoadOptions{Schema: m.Schema, InputsOnly: true, Dir: folder}
			source, err := datasets.Open(args[1], o)
			if err != nil {
				return usageOf(cmd, dataError(args[1], o, err))
			}
			c.warnMissing(source)
			p, err := predict(m, source)
			if err != nil {
				return err
			}
			if c.json {
				return p.writeJSON(c, args[0])
			}
			return p.writeCSV(c)
		},
	}
	cmd.Flags().StringVar(&folder, "data", "", "folder with your own files (mnist, fashion-mnist)")
	cmd.MarkFlagDirname("data")
	return cmd
}

// predictions are the rows of a file with what a model says of them.
type predictions struct {
	names  []string    // of the columns: classes or targets
	class  []string    // of each row; nil in regression, "" for a row that was left out
	values [][]float64 // of each row; nil for a row that was left out
	bits   int         // of the numbers
}

// predict computes the rows of the source.
func predict(m *train.Model, source *datasets.Source) (*predictions, error) {
	data, err := m.Schema.Standardize(source.Data)
	if err != nil {
		return nil, err
	}
	y, err := m.Predict(data)
	if err != nil {
		return nil, err
	}
	p := &predictions{names: m.Schema.Targets, bits: 32}
	if m.Network.Config().DType == nn.Float64 {
		p.bits = 64
	}
	// Rows of a table may have been left out; the output has a line for each all the same.
	total, place := data.Len(), func(i int) int { return i }
	if source.Table != nil {
		total, place = source.Table.Rows(), func(i int) int { return source.Report.Rows[i] }
	}
	p.values = make([][]float64, total)
	width := len(y) / max(data.Len(), 1)
	for i := range data.Len() {
		p.values[place(i)] = y[i*width : (i+1)*width]
	}
	if m.Schema.Classes == nil {
		return p, nil
	}
	p.names = m.Schema.Classes
	p.class = make([]string, total)
	classes, err := metrics.Classes(y, width)
	if err != nil {
		return nil, err
	}
	for i, class := range classes {
		if class != metrics.Undecided {
			p.class[place(i)] = p.names[class]
		}
	}
	if width == 1 { // the probability of the second of two classes
		for i, v := range p.values {
			if v != nil {
				p.values[i] = []float64{1 - v[0], v[0]}
			}
		}
	}
	return p, nil
}

// writeCSV prints numbers with as many digits as read back the same.
func (p *predictions) writeCSV(c *console) error {
	w := csv.NewWriter(c.out)
	show := func(name string) string { return name }
	if isTerminal(c.out.w) { // names may come from a file of unknown origin
		show = printable
	}
	var header []string
	if p.class != nil {
		header = append(header, "prediction")
	}
	for _, name := range p.names {
		header = append(header, show(name))
	}
	if err := w.Write(header); err != nil {
		return nil // kept by the console
	}
	for i, values := range p.values {
		line := make([]string, 0, len(header))
		if p.class != nil {
			line = append(line, show(p.class[i]))
		}
		for j := range p.names {
			text := ""
			if values != nil {
				text = strconv.FormatFloat(values[j], 'g', -1, p.bits)
			}
			line = append(line, text)
		}
		if err := w.Write(line); err != nil {
			return nil
		}
	}
	w.Flush()
	return nil
}

// writeJSON prints one object with an element for each row, null for one that
// was left out.
func (p *predictions) writeJSON(c *console, model string) error {
	type row struct {
		Class  string       `json:"class,omitempty"`
		Scores train.Scores `json:"probabilities,omitempty"`
		Values train.Scores `json:"values,omitempty"`
	}
	rows := make([]*row, len(p.values))
	for i, values := range p.values {
		if values == nil {
			continue
		}
		var list train.Scores
		for j, name := range p.names {
			v, err := strconv.ParseFloat(strconv.FormatFloat(values[j], 'g', -1, p.bits), 64)
			if err != nil {
				v = values[j] // NaN and infinities are spelled otherwise
			}
			list = append(list, train.Score{Name: name, Value: v})
		}
		rows[i] = &row{Values: list}
		if p.class != nil {
			rows[i] = &row{Class: p.class[i], Scores: list}
		}
	}
	key := "targets"
	if p.class != nil {
		key = "classes"
	}
	object := map[string]any{"model": model, "rows": len(rows), key: p.names, "predictions": rows}
	text, err := json.Marshal(object)
	if err != nil {
		return err
	}
	return c.writeJSON(json.RawMessage(text))
}
