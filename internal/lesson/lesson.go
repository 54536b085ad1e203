package lesson

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"nabla/internal/names"
)

// Lesson is one idea, shown by a computation.
type Lesson struct {
	Name   string
	Row    int    // of the curriculum
	Title  string // of its page
	About  string // one line for the list
	Params []Param

	// run computes and fills the page. It fails on what is no fault of the settings.
	run func(p *Page, s Settings) error
}

// Param is a number or a word that changes what a lesson computes. A lesson must
// work, and its claims must hold, over the whole range.
type Param struct {
	Name     string
	Help     string
	Default  float64
	Min, Max float64
	Whole    bool     // 1, 2, 3 …
	Words    []string // of a choice: Default, Min and Max are places in this list
}

// number is a parameter with any value of a range.
func number(name string, value, least, most float64, help string) Param {
	return Param{Name: name, Default: value, Min: least, Max: most, Help: help}
}

// whole is a parameter that counts.
func whole(name string, value, least, most int, help string) Param {
	return Param{Name: name, Default: float64(value), Min: float64(least), Max: float64(most), Whole: true, Help: help}
}

// word is a parameter that is one of several words, the first by default.
func word(name string, words []string, help string) Param {
	return Param{Name: name, Max: float64(len(words) - 1), Whole: true, Words: words, Help: help}
}

// Format writes a value of the parameter.
func (p Param) Format(v float64) string {
	if p.Words != nil {
		return p.Words[int(v)]
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// Range says which values there are: "0.01 to 3", "relu, tanh".
func (p Param) Range() string {
	if p.Words != nil {
		return strings.Join(p.Words, ", ")
	}
	return p.Format(p.Min) + " to " + p.Format(p.Max)
}

// parse reads a value. Its error completes "--lr: …".
func (p Param) parse(text string) (float64, error) {
	if p.Words != nil {
		i := slices.Index(p.Words, text)
		if i < 0 {
			return 0, names.Unknown("lesson", p.Name, text, p.Words)
		}
		return float64(i), nil
	}
	kind := "a number"
	if p.Whole {
		kind = "a whole number"
	}
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || math.IsNaN(v) || p.Whole && v != math.Trunc(v):
		return 0, fmt.Errorf("%q is not %s", text, kind)
	case v < p.Min || v > p.Max:
		return 0, fmt.Errorf("must be from %s to %s, got %s", p.Format(p.Min), p.Format(p.Max), text)
	}
	return v, nil
}

// Settings are values for the parameters of a lesson.
type Settings struct {
	Seed   uint64 // of the random numbers, where there are any
	params []Param
	values []float64
}

// Settings returns the defaults of a lesson.
func (l Lesson) Settings(seed uint64) Settings {
	s := Settings{Seed: seed, params: l.Params}
	for _, p := range l.Params {
		s.values = append(s.values, p.Default)
	}
	return s
}

// index finds a parameter.
func (s Settings) index(name string) int {
	return slices.IndexFunc(s.params, func(p Param) bool { return p.Name == name })
}

// Set reads the value of a parameter.
//
// Errors: the lesson has no such parameter; the text is no value of it.
func (s *Settings) Set(name, text string) error {
	i := s.index(name)
	if i < 0 {
		return names.Unknown("lesson", "parameter", name, names.Of(s.params, func(p Param) string { return p.Name }))
	}
	v, err := s.params[i].parse(text)
	if err == nil {
		s.values[i] = v
	}
	return err
}

// Number returns the value of a parameter, NaN if there is none of this name.
func (s Settings) Number(name string) float64 {
	if i := s.index(name); i >= 0 {
		return s.values[i]
	}
	return math.NaN()
}

// Int is Number for a parameter that counts.
func (s Settings) Int(name string) int { return int(s.Number(name)) }

// Text returns the value of a parameter as Set reads it.
func (s Settings) Text(name string) string {
	if i := s.index(name); i >= 0 {
		return s.params[i].Format(s.values[i])
	}
	return ""
}

// Run computes the lesson.
func (l Lesson) Run(s Settings) (*Page, error) {
	p := &Page{Lesson: l, Settings: s}
	if err := l.run(p, s); err != nil {
		return nil, fmt.Errorf("lesson: %s: %w", l.Name, err)
	}
	return p, nil
}
