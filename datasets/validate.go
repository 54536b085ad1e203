package datasets

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

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

// check reports a scaling that does not fit n values. A deviation of 0 or a divisor
// of 0 would divide by zero, a negative one turn the values round; Fit makes none.
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

// checkShape reports a shape that does not hold n values, that is whose product is
// not n. Each axis is compared before it is multiplied, so that nothing overflows.
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
