package optimizers_test

import (
	"fmt"
	"strings"
	"testing"

	"nabla/train/optimizers"
)

func TestParse(t *testing.T) {
	everyRule := strings.Join(optimizers.Names(), ", ")
	for text, want := range map[string]string{
		"adam": "adam", " lookahead ( adam ) ": "lookahead(adam)", "ema(sam(barzilai-borwein))": "ema(sam(barzilai-borwein))",
		"":                `optimizers: unknown optimizer "" (have ` + everyRule + `)`,
		"adm":             `optimizers: unknown optimizer "adm", did you mean "adam"? (have ` + everyRule + `)`,
		"lookahead(adm)":  `optimizers: "lookahead(adm)", character 11: unknown optimizer "adm", did you mean "adam"? (have ` + everyRule + `)`,
		"lokahead(adam)":  `optimizers: "lokahead(adam)", character 1: unknown wrapper "lokahead", did you mean "lookahead"? (have lookahead, sam, ema)`,
		"ema(lokahead)":   `optimizers: "ema(lokahead)", character 5: unknown optimizer "lokahead", did you mean "lookahead(adam)"?`,
		"sam":             `optimizers: "sam", character 1: sam wraps another optimizer: write sam(adam)`,
		"ema(ema(sgd))":   `optimizers: "ema(ema(sgd))", character 5: ema stands twice`,
		"adam(sgd)":       `optimizers: "adam(sgd)", character 1: adam wraps no other optimizer; lookahead, sam, ema do`,
		"ema(adam":        `optimizers: "ema(adam", character 9: a closing parenthesis is missing`,
		"ema(adam))":      `optimizers: "ema(adam))", character 10: ")" behind the end`,
		"ema()":           `optimizers: "ema()", character 5: unknown optimizer "" (have ` + everyRule + `)`,
		"adam)":           `optimizers: "adam)", character 5: ")" behind the end`,
		"ema(größe(sgd))": `optimizers: "ema(größe(sgd))", character 5: unknown wrapper "größe" (have lookahead, sam, ema)`,
		"()":              `optimizers: "()", character 1: unknown wrapper "" (have lookahead, sam, ema)`,
	} {
		row, err := optimizers.Parse(text)
		got := row.Name
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %s\nwant %s", text, got, want)
		}
	}
	row, err := optimizers.Parse("lookahead(sgd)")
	if err != nil || fmt.Sprintf("%T", row.Rule) != "optimizers.Lookahead" || row.LearningRate != 0.01 || row.Formula == "" || row.Use == "" || row.Reference == "" {
		t.Errorf("%+v, %v", row, err)
	}
	for _, name := range optimizers.Wrappers() {
		w, err := optimizers.WrapperByName(name)
		if err != nil || w.Formula == "" || w.Use == "" || w.Reference == "" {
			t.Errorf("%+v, %v", w, err)
		}
		if err := optimizers.Validate(w.Rule); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s without a rule: %v", name, err)
		}
		for _, o := range optimizers.Options(w.Rule.Around(optimizers.Polyak{}))[:1] {
			if !strings.HasPrefix(o.Name, name+".") {
				t.Errorf("option %s of %s", o.Name, name)
			}
		}
	}
}

// FuzzParse must not panic, and reads again what it names.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"adam", "ema(sam(sgd))", "((", "lookahead(adam", "ema())(", "\xff("} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		row, err := optimizers.Parse(text)
		if err != nil {
			return
		}
		if again, err := optimizers.Parse(row.Name); err != nil || again.Name != row.Name {
			t.Errorf("%q became %q, %v", row.Name, again.Name, err)
		}
	})
}
