// Package explain writes backpropagation down: every value of a forward pass and
// every gradient of a backward pass, of a network on a batch or of an expression, each
// beside the formula of a textbook and the difference quotient.
//
//	t, err := explain.Network(net, losses.CrossEntropy, x, targets, explain.Options{})
//	err = t.Write(os.Stdout)
//	err = t.Draw("net.svg")
//
// A gradient is there in three ways, which share no code:
//
//   - that of the graph: package autodiff over the kernels that training runs;
//   - the formula, dz1 = da1 ⊙ relu′(z1), computed from the inputs on by loops in this
//     package, each formula from what those before it gave; only f and f′ of an
//     activation are those of its table;
//   - central differences (L(v+h) − L(v−h))/2h by elements of the node itself,
//     with what lies behind it run again.
//
// In formulas dv stands for ∂L/∂v, · is the product of matrices, ⊙ that of elements, n
// the number of rows, a1[3] the time step 3 of a recurrent layer. Formulas exist for all
// layers, activations and losses of the tables. An op that has none, as those of other
// gorgonia layers and losses with class weights, leaves its inputs without one
// (Transcript.Without): their gradients are the graph's and those of differences.
//
// Expression does the same for expressions of package calculus, which it lowers to a
// graph: operation by operation, with the derivative in symbols as a third opinion.
package explain
