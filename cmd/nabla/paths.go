package main

import (
	"path/filepath"
	"strings"

	"nabla/datasets"
)

// pathValues are the settings that may be paths. Each function applies another to
// the path in a value and leaves a name as it is.
var pathValues = map[string]func(value string, locate func(string) string) string{
	datasetKey: locateData,
	"data":     locateFolder,
	"init":     locateWeights,
	"out":      locateFolder,
}

// locateData takes what datasets.Open takes for a path: a mistyped name of a
// bundled data set stays one, for the error that suggests another.
func locateData(value string, locate func(string) string) string {
	if _, err := datasets.ByName(value); err == nil || !strings.ContainsAny(value, "./"+string(filepath.Separator)) {
		return value
	}
	return locate(value)
}

// locateFolder takes any value but none for a path.
func locateFolder(value string, locate func(string) string) string {
	if value == "" {
		return ""
	}
	return locate(value)
}

// locateWeights takes FILE.safetensors and FILE.safetensors:torch; other values
// name an initializer.
func locateWeights(value string, locate func(string) string) string {
	path, foreign := strings.CutSuffix(value, ":torch")
	switch {
	case !strings.HasSuffix(path, ".safetensors"):
		return value
	case foreign:
		return locate(path) + ":torch"
	}
	return locate(path)
}

// underFolder is a path as it is in a file of a folder, seen from here.
func underFolder(folder, path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(folder, path)
}

// located returns the job with its paths rewritten.
func (j *job) located(locate func(string) string) *job {
	there := *j
	there.Dataset = locateData(j.Dataset, locate)
	there.Data = locateFolder(j.Data, locate)
	there.Init = locateWeights(j.Init, locate)
	return &there
}

// inFolder returns the job for a config file in a folder: relative paths start
// there, those that were absolute stay so.
func (j *job) inFolder(folder string) *job {
	return j.located(func(path string) string {
		if filepath.IsAbs(path) {
			return path
		}
		from, err := filepath.Abs(folder)
		to, err2 := filepath.Abs(path)
		if err != nil || err2 != nil {
			return path // there is no working directory to start from
		}
		if relative, err := filepath.Rel(from, to); err == nil {
			return filepath.ToSlash(relative)
		}
		return to // on another volume
	})
}

// anywhere returns the job for a config file whose folder is not known.
func (j *job) anywhere() *job {
	return j.located(func(path string) string {
		if absolute, err := filepath.Abs(path); err == nil {
			return absolute
		}
		return path
	})
}
