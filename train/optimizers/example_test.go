package optimizers_test

import (
	"fmt"
	"math"

	"nabla/train/optimizers"
)

// minimize descends x² + 10y² from (1, −0.5).
func minimize(rule optimizers.Rule, learningRate float64, steps int) []float64 {
	w, g := []float64{1, -0.5}, make([]float64, 2)
	slots := optimizers.NewSlots[float64](rule, len(w), learningRate)
	for n := 1; n <= steps; n++ {
		g[0], g[1] = 2*w[0], 20*w[1]
		rule.Update(optimizers.Step{N: n, LearningRate: learningRate}, w, g, slots)
	}
	return w
}

// signDescent is a rule of one's own: a step of one length, whatever the gradient.
type signDescent struct{}

func (signDescent) Slots() int { return 0 }
func (signDescent) Update(s optimizers.Step, w, g []float64, _ [][]float64) {
	for i := range w {
		if g[i] != 0 {
			w[i] -= math.Copysign(s.LearningRate, g[i])
		}
	}
}

func ExampleRule() {
	fmt.Println(minimize(signDescent{}, 0.25, 2))
	fmt.Println(minimize(signDescent{}, 0.25, 4))
	// Output:
	// [0.5 0]
	// [0 0]
}

// heavyBall remembers a velocity in one slot, which the caller keeps for it.
type heavyBall struct{ Friction float64 }

func (heavyBall) Slots() int { return 1 }
func (b heavyBall) Update(s optimizers.Step, w, g []float64, slots [][]float64) {
	for i, v := range slots[0] {
		slots[0][i] = (1-b.Friction)*v - s.LearningRate*g[i]
		w[i] += slots[0][i]
	}
}

func ExampleRule_memory() {
	fmt.Printf("%.4f\n", minimize(heavyBall{Friction: 0.5}, 0.05, 100))
	// Output: [0.0000 0.0000]
}

// A stateless rule may be just a function.
func ExampleFunc() {
	descent := optimizers.Func(func(s optimizers.Step, w, g []float64) {
		for i := range w {
			w[i] -= s.LearningRate * g[i]
		}
	})
	fmt.Println(minimize(descent, 0.0625, 2))
	// Output: [0.765625 -0.03125]
}

func ExampleConfigure() {
	rule, err := optimizers.Configure("adam", map[string]string{"beta1": "0", "weight_decay": "1e-4"})
	fmt.Println(optimizers.Options(rule), err)
	_, err = optimizers.Configure("adam", map[string]string{"momentum": "0.9"})
	fmt.Println(err)
	// Output:
	// [{beta1 0} {beta2 0.999} {epsilon 1e-08} {weight_decay 0.0001} {amsgrad false}] <nil>
	// optimizers: unknown adam option "momentum" (have beta1, beta2, epsilon, weight_decay, amsgrad)
}

func ExampleByName() {
	row, err := optimizers.ByName("nesterov")
	fmt.Println(row.Formula, err)
	_, err = optimizers.ByName("adm")
	fmt.Println(err)
	// Output:
	// v ← μ·v + g, w ← w − η·(g + μ·v) <nil>
	// optimizers: unknown optimizer "adm", did you mean "adam"? (have sgd, momentum, nesterov, adagrad, adadelta, rmsprop, adam, amsgrad, adamax, nadam, adamw, radam, adabelief, adan, lion, lamb, muon, rprop, barzilai-borwein, polyak, asgd, sgld)
}

func ExampleClipNorm() {
	gradient := [][]float64{{3}, {-4}} // two parameters
	norm := optimizers.ClipNorm(gradient, 1, optimizers.L2)
	fmt.Printf("%v %.3f\n", norm, gradient)
	// Output: 5 [[0.600] [-0.800]]
}

func ExampleParse() {
	row, err := optimizers.Parse("lookahead(momentum)")
	fmt.Println(row.Name, row.LearningRate, err)
	rule, err := optimizers.Configure("lookahead(momentum)", map[string]string{"lookahead.steps": "10", "momentum": "0.8"})
	fmt.Println(optimizers.Options(rule)[:3], err)
	_, err = optimizers.Parse("lookahead(lion")
	fmt.Println(err)
	// Output:
	// lookahead(momentum) 0.01 <nil>
	// [{lookahead.steps 10} {lookahead.alpha 0.5} {momentum 0.8}] <nil>
	// optimizers: "lookahead(lion", character 15: a closing parenthesis is missing
}

// Wrappers compose; who keeps the slots finds out which of them to evaluate.
func ExampleFind() {
	rule := optimizers.SAM{Inner: optimizers.EMA{Inner: optimizers.Adam{}}}
	average, ok := optimizers.Find[optimizers.EvalWeights](rule)
	fmt.Println(rule.Slots(), average.EvalSlot(), ok)
	// Output: 3 2 true
}

func ExampleRow_Setting() {
	row, _ := optimizers.ByName("adan")
	fmt.Printf("%+v\n", row.Setting("rosenbrock"))
	// Output: {On:rosenbrock LearningRate:0.5 Options: Schedule:cosine Steps:1000}
}
