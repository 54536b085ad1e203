package datasets

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// Limits on texts that become numbers. A category is a feature, a class an output:
// names taken for either would make a network that learns them by heart. Beyond
// the limits, or when more than half of
// more than 20 texts are different, a column is a name or a date, no category.
const (
	maxCategories = 50
	maxClasses    = 1000
)

// Options says what Infer is to know beforehand.
type Options struct {
	Targets []string // columns to predict; default the last
	Drop    []string // columns to leave out
	Encode  []Column // encodings that are given rather than inferred
	Task    Task     // default Auto
	Missing Missing  // default MissingDrop
	Scaling Scaling  // of the inputs; default Standardized. Targets are scaled unless it is Unscaled
	Shape   []int    // of an input row; default one axis
}

// Infer makes a schema for a table: every column that is neither a target nor
// dropped is an input, a number if more than half of its cells are, otherwise
// one indicator per category in order of first appearance. A text target means
// classification, its classes in order of first appearance, or in numeric order
// when all are numbers.
func Infer(t *Table, o Options) (*Schema, error) {
	s, err := t.infer(o)
	if err != nil {
		return nil, err
	}
	if err := s.validate(); err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", t.Name, err)
	}
	return s, nil
}

// infer decides in this order: which columns are needed, which rows are then
// complete, what the cells of these rows hold. A row that is dropped teaches
// nothing, not even a class.
func (t *Table) infer(o Options) (*Schema, error) {
	if err := cmp.Or(o.Task.check(), o.Missing.check()); err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", t.Name, err)
	}
	inputs, targets, err := t.roles(o)
	if err != nil {
		return nil, err
	}
	s := &Schema{Missing: cmp.Or(o.Missing, MissingDrop), Shape: slices.Clone(o.Shape)}
	report, err := t.complete(inputs, targets, s.Missing)
	if err != nil {
		return nil, err
	}
	for _, column := range inputs {
		input, err := t.inferInput(column, report.Rows, o.Encode)
		if err != nil {
			return nil, err
		}
		s.Inputs = append(s.Inputs, input)
	}
	for _, column := range targets {
		s.Targets = append(s.Targets, t.Columns[column])
	}
	if s.Classes, err = t.inferClasses(targets, report.Rows, o.Task); err != nil {
		return nil, err
	}
	if s.Shape == nil {
		s.Shape = []int{s.width()}
	}
	s.setScaling(o.Scaling)
	return s, nil
}

// roles returns the input and target columns, the inputs in the order of the
// file, the targets in the order they were asked for, which is that of the
// outputs of the network.
func (t *Table) roles(o Options) (inputs, targets []int, err error) {
	dropped := make(map[int]bool)
	for _, name := range o.Drop {
		column := t.Column(name)
		if column < 0 {
			return nil, nil, fmt.Errorf("datasets: %s: no column to drop named %s", t.Name, unknown(name, t.Columns))
		}
		dropped[column] = true
	}
	for _, name := range o.Targets {
		column := t.Column(name)
		switch {
		case column < 0:
			return nil, nil, fmt.Errorf("datasets: %s: no target column %s", t.Name, unknown(name, t.Columns))
		case dropped[column]:
			return nil, nil, fmt.Errorf("datasets: %s: column %s is both a target and dropped", t.Name, quote(name))
		case slices.Contains(targets, column):
			return nil, nil, fmt.Errorf("datasets: %s: target column %s is named twice", t.Name, quote(name))
		}
		targets = append(targets, column)
	}
	for _, c := range o.Encode {
		if t.Column(c.Name) < 0 {
			return nil, nil, fmt.Errorf("datasets: %s: no column to encode named %s", t.Name, unknown(c.Name, t.Columns))
		}
	}
	for column := range t.Columns {
		if !dropped[column] && !slices.Contains(targets, column) {
			inputs = append(inputs, column)
		}
	}
	if len(targets) == 0 && len(inputs) > 0 {
		last := len(inputs) - 1
		inputs, targets = inputs[:last], inputs[last:]
	}
	if len(inputs) == 0 {
		return nil, nil, fmt.Errorf("datasets: %s: no input column is left beside the target (columns: %s)", t.Name, list(t.Columns))
	}
	return inputs, targets, nil
}

// inferInput takes the encoding that is given for a column or finds one: a number
// x is the feature x, a text of k categories the k indicators 0, …, 1, …, 0.
func (t *Table) inferInput(column int, rows []int, given []Column) (Column, error) {
	name := t.Columns[column]
	if i := slices.IndexFunc(given, func(c Column) bool { return c.Name == name }); i >= 0 {
		return given[i], nil
	}
	if t.isNumeric(column) {
		return Column{Name: name}, nil
	}
	categories, err := t.distinct(column, rows, maxCategories, "drop the column")
	return Column{Name: name, Categories: categories}, err
}

// inferClasses returns the classes of the one target, nil when the task is a
// regression.
func (t *Table) inferClasses(targets, rows []int, task Task) ([]string, error) {
	var text []string
	for _, column := range targets {
		if !t.isNumeric(column) {
			text = append(text, t.Columns[column])
		}
	}
	switch {
	case task == Regression && text != nil:
		return nil, fmt.Errorf("datasets: %s: target %s is text, regression needs numbers; choose another target or classify", t.Name, quote(text[0]))
	case task == Regression, task != Classification && text == nil:
		return nil, nil
	case len(targets) > 1:
		of := ""
		if text != nil {
			of = " (of text: " + list(text) + ")"
		}
		return nil, fmt.Errorf("datasets: %s: classification has one target, not %d%s; name one target, or numbers for regression", t.Name, len(targets), of)
	}
	column := targets[0]
	classes, err := t.distinct(column, rows, maxClasses, "choose another target or drop the column")
	if err != nil {
		return nil, err
	}
	classes = sortNumeric(classes)
	if len(classes) < 2 {
		return nil, fmt.Errorf("datasets: %s: target %s has one class only (%s), nothing to tell apart; choose another target", t.Name, quote(t.Columns[column]), quote(classes[0]))
	}
	return classes, nil
}

// distinct returns the different known cells of a column in order of first
// appearance. Too many are an error that ends with the advice.
func (t *Table) distinct(column int, rows []int, limit int, advice string) ([]string, error) {
	seen := make(map[string]bool)
	var names []string
	for _, row := range rows {
		if cell := t.Cell(row, column); !isMissing(cell) && !seen[cell] {
			seen[cell] = true
			names = append(names, cell)
		}
	}
	n := len(names)
	switch {
	case n == 0:
		return nil, fmt.Errorf("datasets: %s: column %s holds no value; drop it", t.Name, quote(t.Columns[column]))
	case n > limit, n > 20 && 2*n > len(rows):
		return nil, fmt.Errorf("datasets: %s: column %s holds %d different values in %d rows, too many for categories or classes (at most %d, and half the rows); %s",
			t.Name, quote(t.Columns[column]), n, len(rows), limit, advice)
	}
	return names, nil
}

// sortNumeric sorts labels by value and unites equal ones if all are numbers;
// other labels stay as they are.
func sortNumeric(names []string) []string {
	values := make(map[string]float64, len(names))
	for _, name := range names {
		v, err := strconv.ParseFloat(name, 64)
		if err != nil {
			return names
		}
		values[name] = v
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(values[a], values[b]) })
	return slices.CompactFunc(names, func(a, b string) bool { return values[a] == values[b] })
}
