package compare

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Shard is part Index of Of equal parts of the runs, counted from 1. The zero
// value is all of them.
type Shard struct{ Index, Of int }

// String is i/n, empty for all runs.
func (s Shard) String() string {
	if s == (Shard{}) {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Of)
}

// maxParts keeps a slip of the keyboard from taking all memory.
const maxParts = 1_000_000

func (s Shard) check() error {
	if s.Of > maxParts {
		return fmt.Errorf("%d parts are more than %d", s.Of, maxParts)
	}
	if s != (Shard{}) && (s.Of < 1 || s.Index < 1 || s.Index > s.Of) {
		return fmt.Errorf("there is no part %d of %d; parts are counted from 1", s.Index, s.Of)
	}
	return nil
}

// owns reports whether a unit of work belongs to the part. They are dealt in turn,
// so that parts are about equal.
func (s Shard) owns(unit int) bool { return s.Of == 0 || unit%s.Of == s.Index-1 }

// variable is an index that a scheduler puts into the environment of a job.
type variable struct {
	scheduler, index string
	from, step       string // variables of the first index and of the distance; empty: see first
	first            int
	count            string // variable of the number of jobs; empty: there is none
}

// variables are those that the word auto looks at.
var variables = []variable{
	{"SLURM", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP", 0, "SLURM_ARRAY_TASK_COUNT"},
	{"Kubernetes", "JOB_COMPLETION_INDEX", "", "", 0, "JOB_COMPLETIONS"},
	{"GNU parallel", "PARALLEL_SEQ", "", "", 1, ""},
}

// ParseShard reads "2/8", part 2 of 8; "auto" takes both numbers from the
// variables of a job array of SLURM or an indexed job of Kubernetes (whose number
// of completions the job must put into JOB_COMPLETIONS), and "auto/8" the index
// alone, from GNU parallel too. getenv is os.Getenv.
func ParseShard(text string, getenv func(string) string) (Shard, error) {
	first, of, slash := strings.Cut(strings.TrimSpace(text), "/")
	count, err := strconv.Atoi(of)
	auto := first == "auto"
	switch {
	case slash && err != nil || !slash && !auto:
		return Shard{}, fmt.Errorf("compare: shard %q: want i/n such as 2/8, auto or auto/8", text)
	case slash && count < 1:
		return Shard{}, fmt.Errorf("compare: shard %q: the number of parts must be at least 1", text)
	case auto:
		return automatic(count, getenv)
	}
	index, err := strconv.Atoi(first)
	if err != nil {
		return Shard{}, fmt.Errorf("compare: shard %q: want i/n such as 2/8, auto or auto/8", text)
	}
	s := Shard{index, count}
	if err := s.check(); err != nil {
		return Shard{}, fmt.Errorf("compare: shard %q: %w", text, err)
	}
	return s, nil
}

// automatic finds the part in the environment; count is 0 when that is to be
// found there too.
func automatic(count int, getenv func(string) string) (Shard, error) {
	var found []variable
	var names []string
	for _, v := range variables {
		names = append(names, v.index)
		if getenv(v.index) != "" {
			found = append(found, v)
		}
	}
	switch len(found) {
	case 0:
		return Shard{}, fmt.Errorf("compare: shard auto: no job array is found: none of %s is set; say i/n", strings.Join(names, ", "))
	case 1:
	default:
		return Shard{}, fmt.Errorf("compare: shard auto: both %s and %s are set; say which: $%s/n", found[0].index, found[1].index, found[len(found)-1].index)
	}
	s, err := found[0].shard(count, getenv)
	if err != nil {
		return Shard{}, fmt.Errorf("compare: shard auto: %w", err)
	}
	return s, nil
}

// shard reads the variables of one scheduler.
func (v variable) shard(count int, getenv func(string) string) (Shard, error) {
	number := func(name string, missing int) (int, error) {
		text := getenv(name)
		if name == "" || text == "" {
			return missing, nil
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return 0, fmt.Errorf("%s is %q, not a whole number", name, text)
		}
		return n, nil
	}
	index, err := number(v.index, 0)
	first, err2 := number(v.from, v.first)
	step, err3 := number(v.step, 1)
	if count == 0 {
		var err4 error
		count, err4 = number(v.count, 0)
		err = errors.Join(err, err4)
	}
	if err := errors.Join(err, err2, err3); err != nil {
		return Shard{}, err
	}
	if count == 0 {
		return Shard{}, fmt.Errorf("%s says which part (%s=%d), but not of how many; say auto/N", v.scheduler, v.index, index)
	}
	place := index - first
	if step < 1 || place%step != 0 {
		return Shard{}, fmt.Errorf("%s=%d does not fit a distance of %d", v.index, index, step)
	}
	s := Shard{place/step + 1, count}
	if s.check() != nil {
		return Shard{}, fmt.Errorf("%s=%d is none of %d parts from %d on; number the jobs without gaps", v.index, index, count, first)
	}
	return s, nil
}
