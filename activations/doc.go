// Package activations holds the functions between the layers of a network.
//
// An Activation is a value: a name, a formula for people, the function with its
// first two derivatives, and the gain by which initializers scale weights in
// front of it. Apply makes a node of a gorgonia graph. The zero value is the
// identity.
//
// All of them stand in one table, which Names and All list and ByName and Parse
// search. A function of your own is
//
//	activations.Activation{Name: "sine", F: math.Sin, D: math.Cos}
//
// At a kink the derivative is the one that PyTorch takes: that of relu at 0 is 0.
package activations
