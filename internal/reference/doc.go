// Package reference gives tests the values that PyTorch, SciPy and
// scikit-learn compute in float64. Only tests import it.
//
// The files stand in testdata; NABLA_REFERENCE names another folder of the same
// form (other seeds, other shapes) that the same tests then run against.
package reference
