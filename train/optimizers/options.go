package optimizers

import (
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

// Configure builds the named optimizer with some of its options set, as in
// "beta1": "0.95" or "centered": "true". The options of a rule are the fields of
// its struct in snake case. An option the rule lacks, a value that does not parse
// and a value out of range are errors.
func Configure(name string, options map[string]string) (Rule, error) {
	row, err := ByName(name)
	if err != nil {
		return nil, err
	}
	v := reflect.New(reflect.TypeOf(row.Rule)).Elem()
	v.Set(reflect.ValueOf(row.Rule))
	for _, option := range slices.Sorted(maps.Keys(options)) {
		field, err := fieldOf(v, name, option)
		if err != nil {
			return nil, err
		}
		if err := set(field, options[option]); err != nil {
			return nil, fmt.Errorf("optimizers: %s: %s: %w", name, option, err)
		}
	}
	rule := v.Interface().(Rule)
	if err := Validate(rule); err != nil {
		return nil, fmt.Errorf("optimizers: %s: %w", name, err)
	}
	return rule, nil
}

// Option is one hyper-parameter with the value that a rule uses.
type Option struct{ Name, Value string }

// Options lists the hyper-parameters of r with the values it uses, defaults
// included, in the order of its fields. It is empty for a rule that is not a
// struct; a nil pointer of a rule from elsewhere is shown as "default".
func Options(r Rule) []Option {
	v := reflect.Indirect(reflect.ValueOf(r))
	if v.Kind() != reflect.Struct {
		return nil
	}
	standard := v
	if d, ok := r.(interface{ defaults() Rule }); ok {
		standard = reflect.Indirect(reflect.ValueOf(d.defaults()))
	}
	var options []Option
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		value := v.Field(i)
		if value.Kind() == reflect.Pointer && value.IsNil() {
			value = standard.Field(i)
		}
		text := "default"
		if value = reflect.Indirect(value); value.IsValid() {
			text = fmt.Sprint(value)
		}
		options = append(options, Option{snakeCase(field.Name), text})
	}
	return options
}

// ranges are the tags `range:"…"` that a number of a rule may carry.
var ranges = map[string]func(x float64) bool{
	"[0,1]": func(x float64) bool { return 0 <= x && x <= 1 },
	"[0,1)": func(x float64) bool { return 0 <= x && x < 1 },
	"[0,∞)": func(x float64) bool { return 0 <= x && x <= math.MaxFloat64 },
	"(0,∞)": func(x float64) bool { return 0 < x && x <= math.MaxFloat64 },
}

// Validate reports the first hyper-parameter of r that is outside the range its
// field is tagged with, then what the rule's own method Validate() error reports,
// if it has one. NaN is outside every range.
func Validate(r Rule) error {
	number := reflect.TypeFor[float64]()
	v := reflect.Indirect(reflect.ValueOf(r))
	for i := 0; v.Kind() == reflect.Struct && i < v.NumField(); i++ {
		field := v.Type().Field(i)
		allowed, x := field.Tag.Get("range"), reflect.Indirect(v.Field(i))
		if allowed == "" || !x.IsValid() {
			continue
		}
		if in := ranges[allowed]; in == nil || !x.CanConvert(number) || !in(x.Convert(number).Float()) {
			return fmt.Errorf("%s must be in %s, got %v", snakeCase(field.Name), allowed, x)
		}
	}
	if own, ok := r.(interface{ Validate() error }); ok {
		return own.Validate()
	}
	return nil
}

// fieldOf is the field of the struct v that holds an option.
func fieldOf(v reflect.Value, rule, option string) (reflect.Value, error) {
	have := make([]string, v.NumField())
	for i := range have {
		have[i] = snakeCase(v.Type().Field(i).Name)
		if have[i] == option {
			return v.Field(i), nil
		}
	}
	return reflect.Value{}, names.Unknown("optimizers", rule+" option", option, have)
}

// set parses text into a field.
func set(field reflect.Value, text string) error {
	if field.Kind() == reflect.Bool {
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is not true or false", text)
		}
		field.SetBool(b)
		return nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return fmt.Errorf("%q is not a number", text)
	}
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.ValueOf(&x))
	} else {
		field.SetFloat(x)
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
