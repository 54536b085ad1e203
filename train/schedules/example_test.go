package schedules_test

import (
	"fmt"
	"math"

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
	root := func(step int) float64 { return 1 / math.Sqrt(1+float64(step)) }
	show(schedules.Then(schedules.Constant(1), 2, root), 5)
	// Output: [1.000 1.000 1.000 0.707 0.577]
}

// A loss that does not improve for more than one epoch halves the rate.
func ExamplePlateau() {
	watch := schedules.Plateau{Factor: 0.5, Patience: 1}.Watch()
	for _, loss := range []float64{1, 0.8, 0.9, 0.8, 0.7} {
		watch.Observe(loss)
		fmt.Printf("%.1f %.2f\n", loss, watch.Factor())
	}
	// Output:
	// 1.0 1.00
	// 0.8 1.00
	// 0.9 1.00
	// 0.8 0.50
	// 0.7 0.50
}

func ExampleOneCycle() {
	cycle := schedules.OneCycle{Total: 8, Rise: 0.5, Divide: 10}
	show(cycle.Factor, 8)
	show(cycle.Momentum, 8)
	// Output:
	// [0.100 0.325 0.775 1.000 0.854 0.500 0.146 0.000]
	// [0.950 0.925 0.875 0.850 0.865 0.900 0.935 0.950]
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
	// schedules: unknown schedule "cosin", did you mean "cosine"? (have constant, step, multi-step, exponential, inverse-time, polynomial, cosine, warm-restarts, one-cycle, cyclic, noam, plateau, warmup)
}
