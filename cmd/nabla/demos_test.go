package main

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"nabla/internal/reference"
)

// referenceJobs are the demo models as PyTorch and scikit-learn train them.
type referenceJobs struct {
	Jobs []struct {
		Name, Data string
		Torch      struct{ Mean float64 } `json:"torch_test"`
		Sklearn    struct{ Mean float64 } `json:"sklearn_mlp_test"`
		Baselines  map[string]float64
		Demand     float64 `json:"demand_mean_of_5_seeds"`
	}
}

// demoJobs finds the reference of each demo by its name.
func demoJobs(t *testing.T) map[string]demoTarget {
	t.Helper()
	var all referenceJobs
	reference.Load(t, "training_targets.json", &all)
	found := map[string]demoTarget{}
	for _, j := range all.Jobs {
		name, ok := strings.CutSuffix(j.Name, "_mlp")
		if !ok {
			continue
		}
		name = strings.ReplaceAll(name, "_", "-")
		if name == "xor-noisy" {
			name = "noisy-xor"
		}
		linear := j.Baselines["logistic_regression"]
		if l, ok := j.Baselines["linear_regression"]; ok {
			linear = l
		}
		found[name] = demoTarget{name, j.Torch.Mean, j.Sklearn.Mean, linear, j.Demand}
	}
	return found
}

// The table of the command has the numbers of the reference.
func TestDemoTargets(t *testing.T) {
	if os.Getenv("NABLA_REFERENCE") != "" {
		t.Skip("the table is made of the bundled reference")
	}
	jobs := demoJobs(t)
	for _, have := range demoTargets {
		want, ok := jobs[have.name]
		if !ok {
			t.Errorf("%s is not in the reference", have.name)
		}
		for _, pair := range [][2]float64{{have.torch, want.torch}, {have.sklearn, want.sklearn}, {have.linear, want.linear}, {have.demand, want.demand}} {
			if math.Abs(pair[0]-pair[1]) > 5.1e-5 {
				t.Errorf("%s: %v, the reference has %v", have.name, pair[0], pair[1])
			}
		}
	}
	if len(jobs) != len(demoTargets) {
		t.Errorf("%d demos, the reference has %d", len(demoTargets), len(jobs))
	}
}

// The demo models are as good as is demanded, on the mean of five seeds.
func TestDemos(t *testing.T) {
	jobs := demoJobs(t)
	out, stderr, code := execute(t, "demos", "iris", "wine", "moons", "--json", "-q")
	var got struct{ Demos []demoResult }
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != 0 || len(got.Demos) != 3 {
		t.Fatalf("code %d, %v, %s%s", code, err, out, stderr)
	}
	for _, d := range got.Demos {
		t.Logf("%s: %.4f, demanded %.4f", d.Name, float64(d.Mean), jobs[d.Name].demand)
		if float64(d.Mean) < jobs[d.Name].demand || !d.Pass {
			t.Errorf("%s: accuracy %.4f, demanded %.4f", d.Name, float64(d.Mean), jobs[d.Name].demand)
		}
	}
}
