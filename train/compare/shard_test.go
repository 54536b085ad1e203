package compare_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nabla/train/compare"
)

func TestParseShard(t *testing.T) {
	for _, c := range []struct{ text, environment, want string }{
		{"2/8", "", "2/8"},
		{" 1/1 ", "", "1/1"},
		{"auto", "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=4", "1/4"},
		{"auto", "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=4", "4/4"},
		{"auto", "SLURM_ARRAY_TASK_ID=16 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_STEP=3 SLURM_ARRAY_TASK_COUNT=4", "3/4"},
		{"auto/5", "SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_COUNT=4", "5/5"},
		{"auto", "JOB_COMPLETION_INDEX=0 JOB_COMPLETIONS=3", "1/3"},
		{"auto/3", "JOB_COMPLETION_INDEX=2", "3/3"},
		{"auto/3", "PARALLEL_SEQ=3", "3/3"},

		{"", "", "want i/n"},
		{"3", "", "want i/n"},
		{"x/3", "", "want i/n"},
		{"3/x", "", "want i/n"},
		{"automatic", "", "want i/n"},
		{"0/3", "", "no part 0 of 3"},
		{"4/3", "", "no part 4 of 3"},
		{"-1/3", "", "no part -1 of 3"},
		{"1/0", "", "must be at least 1"},
		{"1/1000000000", "", "more than"},
		{"auto", "", "none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX, PARALLEL_SEQ is set"},
		{"auto/4", "", "no job array"},
		{"auto", "JOB_COMPLETION_INDEX=2", "not of how many; say auto/N"},
		{"auto", "PARALLEL_SEQ=2", "not of how many; say auto/N"},
		{"auto/2", "PARALLEL_SEQ=3", "PARALLEL_SEQ=3 is none of 2 parts from 1 on"},
		{"auto", "SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=4", "without gaps"},
		{"auto", "SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_STEP=2 SLURM_ARRAY_TASK_COUNT=4", "a distance of 2"},
		{"auto", "SLURM_ARRAY_TASK_ID=one SLURM_ARRAY_TASK_COUNT=4", `"one", not a whole number`},
		{"auto/4", "SLURM_ARRAY_TASK_ID=1 PARALLEL_SEQ=2", "both SLURM_ARRAY_TASK_ID and PARALLEL_SEQ are set"},
	} {
		getenv := func(name string) string {
			for pair := range strings.FieldsSeq(c.environment) {
				if value, ok := strings.CutPrefix(pair, name+"="); ok {
					return value
				}
			}
			return ""
		}
		got, err := compare.ParseShard(c.text, getenv)
		if err != nil && strings.Contains(err.Error(), c.want) && strings.Contains(c.want, " ") || err == nil && got.String() == c.want {
			continue
		}
		t.Errorf("%q with %q: got %v, %v, want %s", c.text, c.environment, got, err, c.want)
	}
}

// parts makes all parts of a plan.
func parts(t *testing.T, p compare.Plan, of int) (names []string, list []compare.Result) {
	t.Helper()
	for i := 1; i <= of; i++ {
		p.Shard = part(i, of)
		r, err := paused(p).Run(context.Background(), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.Missing() != 0 || len(r.Records) != r.Header.Count() {
			t.Fatalf("part %d/%d has %d of %d runs", i, of, len(r.Records), r.Header.Count())
		}
		names, list = append(names, label(i, of)), append(list, r)
	}
	return names, list
}

// Merged parts are what one machine makes, for any number of parts, also more than
// there are runs, in any order.
func TestMerge(t *testing.T) {
	eachPlan(t, func(t *testing.T, p compare.Plan) {
		_, want := whole(t, p, nil)
		for of := 1; of <= 9; of += 2 {
			names, list := parts(t, p, of)
			rand.Shuffle(of, func(i, j int) { names[i], names[j], list[i], list[j] = names[j], names[i], list[j], list[i] })
			r, err := compare.Merge(names, list)
			if err != nil {
				t.Fatal(err)
			}
			if got := lines(t, r); got != want {
				t.Errorf("%d parts:\n%s\nwant\n%s", of, got, want)
			}
		}
	})
}

// Parts that do not belong together are refused.
func TestMergeRefuses(t *testing.T) {
	p := plans()["grid"]
	other := p
	other.Seeds = []uint64{1, 3}
	names, list := parts(t, p, 3)
	_, strangers := parts(t, other, 3)
	_, halves := parts(t, p, 2)
	short := list[1]
	short.Records = short.Records[1:]
	wholeResult, _ := whole(t, p, nil)
	for want, given := range map[string][]compare.Result{
		"no parts":                    {},
		"part 2/3 is missing":         {list[0], list[2]},
		"part 2/3, 3/3 is missing":    {list[0]},
		"are both part 1/3":           {list[0], list[0], list[1]},
		"the seeds: [1 2] and [1 3]":  {list[0], strangers[1], list[2]},
		"is part 1/3, 2-of-3 is part": {list[0], halves[1]},
		"has 5 of the 7 runs":         {list[0], short, list[2]},
		"is all runs":                 {list[0], wholeResult},
	} {
		if strings.Contains(want, "has 5") {
			want = "give its command again"
		}
		if _, err := compare.Merge(names[:len(given)], given); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if r, err := compare.Merge([]string{"all"}, []compare.Result{wholeResult}); err != nil || lines(t, r) != lines(t, wholeResult) {
		t.Errorf("a whole result alone: %v", err)
	}
}

// A store is resumed wherever its file was cut off, and its end is the whole result.
func TestStore(t *testing.T) {
	p := plans()["tuned"]
	_, want := whole(t, p, nil)
	h, err := p.Header()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "compare.jsonl")
	run := func() (cut bool, made int) {
		t.Helper()
		store, have, cut, err := compare.OpenStore(path, h)
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.Run(context.Background(), have, func(r compare.Record) error { made++; return store.Add(r) })
		if err != nil {
			t.Fatal(err)
		}
		if err := store.Finish(r); err != nil {
			t.Fatal(err)
		}
		return cut, made
	}
	if cut, made := run(); cut || made != 24 {
		t.Fatalf("cut %v, %d runs made", cut, made)
	}
	full, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if seconds.ReplaceAllString(string(full), `"seconds":0`) != want {
		t.Errorf("the file is\n%s\nwant\n%s", full, want)
	}
	for size := 0; size < len(full); size += 97 {
		if err := os.WriteFile(path, full[:size], 0o644); err != nil {
			t.Fatal(err)
		}
		run()
		again, err := os.ReadFile(path)
		if err != nil || seconds.ReplaceAllString(string(again), `"seconds":0`) != want {
			t.Fatalf("cut off after %d bytes, the file becomes\n%s\nwant\n%s; %v", size, again, want, err)
		}
	}
}

// A file of other settings is not continued, and one that is no comparison is not
// touched.
func TestStoreRefuses(t *testing.T) {
	p := plans()["grid"]
	h, err := p.Header()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "compare.jsonl")
	store, _, _, err := compare.OpenStore(path, h)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Finish(compare.Result{Header: h}); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*compare.Plan){
		"the optimizers: a, wild and a": func(p *compare.Plan) { p.Optimizers = p.Optimizers[:1] },
		"the target: 0.3 and 0.5":       func(p *compare.Plan) { p.Target = new(0.5) },
		"the seeds: [1 2] and [1 4]":    func(p *compare.Plan) { p.Seeds = []uint64{1, 4} },
		"the seeds for tuning: 2 and 1": func(p *compare.Plan) { p.TuneSeeds = 1 },
		"epochs: not there and 3": func(p *compare.Plan) {
			s := p.Problems[0].(stub)
			s.settings = []string{"epochs=3"}
			p.Problems = []compare.Problem{s}
		},
		"isa: not there and x":        func(p *compare.Plan) { p.Settings = []string{"isa=x"} },
		"a: the learning rates":       func(p *compare.Plan) { p.Optimizers = named([]float64{0.5}, "a", "wild") },
		"one run at a time":           func(p *compare.Plan) { p.Timed = true },
		"holds all runs, not part 1/": func(p *compare.Plan) { p.Shard = part(1, 2) },
	} {
		q := plans()["grid"]
		change(&q)
		other, err := q.Header()
		if err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := compare.OpenStore(path, other); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if err := os.WriteFile(path, []byte("dear diary\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := compare.OpenStore(path, h); err == nil || !strings.Contains(err.Error(), "not JSON") {
		t.Errorf("a diary: %v", err)
	}
	if text, _ := os.ReadFile(path); string(text) != "dear diary\n" {
		t.Errorf("the diary is now %q", text)
	}
	if err := os.WriteFile(path, []byte("dear diary"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := compare.OpenStore(path, h); err == nil || !strings.Contains(err.Error(), "not JSON") {
		t.Errorf("a diary of one line: %v", err)
	}
}
