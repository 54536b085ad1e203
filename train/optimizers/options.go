package optimizers

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"nabla/internal/names"
)

// Configure builds an optimizer, which Parse reads, with some of its options set,
// as in "beta1": "0.95" or "centered": "true". The options of a rule are the fields
// of its struct in snake case. Those of a wrapper have its name before them, as in
// "lookahead.steps" or "ema.decay", so that they are never taken for those of the
// rule inside. An option the rule lacks, a value that does not parse and a value
// out of range are errors.
func Configure(name string, options map[string]string) (Rule, error) {
	row, err := Parse(name)
	if err != nil {
		return nil, err
	}
	values, err := setAll(row.Name, parts(row.Rule), options)
	if err != nil {
		return nil, err
	}
	rule := values[len(values)-1].Interface().(Rule32)
	for _, v := range slices.Backward(values[:len(values)-1]) {
		rule = v.Interface().(Wrapper).Around(rule)
	}
	if err := Validate(rule); err != nil {
		return nil, fmt.Errorf("optimizers: %s: %w", row.Name, err)
	}
	return rule, nil
}

// setAll copies the parts of an optimizer, so that the table stays as it is, and
// sets options in the copies.
func setAll(name string, parts []Optimizer, options map[string]string) ([]reflect.Value, error) {
	var have []string
	fields := map[string]reflect.Value{}
	values := make([]reflect.Value, len(parts))
	for i, r := range parts {
		values[i] = reflect.New(reflect.TypeOf(r)).Elem()
		values[i].Set(reflect.ValueOf(r))
		for _, f := range fieldsOf(r, values[i]) {
			have, fields[f.name] = append(have, f.name), f.value
		}
	}
	for _, option := range slices.Sorted(maps.Keys(options)) {
		field, ok := fields[option]
		if !ok {
			return nil, names.Unknown("optimizers", name+" option", option, have)
		}
		if err := set(field, options[option]); err != nil {
			return nil, fmt.Errorf("optimizers: %s: %s: %w", name, option, err)
		}
	}
	return values, nil
}

// parts lists an optimizer and those inside it.
func parts(r Optimizer) []Optimizer {
	rule, ok := r.(Rule)
	if !ok {
		return []Optimizer{r}
	}
	var list []Optimizer
	for _, r := range chain(rule) {
		list = append(list, r)
	}
	return list
}

// field is a hyper-parameter of a rule.
type field struct {
	name    string // of the option
	allowed string // the range tag
	value   reflect.Value
}

// fieldsOf lists the hyper-parameters of a rule by itself in the order of its
// fields: all that are exported but the rule inside. v is the struct of r; of
// what is no struct there are none.
func fieldsOf(r Optimizer, v reflect.Value) []field {
	if v.Kind() != reflect.Struct {
		return nil
	}
	prefix := ""
	if _, ok := r.(Wrapper); ok {
		prefix = snakeCase(v.Type().Name()) + "."
	}
	var list []field
	for _, f := range reflect.VisibleFields(v.Type()) {
		if f.IsExported() && !f.Anonymous && f.Type.Kind() != reflect.Interface {
			list = append(list, field{prefix + snakeCase(f.Name), f.Tag.Get("range"), v.FieldByIndex(f.Index)})
		}
	}
	return list
}

// Option is one hyper-parameter with the value that a rule uses.
type Option struct{ Name, Value string }

// Options lists the hyper-parameters of r with the values it uses, defaults
// included, in the order of its fields, and then those of the rule inside. It is
// empty for a rule that is not a struct; a nil pointer of a rule from elsewhere is
// shown as "default".
func Options(r Optimizer) []Option {
	var options []Option
	for _, r := range parts(r) {
		v := reflect.Indirect(reflect.ValueOf(r))
		standard := v
		switch d := r.(type) {
		case interface{ defaults() Rule }:
			standard = reflect.Indirect(reflect.ValueOf(d.defaults()))
		case interface{ defaults() Method }:
			standard = reflect.Indirect(reflect.ValueOf(d.defaults()))
		}
		usual := fieldsOf(r, standard)
		for i, f := range fieldsOf(r, v) {
			value := f.value
			if (value.Kind() == reflect.Pointer || value.Kind() == reflect.String) && value.IsZero() {
				value = usual[i].value
			}
			text := "default"
			if value = reflect.Indirect(value); value.IsValid() {
				text = fmt.Sprint(value)
			}
			options = append(options, Option{f.name, text})
		}
	}
	return options
}

// ranges are the tags `range:"…"` that a number of a rule may carry.
var ranges = map[string]func(x float64) bool{
	"[0,1]":  func(x float64) bool { return 0 <= x && x <= 1 },
	"[0,1)":  func(x float64) bool { return 0 <= x && x < 1 },
	"(0,1]":  func(x float64) bool { return 0 < x && x <= 1 },
	"(0,1)":  func(x float64) bool { return 0 < x && x < 1 },
	"[0,∞)":  func(x float64) bool { return 0 <= x && x <= math.MaxFloat64 },
	"(0,∞)":  func(x float64) bool { return 0 < x && x <= math.MaxFloat64 },
	"[1,∞)":  func(x float64) bool { return 1 <= x && x <= math.MaxFloat64 },
	"(1,∞)":  func(x float64) bool { return 1 < x && x <= math.MaxFloat64 },
	"(-∞,∞)": func(x float64) bool { return math.Abs(x) <= math.MaxFloat64 },
}

// Validate reports the first hyper-parameter of r, or of a rule inside it, that is
// outside the range its field is tagged with, then what the rule's own method
// Validate() error reports, if it has one, and a wrapper without a rule. NaN is
// outside every range.
func Validate(r Optimizer) error {
	number := reflect.TypeFor[float64]()
	for _, r := range parts(r) {
		v := reflect.Indirect(reflect.ValueOf(r))
		for _, f := range fieldsOf(r, v) {
			x := reflect.Indirect(f.value)
			if f.allowed == "" || !x.IsValid() {
				continue
			}
			if in := ranges[f.allowed]; in == nil || !x.CanConvert(number) || !in(x.Convert(number).Float()) {
				return fmt.Errorf("%s must be in %s, got %v", f.name, f.allowed, x)
			}
		}
		if own, ok := r.(interface{ Validate() error }); ok {
			if err := own.Validate(); err != nil {
				return err
			}
		}
		if w, ok := r.(Wrapper); ok && w.Unwrap() == nil {
			return errors.New("the wrapper " + snakeCase(v.Type().Name()) + " has no rule inside")
		}
	}
	return nil
}

// ordered reports two options of which the first is greater than the second.
func ordered(low string, a float64, high string, b float64) error {
	if a > b {
		return fmt.Errorf("%s must not be above %s, got %v and %v", low, high, a, b)
	}
	return nil
}

// set parses text into a field, or into a new value for one that is a pointer.
func set(field reflect.Value, text string) error {
	to := field
	if field.Kind() == reflect.Pointer {
		to = reflect.New(field.Type().Elem()).Elem()
	}
	switch to.Kind() {
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is not true or false", text)
		}
		to.SetBool(b)
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", text)
		}
		to.SetInt(int64(n))
	case reflect.String:
		to.SetString(text)
	default:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fmt.Errorf("%q is not a number", text)
		}
		to.SetFloat(x)
	}
	if field.Kind() == reflect.Pointer {
		field.Set(to.Addr())
	}
	return nil
}

// snakeCase turns a field's name into its option's: WeightDecay into
// weight_decay, AMSGrad into amsgrad.
func snakeCase(name string) string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		if unicode.IsUpper(r) && lower {
			b.WriteByte('_')
		}
		lower = unicode.IsLower(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
