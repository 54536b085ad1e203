// Package landscape looks at the loss of a network as a function of its weights:
//
//	f, err := landscape.New(net, losses.CrossEntropy, data)
//	plane := f.Random(1)                                 // through the trained weights
//	surface, err := f.Surface(ctx, plane, landscape.Square(1), 41, 2)
//	curvature, err := f.Curvature(ctx, 1)                // largest eigenvalue of the Hessian
//
// A plane through the weights w* is w* + x·d₁ + y·d₂. Its directions are drawn at
// random and normalised filter by filter (Random), are the principal components of
// a training run (PCA), the eigenvectors of greatest curvature (Eigenvectors), or
// lead to other weights (Through).
//
// The loss is that of evaluation on all given rows, without regularisation: dropout
// is off, and batch normalisation uses its running statistics, which stay as they
// are while the weights move. All numbers are float64 whatever the network computes
// in, and none depends on the number of workers.
//
// Li, Xu, Taylor, Studer, Goldstein, "Visualizing the loss landscape of neural
// nets", 2018.
package landscape
