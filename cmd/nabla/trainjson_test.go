package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// execute runs a command line in this process.
func execute(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errors bytes.Buffer
	code = run(args, &out, &errors)
	return out.String(), errors.String(), code
}

// The keys of each event, in their order, with an example of each type.
var events = map[string]map[string]any{
	"start": {
		"event": "", "dataset": "", "rows": 0.0, "val_rows": 0.0, "test_rows": 0.0, "features": 0.0, "outputs": 0.0, "parameters": 0.0,
		"loss": "", "optimizer": "", "learning_rate": 0.0, "batch": 0.0, "epochs": 0.0, "dtype": "", "seed": 0.0,
	},
	"epoch": {
		"event": "", "epoch": 0.0, "loss": 0.0, "metrics": map[string]any{}, "val_loss": 0.0, "val_metrics": map[string]any{},
		"grad_norm": 0.0, "learning_rate": 0.0, "seconds": 0.0, "steps": 0.0,
	},
	"end": {
		"event": "", "epochs": 0.0, "steps": 0.0, "loss": 0.0, "best_epoch": 0.0, "test_loss": 0.0, "test_metrics": map[string]any{},
		"seconds": 0.0, "model": "", "stopped": "",
	},
}

func TestTrainJSON(t *testing.T) {
	folder := t.TempDir()
	for name, c := range map[string]struct {
		args    []string
		absent  []string // keys
		null    []string
		metrics string
	}{
		"classes":         {[]string{"iris", "--save-best", "--out", folder + "/a"}, nil, nil, "accuracy"},
		"numbers":         {[]string{"diabetes", "--save-best", "--out", folder + "/b"}, nil, nil, "rmse mae r2"},
		"no validation":   {[]string{"iris", "--out", folder + "/c"}, []string{"val_rows", "val_loss", "val_metrics", "best_epoch"}, nil, "accuracy"},
		"nothing written": {[]string{"iris", "--save-best"}, nil, []string{"model"}, "accuracy"},
		"no test rows":    {[]string{"iris", "--save-best", "--test-split", "none"}, nil, []string{"model", "test_loss", "test_metrics"}, "accuracy"},
	} {
		out, stderr, code := execute(t, append([]string{"train", "--json", "--epochs", "3"}, c.args...)...)
		lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		if code != 0 || stderr != "" || len(lines) != 5 {
			t.Errorf("%s: exit code %d, %d lines, %s", name, code, len(lines), stderr)
			continue
		}
		for i, line := range lines {
			var got map[string]any
			if err := json.Unmarshal([]byte(line), &got); err != nil {
				t.Fatalf("%s: %v: %s", name, err, line)
			}
			kind := map[int]string{0: "start", 4: "end"}[i]
			if kind == "" {
				kind = "epoch"
			}
			if got["event"] != kind {
				t.Errorf("%s: line %d is the event %v, want %s", name, i, got["event"], kind)
			}
			checkKeys(t, name, kind, got, c.absent, c.null)
			for _, key := range []string{"metrics", "val_metrics", "test_metrics"} {
				if scores, ok := got[key].(map[string]any); ok {
					want := strings.Fields(c.metrics)
					slices.Sort(want)
					if have := slices.Sorted(maps.Keys(scores)); !slices.Equal(have, want) {
						t.Errorf("%s: %s has %q, want %q", name, key, have, want)
					}
				}
			}
		}
	}
}

// checkKeys compares the keys of an event and the types of their values.
func checkKeys(t *testing.T, name, kind string, got map[string]any, absent, null []string) {
	t.Helper()
	want := maps.Clone(events[kind])
	for _, key := range absent {
		delete(want, key)
	}
	for key, example := range want {
		v, ok := got[key]
		switch {
		case !ok:
			t.Errorf("%s: %s has no %s", name, kind, key)
		case slices.Contains(null, key):
			if v != nil {
				t.Errorf("%s: %s is %v, want null", name, key, v)
			}
		case jsonType(v) != jsonType(example):
			t.Errorf("%s: %s.%s is a %s, want a %s", name, kind, key, jsonType(v), jsonType(example))
		}
	}
	for key := range got {
		if _, ok := want[key]; !ok {
			t.Errorf("%s: %s has an unknown key %s", name, kind, key)
		}
	}
}

func jsonType(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case float64:
		return "number"
	case map[string]any:
		return "object"
	}
	return "null"
}

// The values of the contract's example.
func TestStartEvent(t *testing.T) {
	out, _, _ := execute(t, "train", "iris", "--json", "--epochs", "1", "--seed", "7")
	line, _, _ := strings.Cut(out, "\n")
	const want = `{"event":"start","dataset":"iris","rows":120,"test_rows":30,"features":4,"outputs":3,"parameters":131,` +
		`"loss":"cross-entropy","optimizer":"adam","learning_rate":0.01,"batch":16,"epochs":1,"dtype":"float32","seed":7}`
	if line != want {
		t.Errorf("got\n%s\nwant\n%s", line, want)
	}
}
