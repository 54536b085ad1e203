package nn

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"nabla/internal/reference"
)

// torchNames are the reference's names of our initializers.
var torchNames = map[string]Initializer{
	"xavier_uniform":                       GlorotUniform,
	"xavier_normal":                        GlorotNormal,
	"kaiming_uniform":                      HeUniform,
	"kaiming_normal":                       HeNormal,
	"lecun_uniform":                        LeCunUniform,
	"lecun_normal":                         LeCunNormal,
	"torch_linear_and_conv_default_weight": TorchUniform,
	"torch_default_bias":                   TorchUniform,
}

type initReference struct {
	Gains map[string]float64
	Cases []struct {
		Name   string
		Shape  []int
		FanIn  int `json:"fan_in"`
		FanOut int `json:"fan_out"`
		Params struct {
			Mode    string
			Gain    float64
			GainFor string `json:"gain_for"`
		}
		Mean, Std     float64
		Bound         *float64
		TruncatedAt   *float64 `json:"truncated_at"`
		StdTolerance  float64  `json:"std_tolerance_5_sigma"`
		MeanTolerance float64  `json:"mean_tolerance_5_sigma"`
	}
	TorchSamples []struct {
		Name   string
		Shape  []int
		Mean   float64 `json:"torch_sample_mean"`
		Std    float64 `json:"torch_sample_std"`
		AbsMax float64 `json:"torch_sample_absmax"`
	} `json:"torch_samples"`
	Orthogonal []struct {
		Shape     []int
		Flattened []int
		Frobenius float64 `json:"expected_frobenius_norm"`
	}
}

// moments returns the mean, the standard deviation, the kurtosis (3 of a normal
// distribution, 1.8 of a uniform one) and the largest magnitude.
func moments(w []float64) (mean, std, kurtosis, largest float64) {
	n := float64(len(w))
	for _, v := range w {
		mean += v / n
		largest = max(largest, math.Abs(v))
	}
	second, fourth := 0.0, 0.0
	for _, v := range w {
		d := (v - mean) * (v - mean)
		second += d / n
		fourth += d * d / n
	}
	return mean, math.Sqrt(second), fourth / (second * second), largest
}

// TestInitializerCases draws each case of the reference until enough numbers are
// pooled for a sharp test: the reference gives 5 sigma for a single tensor, and
// the error of a pool shrinks with the root of its size.
func TestInitializerCases(t *testing.T) {
	const pooled = 100_000
	var ref initReference
	reference.Load(t, "init.json", &ref)
	ran, left := map[string]int{}, map[string]int{}
	for number, c := range ref.Cases {
		init, ok := torchNames[c.Name]
		if !ok || c.TruncatedAt != nil {
			left[c.Name]++
			continue
		}
		ran[c.Name]++
		name := fmt.Sprintf("case %d, %s %v %+v", number, c.Name, c.Shape, c.Params)

		fan, shape := Fan{c.FanIn, c.FanOut}, c.Shape
		if c.Params.Mode == "fan_out" { // keeps the variance of gradients, which flow from out to in
			fan = Fan{c.FanOut, c.FanIn}
		}
		if c.Name == "torch_default_bias" {
			shape = c.Shape[:1]
		}
		rng := pcg(uint64(number), 1)
		var w []float64
		for len(w) < pooled {
			w = append(w, fill(t, init, rng, fan, shape, c.Params.Gain)...)
		}
		shrink := math.Sqrt(float64(elements(c.Shape)) / float64(len(w)))
		mean, std, kurtosis, largest := moments(w)
		if math.Abs(std-c.Std) > c.StdTolerance*shrink {
			t.Errorf("%s: standard deviation %v, want %v", name, std, c.Std)
		}
		if math.Abs(mean-c.Mean) > c.MeanTolerance*shrink {
			t.Errorf("%s: mean %v, want %v", name, mean, c.Mean)
		}
		if c.Bound != nil && (largest > *c.Bound || largest < 0.999**c.Bound) {
			t.Errorf("%s: largest magnitude %v, want just below %v", name, largest, *c.Bound)
		}
		if c.Bound == nil && (largest < 3.5*c.Std || math.Abs(kurtosis-3) > 0.1) {
			t.Errorf("%s: not normal: largest magnitude %v sigma, kurtosis %v", name, largest/c.Std, kurtosis)
		}
		if c.Bound != nil && math.Abs(kurtosis-1.8) > 0.02 {
			t.Errorf("%s: not uniform: kurtosis %v", name, kurtosis)
		}
	}
	t.Logf("%d of %d cases: %v; left out: %v", sumOf(ran), len(ref.Cases), ran, left)
	if len(ran) == 0 {
		t.Error("no case was run")
	}
}

func sumOf(counts map[string]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

// TestInitializerTorchSamples compares single tensors with tensors that PyTorch
// drew: each has the error of its size, 5 sigma together.
func TestInitializerTorchSamples(t *testing.T) {
	var ref initReference
	reference.Load(t, "init.json", &ref)
	for i, c := range ref.TorchSamples {
		init, ok := torchNames[c.Name]
		if !ok {
			t.Errorf("no initializer for %s", c.Name)
			continue
		}
		field := elements(c.Shape[2:])
		w := fill(t, init, pcg(1, uint64(i)), Fan{c.Shape[1] * field, c.Shape[0] * field}, c.Shape, 0)
		mean, std, kurtosis, largest := moments(w)
		n := float64(len(w))
		if tolerance := 5 * c.Std * math.Sqrt(2*(kurtosis-1)/(4*n)); math.Abs(std-c.Std) > tolerance {
			t.Errorf("%s %v: standard deviation %v, PyTorch has %v", c.Name, c.Shape, std, c.Std)
		}
		if tolerance := 5 * c.Std * math.Sqrt(2/n); math.Abs(mean-c.Mean) > tolerance {
			t.Errorf("%s %v: mean %v, PyTorch has %v", c.Name, c.Shape, mean, c.Mean)
		}
		if strings.HasSuffix(c.Name, "_uniform") && math.Abs(largest-c.AbsMax) > 0.01*c.AbsMax {
			t.Errorf("%s %v: largest magnitude %v, PyTorch has %v", c.Name, c.Shape, largest, c.AbsMax)
		}
	}
	t.Logf("%d of %d samples", len(ref.TorchSamples), len(ref.TorchSamples))
}

// TestHeGains has He's own gain agree with the reference; the other gains
// belong to the activations, which hand them in.
func TestHeGains(t *testing.T) {
	var ref initReference
	reference.Load(t, "init.json", &ref)
	left := []string{}
	for name, gain := range ref.Gains {
		want := gain / math.Sqrt(10)
		if name != "relu" {
			left = append(left, name)
			if got := heStd(Fan{10, 3}, gain); !reference.Close(got, want, 1e-15, 0) {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
			continue
		}
		if got := heStd(Fan{10, 3}, 0); !reference.Close(got, want, 1e-15, 0) {
			t.Errorf("unknown gain: %v, want %v", got, want)
		}
	}
	slices.Sort(left)
	t.Logf("the gain of He: 1 of %d; of activations, handed in: %v", len(ref.Gains), left)
}
