// Package layers holds the layers of nabla, one a file. A layer is a plain
// struct whose zero fields mean the usual thing; a network is made of them by
// nn.New. Table lists them all.
//
// The first axis of what a layer sees is the batch.
package layers
