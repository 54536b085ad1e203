package main

import (
	"fmt"
	"os"

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
	if err != nil {
		return nil, advised(fmt.Errorf("%s: %s", path, plain(err)), "nabla inspect shows what a file holds, nabla train --out makes a model")
	}
	return m, nil
}
