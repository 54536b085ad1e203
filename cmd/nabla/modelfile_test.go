package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nabla/nn"
)

// command runs a command line in this process.
func command(args ...string) (code int, out, stderr string) {
	var o, e bytes.Buffer
	code = run(args, &o, &e)
	return code, o.String(), e.String()
}

// TestForeignModels: a model file may say of its loss, link and classes what it
// likes, with a checksum that is right.
func TestForeignModels(t *testing.T) {
	dir := t.TempDir()
	if code, _, stderr := command("train", "iris", "--epochs", "1", "--quiet", "--out", dir); code != exitDone {
		t.Fatal(stderr)
	}
	good, err := os.ReadFile(filepath.Join(dir, modelFile))
	if err != nil {
		t.Fatal(err)
	}
	tensors, metadata, err := nn.ReadTensors(bytes.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	const key = "nabla.model"
	text := metadata[key]
	for _, c := range []struct {
		name, old, new string
		command        string
		code           int
		want           string // on standard error, or on standard output when the code is 0
	}{
		{"as it is", "", "", "evaluate", exitDone, "virginica"},
		{"unknown loss", `"loss":"cross-entropy"`, `"loss":"foo"`, "evaluate", exitFailed,
			`the loss of the model: unknown loss "foo" (have mse, `},
		{"unknown loss", `"loss":"cross-entropy"`, `"loss":"foo"`, "gradcheck", exitFailed, "; nabla predict works without it\n"},
		{"unknown loss", `"loss":"cross-entropy"`, `"loss":"foo"`, "predict", exitDone, "prediction,setosa"},
		{"no loss", `"loss":"cross-entropy"`, `"loss":""`, "evaluate", exitFailed, "the model has no loss to compute; nabla predict"},
		{"wrong link", `"link":"softmax"`, `"link":"sigmoid"`, "evaluate", exitFailed,
			"link sigmoid does not go with loss cross-entropy, whose link is softmax; nabla inspect shows what the file holds"},
		{"wrong link", `"loss":"cross-entropy"`, `"loss":"mse"`, "predict", exitFailed, "link softmax does not go with loss mse"},
		{"a class in colour", `"setosa"`, `"red\u001b[31m\nx"`, "evaluate", exitFailed, `unknown class "setosa"`},
		{"a class in colour", `"setosa"`, `"red\u001b[31m\nx"`, "predict", exitDone, "red\x1b[31m\nx"}, // no terminal: as it is
	} {
		changed := strings.Replace(text, c.old, c.new, 1)
		if c.old != c.new && changed == text {
			t.Fatalf("%s: the metadata have no %s: %s", c.name, c.old, text)
		}
		metadata[key] = changed
		var file bytes.Buffer
		if err := nn.WriteTensors(&file, tensors, metadata); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "model-without-suffix")
		if err := os.WriteFile(path, file.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		args := []string{c.command, path, "iris"}
		if c.command == "gradcheck" {
			args = args[:2]
		}
		code, out, stderr := command(args...)
		said := stderr
		if c.code == exitDone {
			said = out
		}
		if code != c.code || !strings.Contains(said, c.want) {
			t.Errorf("%s: %s: code %d, %q, want code %d, %s", c.name, c.command, code, said, c.code, c.want)
		}
	}
}
