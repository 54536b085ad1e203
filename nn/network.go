package nn

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"gorgonia.org/tensor"

	"nabla/internal/op"
)

// Config is what a network is made from besides its layers.
type Config struct {
	// Seed starts all random numbers of the network: initial weights and
	// dropout masks. Equal seeds give equal networks.
	Seed uint64
	// Input is the shape of one row of the input: [4], or [28 28].
	Input []int
	// DType is the number type; the zero value is Float32.
	DType DType
}

// Limits keep a mistaken or hostile architecture from taking all memory.
const (
	maxRow     = 1 << 24 // elements of one row of the input
	maxRank    = 8       // extents of such a row
	maxParams  = 1 << 28 // elements of all parameters together
	maxBatch   = 1 << 30 // elements of the input of a graph
	maxLayers  = 10_000  // those inside other layers counted
	maxNesting = 16      // of layers inside layers
)

// Network is a chain of layers with its parameters, which live outside the
// graphs that are built of it. It must not be used by two goroutines at a time.
type Network struct {
	config Config
	layers []Layer
	params []*Param
	byName map[string]*Param
	shapes [][]int // of one row, after each layer; nil while New still makes parameters
	clock  op.Clock
	runs   map[int]*Runner
	values source
	flat   flat
}

// source has the first values of the parameters, in place of their
// initializers.
type source func(name string, shape []int) ([]float64, error)

// New makes a network and its parameters.
//
// Errors name the layer at fault: layer 1 (layers.Dense): Units must be
// positive, got 0.
func New(c Config, layers ...Layer) (*Network, error) { return build(c, layers, nil) }

// build makes a network whose parameters start with the given values, or as
// their initializers say if there are none.
func build(c Config, layers []Layer, values source) (*Network, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	c.Input = slices.Clone(c.Input)
	n := &Network{
		config: c, layers: slices.Clone(layers), byName: map[string]*Param{},
		clock: op.Clock{Seed: c.Seed}, runs: map[int]*Runner{}, values: values,
	}
	// Parameters come into being when a layer first asks for them. Two rows,
	// because some layers cannot be trained on one.
	g, err := n.graph(2, true)
	if err != nil {
		return nil, err
	}
	n.shapes, n.values = g.shapes, nil
	n.gather()
	return n, nil
}

func (c Config) check() error {
	if len(c.Input) == 0 {
		return fmt.Errorf("nn: Config.Input is empty; give the shape of one row of the input, such as []int{4}")
	}
	if len(c.Input) > maxRank {
		return fmt.Errorf("nn: Config.Input has %d extents, more than %d", len(c.Input), maxRank)
	}
	if slices.Min(c.Input) <= 0 {
		return fmt.Errorf("nn: Config.Input is %v; all extents must be positive", c.Input)
	}
	if _, fits := sizeWithin(c.Input, maxRow); !fits {
		return fmt.Errorf("nn: Config.Input is %v; more than %d elements", c.Input, maxRow)
	}
	if !c.DType.valid() {
		return fmt.Errorf("nn: unknown DType %d", c.DType)
	}
	return nil
}

// sizeWithin returns the number of elements of a shape of positive extents, and
// whether it is at most most.
func sizeWithin(shape []int, most int) (n int, fits bool) {
	n = 1
	for _, d := range shape {
		if d > most/n {
			return 0, false
		}
		n *= d
	}
	return n, true
}

// Copy returns a network of the same layers with the same values of the
// parameters, in a number type of its own, that shares nothing with n.
func (n *Network) Copy(dtype DType) (*Network, error) {
	c := n.config
	c.DType = dtype
	copied, err := build(c, n.layers, func(name string, _ []int) ([]float64, error) {
		if p := n.byName[name]; p != nil {
			return p.Values(), nil
		}
		return nil, fmt.Errorf("the network that is copied has no such parameter")
	})
	if err != nil {
		return nil, err
	}
	for _, p := range copied.params {
		p.Trainable = n.byName[p.Name].Trainable
	}
	copied.clock = n.clock
	return copied, nil
}

// Config returns what the network was made from.
func (n *Network) Config() Config {
	c := n.config
	c.Input = slices.Clone(c.Input)
	return c
}

// Layers returns the layers in their order.
func (n *Network) Layers() []Layer { return slices.Clone(n.layers) }

// Params returns all parameters in the order in which the layers ask for them.
func (n *Network) Params() []*Param { return slices.Clone(n.params) }

// Trainable returns the parameters that a training step changes.
func (n *Network) Trainable() []*Param {
	return slices.DeleteFunc(n.Params(), func(p *Param) bool { return !p.Trainable })
}

// Param returns the parameter of this name, nil if there is none.
func (n *Network) Param(name string) *Param { return n.byName[name] }

// OutputShape returns the shape of one row of the output.
func (n *Network) OutputShape() []int {
	if len(n.shapes) == 0 {
		return slices.Clone(n.config.Input)
	}
	return slices.Clone(n.shapes[len(n.shapes)-1])
}

// Tick returns the number of training steps that random masks have been drawn
// for; SetTick continues from there.
func (n *Network) Tick() uint64 { return n.clock.Tick }

// SetTick sets what Tick returns.
func (n *Network) SetTick(tick uint64) { n.clock.Tick = tick }

// SetSeed makes the random masks those of a network of another seed, which
// Config then tells; the parameters stay.
func (n *Network) SetSeed(seed uint64) { n.config.Seed, n.clock.Seed = seed, seed }

// request is a parameter that a layer asks for.
type request struct {
	name      string
	shape     []int
	trainable bool
	linear    bool // see Param
	fill      func(rng *rand.Rand, w []float64) error
}

// param returns the parameter that is asked for and makes it if it is not there.
func (n *Network) param(r request) (*Param, error) {
	if len(r.shape) == 0 {
		return nil, fmt.Errorf("parameter %q has no shape", r.name)
	}
	if slices.Min(r.shape) <= 0 {
		return nil, fmt.Errorf("parameter %q has shape %v; all extents must be positive", r.name, r.shape)
	}
	if p := n.byName[r.name]; p != nil {
		if !slices.Equal(p.Shape, r.shape) {
			return nil, fmt.Errorf("parameter %q has shape %v, this graph needs %v: shapes must not depend on the batch", r.name, p.Shape, r.shape)
		}
		return p, nil
	}
	if n.shapes != nil {
		return nil, fmt.Errorf("parameter %q was not asked for when the network was made", r.name)
	}
	w, err := n.initial(r)
	if err != nil {
		return nil, fmt.Errorf("parameter %q: %w", r.name, err)
	}
	p := &Param{
		Name: r.name, Shape: slices.Clone(r.shape), Trainable: r.trainable, linear: r.linear,
		value: tensor.New(tensor.Of(dtypes[n.config.DType].tensor), tensor.WithShape(r.shape...)),
	}
	copyFrom(p.value, w)
	n.params = append(n.params, p)
	n.byName[r.name] = p
	return p, nil
}

// initial returns the first values of a parameter.
func (n *Network) initial(r request) ([]float64, error) {
	if n.values != nil {
		return n.values(r.name, r.shape)
	}
	have, _ := n.Count()
	size, fits := sizeWithin(r.shape, maxParams-have)
	if !fits {
		return nil, fmt.Errorf("its shape %v makes more than %d elements of all parameters together", r.shape, maxParams)
	}
	w := make([]float64, size)
	return w, r.fill(rand.New(rand.NewPCG(n.config.Seed, stream("init "+r.name))), w)
}
