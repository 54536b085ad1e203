package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestGenerated regenerates the kernels and compares them with the files in the
// tree.
func TestGenerated(t *testing.T) {
	for name, want := range files() {
		got, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Error(err)
			continue
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what the generator writes: run go generate ./internal/kernel", name)
		}
	}
}
