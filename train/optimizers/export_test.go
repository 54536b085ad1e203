package optimizers

import "reflect"

// RangeOf is the range tag of an option, "" for a switch.
func RangeOf(r Rule, option string) string {
	for _, r := range chain(r) {
		for _, f := range fieldsOf(r, reflect.ValueOf(r)) {
			if f.name == option {
				return f.allowed
			}
		}
	}
	return ""
}

// InRange reports whether a number is in the range of a tag.
func InRange(tag string, x float64) bool { return ranges[tag](x) }
