package main

import (
	"fmt"
	"math"
	"strings"
	"text/tabwriter"

	"nabla/train"
)

// print lays the results out as a table for the terminal or as Markdown.
func (d *demonstrator) print(results []demoResult) {
	head := []string{"Data set", "Metric", fmt.Sprintf("nabla, %d seeds", d.seeds)}
	if d.folds {
		head = append(head, "nabla, 5 folds", "linear, 5 folds")
	}
	head = append(head, "PyTorch", "scikit-learn", "linear", "Demand", "Result")
	if d.markdown {
		head = append(head, "Recipe")
	}
	rows := [][]string{head}
	for _, r := range results {
		relation := "≥ "
		if r.Metric == "rmse" {
			relation = "≤ "
		}
		row := []string{r.Name, r.Metric, score(r.Mean) + " ± " + deviation(r)}
		if d.folds {
			row = append(row, foldScore(r.Folds), foldScore(r.LinearFolds))
		}
		row = append(row, score(r.PyTorch), score(r.Sklearn), score(r.Linear), relation+score(r.Demand), verdict(r.Pass))
		if d.markdown {
			row = append(row, "`"+r.Recipe+"`")
		}
		rows = append(rows, row)
	}
	if d.markdown {
		d.printMarkdown(rows)
		return
	}
	t := tabwriter.NewWriter(d.out, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(t, strings.Join(row, "\t"))
	}
	t.Flush()
}

// printMarkdown prints the table as it stands in the README.
func (d *demonstrator) printMarkdown(rows [][]string) {
	for i, row := range rows {
		fmt.Fprintf(d.out, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			fmt.Fprintf(d.out, "|%s\n", strings.Repeat("---|", len(row)))
		}
	}
}

// score is a number with four digits, a dash for none.
func score(v train.Number) string {
	switch x := float64(v); {
	case math.IsNaN(x):
		return "–"
	case x >= 10:
		return fmt.Sprintf("%.2f", x)
	default:
		return fmt.Sprintf("%.4f", x)
	}
}

// foldScore is the score of folds, a dash for data that has none.
func foldScore(v *train.Number) string {
	if v == nil {
		return "–"
	}
	return score(*v)
}

// deviation has the decimals of the mean.
func deviation(r demoResult) string {
	if r.Mean >= 10 {
		return fmt.Sprintf("%.2f", float64(r.Std))
	}
	return score(r.Std)
}

func verdict(pass bool) string {
	if pass {
		return "pass"
	}
	return "FAIL"
}
