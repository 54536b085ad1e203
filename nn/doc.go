// Package nn makes networks of layers. A network owns its parameters; the
// gorgonia graphs that compute with them are disposable and made for each batch
// size, apart for training and for evaluation, over the same parameters.
//
//	net, err := nn.New(nn.Config{Seed: 1, Input: []int{4}},
//		layers.Dense{Units: 16, Activation: activations.Tanh},
//		layers.Dense{Units: 3})
//
// Package layers has the layers, package train fits networks to data.
package nn
