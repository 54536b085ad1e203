package main

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"nabla/datasets"
)

// datasetsCommand shows what is bundled without reading more than a preview needs.
func datasetsCommand(c *console) *cobra.Command {
	return &cobra.Command{
		Use:   "datasets [NAME]",
		Short: "List the bundled data sets, or show one",
		Example: `  nabla datasets
  nabla datasets penguins
  nabla datasets --json`,
		Args: arguments("[NAME]"),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return datasets.Names(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listDatasets(c)
			}
			e, err := datasets.ByName(args[0])
			if err != nil {
				return usage(cmd.CommandPath(), err)
			}
			return showDataset(c, e)
		},
	}
}

// datasetInfo is what is said of a data set.
type datasetInfo struct {
	Name     string     `json:"name"`
	Title    string     `json:"title"`
	About    string     `json:"about"`
	Task     string     `json:"task,omitempty"`
	Rows     int        `json:"rows,omitempty"`
	TestRows int        `json:"test_rows,omitempty"` // of own test files
	Features []string   `json:"features,omitempty"`
	Targets  []string   `json:"targets,omitempty"`
	Classes  []string   `json:"classes,omitempty"`
	Licence  string     `json:"licence"`
	Source   string     `json:"source"`
	Recipe   string     `json:"recipe,omitempty"` // the command that says what no flag means
	columns  []string   // of the table, for the preview
	preview  [][]string // first rows
	missing  int        // rows without a value
}

// maxFeatures is up to how many features are named.
const maxFeatures = 30

// describeDataset opens a data set to see what it holds. One that cannot be
// opened has no rows to tell of.
func describeDataset(e *datasets.Entry) datasetInfo {
	v := datasetInfo{Name: e.Name, Title: e.Title, About: e.About, Task: string(e.Task), Licence: e.Licence, Source: e.Source, Recipe: recipeCommand(e)}
	// The cells as they are in the file say more than what they are encoded to.
	if t, err := e.Table(); err == nil {
		v.Rows, v.columns = t.Rows(), t.Columns
		for row := range min(5, t.Rows()) {
			cells := make([]string, len(t.Columns))
			for i := range cells {
				cells[i] = t.Cell(row, i)
			}
			v.preview = append(v.preview, cells)
		}
	}
	s, err := e.Open(datasets.LoadOptions{})
	if err != nil {
		return v
	}
	d := s.Data
	v.Features, v.Targets, v.Classes, v.missing = d.Features, d.Targets, d.Classes, len(s.Report.Missing)
	if s.Table == nil {
		v.Rows, v.columns = d.Len(), append(append([]string{}, d.Features...), d.Targets...)
		v.preview = previewRows(d)
	}
	if s.Test != nil {
		v.TestRows = s.Test.Len()
	}
	return v
}

// previewRows are the first rows of data that are not a table.
func previewRows(d *datasets.Dataset) [][]string {
	var rows [][]string
	for i := range min(5, d.Len()) {
		var cells []string
		for j := range d.X.Cols {
			cells = append(cells, strconv.FormatFloat(d.X.At(i, j), 'g', 4, 64))
		}
		for j := range d.Y.Cols {
			if d.Classes != nil {
				cells = append(cells, d.Classes[d.Class(i)])
			} else {
				cells = append(cells, strconv.FormatFloat(d.Y.At(i, j), 'g', 4, 64))
			}
		}
		rows = append(rows, cells)
	}
	return rows
}

// recipeCommand is the recipe of a data set as a command line.
func recipeCommand(e *datasets.Entry) string {
	if e.Recipe.Optimizer == "" {
		return ""
	}
	j := newJob(e.Name)
	words := []string{"nabla train", e.Name, "--layers", shellQuote(j.Layers), "--optimizer", j.Optimizer}
	for _, flag := range []struct{ name, value, usual string }{
		{"set", j.Set.String(), ""}, {"lr", number(j.LearningRate), ""}, {"schedule", j.Schedule, "constant"},
		{"batch", j.Batch, ""}, {"epochs", strconv.Itoa(j.Epochs), ""}, {"weight-decay", j.WeightDecay.String(), ""},
		{"init", j.Init, "glorot-uniform"}, {"loss", j.Loss, "auto"},
	} {
		if flag.value != flag.usual {
			words = append(words, "--"+flag.name, shellQuote(flag.value))
		}
	}
	return strings.Join(words, " ")
}

// listDatasets prints a line for each data set, or all that is known of each as
// JSON.
func listDatasets(c *console) error {
	var list []datasetInfo
	for _, name := range datasets.Names() {
		e, err := datasets.ByName(name)
		if err != nil {
			return err
		}
		list = append(list, describeDataset(e))
	}
	if c.json {
		return c.writeJSON(map[string][]datasetInfo{"datasets": list})
	}
	t := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "Name\tRows\tInputs\tPredicts\tAbout")
	for _, v := range list {
		rows, inputs := "-", "-"
		if v.Rows > 0 {
			rows = strconv.Itoa(v.Rows + v.TestRows)
		}
		if len(v.Features) > 0 {
			inputs = strconv.Itoa(len(v.Features))
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", v.Name, rows, inputs, v.predicts(), v.Title)
	}
	t.Flush()
	fmt.Fprintln(c.out, "\nnabla datasets NAME shows one, nabla train NAME trains its demo model.")
	return nil
}

// predicts says what the demo model predicts.
func (v datasetInfo) predicts() string {
	switch {
	case v.Task == "" || len(v.Targets) == 0 && v.Rows > 0:
		return "-"
	case len(v.Classes) > 0:
		return plural(len(v.Classes), "class")
	case len(v.Targets) == 1:
		return "a number"
	case len(v.Targets) > 1:
		return fmt.Sprintf("%d numbers", len(v.Targets))
	}
	return "-"
}

// showDataset prints one data set with its first rows and the recipe that nabla
// train follows, as a command to start from.
func showDataset(c *console, e *datasets.Entry) error {
	v := describeDataset(e)
	if c.json {
		return c.writeJSON(v)
	}
	fmt.Fprintf(c.out, "%s: %s\n%s\n\n", c.paint(bold, v.Name), v.Title, v.About)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(c.out, "%-9s %s\n", name, text)
		}
	}
	if v.Rows > 0 {
		rows := strconv.Itoa(v.Rows)
		if v.TestRows > 0 {
			rows += fmt.Sprintf(" for training, %d for testing", v.TestRows)
		}
		if v.missing > 0 {
			rows += fmt.Sprintf(", %d of them left out for missing values", v.missing)
		}
		line("rows", rows)
	}
	if n := len(v.Features); n > maxFeatures {
		line("inputs", fmt.Sprintf("%d: %s … %s", n, v.Features[0], v.Features[n-1]))
	} else if n > 0 {
		line("inputs", fmt.Sprintf("%d: %s", n, strings.Join(v.Features, ", ")))
	}
	line("predicts", strings.Join(v.Targets, ", "))
	line("classes", strings.Join(v.Classes, ", "))
	line("source", v.Source)
	line("licence", v.Licence)
	line("recipe", v.Recipe)
	printPreview(c, v)
	return nil
}

// printPreview shows the first rows; of wide ones the first and last columns.
func printPreview(c *console, v datasetInfo) {
	const widest = 14
	if len(v.preview) == 0 {
		return
	}
	fmt.Fprintln(c.out)
	t := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{v.columns}, v.preview...) {
		if len(row) > widest {
			row = append(append(append([]string{}, row[:widest-2]...), "…"), row[len(row)-1])
		}
		fmt.Fprintln(t, strings.Join(row, "\t"))
	}
	t.Flush()
}
