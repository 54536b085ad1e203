package nn

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"gorgonia.org/tensor"
)

// Load reads a network that Save wrote, and the metadata of its file. catalog
// has one value of each type of layer that may occur; layers.Load knows those
// of package layers.
//
// Errors: the file is damaged or of another program; a layer is not in the
// catalog, which needs code then; a tensor is missing, does not fit, holds NaN
// or infinite numbers, or is used by no layer.
func Load(r io.Reader, catalog []Layer) (*Network, map[string]string, error) {
	tensors, metadata, err := ReadTensors(r)
	if err != nil {
		return nil, nil, err
	}
	text, ok := metadata[networkKey]
	if !ok {
		return nil, nil, fmt.Errorf("nn: load: the file holds %d tensors but no nabla network (no %q in its metadata); its weights can be used as initial weights", len(tensors), networkKey)
	}
	n, err := load(text, metadata[formatKey], mapTensors(tensors, ""), catalog)
	if err != nil {
		return nil, nil, fmt.Errorf("nn: load: %w", err)
	}
	return n, metadata, nil
}

func load(text, written string, tensors tensorMap, catalog []Layer) (*Network, error) {
	if written != format {
		return nil, fmt.Errorf("the file has format %q, this program reads %q", written, format)
	}
	var d description
	if err := decode(text, &d); err != nil {
		return nil, fmt.Errorf("%s: %w", networkKey, err)
	}
	layers, err := newLayers(d.Layers, catalog, 1)
	if err != nil {
		return nil, fmt.Errorf("layer %w", err)
	}
	c := Config{Seed: d.Seed, Input: d.Input, DType: d.DType}
	n, err := build(c, layers, func(name string, shape []int) ([]float64, error) {
		if t, ok := tensors[name]; ok && t.DType != dtypes[d.DType].safetensors {
			return nil, fmt.Errorf("the tensor holds %s, the network is %s", t.DType, d.DType)
		}
		return tensors.find(name, shape, false)
	})
	if err != nil {
		return nil, err
	}
	return n, tensors.allUsed(n, "", false)
}

// decode reads one JSON value that has no other fields than v.
func decode(text string, v any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows the JSON value")
	}
	return nil
}

// newLayers makes the layers of their descriptions, which stand depth deep.
func newLayers(list []layerDescription, catalog []Layer, depth int) ([]Layer, error) {
	if depth > maxNesting {
		return nil, fmt.Errorf("0: nested more than %d deep", maxNesting)
	}
	layers := make([]Layer, len(list))
	for i, d := range list {
		layer, err := d.layer(catalog, depth)
		if err != nil {
			return nil, fmt.Errorf("%d (%.60s): %w", i, d.Type, err)
		}
		layers[i] = layer
	}
	return layers, nil
}

func (d layerDescription) layer(catalog []Layer, depth int) (Layer, error) {
	known := slices.IndexFunc(catalog, func(l Layer) bool { return typeName(l) == d.Type })
	if known < 0 {
		return nil, errors.New("is not a layer of the library; build the network in code and use LoadWeights")
	}
	if len(d.Config) == 0 {
		return nil, errors.New("has no config")
	}
	v := reflect.New(reflect.TypeOf(catalog[known]))
	if err := decode(string(d.Config), v.Interface()); err != nil {
		return nil, err
	}
	layer, ok := v.Elem().Interface().(Layer)
	if !ok || bytes.Equal(d.Config, []byte("null")) {
		return nil, fmt.Errorf("config %.60s is not the fields of a layer", d.Config)
	}
	c, ok := layer.(Container)
	if !ok {
		if len(d.Layers) > 0 {
			return nil, errors.New("cannot hold layers")
		}
		return layer, nil
	}
	inner, err := newLayers(d.Layers, catalog, depth+1)
	if err != nil {
		return nil, err
	}
	return c.With(inner), nil
}

// LoadWeights reads a safetensors file, of any program, into the parameters of
// the network by their names. Names and shapes must match; running statistics
// may be missing. Nothing is changed when there is an error.
//
// With torch set, the W of x·W is [out, in] as PyTorch keeps it, and is
// transposed; its counters num_batches_tracked are passed over.
func (n *Network) LoadWeights(r io.Reader, torch bool) error {
	tensors, _, err := ReadTensors(r)
	if err != nil {
		return err
	}
	return n.SetTensors(tensors, "", torch)
}

// SetTensors sets the parameters from tensors whose names are those of the
// parameters behind a prefix; see LoadWeights. Tensors without the prefix are
// passed over.
func (n *Network) SetTensors(tensors []Tensor, prefix string, torch bool) error {
	have := mapTensors(tensors, prefix)
	values := make([][]float64, len(n.params))
	for i, p := range n.params {
		if _, ok := have[prefix+p.Name]; !ok && !p.Trainable {
			values[i] = p.Values()
			continue
		}
		var err error
		if values[i], err = have.find(prefix+p.Name, p.Shape, torch && p.linear); err != nil {
			return fmt.Errorf("nn: weights: %w", err)
		}
	}
	if err := have.allUsed(n, prefix, torch); err != nil {
		return fmt.Errorf("nn: weights: %w", err)
	}
	for i, p := range n.params {
		copyFrom(p.value, values[i])
	}
	return nil
}

// tensorMap holds the tensors of a file by name.
type tensorMap map[string]Tensor

func mapTensors(tensors []Tensor, prefix string) tensorMap {
	m := make(tensorMap, len(tensors))
	for _, t := range tensors {
		if strings.HasPrefix(t.Name, prefix) {
			m[t.Name] = t
		}
	}
	return m
}

// find returns the elements of the tensor of this name and shape, which are
// finite. A tensor that is to be turned has the two extents the other way round.
func (m tensorMap) find(name string, shape []int, turn bool) ([]float64, error) {
	t, ok := m[name]
	if !ok {
		have := slices.Sorted(maps.Keys(m))
		return nil, fmt.Errorf("the file has no tensor %q (has %.200q)", name, have[:min(len(have), 20)])
	}
	want := slices.Clone(shape)
	if turn {
		slices.Reverse(want)
	}
	if !slices.Equal(t.Shape, want) {
		return nil, fmt.Errorf("tensor %q has shape %v, the network needs %v", name, t.Shape, want)
	}
	x, err := t.Float64s()
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(x, nonFinite) {
		return nil, fmt.Errorf("tensor %q holds NaN or infinite numbers", name)
	}
	if !turn {
		return x, nil
	}
	turned := make([]float64, tensor.Shape(shape).TotalSize())
	for r := range shape[0] {
		for c := range shape[1] {
			turned[r*shape[1]+c] = x[c*shape[0]+r]
		}
	}
	return turned, nil
}

// allUsed returns an error that names a tensor of which no parameter is made.
func (m tensorMap) allUsed(n *Network, prefix string, torch bool) error {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		counter := torch && strings.HasSuffix(name, ".num_batches_tracked")
		if n.byName[strings.TrimPrefix(name, prefix)] == nil && !counter {
			return fmt.Errorf("no layer asks for the tensor %q", name)
		}
	}
	return nil
}
