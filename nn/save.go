package nn

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"

	"nabla/internal/op"
)

// Keys of the metadata that Save writes; those of the caller must differ.
const (
	networkKey = "nabla.network"
	layoutKey  = "nabla.layout"
	formatKey  = "nabla.format"
)

const (
	layout = "row-major; the weight of a Dense layer is [in, out], y = x·W + b"
	format = "1" // of the metadata
)

// description is a network without the values of its parameters.
type description struct {
	Input  []int              `json:"input"`
	DType  DType              `json:"dtype"`
	Seed   uint64             `json:"seed"`
	Layers []layerDescription `json:"layers"`
}

// layerDescription is a layer as its type and the JSON of its fields.
type layerDescription struct {
	Type   string             `json:"type"` // "layers.Dense"
	Config json.RawMessage    `json:"config,omitempty"`
	Layers []layerDescription `json:"layers,omitempty"` // of a Container
}

// Save writes the network as a safetensors file: its parameters by name, and its
// architecture in the metadata beside that of the caller. Layers are written as
// JSON of their fields. Equal networks and metadata give equal bytes.
//
// Errors: a parameter that is not finite; a layer whose fields are not JSON; a
// key of the metadata that Save itself uses.
func (n *Network) Save(w io.Writer, metadata map[string]string) error {
	d := description{Input: n.config.Input, DType: n.config.DType, Seed: n.config.Seed}
	for i, layer := range n.layers {
		l, err := newLayerDescription(layer)
		if err != nil {
			return fmt.Errorf("nn: save: layer %d (%T): %w", i, layer, err)
		}
		d.Layers = append(d.Layers, l)
	}
	for _, p := range n.params {
		if p.NonFinite() {
			return fmt.Errorf("nn: save: parameter %q holds NaN or infinite numbers", p.Name)
		}
	}
	text, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("nn: save: %w", err)
	}
	all := map[string]string{networkKey: string(text), layoutKey: layout, formatKey: format}
	for key, value := range metadata {
		if _, taken := all[key]; taken {
			return fmt.Errorf("nn: save: the metadata key %q is taken", key)
		}
		all[key] = value
	}
	return WriteTensors(w, n.Tensors(""), all)
}

// Tensors returns the parameters, with a prefix before their names.
func (n *Network) Tensors(prefix string) []Tensor {
	var tensors []Tensor
	for _, p := range n.params {
		if x, err := op.Slice[float32](p.value); err == nil {
			tensors = append(tensors, NewTensor(prefix+p.Name, p.Shape, x))
		} else if x, err := op.Slice[float64](p.value); err == nil {
			tensors = append(tensors, NewTensor(prefix+p.Name, p.Shape, x))
		}
	}
	return tensors
}

func newLayerDescription(layer Layer) (layerDescription, error) {
	d := layerDescription{Type: typeName(layer)}
	if reflect.TypeOf(layer).Kind() == reflect.Func {
		return d, nil // a function has no fields
	}
	var err error
	if d.Config, err = json.Marshal(layer); err != nil {
		return d, err
	}
	c, ok := layer.(Container)
	if !ok {
		return d, nil
	}
	for i, inner := range c.Inner() {
		l, err := newLayerDescription(inner)
		if err != nil {
			return d, fmt.Errorf("%d (%T): %w", i, inner, err)
		}
		d.Layers = append(d.Layers, l)
	}
	return d, nil
}

// typeName is the type of a layer, given as a value or as a pointer to it.
func typeName(layer Layer) string { return strings.TrimPrefix(fmt.Sprintf("%T", layer), "*") }
