package lesson

import (
	"fmt"
	"math"
	"slices"

	"nabla/internal/exec"
	"nabla/internal/op"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/gradcheck"
)

// slack is how far two numbers that should be equal may be apart, relative to 1.
const slack = 1e-9

// checkLayer is the gradient check of a layer.
func checkLayer(part func(planted bool) nn.Layer) find {
	return func(t Trial, planted bool) (Finding, error) {
		x, columns := t.rows(5, 4)
		return judge(gradcheck.Layer(part(planted), []int{5, columns}, gradcheck.Options{Seed: t.Seed, Input: x, Coordinates: 200}))
	}
}

// checkLoss is the gradient check of a loss.
func checkLoss(part func(planted bool) losses.Loss) find {
	return func(t Trial, planted bool) (Finding, error) {
		return judge(gradcheck.Loss(part(planted), lossRows, lossColumns, gradcheck.Options{Seed: t.Seed}))
	}
}

// judge turns a report into a finding.
func judge(r gradcheck.Report, err error) (Finding, error) {
	if t, wrong := r.Wrong(); wrong {
		return Finding{true, fmt.Sprintf("gradient of %s, element %d: %.6g, differences give %.6g", t.Name, t.Worst, t.Analytic, t.Numeric)}, nil
	}
	if err != nil {
		return Finding{}, err
	}
	all, _ := r.Coordinates()
	return Finding{false, fmt.Sprintf("%d coordinates agree, worst relative error %.1e", all, r.Worst())}, nil
}

// evaluateAlone computes rows all together and one by one.
func evaluateAlone(part func(planted bool) nn.Layer) find {
	return func(t Trial, planted bool) (Finding, error) {
		const n = 4
		x, columns := t.rows(n, 3)
		net, err := nn.New(nn.Config{Seed: t.Seed, Input: []int{columns}, DType: nn.Float64}, part(planted))
		if err != nil {
			return Finding{}, err
		}
		together, err := net.Predict(x)
		if err != nil {
			return Finding{}, err
		}
		var alone []float64
		for i := range n {
			y, err := net.Predict(x[columns*i : columns*(i+1)])
			if err != nil {
				return Finding{}, err
			}
			alone = append(alone, y...)
		}
		return unequal("row %d alone gives %.4g, among the others %.4g", fmt.Sprintf("%d rows give the same alone and together", n), alone, together, n), nil
	}
}

// unequal finds the first of two lists of outputs of so many rows that differ.
func unequal(different, equal string, a, b []float64, rows int) Finding {
	for i := range a {
		if !(math.Abs(a[i]-b[i]) <= slack) {
			return Finding{true, fmt.Sprintf(different, i*rows/len(a), a[i], b[i])}
		}
	}
	return Finding{false, equal}
}

// evaluateAgain computes the same rows before and after a training step, whose
// only trace is the next random mask.
func evaluateAgain(part func(planted bool) nn.Layer) find {
	return func(t Trial, planted bool) (Finding, error) {
		const n = 16
		x, columns := t.rows(n, 8) // so many that no two masks are equal
		net, err := nn.New(nn.Config{Seed: t.Seed, Input: []int{columns}, DType: nn.Float64}, part(planted))
		if err != nil {
			return Finding{}, err
		}
		first, err := net.Predict(x)
		if err != nil {
			return Finding{}, err
		}
		net.SetTick(net.Tick() + 1)
		second, err := net.Predict(x)
		if err != nil {
			return Finding{}, err
		}
		return unequal("row %d gives %.4g, the same row again %.4g", fmt.Sprintf("%d rows give the same twice", n), first, second, n), nil
	}
}

// averageMasks compares the mean over many masks with the output in evaluation.
func averageMasks(part func(planted bool) nn.Layer) find {
	return func(t Trial, planted bool) (Finding, error) {
		const width, steps = 50, 400
		net, err := nn.New(nn.Config{Seed: t.Seed, Input: []int{width}, DType: nn.Float64}, part(planted))
		if err != nil {
			return Finding{}, err
		}
		ones := slices.Repeat([]float64{1}, width)
		y, err := net.Predict(ones)
		if err != nil {
			return Finding{}, err
		}
		trained, err := trainingMean(net, ones, steps)
		if err != nil {
			return Finding{}, err
		}
		// Of n independent masks the mean has the variance p/(1−p)/n.
		bound := 5 * math.Sqrt(dropped/(1-dropped)/(width*steps))
		evaluated := mean(y)
		text := fmt.Sprintf("the mean over %d masks is %.4f, evaluation gives %.4f (5 deviations are %.4f)", steps, trained, evaluated, bound)
		return Finding{!(math.Abs(trained-evaluated) <= bound), text}, nil
	}
}

// trainingMean is the mean output of a row over many training steps.
func trainingMean(net *nn.Network, x []float64, steps int) (float64, error) {
	g, err := net.Build(1, true)
	if err != nil {
		return 0, err
	}
	exec.Building.Lock()
	program, err := exec.Compile(append(g.Extra(), g.Output)...)
	exec.Building.Unlock()
	if err != nil {
		return 0, err
	}
	in, err := op.Slice[float64](g.Input.Value())
	if err != nil {
		return 0, err
	}
	copy(in, x)
	var sum float64
	for range steps {
		if err := program.RunAll(); err != nil {
			return 0, err
		}
		y, err := op.Slice[float64](g.Output.Value())
		if err != nil {
			return 0, err
		}
		sum += mean(y)
		if err := g.Advance(); err != nil {
			return 0, err
		}
	}
	return sum / float64(steps), nil
}

func mean(x []float64) (sum float64) {
	for _, v := range x {
		sum += v / float64(len(x))
	}
	return sum
}

// answerPerfectly computes the loss of outputs that could not be better.
func answerPerfectly(part func(planted bool) nn.Layer) find {
	return func(t Trial, planted bool) (Finding, error) {
		net, err := nn.New(nn.Config{Seed: t.Seed, Input: []int{3}, DType: nn.Float64}, part(planted))
		if err != nil {
			return Finding{}, err
		}
		x := []float64{50, 0, 0, 0, 50, 0, 0, 0, 50}
		loss, _, err := lossAndGradient(net, x, gradcheck.Against(losses.CrossEntropy, []float64{0, 1, 2}, nil))
		text := fmt.Sprintf("three sure and right answers cost %.4g", loss)
		return Finding{!(loss < 1e-6), text}, err
	}
}
