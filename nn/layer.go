package nn

import "gorgonia.org/gorgonia"

// Layer turns one node into another. Forward is called each time a graph is
// built: for every batch size, and apart for training and for evaluation. It
// takes its parameters from the scope and must build the same ones every time.
//
// x has the rows of the batch as its first axis. A layer may use any op of
// gorgonia that has a right symbolic derivative.
type Layer interface {
	Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error)
}

// LayerFunc is a function as a Layer. A network that holds one can be saved but
// not loaded without code: see Load.
type LayerFunc func(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error)

// Forward calls f.
func (f LayerFunc) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return f(s, x) }

// Container is a layer made of layers. Its zero value takes the layers of a
// model file through With.
type Container interface {
	Layer
	Inner() []Layer
	With(inner []Layer) Layer
}
