package nn

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/op"
)

// Scope is what a layer sees of the network while a graph is built: its place
// for parameters, its random numbers, and whether the graph is for training.
//
// Its methods return usable nodes even after an error; the first error is kept
// and reported by the build, as with bufio.Scanner.
type Scope struct {
	net   *Network
	graph *Graph
	path  string // "" for the network, "0." for its first layer
	depth int    // layers around this one
}

// Training reports whether the graph is for training rather than evaluation.
func (s *Scope) Training() bool { return s.graph.training }

// In returns the scope of a part of the layer: its parameters are named below
// the given name.
func (s *Scope) In(name string) *Scope {
	part := *s
	part.path += name + "."
	return &part
}

// Param returns the trainable parameter of this name, made by the initializer
// the first time it is asked for. Fans for the initializer are the first and
// the last extent of the shape, as in a weight of shape (in, out).
func (s *Scope) Param(name string, init Initializer, shape ...int) *gorgonia.Node {
	fan := Fan{In: 1, Out: 1}
	if len(shape) > 0 {
		fan = Fan{In: shape[0], Out: shape[len(shape)-1]}
	}
	return s.ParamWith(name, init, fan, 0, shape...)
}

// ParamWith is Param with the fans and the gain that the initializer is to use;
// a gain of 0 is the initializer's own. A matrix whose extents are its fans is
// taken for the W of x·W, which PyTorch keeps transposed: see LoadWeights.
func (s *Scope) ParamWith(name string, init Initializer, fan Fan, gain float64, shape ...int) *gorgonia.Node {
	return s.param(request{
		name: name, shape: shape, trainable: true, linear: slices.Equal(shape, []int{fan.In, fan.Out}),
		fill: func(rng *rand.Rand, w []float64) error { return init.Fill(rng, fan, shape, gain, w) },
	})
}

// State returns a parameter that is not trained, such as a running mean. It
// starts with all elements at the given value.
func (s *Scope) State(name string, value float64, shape ...int) *gorgonia.Node {
	return s.param(request{
		name: name, shape: shape,
		fill: func(_ *rand.Rand, w []float64) error {
			for i := range w {
				w[i] = value
			}
			return nil
		},
	})
}

func (s *Scope) param(r request) *gorgonia.Node {
	if r.name == "" {
		s.fail(fmt.Errorf("a parameter of shape %v has no name", r.shape))
	}
	r.name = s.path + r.name
	p, err := s.net.param(r)
	if err == nil && s.graph.nodes[p] != nil {
		err = fmt.Errorf("parameter %q is taken twice", r.name)
	}
	if err != nil {
		s.fail(err)
		// The build has failed; this node, which has no value, lets it run on.
		return gorgonia.NewTensor(s.graph.G, dtypes[s.net.config.DType].tensor, max(len(r.shape), 1),
			gorgonia.WithShape(positive(r.shape)...), gorgonia.WithName(r.name+" (failed)"))
	}
	n := gorgonia.NewTensor(s.graph.G, p.value.Dtype(), len(r.shape), gorgonia.WithName(r.name), gorgonia.WithValue(p.value))
	s.graph.nodes[p] = n
	return n
}

// Follow makes a state move towards a value, a node of the same shape, after
// every training step: state ← (1−momentum)·state + momentum·value.
func (s *Scope) Follow(state, value *gorgonia.Node, momentum float64) {
	if !(momentum >= 0 && momentum <= 1) {
		s.fail(fmt.Errorf("a state follows with momentum %v; want one from 0 to 1", momentum))
	}
	s.follow(follow{state: state, value: value, momentum: momentum})
}

// Average makes a state the mean of all values so far, one for every training
// step. count is a state of shape (1), starting at 0, that counts them.
func (s *Scope) Average(state, value, count *gorgonia.Node) {
	s.checkState(count, tensor.Shape{1}, state.Dtype())
	if !slices.Contains(s.graph.counts, count) {
		s.graph.counts = append(s.graph.counts, count)
	}
	s.follow(follow{state: state, value: value, count: count})
}

func (s *Scope) follow(f follow) {
	s.checkState(f.state, f.value.Shape(), f.value.Dtype())
	s.graph.follows = append(s.graph.follows, f)
}

// checkState makes sure that a node is a state that a value can be written to.
func (s *Scope) checkState(state *gorgonia.Node, shape tensor.Shape, dtype tensor.Dtype) {
	for p, n := range s.graph.nodes {
		if n != state || p.Trainable {
			continue
		}
		if !shape.Eq(state.Shape()) || dtype != state.Dtype() {
			s.fail(fmt.Errorf("state %q has shape %v and %v numbers; its value %v and %v", p.Name, p.Shape, state.Dtype(), shape, dtype))
		}
		return
	}
	s.fail(fmt.Errorf("%s is not a state of the network", state.Name()))
}

// Mask returns a constant of the shape of x whose elements are 0 with
// probability p and 1/(1−p) otherwise, drawn anew in each training step from the
// seed of the network.
func (s *Scope) Mask(x *gorgonia.Node, p float64) (*gorgonia.Node, error) {
	s.graph.masks[s.path]++
	return op.Mask(x, p, &s.net.clock, stream(fmt.Sprintf("%smask%d", s.path, s.graph.masks[s.path])))
}

func (s *Scope) fail(err error) {
	if s.graph.err == nil {
		s.graph.err = err
	}
}

// Apply builds a layer inside another: in the scope of that name.
func (s *Scope) Apply(name string, layer Layer, x *gorgonia.Node) (*gorgonia.Node, error) {
	y, err := s.forward(name, layer, x)
	if err != nil {
		return nil, fmt.Errorf("%s (%T): %w", name, layer, err)
	}
	return y, nil
}

// forward builds one layer. A panic of a layer, or of gorgonia on its graph,
// becomes an error.
func (s *Scope) forward(name string, layer Layer, x *gorgonia.Node) (y *gorgonia.Node, err error) {
	g := s.graph
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
		if g.err != nil { // came first, and may be why the layer fails
			err = g.err
		}
	}()
	in := s.In(name)
	in.depth++
	g.layers++
	switch {
	case layer == nil:
		return nil, fmt.Errorf("the layer is nil")
	case in.depth > maxNesting:
		return nil, fmt.Errorf("layers are nested more than %d deep", maxNesting)
	case g.layers > maxLayers:
		return nil, fmt.Errorf("more than %d layers", maxLayers)
	}
	y, err = layer.Forward(in, x)
	switch dtype := g.Input.Dtype(); {
	case err != nil || g.err != nil:
		return nil, err
	case y == nil:
		return nil, fmt.Errorf("Forward returned no node")
	case y.Graph() != g.G:
		return nil, fmt.Errorf("Forward returned a node of another graph")
	case y.Dtype() != dtype:
		return nil, fmt.Errorf("the output is %v, the network %v", y.Dtype(), dtype)
	}
	return y, nil
}

// stream turns the purpose of random numbers into a number that keeps them
// apart from those of every other purpose.
func stream(purpose string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(purpose))
	return h.Sum64()
}

// positive replaces what cannot be an extent by 1.
func positive(shape []int) tensor.Shape {
	out := tensor.Shape{}
	for _, d := range shape {
		out = append(out, max(d, 1))
	}
	if len(out) == 0 {
		out = tensor.Shape{1}
	}
	return out
}
