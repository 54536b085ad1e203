package main

import "github.com/spf13/pflag"

// fill makes the job of a command line: the recipe of the data set, then the
// config file (nil without), then the flags that were given.
func fill(dataset string, c *config, given *pflag.FlagSet) (job, error) {
	if dataset == "" {
		dataset = c.value(datasetKey)
	}
	j := newJob(dataset)
	optimizer := c.value("optimizer")
	if f := given.Lookup("optimizer"); f != nil && f.Changed {
		optimizer = f.Value.String()
	}
	if err := j.change(optimizer); err != nil {
		return j, usage("", err)
	}
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	j.bind(fs)
	if err := c.apply(fs); err != nil {
		return j, err
	}
	var err error
	given.Visit(func(f *pflag.Flag) {
		if own := fs.Lookup(f.Name); own != nil && err == nil {
			err = own.Value.Set(f.Value.String())
		}
	})
	if err != nil {
		return j, usage("", err) // pflag has read the same text before
	}
	batch := given.Lookup("batch")
	if err := j.describe(batch != nil && batch.Changed || c.value("batch") != ""); err != nil {
		return j, err
	}
	return j, j.check()
}

// bind declares the flags of the job without changing its settings.
func (j *job) bind(fs *pflag.FlagSet) {
	kept := *j
	j.flags(fs)
	*j = kept
}
