package losses

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"nabla/internal/names"
)

// setting is a field of Loss as its text names it.
type setting struct {
	name string
	get  func(l Loss) string // "" for the default
	set  func(l *Loss, text string) error
}

var settings = []setting{
	{
		"smoothing",
		func(l Loss) string {
			if l.Smoothing == 0 {
				return ""
			}
			return number(l.Smoothing)
		},
		func(l *Loss, text string) (err error) {
			l.Smoothing, err = parseNumber(text)
			return err
		},
	},
	{
		"class-weights",
		func(l Loss) string {
			var list []string
			for _, c := range l.ClassWeights {
				list = append(list, number(c))
			}
			return strings.Join(list, ",")
		},
		func(l *Loss, text string) error {
			l.ClassWeights = nil
			for field := range strings.SplitSeq(text, ",") {
				c, err := parseNumber(field)
				if err != nil {
					return err
				}
				l.ClassWeights = append(l.ClassWeights, c)
			}
			return nil
		},
	},
	{
		"reduction",
		func(l Loss) string {
			if l.Reduction == Mean {
				return ""
			}
			return l.Reduction.String()
		},
		func(l *Loss, text string) error {
			var have []string
			for i, r := range reductions {
				if r.name == text {
					l.Reduction = Reduction(i)
					return nil
				}
				have = append(have, r.name)
			}
			return fmt.Errorf("%q is none of %s", text, strings.Join(have, ", "))
		},
	},
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

func parseNumber(text string) (float64, error) {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a number", text)
	}
	return x, nil
}

// String returns the name with parameters and with settings that are not the
// default: "cross-entropy:smoothing=0.1:class-weights=1,2.5".
func (l Loss) String() string {
	text := l.label()
	for _, s := range settings {
		if value := s.get(l); value != "" {
			text += ":" + s.name + "=" + value
		}
	}
	return text
}

// Parse reads what String writes: "mse", "huber:0.5",
// "cross-entropy:smoothing=0.1". What is left out has its default.
func Parse(text string) (Loss, error) {
	fields := strings.Split(text, ":")
	r, err := find(fields[0])
	if err != nil {
		return Loss{}, err
	}
	l, fields := r.Loss, fields[1:]
	if len(fields) > 0 && !strings.Contains(fields[0], "=") {
		if r.with == nil {
			return Loss{}, fmt.Errorf("losses: %s has no parameter, got %q", r.Name, text)
		}
		p, err := parseNumber(fields[0])
		if err != nil {
			return Loss{}, fmt.Errorf("losses: %s: %s: %w", r.Name, r.parameter, err)
		}
		l, fields = r.with(p), fields[1:]
	}
	for _, f := range fields {
		if err := l.assign(f); err != nil {
			return Loss{}, err
		}
	}
	if err := l.check(); err != nil {
		return Loss{}, fmt.Errorf("losses: %w", err)
	}
	return l, nil
}

// assign sets one field from "name=value".
func (l *Loss) assign(field string) error {
	name, value, _ := strings.Cut(field, "=")
	var have []string
	for _, s := range settings {
		if s.name == name {
			if err := s.set(l, value); err != nil {
				return fmt.Errorf("losses: %s: %s: %w", l.Name, name, err)
			}
			return nil
		}
		have = append(have, s.name)
	}
	return names.Unknown("losses", "setting", name, have)
}

// IsZero reports whether l is the zero value, which is no loss.
func (l Loss) IsZero() bool { return l.Name == "" && l.F == nil && l.Nodes == nil }

// MarshalText implements encoding.TextMarshaler by String. A loss of your own is
// written by its name too, which Parse does not know.
//
// Errors: no name; the name of another loss; settings that Build refuses.
func (l Loss) MarshalText() ([]byte, error) {
	if l.Name == "" {
		return nil, errors.New("losses: a loss without a Name cannot be written")
	}
	if err := l.check(); err != nil {
		return nil, fmt.Errorf("losses: %w", err)
	}
	if known, err := Parse(l.String()); err == nil && !l.equals(known) {
		return nil, fmt.Errorf("losses: the name %s belongs to another loss", l.Name)
	}
	return []byte(l.String()), nil
}

// equals compares values of two losses.
func (l Loss) equals(k Loss) bool {
	if (l.elements == nil) != (k.elements == nil) || (l.F == nil) != (k.F == nil) {
		return false
	}
	for _, p := range []float64{0.1, 0.3, 0.7, 0.9} {
		if l.F != nil && l.F(p, 0.4) != k.F(p, 0.4) {
			return false
		}
	}
	return true
}

// UnmarshalText implements encoding.TextUnmarshaler by Parse.
func (l *Loss) UnmarshalText(text []byte) (err error) {
	*l, err = Parse(string(text))
	return err
}
