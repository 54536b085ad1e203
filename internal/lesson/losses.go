package lesson

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"

	"nabla/internal/plot"
	"nabla/losses"
)

// lossDerivatives shows what losses tell the layer in front of them.
var lossDerivatives = Lesson{
	Name: "losses", Row: 10,
	Title: "Losses and their derivatives",
	About: "MSE, binary cross-entropy and cross-entropy, and why the last layer's gradient is ŷ − y",
	Params: []Param{
		number("z1", 2, -30, 30, "first logit"),
		number("z2", -1, -30, 30, "second logit"),
		number("z3", 0.5, -30, 30, "third logit"),
		whole("class", 2, 1, 3, "the right class"),
	},
	run: runLosses,
}

func runLosses(p *Page, s Settings) error {
	z := []float64{s.Number("z1"), s.Number("z2"), s.Number("z3")}
	class := s.Int("class") - 1
	y := make([]float64, len(z))
	y[class] = 1

	p.Say("A loss says how wrong an output ŷ is, as one number; its derivative is the first thing that goes backwards through the network. Three losses cover most of what is trained.")
	p.Formula("MSE = (1/n)·Σ(ŷ − y)²     ∂/∂ŷ = (2/n)·(ŷ − y)", "the factor 2/n belongs to it; texts that leave it out mean ½·Σ(ŷ − y)²")
	p.Formula("BCE = −y·ln ŷ − (1 − y)·ln(1 − ŷ)     ∂/∂ŷ = (ŷ − y)/(ŷ·(1 − ŷ))", "for one probability ŷ, strictly between 0 and 1")
	p.Formula("CE = −Σ yⱼ·ln ŷⱼ     ∂/∂ŷⱼ = −yⱼ/ŷⱼ", "by the probabilities ŷ, that is before the softmax is taken into account")
	p.Say("The last two have derivatives that run to infinity as the probability of what is right goes to 0. A program that computes them so must stop before: the library takes probabilities below 10⁻¹² for 10⁻¹² (`losses.CrossEntropyProb`), and divides by 10⁻¹² at least (`losses.BinaryCrossEntropyProb`). But a network does not put out probabilities: it puts out numbers z, the logits, and sigmoid or softmax makes ŷ of them. Multiplied by the derivative of that step, the fraction cancels:")
	p.Formula("ŷ = σ(z):        ∂BCE/∂z = (ŷ − y)/(ŷ(1 − ŷ)) · ŷ(1 − ŷ) = ŷ − y", "")
	p.Formula("ŷ = softmax(z):  ∂CE/∂zᵢ = Σⱼ (−yⱼ/ŷⱼ)·ŷⱼ(δᵢⱼ − ŷᵢ) = ŷᵢ − yᵢ", "since Σ yⱼ = 1")
	p.Say("So −y/ŷ, which is often quoted as the gradient of cross-entropy, is the gradient before the softmax; the one that reaches the last layer is ŷ − y, bounded and cheap. `losses.CrossEntropy` takes logits and computes it in one step.")

	// Softmax and cross-entropy, in one step and apart.
	probability := softmax(z)
	target := row(y...)
	whole, fused, err := lossGradient(losses.CrossEntropy, row(z...), row(float64(class)))
	if err != nil {
		return err
	}
	_, guarded, err := lossGradient(losses.CrossEntropyProb, row(probability...), target)
	if err != nil {
		return err
	}
	before := make([]float64, len(z))
	before[class] = -1 / probability[class]
	after := make([]float64, len(z))
	for i := range z {
		for j := range z {
			after[i] += before[j] * probability[j] * (kronecker(i, j) - probability[i])
		}
	}
	var rows [][]string
	for i := range z {
		rows = append(rows, cells(fmt.Sprint(i+1), z[i], probability[i], y[i], before[i], after[i], probability[i]-y[i]))
		p.Equal(fmt.Sprintf("∂CE/∂z%d from the graph is ŷ%d − y%d", i+1, i+1, i+1), fused[i], probability[i]-y[i], 1e-12)
	}
	p.Table("Your logits, and the gradient before and after the softmax", []string{"class", "z", "ŷ", "y", "−y/ŷ", "through softmax", "ŷ − y"}, rows)
	p.Numbers("probabilities", probability)
	p.Numbers("gradient by the logits", fused)
	p.Number("cross-entropy", whole)
	p.Equal("cross-entropy is −ln ŷ of the right class", whole, -math.Log(probability[class]), 1e-10)
	if probability[class] > leastProbability {
		p.Equal("∂CE/∂ŷ from the graph is −y/ŷ: largest relative distance", farthest(guarded, before)/-before[class], 0, 1e-9)
	} else {
		p.Say("Your ŷ of the right class is below 10⁻¹², where the library's loss on probabilities stops: it gives %s in place of %s.", short(guarded[class]), short(before[class]))
		p.Equal("∂CE/∂ŷ from the graph, guarded, is −1/10⁻¹²: relative to it", guarded[class]*leastProbability, -1, 1e-9)
	}
	p.Equal("−y/ŷ through the Jacobian of softmax: largest distance from ŷ − y", farthest(after, fused), 0, 1e-9)
	var sum float64
	for _, v := range fused {
		sum += v
	}
	p.Equal("the gradient by the logits sums to 0", sum, 0, 1e-12)

	if err := otherLosses(p, z, target); err != nil {
		return err
	}
	p.drawLosses()
	p.See("With ŷ = %s the gradient by the probability is %s, by the logit %s: softmax takes the fraction away.", short(probability[class]), short(before[class]), short(fused[class]))
	return nil
}

// drawLosses draws losses of one probability, and their gradients by its logit.
func (p *Page) drawLosses() {
	x := spaced(0.02, 0.98, 97)
	p.Curves("losses", "Losses of a prediction whose target is 1. The squared error stays mild where the prediction is certain and wrong, on the left; cross-entropy does not.", plot.Curves{
		Title: "Loss of a prediction, target 1", XLabel: "prediction ŷ", YLabel: "loss", Y: plot.Range{Min: 0, Max: 4},
		Series: []plot.Series{
			{Name: "−ln ŷ (cross-entropy)", X: x, Y: mapped(x, func(v float64) float64 { return -math.Log(v) })},
			{Name: "(ŷ − 1)² (squared error)", X: x, Y: mapped(x, func(v float64) float64 { return (v - 1) * (v - 1) })},
		},
	})
	w := spaced(-8, 8, 161)
	p.Curves("logits", "What reaches the layer that made the logit z. With the squared error a unit that is certain and wrong (left) gets next to no gradient any more; with cross-entropy it gets the largest.", plot.Curves{
		Title: "Gradient by the logit, target 1", XLabel: "logit z", YLabel: "∂loss/∂z",
		Series: []plot.Series{
			{Name: "cross-entropy: σ(z) − 1", X: w, Y: mapped(w, func(v float64) float64 { return σ(v) - 1 })},
			{Name: "squared error: 2(σ(z) − 1)·σ′(z)", X: w, Y: mapped(w, func(v float64) float64 { return 2 * (σ(v) - 1) * σ(v) * (1 - σ(v)) })},
		},
	})
}

// leastProbability is where the losses on probabilities stop.
const leastProbability = 1e-12

// σ is the logistic sigmoid.
func σ(v float64) float64 { return 1 / (1 + math.Exp(-v)) }

// otherLosses claims what is said of the losses besides cross-entropy of one class.
func otherLosses(p *Page, z []float64, target array) error {
	spread := []float64{0.2, 0.5, 0.3} // any probabilities as targets
	probability := softmax(z)
	_, soft, err := lossGradient(losses.CrossEntropyProb, row(0.3, 0.6, 0.1), row(spread...))
	if err != nil {
		return err
	}
	p.Equal("∂CE/∂ŷⱼ is −yⱼ/ŷⱼ, for y = (0.2, 0.5, 0.3): largest distance", farthest(soft, []float64{-0.2 / 0.3, -0.5 / 0.6, -0.3 / 0.1}), 0, 1e-12)
	through := slopes(func(z []float64) float64 {
		var sum float64
		for j, v := range softmax(z) {
			sum -= spread[j] * math.Log(v)
		}
		return sum
	}, z)
	for i, v := range through {
		through[i] = v - (probability[i] - spread[i])
	}
	p.Equal("∂CE/∂zᵢ is ŷᵢ − yᵢ for the same y, by differences: largest distance", norm(through), 0, 1e-7)

	for _, y := range []float64{1, 0} {
		value, logit, err := lossGradient(losses.BinaryCrossEntropy, row(z[0]), row(y))
		if err != nil {
			return err
		}
		p.Equal(fmt.Sprintf("∂BCE/∂z is σ(z) − y, at z1 with y = %v", y), logit[0], σ(z[0])-y, 1e-12)
		if right := math.Abs(1 - y - σ(z[0])); right > 1e-6 {
			p.Equal(fmt.Sprintf("BCE is −y·ln ŷ − (1 − y)·ln(1 − ŷ), ŷ = σ(z1), y = %v", y), value, -math.Log(right), 1e-8)
		}
		const ŷ = 0.3
		_, bce, err := lossGradient(losses.BinaryCrossEntropyProb, row(ŷ), row(y))
		if err != nil {
			return err
		}
		p.Equal(fmt.Sprintf("∂BCE/∂ŷ at ŷ = 0.3, y = %v is (ŷ − y)/(ŷ(1 − ŷ))", y), bce[0], (ŷ-y)/(ŷ*(1-ŷ)), 1e-12)
	}
	_, end, err := lossGradient(losses.BinaryCrossEntropyProb, row(0), row(1))
	if err != nil {
		return err
	}
	p.Equal("∂BCE/∂ŷ at ŷ = 0, y = 1, divisor guarded: times 10⁻¹²", end[0]*leastProbability, -1, 1e-7)
	p.Equal("∂(σ(z) − 1)²/∂z is 2(σ(z) − 1)·σ′(z), at z1", slope(func(v float64) float64 { return (σ(v) - 1) * (σ(v) - 1) }, z[0]), 2*(σ(z[0])-1)*σ(z[0])*(1-σ(z[0])), 1e-8)

	value, gradient, err := lossGradient(losses.MSE, row(z...), target)
	if err != nil {
		return err
	}
	var mean float64
	for i, v := range z {
		mean += (v - target.values[i]) * (v - target.values[i]) / 3
		gradient[i] -= 2. / 3 * (v - target.values[i])
	}
	p.Equal("MSE is (1/3)·Σ(ŷ − y)² over three outputs, with your z as ŷ", value, mean, 1e-12)
	p.Equal("∂MSE/∂ŷ is (2/3)·(ŷ − y): largest distance", farthest(gradient, make([]float64, 3)), 0, 1e-12)
	return nil
}

// lossGradient is a loss of the library and its gradient by the prediction.
func lossGradient(l losses.Loss, prediction, target array) (float64, []float64, error) {
	value, grads, err := differentiate(func(x gorgonia.Nodes) (*gorgonia.Node, error) { return l.Build(x[0], x[1], nil) }, prediction, target)
	if err != nil {
		return 0, nil, err
	}
	return value, grads[0], nil
}

// softmax is exp(zᵢ)/Σexp(zⱼ), shifted by the largest so that nothing overflows.
func softmax(z []float64) []float64 {
	most := math.Inf(-1)
	for _, v := range z {
		most = max(most, v)
	}
	out, sum := make([]float64, len(z)), 0.0
	for i, v := range z {
		out[i] = math.Exp(v - most)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

// kronecker is δᵢⱼ.
func kronecker(i, j int) float64 {
	if i == j {
		return 1
	}
	return 0
}
