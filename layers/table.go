package layers

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"nabla/activations"
	"nabla/internal/names"
	"nabla/nn"
)

// Row is one layer of the table.
type Row struct {
	Name    string
	Usage   string   // as Parse reads it: "dropout:p"
	Doc     string   // what it does
	Example nn.Layer // for an input whose last extent is 4, which it keeps

	// parse makes the layer from what follows its name.
	parse func(rest string) (nn.Layer, error)
}

// Table lists the layers. Nothing else does.
func Table() []Row {
	return []Row{
		{"dense", "units[:activation]", "f(x·W + b), every unit sees every input",
			Dense{Units: 4, Activation: activations.Tanh}, parseDense},
		{"activation", "name of an activation", "f(x) by itself, after a normalisation say",
			Activation{Function: activations.Sigmoid}, parseActivation},
		{"dropout", "dropout:p", "sets a share p of the numbers to 0 while training",
			Dropout{P: 0.25}, parseDropout},
		{"batchnorm", "batchnorm", "mean 0 and variance 1 of each feature over the batch, then scale and shift",
			BatchNorm{}, plain(BatchNorm{})},
		{"layernorm", "layernorm", "mean 0 and variance 1 of each row, then scale and shift",
			LayerNorm{}, plain(LayerNorm{})},
		{"flatten", "flatten", "one axis of all axes but the batch",
			Flatten{}, plain(Flatten{})},
		{"residual", "residual(layers)", "x + f(x), f being layers that keep the shape",
			Residual{Layers: []nn.Layer{LayerNorm{}, Dense{Units: 4, Activation: activations.Tanh}}}, parseResidual},
		{"simplernn", "simplernn:units[:activation][:sequence]", "h = f(x·W + h·U + b) from step to step, f being tanh; the last h, or all",
			SimpleRNN{Units: 4}, parseSimpleRNN},
	}
}

// Names lists the layers in the order of the table.
func Names() []string {
	var list []string
	for _, row := range Table() {
		list = append(list, row.Name)
	}
	return list
}

// Load is nn.Load for networks of layers of this package: the examples of the
// table are the catalog of types that a file may name, and nothing else is made.
func Load(r io.Reader) (*nn.Network, map[string]string, error) {
	var catalog []nn.Layer
	for _, row := range Table() {
		catalog = append(catalog, row.Example)
	}
	return nn.Load(r, catalog)
}

// Parse reads layers, separated by commas, as they are written on a command
// line: "16:tanh,dropout:0.2,16", or "none" for none. A number is the units of a
// Dense layer, the name of an activation an Activation layer; see Row.Usage for
// the others.
//
// Errors name the layer at fault, for a name that is unknown with the nearest
// one and the list.
func Parse(spec string) ([]nn.Layer, error) {
	layers, err := parseList(spec)
	if err != nil {
		return nil, fmt.Errorf("layers: %.60q: %w", spec, err)
	}
	return layers, nil
}

func parseList(spec string) ([]nn.Layer, error) {
	if strings.TrimSpace(spec) == "none" {
		return nil, nil
	}
	items, err := split(spec)
	if err != nil {
		return nil, err
	}
	layers := make([]nn.Layer, len(items))
	for i, item := range items {
		if layers[i], err = parseLayer(strings.TrimSpace(item)); err != nil {
			return nil, fmt.Errorf("layer %d: %w", i, err)
		}
	}
	return layers, nil
}

// maxDepth is how deep parentheses may be nested.
const maxDepth = 8

// split cuts at the commas outside parentheses.
func split(spec string) ([]string, error) {
	var items []string
	depth, start := 0, 0
	for i, r := range spec {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				items = append(items, spec[start:i])
				start = i + 1
			}
		}
		if depth < 0 {
			break
		}
		if depth > maxDepth {
			return nil, fmt.Errorf("parentheses are nested more than %d deep", maxDepth)
		}
	}
	if depth != 0 {
		return nil, errors.New("the parentheses do not match")
	}
	return append(items, spec[start:]), nil
}

func parseLayer(item string) (nn.Layer, error) {
	name, rest := item, ""
	if i := strings.IndexAny(item, ":("); i >= 0 {
		name, rest = item[:i], item[i:]
	}
	switch {
	case name == "":
		return nil, errors.New(`the name is missing; want units, such as 16, a layer, or "none" alone for no layers`)
	case strings.ContainsRune("+-.0123456789", rune(name[0])):
		return parseDense(":" + item)
	}
	for _, row := range Table() {
		if row.Name == name {
			return row.parse(rest)
		}
	}
	for _, known := range activations.Names() {
		if known == name {
			return parseActivation(":" + item)
		}
	}
	return nil, names.Unknown("layers", "layer", name[:min(len(name), 60)], append(Names(), activations.Names()...))
}

// maxUnits is far beyond what a layer of this library can be trained with.
const maxUnits = 1 << 20

func parseDense(rest string) (nn.Layer, error) {
	units, function, given := strings.Cut(strings.TrimPrefix(rest, ":"), ":")
	n, err := strconv.Atoi(units)
	switch {
	case n > maxUnits: // also when err says that it is out of range
		return nil, fmt.Errorf("%.20s units are more than %d", units, maxUnits)
	case err != nil && n == 0:
		return nil, fmt.Errorf("units must be a whole number, got %.20q", units)
	case n <= 0:
		return nil, fmt.Errorf("units must be positive, got %.20s", units)
	case !given:
		return Dense{Units: n}, nil
	}
	f, err := activations.Parse(function)
	return Dense{Units: n, Activation: f}, err
}

func parseSimpleRNN(rest string) (nn.Layer, error) {
	rest, sequence := strings.CutSuffix(rest, ":sequence")
	layer, err := parseDense(rest)
	if err != nil {
		return nil, err
	}
	d, _ := layer.(Dense) // as parseDense makes it
	return SimpleRNN{Units: d.Units, Activation: d.Activation, Sequence: sequence}, nil
}

func parseActivation(rest string) (nn.Layer, error) {
	f, err := activations.Parse(strings.TrimPrefix(rest, ":"))
	return Activation{Function: f}, err
}

func parseDropout(rest string) (nn.Layer, error) {
	text, given := strings.CutPrefix(rest, ":")
	if !given {
		return nil, errors.New("want dropout:p")
	}
	p, err := strconv.ParseFloat(text, 64)
	if err != nil || !(p >= 0 && p < 1) {
		return nil, fmt.Errorf("dropout: p must be a number from 0 to below 1, got %.20q", text)
	}
	return Dropout{P: p}, nil
}

func parseResidual(rest string) (nn.Layer, error) {
	inner, open := strings.CutPrefix(rest, "(")
	inner, closed := strings.CutSuffix(inner, ")")
	if !open || !closed {
		return nil, errors.New("want residual(layers), such as residual(16:tanh,16)")
	}
	layers, err := parseList(inner)
	return Residual{Layers: layers}, err
}

// plain is the parse function of a layer without arguments.
func plain(layer nn.Layer) func(string) (nn.Layer, error) {
	return func(rest string) (nn.Layer, error) {
		if rest != "" {
			return nil, fmt.Errorf("%s takes no arguments, got %.20q", nn.Describe(layer), rest)
		}
		return layer, nil
	}
}
