// Package losses holds what training makes small: functions of a prediction and
// its target.
//
// A Loss is a value. Build makes the scalar node of a gorgonia graph that is
// minimised, Elements the losses of the single rows or elements. Settings are
// fields:
//
//	l := losses.CrossEntropy
//	l.Smoothing = 0.1
//
// All of them stand in one table, which Names and All list and ByName and Parse
// search. A loss of your own is a function of two numbers with its derivative by
// the first, or one function that builds nodes:
//
//	losses.Loss{Name: "cubic", F: f, D: d}
//	losses.Loss{Name: "contrastive", Nodes: build}
//
// Means are over rows for the cross-entropies and the divergence, whose elements
// of a row belong together, and over all elements for the others; sample weights
// divide by their sum (see Reduction).
package losses
