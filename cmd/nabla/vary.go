package main

import (
	"path/filepath"
	"slices"
	"strconv"

	"github.com/spf13/pflag"

	"nabla/train/schedules"
)

// dependents are settings that mean something only beside another one. A config
// file written by a run holds all settings of the run, so that a flag which
// changes one of them must take along those that hang on it; they fall back to
// what they are without the file.
var dependents = []struct {
	flag     string   // datasetKey is the argument
	settings []string // of the file
}{
	{datasetKey, []string{"target", "data", "data-seed", "missing"}},
	{"optimizer", []string{"set", "lr", "schedule", "weight-decay"}},
	{"loss", []string{"output"}},
	{"batch", []string{"descent"}},
}

// automatic are the losses that --loss auto chooses by the target.
var automatic = []string{"cross-entropy", "mse"}

// vary returns the config without the settings that do not go with the argument
// and the flags. The settings of the recipe yield likewise, see job.change.
func (c *config) vary(dataset string, given *pflag.FlagSet) *config {
	if c == nil {
		return nil
	}
	file := newJob(c.value(datasetKey)) // what a setting is that the file leaves out: the recipe's
	now := map[string]string{}
	if c.value(datasetKey) != "" {
		now[datasetKey] = pathValues[datasetKey](dataset, filepath.Clean)
	}
	given.Visit(func(f *pflag.Flag) { now[f.Name] = f.Value.String() })
	changes := func(name, was string) bool {
		if inFile := c.value(name); inFile != "" {
			was = inFile
		}
		is, set := now[name]
		return set && is != "" && is != was
	}
	before := map[string]string{"optimizer": file.Optimizer, "loss": file.Loss}
	drop := map[string]bool{}
	for _, d := range dependents {
		if changes(d.flag, before[d.flag]) {
			for _, setting := range d.settings {
				drop[setting] = true
			}
		}
	}
	// The file has the loss that auto chose; another target may be of another kind.
	if (changes("target", "") || changes(datasetKey, "")) && slices.Contains(automatic, c.value("loss")) {
		drop["loss"], drop["output"] = true, true
	}
	// It has no validation rows if the run needed none, and stops by them if it had.
	if patience, _ := strconv.Atoi(now["patience"]); (patience > 0 || now["save-best"] == "true" || schedules.Watches(now["schedule"])) && c.value("val-split") == "none" {
		drop["val-split"] = true
	}
	if now["val-split"] == "none" {
		drop["patience"], drop["save-best"] = true, true
	}
	varied := &config{path: c.path}
	for _, s := range c.settings {
		if !drop[s.name] {
			varied.settings = append(varied.settings, s)
		}
	}
	return varied
}
