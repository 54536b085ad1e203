package main

import (
	"fmt"
	"strings"

	"nabla/train/optimizers"
)

// intro is how the page begins.
const intro = `# Optimizers

All %d update rules, %d wrappers and %d full-batch methods of nabla, in the order of a course: what each does, what it is
good at, its options, settings that are known to work, and how far they lead. Numbers, tables and pictures of this page are
measured and drawn by one command; the formulas are the doc comments of the code in ` + "`train/optimizers`" + `:

` + "```sh\ngo run ./docs/optimizers\n```" + `

![Five optimizers on Beale's function](%s/%s)

## How to choose

- **A network and mini-batches.** Begin with adam, or with adamw if weights are to decay, and let ` + "`nabla lrfind`" + ` propose a
  learning rate. When there is time to tune it, try momentum with a falling schedule: it often generalises best.
- **Very large batches**: lamb or lion. **Hidden layers of large networks**: muon. **No wish to tune anything**: adadelta, or polyak where
  the loss can reach 0.
- **A noisy end**: a schedule that falls to 0 (` + "`--schedule cosine`" + `), or an average of weights: ema, asgd, lookahead.
- **All rows at once, no noise**: lbfgs. It is the first thing to try on any smooth function with a gradient.
- **Few variables and a Hessian**: trust-region; damped-newton near the minimum. **Least squares**: levenberg-marquardt.
- **Saddles in the way**: saddle-free-newton or trust-region. Pure newton is for the last digits.

The functions here have two variables and no noise: they show how a rule moves, not how a network trained with it generalises.
What is best on your problem is a question for a measurement with several learning rates and seeds:

` + "```sh\ngo run ./cmd/nabla compare iris --optimizers sgd,momentum,adam --lr 1e-3:1:4 --seeds 3 --epochs 20\n```" + `

## How to read

w is a weight, g its gradient, η the learning rate, t the number of the update; operations are elementwise. A **setting** is a learning
rate with options and a schedule that was found on a grid and is held by tests. **Steps** count the updates after which a run
is, and stays, within 10⁻³ of a minimum, from the function's usual start: (5, 2) of the quadratic ½(x² + 25y²), (−1.2, 1) of
Rosenbrock's, (1, 1.5) of Beale's and (½, −½) of Himmelblau's function. A step of a rule is one gradient; sam takes two, and polyak the value too. Of
full-batch methods the table has iterations and, in parentheses, all evaluations of function, gradient, Hessian and
Gauss-Newton matrix. A **saddle** or **maximum** is where a method ended instead, a **–** that it came to nothing in %d
iterations. Rules have a learning rate for each function, from a coarse grid; methods run with their defaults.

**Digits** is the accuracy on the test rows of handwritten digits after 10 epochs of a network with one hidden layer of 32 units, mean of
seeds 1 to %d, with its standard deviation; of full-batch methods after %d iterations, where they take 2410 weights. As in

` + "```sh\ngo run ./cmd/nabla train digits --layers 32:relu --batch 32 --epochs 10 --optimizer adam --lr 0.003\n```" + `

It shows that a setting works. It is no ranking, and no estimate for other rows: tests hold the settings to an accuracy on
these same rows, and a difference of less than two deviations means little.

The pictures have one map, Beale's function, at one scale: the darker, the lower; lines at constant ratios. Dots are single
steps where they are few. The curves of each chapter are Rosenbrock's function by evaluations, both axes logarithmic.

Each optimizer has the command that walks its path. ` + "`--plot path.svg`" + ` draws it, ` + "`--plot path.gif`" + ` lets it grow, and any other of
the functions that ` + "`nabla minimize --help`" + ` lists may stand in place of beale.

## All at a glance

`

// page is the text.
func (c course) page() string {
	var b strings.Builder
	fmt.Fprintf(&b, intro, len(optimizers.Names()), len(optimizers.Wrappers()), len(optimizers.MethodNames()), pictures, raceFile, mostIterations, usualSeeds, usualIterations)
	c.summary(&b)
	for i, group := range c.groups {
		fmt.Fprintf(&b, "## %s\n\n%s\n\n![%s](%s/%s)\n\n", lessons[i].title, lessons[i].text, lessons[i].title, pictures, curvesFile(i))
		for _, e := range group {
			e.section(&b)
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// summary is the table of all.
func (c course) summary(b *strings.Builder) {
	head := func(what string, more ...string) {
		cells := append(append([]string{what}, targets...), more...)
		fmt.Fprintf(b, "| %s |\n|---%s|\n", strings.Join(cells, " | "), strings.Repeat("|---", len(cells)-1))
	}
	head("rule: steps", "digits", "good at")
	methods := false
	for _, group := range c.groups {
		for _, e := range group {
			if e.method() && !methods {
				methods = true
				b.WriteString("\n")
				head("method: iterations (evaluations)", "digits", "good at")
			}
			cells := []string{fmt.Sprintf("[%s](#%s)", e.name, e.heading)}
			for _, on := range targets {
				cells = append(cells, outcome(e.runs[on], false))
			}
			fmt.Fprintf(b, "| %s |\n", strings.Join(append(cells, e.digits.String(), e.use), " | "))
		}
	}
	b.WriteString("\n")
}

// outcome says how a run ended, for a cell of a table or in words.
func outcome(r run, words bool) string {
	at, ok := r.arrival()
	switch method := r.setting.LearningRate == 0; {
	case ok && words && method:
		return fmt.Sprintf("%d iterations", at)
	case ok && words:
		return fmt.Sprintf("%d steps", at)
	case ok && method:
		return fmt.Sprintf("%d (%d)", at, r.counts[at])
	case ok:
		return fmt.Sprint(at)
	case r.kind == optimizers.SaddlePoint || r.kind == optimizers.MaximumPoint:
		if words {
			return "to a " + string(r.kind)
		}
		return string(r.kind)
	case words:
		return "does not arrive"
	}
	return "–"
}

// section is what the page says of an optimizer.
func (e entry) section(b *strings.Builder) {
	fmt.Fprintf(b, "### %s\n\n![The path of %s on Beale's function](%s/%s)\n\n", e.heading, e.name, pictures, e.file())
	if e.doc != "" {
		fmt.Fprintf(b, "%s\n", e.doc)
	} else {
		fmt.Fprintf(b, "```text\n%s\n```\n\nGood at: %s.\n\n%s.\n\n", e.formula, e.use, e.reference)
	}
	fmt.Fprintf(b, "Defaults: %s.\n\n", e.defaults())
	if !e.method() {
		e.settings(b)
	}
	fmt.Fprintf(b, "```sh\n%s\n```\n\n", e.command())
}

// defaults are the options with their values, and the usual learning rate.
func (e entry) defaults() string {
	var list []string
	if e.rate > 0 {
		list = append(list, fmt.Sprintf("η %v", e.rate))
	}
	for _, o := range optimizers.Options(e.optimizer) {
		list = append(list, fmt.Sprintf("`%s=%s`", o.Name, o.Value))
	}
	if len(list) == 0 {
		return "there is nothing to set"
	}
	return strings.Join(list, ", ")
}

// settings is the table of what works.
func (e entry) settings(b *strings.Builder) {
	b.WriteString("| on | η | options | schedule | result |\n|---|---|---|---|---|\n")
	line := func(s optimizers.Setting, result string) {
		or := func(text, standard string) string {
			if text == "" {
				return standard
			}
			return "`" + text + "`"
		}
		schedule := "constant"
		if s.Schedule != "" {
			schedule = fmt.Sprintf("`%s` over %d steps", s.Schedule, s.Steps)
		}
		fmt.Fprintf(b, "| %s | %v | %s | %s | %s |\n", s.On, s.LearningRate, or(s.Options, ""), schedule, result)
	}
	for _, on := range targets {
		line(e.runs[on].setting, outcome(e.runs[on], true))
	}
	line(e.row.Setting("digits"), e.digits.String())
	b.WriteString("\n")
}

// command is the one that walks the path of the picture.
func (e entry) command() string {
	words := "go run ./cmd/nabla minimize " + mapFunction + " --optimizer " + e.name
	if strings.Contains(e.name, "(") {
		words = "go run ./cmd/nabla minimize " + mapFunction + " --optimizer '" + e.name + "'"
	}
	if e.method() {
		return words + fmt.Sprintf(" --steps %d", mostIterations)
	}
	s := e.runs[mapFunction].setting
	words += fmt.Sprintf(" --lr %v --steps %d", s.LearningRate, s.Steps)
	if s.Options != "" {
		words += " --set " + s.Options
	}
	if s.Schedule != "" {
		words += " --schedule " + s.Schedule
	}
	return words
}
