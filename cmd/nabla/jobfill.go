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
	if changed(given, "optimizer") {
		optimizer = given.Lookup("optimizer").Value.String()
	}
	if err := j.change(optimizer); err != nil {
		return j, usage("", err)
	}
	// The flags of the command were read before the recipe was known. They are read
	// again on top of it, and the file by the same parsers before them.
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
	j.oneDecay(given)
	// A word among the flags replaces the batch of the file, as it does the recipe's.
	if err := j.describe(changed(given, "batch") || c.value("batch") != "" && !changed(given, "descent")); err != nil {
		return j, err
	}
	return j, j.check()
}

// changed reports whether a flag was given.
func changed(fs *pflag.FlagSet, name string) bool {
	f := fs.Lookup(name)
	return f != nil && f.Changed
}

// oneDecay lets a weight decay among the flags replace one of the recipe or the
// file that is spelled the other way.
func (j *job) oneDecay(given *pflag.FlagSet) {
	f := given.Lookup("set")
	if f == nil {
		return
	}
	var set options
	set.Set(f.Value.String()) // pflag has read the same text before
	flag, option := changed(given, "weight-decay"), set.has(decayOption)
	switch {
	case flag && !option:
		j.Set = j.Set.without(decayOption)
	case option && !flag:
		j.WeightDecay = optional[float64]{}
	}
}

// bind declares the flags of the job without changing its settings: to declare a
// flag is to set its default.
func (j *job) bind(fs *pflag.FlagSet) {
	kept := *j
	j.flags(fs)
	*j = kept
}
