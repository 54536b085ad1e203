package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// keys lists the keys of all objects in a value, with those around them.
func keys(v any, path string, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			into[path+"."+key] = true
			keys(inner, path+"."+key, into)
		}
	case []any:
		for _, inner := range v {
			keys(inner, path, into)
		}
	}
}

// lineKeys are those of JSON lines, each with its event.
func lineKeys(t *testing.T, text string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for line := range strings.Lines(text) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		keys(object, object["event"].(string), found)
	}
	return found
}

// The JSON lines of docs/compare.md have the keys of those that are printed.
func TestCompareDocKeys(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "compare.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(text), "```json\n")
	block, _, _ = strings.Cut(block, "```")
	want := lineKeys(t, block)
	args := []string{"compare", "iris", "--optimizers", "sgd,adam", "--lr", "0.01,0.1", "--seeds", "2", "--epochs", "20", "--target", "0.5", "--json"}
	whole, _, code := execute(t, args...)
	part, _, code2 := execute(t, append(args, "--shard", "1/8")...)
	if code+code2 != 0 {
		t.Fatalf("codes %d and %d", code, code2)
	}
	have := lineKeys(t, whole)
	for key := range lineKeys(t, part) {
		have[key] = true
	}
	for key := range have {
		// One of two optimizers is behind; its statistic has the keys of the others.
		if !want[key] && !strings.HasPrefix(key, "summary.behind.") {
			t.Errorf("docs/compare.md lacks %s", key)
		}
	}
	for key := range want {
		if !have[key] {
			t.Errorf("docs/compare.md has %s, which is not printed", key)
		}
	}
}

// The job files are valid, and their flags are those of the commands.
func TestJobFiles(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "docs", "jobs", "*"))
	if err != nil || len(files) < 3 {
		t.Fatalf("job files %v, %v", files, err)
	}
	root := rootCommand(newConsole(nil, os.Stdout, os.Stderr))
	flags := []string{"jobs", "env"} // of GNU parallel
	for _, name := range []string{"compare", "merge"} {
		cmd, _, err := root.Find([]string{name})
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range regexp.MustCompile(`--[a-z-]+`).FindAllString(cmd.LocalFlags().FlagUsages(), -1) {
			flags = append(flags, strings.TrimPrefix(word, "--"))
		}
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, ".yaml") {
			var job any
			if err := yaml.Unmarshal(text, &job); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		} else if bash, err := exec.LookPath("bash"); err == nil {
			if out, err := exec.Command(bash, "-n", file).CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", file, err, out)
			}
		}
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(strings.TrimSpace(line), "#") {
				continue
			}
			for _, flag := range regexp.MustCompile(`(?:^|[ "])--([a-z-]+)`).FindAllStringSubmatch(line, -1) {
				if !slices.Contains(flags, flag[1]) {
					t.Errorf("%s: there is no flag --%s", file, flag[1])
				}
			}
		}
	}
}
