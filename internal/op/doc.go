// Package op holds the custom gorgonia ops that nabla's graphs are made of.
//
// Each op is one function that takes nodes and returns a node. Its forward
// kernel and its derivative stand side by side, and the derivative is made of
// ops of this package again, so that gradients can be differentiated once more.
// An op is bound to its values once (Fused.Bind); running it is then one call
// that allocates nothing.
//
// The shapes are fixed when a node is made; errors about them are found then.
package op
