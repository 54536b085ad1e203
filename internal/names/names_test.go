package names

import "testing"

func TestUnknown(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"adma", `optimizers: unknown optimizer "adma", did you mean "adam"? (have sgd, adam)`},
		{"ADAM", `optimizers: unknown optimizer "ADAM", did you mean "adam"? (have sgd, adam)`},
		{"frobnicate", `optimizers: unknown optimizer "frobnicate" (have sgd, adam)`},
		{"momen", `optimizers: unknown optimizer "momen" (have sgd, adam)`},
		{"bdam", `optimizers: unknown optimizer "bdam" (have sgd, adam)`},
		{"", `optimizers: unknown optimizer "" (have sgd, adam)`},
	} {
		if got := Unknown("optimizers", "optimizer", c.name, []string{"sgd", "adam"}).Error(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	have := []string{"glorot-uniform", "glorot-normal", "batch", "val-split", "lr"}
	for name, want := range map[string]string{
		"glorot":        "glorot-uniform", // the first that begins so
		"VAL":           "val-split",
		"va":            "", // too short for a beginning
		"watch":         "", // another first letter is two edits
		"btach":         "batch",
		"bacth":         "batch",
		"batches":       "batch",
		"glorotuniform": "glorot-uniform",
		"lx":            "lr",
		"vlsplt":        "val-split",
		"glrtnrml":      "", // more letters left out than half of them
		"l":             "",
		"":              "",
	} {
		if got, ok := Nearest(name, have); got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", name, got, ok, want)
		}
	}
}

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "",
		"Größe, 漢字 𝛼\u200d":     "Größe, 漢字 𝛼\u200d",
		"red\x1b[31m\nx":        `red\x1b[31m\nx`,
		"tab\tcr\rnul\x00":      `tab\tcr\rnul\x00`,
		"\u009b2J\u202ereverse": `\u009b2J\u202ereverse`,
		"caf\xe9":               `caf\xe9`,
		`a "quoted" \n`:         `a "quoted" \n`,
		"\ufffd":                "\ufffd",
	} {
		if got := Printable(text); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}
