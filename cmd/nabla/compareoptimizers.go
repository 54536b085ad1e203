package main

import (
	"slices"
	"strings"

	"nabla/train/compare"
	"nabla/train/optimizers"
)

// parseOptimizers reads --optimizers, and the learning rates of each. Weight decay
// is the same for all, by the way that each has it.
func (r *comparer) parseOptimizers(problems []string) ([]compare.Optimizer, error) {
	j := newJob("")
	if text := r.cmd.Flags().Lookup("weight-decay").Value.String(); text != "" {
		_ = j.WeightDecay.Set(text) // pflag has read the same text before
	}
	var list []compare.Optimizer
	for _, text := range splitNames(r.optimizers) {
		name, options := cutOptions(text)
		j.Optimizer, j.Set = name, nil
		for _, option := range options {
			if err := j.Set.Set(option); err != nil {
				return nil, usagef("--optimizers %s: %s; options are written adam:beta1=0.8:epsilon=1e-6", text, err)
			}
		}
		o := compare.Optimizer{Name: text}
		var err error
		if optimizers.IsMethod(name) {
			o.Rule, o.L2, err = j.rule()
		} else {
			err = r.configureRule(&o, j, problems)
		}
		if err != nil {
			return nil, usagef("%s", flagText("--optimizers: ", plain(err)))
		}
		list = append(list, o)
	}
	return list, nil
}

// configureRule fills in a rule and its learning rates.
func (r *comparer) configureRule(o *compare.Optimizer, j job, problems []string) error {
	row, err := parseOptimizer(j.Optimizer)
	if err != nil {
		return err
	}
	if o.Rule, o.L2, err = j.rule(); err != nil {
		return err
	}
	usual := row.LearningRate
	if len(problems) == 1 && isFunction(problems[0]) {
		usual = row.Setting(problems[0]).LearningRate
	}
	if o.LearningRates, err = compare.ParseRates(r.rates, usual); err != nil {
		return usagef("--lr: %s", plain(err))
	}
	return nil
}

// flagText begins the text of an error with its flag, in place of --set.
func flagText(flag, text string) string {
	text = strings.TrimPrefix(text, "--set: ")
	if strings.HasPrefix(text, "--") {
		return text
	}
	return flag + text
}

// hasMethod reports whether a full-batch method is among the optimizers.
func (r *comparer) hasMethod() bool {
	return slices.ContainsFunc(splitNames(r.optimizers), func(text string) bool {
		name, _ := cutOptions(text)
		return optimizers.IsMethod(name)
	})
}

// splitNames cuts a list at its commas, but not inside parentheses.
func splitNames(text string) []string {
	var list []string
	depth, from := 0, 0
	for i, c := range text + "," {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && (depth == 0 || i == len(text)):
			list = append(list, strings.TrimSpace(text[from:i]))
			from = i + 1
		}
	}
	return list
}

// cutOptions cuts "adam:beta1=0.8:epsilon=1e-6" into the name and its options.
func cutOptions(text string) (name string, options []string) {
	parts := strings.Split(text, ":")
	return strings.TrimSpace(parts[0]), parts[1:]
}
