// Package lesson teaches by running things.
//
// A Lesson is a short text, a computation with parameters, pictures, and claims:
// the formulas that the text states, as numbers that must agree. All of them stand
// in one table.
//
//	l, err := lesson.ByName("learning-rate")
//	s := l.Settings(1)
//	err = s.Set("lr", "0.9")
//	page, err := l.Run(s)
//	text, err := page.Text(80, false)
//
// A Page is written for a terminal (Text), for a browser (HTML, one file that needs
// no other), as pictures (Pictures) and as numbers (MarshalJSON). Build writes the
// pages of all lessons with an index.
//
// The zoo is a collection of classic mistakes in backpropagation: each is a wrong
// layer, activation, loss, rule or source of batches, plugged in where a right one
// goes, beside its right twin and the detector that tells them apart. Nothing in
// the library knows of them.
//
//	for _, bug := range lesson.Zoo() {
//		planted, twin, err := bug.Examine(lesson.Trial{Seed: 1})
//		…
//	}
package lesson
