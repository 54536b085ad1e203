package metrics

import "nabla/internal/names"

// Func is a metric that is one number.
type Func func(prediction, target []float64, columns int) (float64, error)

// Task is the kind of target that a metric measures.
type Task string

// A target is the index of a class or a number.
const (
	Classification Task = "classification"
	Regression     Task = "regression"
)

// Row is one metric of the table.
type Row struct {
	Name           string
	Task           Task
	LargerIsBetter bool
	Usual          bool // reported unless others are asked for
	Doc            string
	Func           Func
}

// table lists the scalar metrics. Nothing else does.
var table = []Row{
	{"accuracy", Classification, true, true, "share of rows whose class is right", Accuracy},
	{"top-3", Classification, true, false, "share of rows whose class is among the 3 likeliest", TopK(3)},
	{"top-5", Classification, true, false, "share of rows whose class is among the 5 likeliest", TopK(5)},
	{"precision", Classification, true, false, "share of a class's predictions that are right, mean over the classes", Precision},
	{"recall", Classification, true, false, "share of a class's rows that are found, mean over the classes", Recall},
	{"f1", Classification, true, false, "harmonic mean of precision and recall, mean over the classes", F1},
	{"rmse", Regression, false, true, "root of the mean squared error", RMSE},
	{"mae", Regression, false, true, "mean absolute error", MAE},
	{"r2", Regression, true, true, "share of the target's variance that is explained", R2},
}

// Names lists the metrics in the order of the table.
func Names() []string {
	return names.Of(table, Row.name)
}

func (r Row) name() string { return r.Name }

// ByName returns the row of a metric. Its error names the nearest one and lists
// them all.
func ByName(name string) (Row, error) {
	return names.Find("metrics", "metric", name, table, Row.name)
}

// Usual lists the metrics that a task reports unless others are asked for.
func Usual(task Task) []Row {
	var rows []Row
	for _, row := range table {
		if row.Task == task && row.Usual {
			rows = append(rows, row)
		}
	}
	return rows
}
