package main

import (
	"errors"
	"reflect"
	"slices"

	"nabla/train/optimizers"
)

// lesson is a group of optimizers. It begins at one of a table and goes on to the
// next lesson, so that a new row has its place.
type lesson struct {
	first, title, text string
}

// lessons are in the order of the tables: rules, wrappers, full-batch methods.
var lessons = []lesson{
	{"sgd", "Descent and momentum",
		`Where the gradient is all that is known, go against it. One number, the learning rate, has to fit all directions: in a valley
it is bounded by the steep walls, and the flat floor takes long. A velocity that remembers gradients averages the walls out and
adds the floor up.`},
	{"adagrad", "A step length for each weight",
		`Divide each component of the gradient by its own usual size, and all weights move at a similar pace, however their
gradients are scaled. The rules differ in how long they remember that size. Their first step goes along a diagonal: only the
signs are left.`},
	{"adam", "Adam and its family",
		`Momentum above, the usual size below, and a correction for the start: the default of most work with networks. Each relative
repairs one thing: what is forgotten, how the decay acts, how the first steps are made, what the divisor measures.`},
	{"lion", "Signs, layers and matrices",
		`Here the size of the gradient does not count at all: a step takes its length from the learning rate, from the weights
of its layer, or from its own history. With constant steps the learning rate has to fall, or the end is a dance around the
minimum. A point of these functions is a vector, which muon updates as adamw without decay: its path is adam's.`},
	{"barzilai-borwein", "Steps that measure themselves",
		`Plain descent whose learning rate follows from what has been met: the change of the gradient over the last step, or the
height above a known minimum.`},
	{"asgd", "Averages and noise",
		`What remains of noise at the end can be averaged away, or put to use: a descent with noise of the right size draws samples of
weights instead of ending at one. Where there is no noise, as on the functions here, both are plain descent, and the settings
switch off what is special in them.`},
	{"lookahead", "Wrappers",
		`A rule around another rule, written ` + "`lookahead(momentum)`" + `, and as deep as you like: ` + "`ema(sam(adam))`" + `. Here each is
around momentum. Options of the wrapper have its name before them.`},
	{"gradient-descent", "Full batch: gradients and a line search",
		`When the function does not change from step to step, all rows and no noise, a step may be tried before it is made. A line
search finds its length, and past gradients improve its direction, up to an approximation of the inverse Hessian. There is no
learning rate. An iteration evaluates function and gradient as often as it must, so compare evaluations rather than steps.`},
	{"newton", "Second order",
		`The Hessian says how the gradient changes; a step to where it would vanish is exact for a quadratic, and near any minimum
doubles the digits. Far from one it may be a step to a saddle or to a maximum, as the pure method shows here on two functions of
four. The others bend or shorten it.`},
	{"gauss-newton", "Fits and likelihoods",
		`A sum of squares, or a loss behind a model, has a part of the Hessian that needs first derivatives alone and is nowhere negative.
Good while residuals are small. Beale's function from this start is the counterexample: all three go out along a valley that
never ends, x → −∞ and y → 1, in which the value falls to 0.45 and not to 0.`},
	{"trust-region", "Trust regions",
		`Instead of searching along a direction, bound the step first, then make the model smallest within the bound: the direction turns
from Newton's to steepest descent as the bound shrinks.`},
}

// entry is an optimizer with what is known and what was measured of it.
type entry struct {
	name, heading           string
	optimizer               optimizers.Optimizer // with default hyper-parameters
	rate                    float64              // usual first try, 0 of a method
	formula, use, reference string
	doc                     string // what its type says; empty if an entry before has it
	runs                    map[string]run
	digits                  accuracy
	row                     optimizers.Row
}

// course is all that the page shows.
type course struct {
	groups [][]entry // one for each lesson
}

// inner is what the wrappers of the page are around.
const inner = "momentum"

// entries are the rows of the tables.
func entries() ([]entry, error) {
	var list []entry
	for _, name := range optimizers.Names() {
		row, err := optimizers.ByName(name)
		if err != nil {
			return nil, err
		}
		list = append(list, entry{name: name, heading: name, optimizer: row.Rule, rate: row.LearningRate,
			formula: row.Formula, use: row.Use, reference: row.Reference, row: row})
	}
	for _, name := range optimizers.Wrappers() {
		own, err := optimizers.WrapperByName(name)
		if err != nil {
			return nil, err
		}
		row, err := optimizers.Parse(name + "(" + inner + ")")
		if err != nil {
			return nil, err
		}
		list = append(list, entry{name: row.Name, heading: name, optimizer: row.Rule, rate: row.LearningRate,
			formula: own.Formula, use: own.Use, reference: own.Reference, row: row})
	}
	for _, name := range optimizers.MethodNames() {
		row, err := optimizers.MethodByName(name)
		if err != nil {
			return nil, err
		}
		list = append(list, entry{name: name, heading: name, optimizer: row.Method,
			formula: row.Formula, use: row.Use, reference: row.Reference})
	}
	return list, nil
}

// method reports whether the entry is a full-batch method.
func (e entry) method() bool { return optimizers.IsMethod(e.name) }

// file is the name of the entry's picture.
func (e entry) file() string { return e.heading + ".svg" }

// measure runs all optimizers. Doc comments are read below root.
func measure(root string, d digits) (course, error) {
	list, err := entries()
	if err != nil {
		return course{}, err
	}
	docs, err := readDocs(root)
	if err != nil {
		return course{}, err
	}
	c := course{groups: make([][]entry, len(lessons))}
	at := -1
	for _, e := range list {
		if i := slices.IndexFunc(lessons, func(l lesson) bool { return l.first == e.heading }); i >= 0 {
			at = i
		}
		if at < 0 {
			return course{}, errors.New(e.name + " stands before the first lesson")
		}
		kind := reflect.TypeOf(e.optimizer).Name()
		e.doc = docs[kind]
		delete(docs, kind)
		e.runs = map[string]run{}
		for _, on := range targets {
			if e.runs[on], err = follow(e.name, on); err != nil {
				return course{}, err
			}
		}
		if e.digits, err = d.measure(e); err != nil {
			return course{}, err
		}
		c.groups[at] = append(c.groups[at], e)
	}
	return c, nil
}
