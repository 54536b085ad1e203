package schedules_test

import (
	"fmt"

	"nabla/train/schedules"
)

// show prints the factor of the first steps.
func show(s schedules.Schedule, steps int) {
	factors := make([]float64, steps)
	for step := range factors {
		factors[step] = s(step)
	}
	fmt.Printf("%.3f\n", factors)
}

func ExampleStep() {
	show(schedules.Step(2, 0.5), 6)
	// Output: [1.000 1.000 0.500 0.500 0.250 0.250]
}

func ExampleWarmup() {
	show(schedules.Warmup(3, schedules.Cosine(4, 0.1)), 8)
	// Output: [0.333 0.667 1.000 1.000 0.868 0.550 0.232 0.100]
}

// Any function of the step is a schedule.
func ExampleSchedule() {
	inverseTime := func(step int) float64 { return 1 / (1 + 0.5*float64(step)) }
	show(schedules.Then(schedules.Constant(1), 2, inverseTime), 5)
	// Output: [1.000 1.000 1.000 0.667 0.500]
}

func ExampleParse() {
	cosine, err := schedules.Parse("warmup:1+cosine", 2, 8) // 2 steps an epoch, 4 epochs
	if err != nil {
		fmt.Println(err)
		return
	}
	show(cosine, 8)
	_, err = schedules.Parse("cosin", 2, 8)
	fmt.Println(err)
	// Output:
	// [0.500 1.000 1.000 0.933 0.750 0.500 0.250 0.067]
	// schedules: unknown schedule "cosin", did you mean "cosine"? (have constant, step, exponential, cosine, warmup)
}
