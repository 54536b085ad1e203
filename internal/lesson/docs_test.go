package lesson

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// docs is where the pages are checked in.
var docs = filepath.Join("..", "..", "docs", "lessons")

// The pages that are checked in are those that the lessons make: the same files, the
// same words, and the same numbers but for rounding, which depends on the processor.
func TestDocsAreBuilt(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every lesson")
	}
	const again = "build them again: go run ./cmd/nabla lesson --all --out docs/lessons"
	folder := t.TempDir()
	list, err := Build(folder, nil)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(docs)
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, e := range entries {
		have = append(have, e.Name())
	}
	slices.Sort(list)
	if !slices.Equal(have, list) {
		t.Fatalf("docs/lessons has %q, want %q; %s", have, list, again)
	}
	read := func(folder, name string) string {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	numbers := 0
	for _, name := range list {
		was, is := read(docs, name), read(folder, name)
		switch filepath.Ext(name) {
		case ".html":
			if words(was) != words(is) {
				t.Errorf("%s has other words; %s", name, again)
			}
		case ".json":
			var a, b []any
			if err := errors.Join(json.Unmarshal([]byte(was), &a), json.Unmarshal([]byte(is), &b)); err != nil {
				t.Fatal(err)
			}
			numbers += sameNumbers(t, name, a, b)
		}
	}
	if t.Logf("%d files, %d numbers", len(list), numbers); numbers < 500 {
		t.Errorf("only %d numbers compared", numbers)
	}
}

var (
	drawn  = regexp.MustCompile(`(?s)<svg.*?</svg>|<style>.*?</style>|base64,[A-Za-z0-9+/=]*`)
	figure = regexp.MustCompile(`[−-]?(\d+(\.\d+)?·)?10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|[−-]?\d+(\.\d+)?(e[-+]?\d+)?`)
)

// words is the text of a page without its pictures and with one sign for every
// number.
func words(page string) string {
	page = strings.ReplaceAll(drawn.ReplaceAllString(page, ""), "≈", "=")
	return strings.ReplaceAll(figure.ReplaceAllString(page, "#"), "∞", "#")
}

// sameNumbers compares values of JSON and returns how many numbers there are.
func sameNumbers(t *testing.T, path string, was, is any) (n int) {
	t.Helper()
	switch was := was.(type) {
	case []any:
		now, ok := is.([]any)
		if !ok || len(now) != len(was) {
			t.Errorf("%s: another length", path)
			return 0
		}
		for i := range was {
			n += sameNumbers(t, path, was[i], now[i])
		}
	case map[string]any:
		now, ok := is.(map[string]any)
		if !ok || len(now) != len(was) {
			t.Errorf("%s: other keys", path)
			return 0
		}
		if name, ok := was["lesson"].(string); ok {
			path = name
		}
		for key := range was {
			n += sameNumbers(t, path+": "+key, was[key], now[key])
		}
	case float64:
		now, ok := is.(float64)
		const tolerance = 1e-4
		if !ok || math.Abs(now-was) > tolerance*max(math.Abs(was), 0.01) {
			t.Errorf("%s: was %v, is %v", path, was, is)
		}
		return 1
	case string:
		now, ok := is.(string)
		if !ok || words(was) != words(now) {
			t.Errorf("%s: was %q, is %q", path, was, is)
		}
	default:
		if was != is {
			t.Errorf("%s: was %v, is %v", path, was, is)
		}
	}
	return n
}
