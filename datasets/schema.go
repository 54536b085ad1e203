package datasets

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Task is what a data set is for.
type Task string

// The tasks. Auto takes text targets as classes and numbers as numbers.
const (
	Auto           Task = "auto"
	Classification Task = "classification"
	Regression     Task = "regression"
)

// Missing says what happens to a row in which a needed cell is missing.
type Missing string

// The missing-value policies. A missing target can not be made up: under Mean
// such a row is dropped too.
const (
	MissingDrop  Missing = "drop"  // the row is left out and counted; the default
	MissingMean  Missing = "mean"  // a number becomes the training mean, a category all zeros
	MissingError Missing = "error" // reading fails and names the cell
)

// ScalingMethod says how values are brought near order one for training.
type ScalingMethod string

// The scaling methods.
const (
	Standardized ScalingMethod = "standardize" // z = (x - mean) / std over the training rows, std with divisor n
	Divided      ScalingMethod = "divide"      // x / By
	Unscaled     ScalingMethod = "none"
)

// Scaling is a method and what Fit learned for it, a number per feature or
// target. Standardized values are
//
//	z = (x - Mean) / Std,  Std = sqrt(sum (x - Mean)^2 / n)
//
// over the n training rows alone: validation and test rows must not leak into
// what the network sees. Targets are brought back by x = z * Std + Mean.
type Scaling struct {
	Method ScalingMethod `json:"method"`
	By     float64       `json:"by,omitempty"` // divisor of Divided
	Mean   []float64     `json:"mean,omitempty"`
	Std    []float64     `json:"std,omitempty"` // a constant column has 1
}

// Column is an input column of a table: a number when Categories is nil, else
// a text that is encoded as one indicator feature per category.
type Column struct {
	Name       string   `json:"name"`
	Categories []string `json:"categories,omitempty"`
}

// Schema says how the cells of a table become the rows of a Dataset. Infer or
// SchemaOf makes one, Fit completes it with what the training rows teach.
// Encoded as JSON it is part of a model file:
//
//	{"inputs": [{"name": "weight"}, {"name": "fuel", "categories": ["petrol", "diesel"]}],
//	 "shape": [3], "targets": ["power"], "missing": "drop",
//	 "input_scaling": {"method": "standardize", "mean": [1200, 0.6, 0.4], "std": [244.9, 0.49, 0.49]},
//	 "target_scaling": {"method": "standardize", "mean": [83.3], "std": [24.9]}}
//
// Means and deviations count features, not columns. A decoded schema was
// checked by Validate.
type Schema struct {
	Inputs        []Column  `json:"inputs"`            // in the order of the features
	Shape         []int     `json:"shape"`             // of one input row
	Targets       []string  `json:"targets"`           // columns to predict
	Classes       []string  `json:"classes,omitempty"` // names in index order; none in regression
	Missing       Missing   `json:"missing"`
	Fill          []float64 `json:"fill,omitempty"` // under Mean: what a missing feature becomes
	InputScaling  Scaling   `json:"input_scaling"`
	TargetScaling Scaling   `json:"target_scaling"`
}

// Features returns the names of the encoded inputs: a numeric column keeps its
// name, a category is column=category.
func (s *Schema) Features() []string {
	var names []string
	for _, c := range s.Inputs {
		if c.Categories == nil {
			names = append(names, c.Name)
		}
		for _, category := range c.Categories {
			names = append(names, c.Name+"="+category)
		}
	}
	return names
}

// width returns the number of features.
func (s *Schema) width() int {
	n := 0
	for _, c := range s.Inputs {
		n += max(1, len(c.Categories))
	}
	return n
}

// SchemaOf returns the schema of a data set that did not come from a table:
// every feature is a number, nothing is scaled. Set InputScaling and
// TargetScaling before Fit for more.
func SchemaOf(d *Dataset) *Schema {
	s := &Schema{
		Shape:         slices.Clone(d.Shape),
		Targets:       slices.Clone(d.Targets),
		Classes:       slices.Clone(d.Classes),
		Missing:       MissingError,
		InputScaling:  Scaling{Method: Unscaled},
		TargetScaling: Scaling{Method: Unscaled},
	}
	for _, name := range d.Features {
		s.Inputs = append(s.Inputs, Column{Name: name})
	}
	return s
}

// setScaling sets the scaling of the inputs, and that of the targets of a
// regression: scaled data have scaled targets.
func (s *Schema) setScaling(inputs Scaling) {
	if inputs.Method == "" {
		inputs.Method = Standardized
	}
	s.InputScaling = inputs
	s.TargetScaling = Scaling{Method: Unscaled}
	if s.Classes == nil && inputs.Method != Unscaled {
		s.TargetScaling.Method = Standardized
	}
}

// UnmarshalJSON decodes a schema and refuses one that Validate would.
func (s *Schema) UnmarshalJSON(data []byte) error {
	type plain Schema // without this method
	var p plain
	if err := json.Unmarshal(data, &p); err != nil {
		return fmt.Errorf("datasets: schema: %w", err)
	}
	decoded := Schema(p)
	if err := decoded.Validate(); err != nil {
		return err
	}
	*s = decoded
	return nil
}
