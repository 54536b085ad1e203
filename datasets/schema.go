package datasets

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
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
// target.
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

// Validate reports the first contradiction in a schema, which may come from a
// file of unknown origin: lengths that do not fit, unknown policies, numbers
// that are not finite.
func (s *Schema) Validate() error {
	if err := s.validate(); err != nil {
		return fmt.Errorf("datasets: schema: %w", err)
	}
	return nil
}

// validate is Validate without the place.
func (s *Schema) validate() error {
	names := make([]string, len(s.Inputs))
	for i, c := range s.Inputs {
		names[i] = c.Name
		if c.Categories != nil && len(c.Categories) == 0 {
			return fmt.Errorf("input %s has no categories", quote(c.Name))
		}
		if twice := duplicate(c.Categories); twice != "" {
			return fmt.Errorf("input %s has the category %s twice", quote(c.Name), quote(twice))
		}
	}
	if len(names) == 0 {
		return errors.New("no inputs")
	}
	if twice := duplicate(append(names, s.Targets...)); twice != "" {
		return fmt.Errorf("the column %s is named twice", quote(twice))
	}
	if err := checkShape(s.Shape, s.width()); err != nil {
		return err
	}
	if s.Classes != nil && (len(s.Classes) < 2 || len(s.Targets) > 1) {
		return fmt.Errorf("%d classes of %d targets", len(s.Classes), len(s.Targets))
	}
	if twice := duplicate(s.Classes); twice != "" {
		return fmt.Errorf("the class %s is named twice", quote(twice))
	}
	if err := s.Missing.check(); err != nil {
		return err
	}
	if s.Fill != nil && len(s.Fill) != s.width() {
		return fmt.Errorf("%d fill values for %d features", len(s.Fill), s.width())
	}
	if i := notFinite(s.Fill); i >= 0 {
		return fmt.Errorf("fill value %d is %v", i, s.Fill[i])
	}
	if err := s.InputScaling.check(s.width()); err != nil {
		return fmt.Errorf("input scaling: %w", err)
	}
	if err := s.TargetScaling.check(len(s.Targets)); err != nil {
		return fmt.Errorf("target scaling: %w", err)
	}
	return nil
}

// check reports a policy that is none.
func (m Missing) check() error {
	if all := []string{string(MissingDrop), string(MissingMean), string(MissingError)}; m != "" && !slices.Contains(all, string(m)) {
		return fmt.Errorf("unknown missing-value policy %s", unknown(string(m), all))
	}
	return nil
}

// check reports a task that is none.
func (t Task) check() error {
	if all := []string{string(Auto), string(Classification), string(Regression)}; t != "" && !slices.Contains(all, string(t)) {
		return fmt.Errorf("unknown task %s", unknown(string(t), all))
	}
	return nil
}

// check reports a scaling that does not fit n values.
func (c *Scaling) check(n int) error {
	if all := []string{string(Standardized), string(Divided), string(Unscaled)}; c.Method != "" && !slices.Contains(all, string(c.Method)) {
		return fmt.Errorf("unknown method %s", unknown(string(c.Method), all))
	}
	if c.Method == Divided && !(c.By > 0 && !math.IsInf(c.By, 0)) {
		return fmt.Errorf("the divisor %v is not positive", c.By)
	}
	if len(c.Mean) != len(c.Std) || c.Mean != nil && len(c.Mean) != n {
		return fmt.Errorf("%d means and %d deviations for %d values", len(c.Mean), len(c.Std), n)
	}
	for i, std := range c.Std {
		if notFinite(c.Mean[i:i+1]) >= 0 || !(std > 0) || math.IsInf(std, 0) {
			return fmt.Errorf("value %d: mean %v and deviation %v", i, c.Mean[i], std)
		}
	}
	return nil
}

// checkShape reports a shape that does not hold n values.
func checkShape(shape []int, n int) error {
	size := 1
	for _, d := range shape {
		if d < 1 || d > n {
			return fmt.Errorf("shape %v does not hold %d values", shape, n)
		}
		if size *= d; size > n {
			break
		}
	}
	if size != n {
		return fmt.Errorf("shape %v does not hold %d values", shape, n)
	}
	return nil
}

// notFinite returns the index of the first NaN or infinity, -1 without.
func notFinite(values []float64) int {
	return slices.IndexFunc(values, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}

// duplicate returns the first name that occurs again, "" without.
func duplicate(names []string) string {
	seen := make(map[string]bool, len(names))
	for _, name := range names {
		if seen[name] {
			return name
		}
		seen[name] = true
	}
	return ""
}

// labels finds the index of a category or class by its text. Labels that are
// all numbers are found by value: 1, 1.0 and 01 are one class.
type labels struct {
	numeric bool
	index   map[string]int
}

// newLabels indexes names by their place.
func newLabels(names []string) labels {
	l := labels{numeric: len(names) > 0, index: make(map[string]int, len(names))}
	for _, name := range names {
		l.numeric = l.numeric && looksNumeric(name)
	}
	for i, name := range names {
		l.index[l.key(name)] = i
	}
	return l
}

// find returns the index of a label.
func (l labels) find(name string) (int, bool) {
	i, ok := l.index[l.key(name)]
	return i, ok
}

// key is the text by which a label is found: of numbers the shortest that has the
// value.
func (l labels) key(name string) string {
	if !l.numeric {
		return name
	}
	v, err := strconv.ParseFloat(name, 64)
	if err != nil {
		return name
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
