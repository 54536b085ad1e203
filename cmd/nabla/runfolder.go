package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"nabla/nn"
	"nabla/train"
)

// The files of a run.
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
	return f, f.write(configFile, s.job.write)
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
		return fmt.Errorf("--resume %s: the run has reached its %d epochs; --epochs N goes on to a later one", f.path, epochs)
	}
	return nil
}

// epoch is called after every epoch.
func (f *folder) epoch(n int) error {
	if f == nil || f.every == 0 || n%f.every != 0 {
		return nil
	}
	if err := f.write(metricsFile, f.run.History.WriteCSV); err != nil {
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

func (f *folder) write(name string, write func(io.Writer) error) error {
	return advised(nn.WriteFile(filepath.Join(f.path, name), write), "free the disk or choose another folder with --out")
}
