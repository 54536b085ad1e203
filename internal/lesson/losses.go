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
	p.Formula("BCE = −y·ln ŷ − (1 − y)·ln(1 − ŷ)     ∂/∂ŷ = (ŷ − y)/(ŷ·(1 − ŷ))", "for a probability ŷ, strictly between 0 and 1")
	p.Formula("CE = −Σ yⱼ·ln ŷⱼ     ∂/∂ŷⱼ = −yⱼ/ŷⱼ", "by the probabilities ŷ, that is before the softmax is taken into account")
	p.Say("The last two have derivatives that run to infinity as ŷ goes to 0. But a network does not put out probabilities: it puts out numbers z, the logits, and sigmoid or softmax makes ŷ of them. Multiplied by the derivative of that step, the fraction cancels:")
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
	_, before, err := lossGradient(losses.CrossEntropyProb, row(probability...), target)
	if err != nil {
		return err
	}
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
	if -1/probability[class] > -1e5 { // beyond, the library guards the division
		p.Equal("∂CE/∂ŷ of the right class is −1/ŷ", before[class], -1/probability[class], 1e-9)
		p.Equal("−y/ŷ through the Jacobian of softmax: largest distance from ŷ − y", farthest(after, fused), 0, 1e-9)
	}
	var sum float64
	for _, v := range fused {
		sum += v
	}
	p.Equal("the gradient by the logits sums to 0", sum, 0, 1e-12)

	// Sigmoid and binary cross-entropy.
	_, logit, err := lossGradient(losses.BinaryCrossEntropy, row(z[0]), row(1))
	if err != nil {
		return err
	}
	p.Equal("∂BCE/∂z is σ(z) − y, at z1 with y = 1", logit[0], 1/(1+math.Exp(-z[0]))-1, 1e-12)
	half := 0.3
	_, bce, err := lossGradient(losses.BinaryCrossEntropyProb, row(half), row(1))
	if err != nil {
		return err
	}
	p.Equal("∂BCE/∂ŷ at ŷ = 0.3, y = 1 is (ŷ − y)/(ŷ(1 − ŷ))", bce[0], (half-1)/(half*(1-half)), 1e-12)
	_, square, err := lossGradient(losses.MSE, row(z...), target)
	if err != nil {
		return err
	}
	p.Equal("∂MSE/∂ŷ1 is (2/3)·(ŷ1 − y1) over three outputs", square[0], 2./3*(z[0]-y[0]), 1e-12)

	x := spaced(0.02, 0.98, 97)
	p.Curves("losses", "Losses of a prediction whose target is 1. The squared error stays mild where the prediction is certain and wrong, on the left; cross-entropy does not.", plot.Curves{
		Title: "Loss of a prediction, target 1", XLabel: "prediction ŷ", YLabel: "loss", Y: plot.Range{Min: 0, Max: 4},
		Series: []plot.Series{
			{Name: "−ln ŷ (cross-entropy)", X: x, Y: mapped(x, func(v float64) float64 { return -math.Log(v) })},
			{Name: "(ŷ − 1)² (squared error)", X: x, Y: mapped(x, func(v float64) float64 { return (v - 1) * (v - 1) })},
		},
	})
	w := spaced(-8, 8, 161)
	σ := func(v float64) float64 { return 1 / (1 + math.Exp(-v)) }
	p.Curves("logits", "What reaches the layer that made the logit z. With the squared error a unit that is certain and wrong (left) gets no gradient any more; with cross-entropy it gets the largest.", plot.Curves{
		Title: "Gradient by the logit, target 1", XLabel: "logit z", YLabel: "∂loss/∂z",
		Series: []plot.Series{
			{Name: "cross-entropy: σ(z) − 1", X: w, Y: mapped(w, func(v float64) float64 { return σ(v) - 1 })},
			{Name: "squared error: 2(σ(z) − 1)·σ′(z)", X: w, Y: mapped(w, func(v float64) float64 { return 2 * (σ(v) - 1) * σ(v) * (1 - σ(v)) })},
		},
	})
	p.See("With ŷ = %s the gradient by the probability is %s, by the logit %s: softmax takes the fraction away.", short(probability[class]), short(before[class]), short(fused[class]))
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
