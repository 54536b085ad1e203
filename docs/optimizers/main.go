// Command optimizers writes the page docs/optimizers.md and its pictures from the
// tables of train/optimizers and from what it measures:
//
//	go run ./docs/optimizers
//
// It wants to be run at the root of the repository. The formulas are those of the
// doc comments. A test writes the page again and compares.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := write("."); err != nil {
		fmt.Fprintln(os.Stderr, "optimizers:", err)
		os.Exit(1)
	}
}

// Where the page and its pictures are, from the root of the repository.
const (
	pageFile = "docs/optimizers.md"
	pictures = "images/optimizers" // from the page
)

// write makes the page and the pictures of the repository at root.
func write(root string) error {
	d, err := openDigits()
	if err != nil {
		return err
	}
	c, err := measure(root, d)
	if err != nil {
		return err
	}
	folder := filepath.Join(root, "docs", pictures)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	for file, p := range c.pictures() {
		if err := p.Write(filepath.Join(folder, file)); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return os.WriteFile(filepath.Join(root, pageFile), []byte(c.page()), 0o666)
}
