// Package diagnose measures how training goes and names what is wrong with it. It
// works on plain slices: package train hands it gradients, outputs and products
// with the Hessian.
//
// Watch says what is measured, a Sample is the measurement after one epoch:
//
//   - norms: of weights, gradients and updates by parameter, and the gradient
//     noise scale;
//   - histograms of weights and gradients;
//   - activations: mean, spread, dead and saturated units by layer;
//   - curvature: the largest and the smallest eigenvalue of the Hessian, its trace,
//     and the learning rate beside them.
//
// What is not watched costs nothing. A measurement of norms costs about 16
// gradients of a batch, one of activations a forward pass over 256 rows, and one of
// curvature at most 40 Hessian-vector products over 256 rows, each about four
// gradients; Watch.Every spaces them out.
//
// A Record is a whole run, which Examine compares with the table of Diseases. Each
// has a threshold, evidence and a remedy:
//
//	trainer.Watch = diagnose.Everything
//	run, err := trainer.Start(net, data)
//	for _, err := range run.Epochs(ctx) { … }
//	for _, v := range diagnose.Examine(run.Record()) {
//		fmt.Println(v.Name, v.Evidence, v.Remedy)
//	}
package diagnose
