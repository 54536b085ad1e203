package main

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"nabla/internal/names"
)

// choice is a flag that takes one of a few words, which completion offers and an
// error lists.
type choice struct {
	value string
	of    []string
}

// String implements pflag.Value.
func (c *choice) String() string { return c.value }

// Type implements pflag.Value.
func (c *choice) Type() string { return "WORD" }

// Set implements pflag.Value. An empty text leaves the choice as it is.
func (c *choice) Set(text string) error {
	for _, word := range c.of {
		if word == text {
			c.value = text
			return nil
		}
	}
	if text == "" {
		return nil
	}
	return names.Unknown("nabla", "word", text, c.of)
}

// optional is a number that need not be set: where 0 is a value, it cannot mean
// that the flag was left out.
type optional[T float64 | uint64] struct{ value *T }

// String implements pflag.Value; it is empty for what is not set.
func (o *optional[T]) String() string {
	if o.value == nil {
		return ""
	}
	return fmt.Sprint(*o.value)
}

// Type implements pflag.Value.
func (o *optional[T]) Type() string { return reflect.TypeFor[T]().Name() }

// Set implements pflag.Value.
func (o *optional[T]) Set(text string) error {
	if text == "" {
		o.value = nil
		return nil
	}
	var v T
	var err error
	switch p := any(&v).(type) {
	case *float64:
		*p, err = strconv.ParseFloat(text, 64)
	case *uint64:
		*p, err = strconv.ParseUint(text, 10, 64)
	}
	if err == nil {
		o.value = &v
	}
	return err
}

// or returns the value, or another when it is not set.
func (o optional[T]) or(other T) T {
	if o.value == nil {
		return other
	}
	return *o.value
}

// options are the hyper-parameters of an optimizer that were set, in the order
// in which they were. The flag may be given several times; then a later value of
// a name replaces an earlier one. Twice in one text is a mistake.
type options []option

// option keeps the value as text; only the optimizer knows its type.
type option struct{ name, value string }

// String returns the notation of --set.
func (o *options) String() string {
	parts := make([]string, len(*o))
	for i, p := range *o {
		parts[i] = p.name + "=" + p.value
	}
	return strings.Join(parts, ",")
}

// Type implements pflag.Value.
func (o *options) Type() string { return "NAME=VALUE" }

// Set reads "beta1=0.9,beta2=0.99".
func (o *options) Set(text string) error {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(part, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || name == "" || value == "" {
			return fmt.Errorf("%q is not of the form name=value", part)
		}
		if seen[name] {
			return fmt.Errorf("%s is set twice in %q", name, text)
		}
		seen[name] = true
		o.put(name, value)
	}
	return nil
}

// put appends an option, in place of an earlier one of its name.
func (o *options) put(name, value string) {
	*o = append(o.without(name), option{name, value})
}

// without returns the other options. The slice may be shared with another job and
// is not changed.
func (o options) without(name string) options {
	var kept options
	for _, p := range o {
		if p.name != name {
			kept = append(kept, p)
		}
	}
	return kept
}

// has reports whether an option was set.
func (o options) has(name string) bool {
	for _, p := range o {
		if p.name == name {
			return true
		}
	}
	return false
}

// table returns the options as optimizers.Configure takes them.
func (o options) table() map[string]string {
	m := make(map[string]string, len(o))
	for _, p := range o {
		m[p.name] = p.value
	}
	return m
}
