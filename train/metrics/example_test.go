package metrics_test

import (
	"fmt"

	"nabla/train/metrics"
)

func ExampleAccuracy() {
	logits := []float64{
		2, 0, 1,
		0, 3, 1,
		1, 0, 0,
	}
	accuracy, err := metrics.Accuracy(logits, []float64{0, 1, 2}, 3)
	fmt.Printf("%.2f %v\n", accuracy, err)
	// Output: 0.67 <nil>
}

func ExampleConfusion() {
	probability := []float64{0.9, 0.2, 0.6, 0.4, 0.8} // of "spam"
	target := []float64{1, 0, 0, 1, 1}
	matrix, err := metrics.Confusion(probability, target, 1, []string{"ham", "spam"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(matrix, "\n", matrix.Report())
	// Output:
	// true \ predicted  ham  spam
	//              ham    1     1
	//             spam    1     2
	//
	//               precision    recall  f1-score   support
	//
	//          ham       0.50      0.50      0.50         2
	//         spam       0.67      0.67      0.67         3
	//
	//     accuracy                           0.60         5
	//    macro avg       0.58      0.58      0.58         5
	// weighted avg       0.60      0.60      0.60         5
}

func ExampleUsual() {
	prediction, target := []float64{2.5, 0, 2, 8}, []float64{3, -0.5, 2, 7}
	for _, row := range metrics.Usual(metrics.Regression) {
		value, err := row.Func(prediction, target, 1)
		fmt.Printf("%s %.3f %v\n", row.Name, value, err)
	}
	// Output:
	// rmse 0.612 <nil>
	// mae 0.500 <nil>
	// r2 0.949 <nil>
}
