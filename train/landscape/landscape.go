package landscape

import (
	"errors"
	"fmt"
	"slices"

	"nabla/datasets"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
)

// Landscape is the loss over some rows around the weights of a network: those that
// it was given are the origin. It must not be used by two goroutines at a time;
// Surface makes copies for its workers.
type Landscape struct {
	net    *nn.Network // a copy in float64, which moves
	loss   losses.Loss
	data   *datasets.Dataset
	risk   *train.Risk // of the copy
	origin []float64   // the trainable weights, one behind the other
}

// New makes the landscape of a network and its loss on data, in evaluation mode. The
// network is copied: it may be trained on while the landscape stays.
//
// Errors: loss, network and data do not fit; there are no rows or no weights; a
// weight is not finite.
func New(net *nn.Network, loss losses.Loss, data *datasets.Dataset) (*Landscape, error) {
	if net == nil || data == nil {
		return nil, errors.New("landscape: the network or the data set is nil")
	}
	l := &Landscape{net: net, loss: loss, data: data, origin: Weights(net)}
	for _, p := range net.Trainable() {
		if p.NonFinite() {
			return nil, fmt.Errorf("landscape: %s is not finite", p.Name)
		}
	}
	if len(l.origin) == 0 {
		return nil, errors.New("landscape: the network has no weights to move")
	}
	l, err := l.copy()
	if err == nil {
		_, err = l.risk.Loss() // finds a network that cannot be built
	}
	if err != nil {
		return nil, fmt.Errorf("landscape: %w", err)
	}
	return l, nil
}

// copy is a landscape for another goroutine.
func (l *Landscape) copy() (*Landscape, error) {
	other := *l
	var err error
	if other.net, err = l.net.Copy(nn.Float64); err != nil {
		return nil, err
	}
	other.risk, err = train.NewRisk(other.net, l.loss, l.data)
	return &other, err
}

// Weights returns the trainable weights of a network, one behind the other.
func Weights(net *nn.Network) []float64 {
	var w []float64
	for _, p := range net.Trainable() {
		w = append(w, p.Values()...)
	}
	return w
}

// Size is the number of weights.
func (l *Landscape) Size() int { return len(l.origin) }

// Origin returns the weights that the network had.
func (l *Landscape) Origin() []float64 { return slices.Clone(l.origin) }

// At returns the loss at the weights w.
func (l *Landscape) At(w []float64) (float64, error) {
	if err := l.risk.SetWeights(w); err != nil {
		return 0, err
	}
	return l.risk.Loss()
}
