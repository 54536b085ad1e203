// Package gradcheck compares the gradients of a graph with central differences
// of its values, in float64: for a network, a layer, an activation or a loss.
//
//	report, err := gradcheck.Network(net, x, gradcheck.Against(losses.MSE, y, nil), gradcheck.Options{})
//	report.Write(os.Stdout)
//
// Every parameter and the input are checked, against a random upstream gradient
// of order 1, so that a derivative that is wrong in a factor, a sign or an order
// of axes cannot hide. The error of a tensor is
//
//	max|a − n| / max(max|a|, max|n|, 1e-3)
//
// for analytic gradients a and numeric ones n, and must be at most 1e-7, or 1e-4
// where coordinates had to be skipped.
//
// # Differences
//
// With D(h) = (f(x+h) − f(x−h))/2h, the numeric gradient is (4·D(h/2) − D(h))/3,
// which errs by order h⁴ (L. F. Richardson, 1911). It is computed for h and for
// h/2, beginning at h = max(1, |x|)/64, and where the two disagree for steps that
// are smaller by factors of 8. The last estimate counts.
//
// # Kinks
//
// relu and others have places without a derivative. A coordinate is skipped if,
// down to steps that drown in rounding, one of them crosses such a place: then
// the two estimates disagree, or the second differences do not shrink with the
// step as those of a smooth function do. The gradient of the graph has no say in
// this. Skipped coordinates are counted, and more than 5 % of all are an error.
// Where an activation or a loss says that it has no kinks none is skipped.
//
// Random masks stay the same during a check, and statistics of a batch are
// differentiated as in training.
package gradcheck
