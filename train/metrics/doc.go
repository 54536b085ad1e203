// Package metrics says how good predictions are. It knows slices of numbers and
// nothing else.
//
// Predictions stand row-major in one slice, columns numbers a row. For
// classification a row holds one score per class, logits or probabilities, and
// its target is the index of the true class; a single column holds the
// probability of class 1 of two. For regression target has the shape of the
// predictions.
//
//	accuracy, err := metrics.Accuracy(prediction, target, 3)
//	matrix, err := metrics.Confusion(prediction, target, 3, []string{"setosa", "versicolor", "virginica"})
//	fmt.Print(matrix, "\n", matrix.Report())
//
// The numbers agree with scikit-learn's. Slices whose lengths do not fit together,
// no rows at all and a target that is no class are errors. A row of scores with a
// NaN in it predicts no class and so counts as wrong; a NaN in a regression makes
// its metrics NaN. Where a quotient is 0/0, as the precision of a class that is
// never predicted, it counts as 0.
package metrics
