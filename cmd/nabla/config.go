package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"nabla/internal/names"
)

// datasetKey is the name in a config file of what is an argument on the command
// line; the other names are those of the flags.
const datasetKey = "dataset"

// config is what a config file sets, in its order.
type config struct {
	path     string
	settings []configSetting
}

// configSetting is a line of the file, with the value as its flag takes it.
type configSetting struct {
	name, value string
	line        int
}

// readConfig reads a config file. Paths in it are relative to its folder, so that
// a run can be repeated from anywhere, and moved together with its data.
func readConfig(path string) (*config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, advised(fileError(path, err), "nabla train DATA --print-config shows what such a file holds")
	}
	c, err := parseConfig(path, text)
	if err != nil {
		return nil, err
	}
	folder := filepath.Dir(path)
	for i, s := range c.settings {
		if located := pathValues[s.name]; located != nil {
			c.settings[i].value = located(s.value, func(p string) string { return underFolder(folder, p) })
		}
	}
	return c, nil
}

// parseConfig reads a YAML mapping of names to words and numbers. A list stands
// for its elements with commas between, a mapping for name=value pairs.
func parseConfig(path string, text []byte) (*config, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, usagef("%s: %s", path, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	c := &config{path: path}
	if len(document.Content) == 0 {
		return c, nil
	}
	root := document.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, usagef("%s:%d: want lines of the form name: value", path, root.Line)
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, node := root.Content[i], root.Content[i+1]
		value, err := flat(node)
		if err == nil && seen[key.Value] {
			err = fmt.Errorf("is set twice")
		}
		if err != nil {
			return nil, usagef("%s:%d: %s: %w", path, key.Line, key.Value, err)
		}
		seen[key.Value] = true
		// "schedule:" with nothing behind it leaves the setting alone.
		if node.Tag != "!!null" {
			c.settings = append(c.settings, configSetting{key.Value, value, key.Line})
		}
	}
	return c, nil
}

// flat is the text of a value.
func flat(n *yaml.Node) (string, error) {
	var parts []string
	for i, inner := range n.Content {
		if inner.Kind != yaml.ScalarNode {
			return "", fmt.Errorf("is nested too deep")
		}
		if n.Kind == yaml.MappingNode && i%2 == 1 {
			parts[len(parts)-1] += "=" + inner.Value
		} else {
			parts = append(parts, inner.Value)
		}
	}
	switch n.Kind {
	case yaml.ScalarNode:
		return n.Value, nil
	case yaml.SequenceNode, yaml.MappingNode:
		return strings.Join(parts, ","), nil
	}
	return "", fmt.Errorf("is not a word or number")
}

// flagOfError is the flag that an error of a setting begins with.
var flagOfError = regexp.MustCompile(`^--([a-z0-9-]+)`)

// blame names the line of the file in an error about a setting that came from it
// and not from a flag. Only the whole job tells whether a value can be meant, so
// that it is looked at when file and flags have been read.
func (c *config) blame(err error, given *pflag.FlagSet) error {
	if c == nil || err == nil {
		return err
	}
	text := plain(err)
	found := flagOfError.FindStringSubmatch(text)
	if found == nil || changed(given, found[1]) {
		return err
	}
	for _, s := range c.settings {
		if s.name != found[1] {
			continue
		}
		text = fmt.Sprintf("%s:%d: %s", c.path, s.line, strings.TrimPrefix(text, "--"))
		if _, ok := errors.AsType[usageError](err); ok {
			return usagef("%s", text)
		}
		return errors.New(text)
	}
	return err
}

// value returns what is set under a name, empty if nothing is.
func (c *config) value(name string) string {
	if c != nil {
		for _, s := range c.settings {
			if s.name == name {
				return s.value
			}
		}
	}
	return ""
}

// apply sets flags from the file.
func (c *config) apply(fs *pflag.FlagSet) error {
	if c == nil {
		return nil
	}
	for _, s := range c.settings {
		if s.name == datasetKey {
			continue
		}
		f := fs.Lookup(s.name)
		if f == nil {
			have := []string{datasetKey}
			fs.VisitAll(func(f *pflag.Flag) { have = append(have, f.Name) })
			return usagef("%s:%d: %s", c.path, s.line, plain(names.Unknown("nabla", "setting", s.name, have)))
		}
		if err := f.Value.Set(s.value); err != nil {
			return usagef("%s:%d: %s", c.path, s.line, strings.TrimPrefix(badValue(f, s.value, err).Error(), "--"))
		}
	}
	return nil
}

// write writes all settings of the job but its folder. A run from this file
// repeats the job.
func (j *job) write(w io.Writer) error {
	root := &yaml.Node{Kind: yaml.MappingNode}
	add := func(name, value string) {
		n := &yaml.Node{Kind: yaml.ScalarNode, Value: value}
		if n.ShortTag() == "!!null" {
			n.Tag = "!!str" // a word such as null or ~
		}
		root.Content = append(root.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, n)
	}
	add(datasetKey, j.Dataset)
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	fs.SortFlags = false
	j.bind(fs)
	fs.VisitAll(func(f *pflag.Flag) {
		if value := f.Value.String(); value != "" && f.Name != "out" {
			add(f.Name, value)
		}
	})
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	if err := e.Encode(root); err != nil {
		return fmt.Errorf("config: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}
