// Package train fits networks to data: batch, mini-batch or stochastic descent
// with any rule of package optimizers.
//
// A Trainer says how, Fit does it; Epochs does the same as a loop in which the
// caller looks at each epoch and may break off. Start gives the Run itself,
// which can be saved at any batch and resumed bit for bit.
package train
