package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"nabla/nn"
	"nabla/train"
)

// The files of a run, see folder.free.
const (
	configFile     = "config.yaml"
	metricsFile    = "metrics.csv"
	modelFile      = "model.safetensors"
	checkpointFile = "checkpoint.safetensors"
)

// folder is where a run is written. A nil folder writes nothing.
type folder struct {
	path  string
	every int // epochs between checkpoints; 0 is never
	run   *train.Run
	model *train.Model

	earlier []histogramEvent // of the epochs before a resume
}

// openFolder makes the folder of a run and writes its settings, so that a folder
// that cannot be written is found before the work. A resumed run is set to where
// its checkpoint stands.
func openFolder(s *setup, run *train.Run, resume bool) (*folder, error) {
	if s.job.Out == "" {
		return nil, nil
	}
	f := &folder{path: s.job.Out, every: s.job.CheckpointEvery, run: run}
	rows, err := trainedRows(s)
	if err != nil {
		return nil, err
	}
	// The name of a file stands for it, so that the model is the same wherever it was trained.
	f.model = &train.Model{Network: s.net, Loss: s.loss, Schema: s.source.Schema, Dataset: filepath.Base(s.source.Data.Name), Rows: rows, Version: programVersion()}
	checkpoint := filepath.Join(f.path, checkpointFile)
	if resume {
		if err := f.continueFrom(checkpoint, s.job.Epochs); err != nil {
			return nil, err
		}
	} else if _, err := os.Stat(checkpoint); err == nil {
		return nil, fmt.Errorf("%s holds a checkpoint of another run; continue that with nabla train --resume %[1]s, or choose another folder", f.path)
	}
	if err := os.MkdirAll(f.path, 0o755); err != nil {
		return nil, advised(fmt.Errorf("--out: %w", fileError(f.path, err)), "choose a folder that can be made")
	}
	if err := f.free(s, resume); err != nil {
		return nil, err
	}
	if !resume { // those of another run are not the beginning of this one
		if err := os.Remove(filepath.Join(f.path, histogramsFile)); err != nil && !os.IsNotExist(err) {
			return nil, fileError(histogramsFile, err)
		}
	}
	return f, f.write(configFile, s.job.inFolder(f.path).write)
}

// free reports a folder in which the files of the run cannot be written, or would
// take the place of something else. The same data set again is the user's next
// try; its files may be replaced.
func (f *folder) free(s *setup, resume bool) error {
	for _, name := range []string{configFile, metricsFile, modelFile, checkpointFile, histogramsFile} {
		path := filepath.Join(f.path, name)
		if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
			return fmt.Errorf("--out: %s is not a regular file; choose another folder with --out", path)
		}
	}
	if resume {
		return nil
	}
	path := filepath.Join(f.path, configFile)
	old, err := readConfig(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		model := filepath.Join(f.path, modelFile)
		if _, err := os.Stat(model); err == nil {
			return fmt.Errorf("--out: %s is there without the %s of a run; choose another folder with --out", model, configFile)
		}
		return nil
	case err == nil && sameData(old.value(datasetKey), s.job.Dataset):
		return nil
	case err != nil || old.value(datasetKey) == "":
		return fmt.Errorf("--out: %s is not that of a run; choose another folder with --out", path)
	}
	return fmt.Errorf("--out: %s holds a run on %s; choose another folder with --out, or remove that one", f.path, old.value(datasetKey))
}

// sameData reports whether two arguments are the same bundled data set or file.
func sameData(a, b string) bool {
	absolute := func(path string) string {
		if abs, err := filepath.Abs(path); err == nil {
			return abs
		}
		return path
	}
	return locateData(a, absolute) == locateData(b, absolute)
}

// continueFrom sets the run to a checkpoint.
func (f *folder) continueFrom(checkpoint string, epochs int) error {
	file, err := os.Open(checkpoint)
	if err != nil {
		return advised(fmt.Errorf("--resume: %w", fileError(checkpoint, err)),
			"only a run that was interrupted, or trained with --checkpoint-every, can be resumed")
	}
	defer file.Close()
	if err := f.run.Resume(file); err != nil {
		return advised(fmt.Errorf("--resume %s: %s", f.path, plain(err)), "train again from the start with nabla train --config "+filepath.Join(f.path, configFile))
	}
	if len(f.run.History) >= epochs {
		return fmt.Errorf("--resume %s: the run has reached its %s; --epochs N goes on to a later one", f.path, plural(epochs, "epoch"))
	}
	return f.recall()
}

// epoch is called after every epoch.
func (f *folder) epoch(n int) error {
	if f == nil || f.every == 0 || n%f.every != 0 {
		return nil
	}
	if err := f.write(metricsFile, f.run.History.WriteCSV); err != nil {
		return err
	}
	if err := f.writeHistograms(); err != nil {
		return err
	}
	return f.checkpoint()
}

// checkpoint writes where the run stands, so that it can be resumed.
func (f *folder) checkpoint() error {
	if f == nil {
		return nil
	}
	return f.write(checkpointFile, f.run.Save)
}

// end writes what the run has come to and returns the path of the model. A
// checkpoint stays for as long as the run can be resumed from it.
func (f *folder) end() (model string, err error) {
	if f == nil {
		return "", nil
	}
	if err := f.write(metricsFile, f.run.History.WriteCSV); err != nil {
		return "", err
	}
	if f.every == 0 && f.run.Stopped != "interrupted" {
		if err := os.Remove(filepath.Join(f.path, checkpointFile)); err != nil && !os.IsNotExist(err) {
			return "", fileError(checkpointFile, err)
		}
	}
	model = filepath.Join(f.path, modelFile)
	return model, f.write(modelFile, f.model.Save)
}

// write replaces a file of the run, whole or not at all.
func (f *folder) write(name string, write func(io.Writer) error) error {
	err := nn.WriteFile(filepath.Join(f.path, name), write)
	step := "choose another folder with --out"
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		step = "free the disk or " + step
	}
	return advised(err, step)
}
