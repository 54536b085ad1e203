package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"nabla/nn"
	"nabla/train/compare"
)

// merger is the command with its flags.
type merger struct {
	*console
	out string
}

// mergeCommand joins what compare made in parts.
func mergeCommand(c *console) *cobra.Command {
	m := &merger{console: c}
	cmd := &cobra.Command{
		Use:   "merge PART...",
		Short: "Join the parts of a comparison",
		Long: `Join the parts that nabla compare --shard made, and print the result as nabla compare does.

PART is the folder of --out, which holds the parts; or a folder or .jsonl file for each part. The
result is written to --out, or into the one folder that was given, and is the same as that of a
comparison in one piece, seconds aside. A whole comparison is a single part: its tables are made
again.`,
		Example: `  nabla compare iris --optimizers sgd,adam --shard 1/2 --out runs/iris
  nabla compare iris --optimizers sgd,adam --shard 2/2 --out runs/iris
  nabla merge runs/iris`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage(cmd.CommandPath(), errors.New("nabla merge needs PART, the folder of nabla compare --out or files of parts"))
			}
			return usageOf(cmd, m.run(args))
		},
	}
	cmd.Flags().StringVarP(&m.out, "out", "o", "", "`FOLDER` for the result (default: the one folder that was given)")
	cmd.MarkFlagDirname("out")
	return cmd
}

// run reads the parts, joins and writes them.
func (m *merger) run(args []string) error {
	var files []string
	out := m.out
	for _, arg := range args {
		found, folder, err := findParts(arg)
		if err != nil {
			return err
		}
		files = append(files, found...)
		if folder && len(args) == 1 && out == "" {
			out = arg
		}
	}
	var parts []compare.Result
	for _, file := range files {
		part, err := compare.ReadFile(file)
		if err != nil {
			return m.unreadable(file, err)
		}
		parts = append(parts, part)
	}
	result, err := compare.Merge(files, parts)
	if err != nil {
		return err
	}
	if err := m.write(out, result); err != nil {
		return err
	}
	if m.json {
		return result.WriteJSON(m.console.out)
	}
	report := &comparison{console: m.console}
	report.end(result, result.Header.Timed)
	if out != "" {
		report.line("saved", "%s", out)
	}
	return nil
}

// write writes the files of a comparison.
func (m *merger) write(folder string, r compare.Result) error {
	if folder == "" {
		return nil
	}
	if err := freeForComparison(folder); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return advised(fmt.Errorf("--out: %w", fileError(folder, err)), "choose a folder that can be made")
	}
	path := filepath.Join(folder, comparisonFile)
	if old, err := compare.ReadFile(path); err == nil && !old.Header.Same(r.Header) {
		return fmt.Errorf("--out: %s holds another comparison; choose another folder with --out", path)
	}
	if err := nn.WriteFile(path, r.WriteJSON); err != nil {
		return advised(err, "choose another folder with --out")
	}
	return writeTables(folder, r)
}

// unreadable says what to do about a file that is not whole.
func (m *merger) unreadable(file string, err error) error {
	switch {
	case compare.IsCutOff(err):
		return advised(err, "give the command of that part again: it makes what is missing")
	case errors.Is(err, fs.ErrNotExist):
		return advised(fileError(file, err), "merge takes folders and .jsonl files of nabla compare --shard")
	}
	return advised(err, "merge takes the folders and .jsonl files of nabla compare")
}

// findParts returns the files of an argument: itself, or those of a folder.
func findParts(arg string) (files []string, folder bool, err error) {
	info, err := os.Stat(arg)
	if err != nil {
		return nil, false, advised(fileError(arg, err), "merge takes folders and .jsonl files of nabla compare --shard")
	}
	if !info.IsDir() {
		return []string{arg}, false, nil
	}
	files, err = filepath.Glob(filepath.Join(globQuoted(arg), "part-*-of-*", comparisonFile))
	if err != nil {
		return nil, true, err
	}
	if len(files) > 0 {
		return files, true, nil
	}
	path := filepath.Join(arg, comparisonFile)
	if _, err := os.Stat(path); err != nil {
		return nil, true, fmt.Errorf("%s holds no %s and no parts; give the folder of nabla compare --out", arg, comparisonFile)
	}
	return []string{path}, true, nil
}

// globQuoted is a path in which no character means a pattern.
func globQuoted(path string) string {
	var quoted []rune
	for _, c := range path {
		switch c {
		case '*', '?', '[':
			quoted = append(quoted, '[', c, ']')
		default:
			quoted = append(quoted, c)
		}
	}
	return string(quoted)
}
