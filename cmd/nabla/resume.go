package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// resumable are the flags that may change in a run that is resumed.
var resumable = []string{"resume", "epochs", "patience", "checkpoint-every", "plot", "detect-anomaly", "gradcheck-every", "watch", "progress", "json", "quiet", "color"}

// resumed makes the settings of a run that continues: those of its folder, with no
// change that would make the steps to come others than those of a longer run.
func (t *trainer) resumed(dataset string) (job, error) {
	var refused error
	t.cmd.Flags().Visit(func(f *pflag.Flag) {
		if refused == nil && !slices.Contains(resumable, f.Name) {
			refused = usagef("--%s cannot change in a run that is resumed; --%s can", f.Name, strings.Join(resumable[1:4], ", --"))
		}
	})
	if dataset != "" {
		refused = usagef("--resume %s knows its data; leave %q out", t.resume, dataset)
	}
	if refused != nil {
		return job{}, refused
	}
	var err error
	if t.file, err = readConfig(filepath.Join(t.resume, configFile)); err != nil {
		return job{}, fmt.Errorf("--resume: %w", err)
	}
	j, err := fill("", t.file, t.cmd.Flags())
	j.Out = t.resume
	return j, err
}
