// Package lesson teaches by running things.
//
// The zoo is a collection of classic mistakes in backpropagation: each is a wrong
// layer, activation, loss, rule or source of batches, plugged in where a right one
// goes, beside its right twin and the detector that tells them apart. Nothing in
// the library knows of them.
//
//	for _, bug := range lesson.Zoo() {
//		planted, twin, err := bug.Examine()
//		…
//	}
package lesson
