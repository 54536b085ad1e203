package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"nabla/losses"
	"nabla/nn"
	"nabla/train"
)

// readModel reads the model file of an argument.
func readModel(path string) (*train.Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, advised(fileError(path, err), "a model is the model.safetensors of nabla train --out FOLDER")
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s: is a folder; take the %s in it", path, modelFile)
	}
	m, err := train.ReadModel(f)
	if err == nil {
		return m, nil
	}
	step := "copy it again, or make a model with nabla train --out FOLDER"
	if readable(f) {
		step = "nabla inspect shows what the file holds, nabla train --out FOLDER makes a model"
	}
	return nil, advised(fmt.Errorf("%s: %s", path, plain(err)), step)
}

// readable reports whether nabla inspect could show a file.
func readable(f *os.File) bool {
	_, err := f.Seek(0, io.SeekStart)
	if err == nil {
		_, _, err = nn.ReadTensors(f)
	}
	return err == nil
}

// readJudge reads a model whose loss is to be computed, not its predictions alone.
func readJudge(path string) (*train.Model, error) {
	m, err := readModel(path)
	if err != nil {
		return nil, err
	}
	if m.Loss.IsZero() {
		return nil, advised(fmt.Errorf("%s: the model has no loss to compute", path), "nabla predict works without one")
	}
	if _, err := losses.Parse(m.Loss.Name); err != nil {
		return nil, advised(fmt.Errorf("%s: the loss of the model: %w", path, err), "nabla predict works without it")
	}
	return m, nil
}

// readTensors reads any safetensors file.
func readTensors(path string) (tensors []nn.Tensor, metadata map[string]string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, 0, advised(fileError(path, err), "give the path of a .safetensors file")
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = errors.New("is a folder; take a .safetensors file in it")
	}
	if err != nil {
		return nil, nil, 0, fileError(path, err)
	}
	if tensors, metadata, err = nn.ReadTensors(f); err != nil {
		return nil, nil, 0, advised(fmt.Errorf("%s: %s", path, plain(err)), "copy or make it again, or give another .safetensors file")
	}
	return tensors, metadata, info.Size(), nil
}
