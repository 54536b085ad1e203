package compare_test

import (
	"slices"
	"strings"
	"testing"

	"nabla/train/compare"
)

func TestParseRates(t *testing.T) {
	for text, want := range map[string][]float64{
		"0.1":           {0.1},
		" 1 , 0.1,0.1 ": {0.1, 1},
		"1e-4:1:5":      {0.0001, 0.001, 0.01, 0.1, 1},
		"1e-2:1:3,0.5":  {0.01, 0.1, 0.5, 1},
		"usual":         {0.01},
		"usual,1":       {0.01, 1},
		"auto":          {0.0001, 0.000316228, 0.001, 0.00316228, 0.01, 0.0316228, 0.1, 0.316228, 1},
	} {
		if got, err := compare.ParseRates(text, 0.01); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: got %v, %v, want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"":                "a rate is missing",
		"0.1,":            "a rate is missing",
		"x":               `"x" is not a number`,
		"0":               "must be a positive number",
		"-1":              "must be a positive number",
		"NaN":             "must be a positive number",
		"Inf":             "must be a positive number",
		"1:2":             "neither a number nor a grid",
		"1:2:3:4":         "neither a number nor a grid",
		"1:0.1:3":         "is empty",
		"1:1:3":           "is empty",
		"0.1:1:1":         "want 2 to 1000",
		"0.1:1:100000000": "want 2 to 1000",
		"0.1:1:x":         "not a whole number",
	} {
		if got, err := compare.ParseRates(text, 0.01); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, %v, want %s", text, got, err, want)
		}
	}
	grid := compare.DeepOBSRates()
	if len(grid) != 36 || grid[0] != 1e-5 || grid[35] != 100 || grid[5] != 0.0001 || grid[1] != 1.58489e-05 {
		t.Errorf("DeepOBS: %v", grid)
	}
}
