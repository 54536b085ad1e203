// Package autodiff differentiates gorgonia graphs by reverse accumulation: it
// walks from a scalar cost backwards and joins the symbolic derivatives that
// each op gives of itself (gorgonia.SDOp). The result is a graph again, so that
// gradients can be differentiated once more: Grad of Grad is right, and
// HessianVector rests on it.
//
// gorgonia's own Grad walks the same way but keeps its results in the nodes, and
// so returns wrong values when it is called a second time on one graph.
package autodiff
