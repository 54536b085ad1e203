package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"

	"nabla/internal/plot"
	"nabla/train"
)

// checkPicture reports a file of a flag that cannot become a picture, before the
// work whose result it is to show: an extension that is not in the list, a folder
// that is not there.
func checkPicture(flag, file string, extensions []string) error {
	if file == "" {
		return nil
	}
	if err := plot.CheckFile(file, extensions); err != nil {
		return usagef("--%s: %s", flag, plain(err))
	}
	folder := filepath.Dir(file)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return advised(fmt.Errorf("--%s: %s: there is no folder %s", flag, file, folder), "make it first")
	}
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return advised(fmt.Errorf("--%s: %s is not a regular file", flag, file), "choose another name")
	}
	return nil
}

// screen is the terminal as pictures of so many lines see it.
func (c *console) screen(height int) plot.Terminal {
	return plot.Terminal{Width: min(width(c.out.w), textWidth), Height: height, Color: c.paint(bold, " ") != " "}
}

// manyTimes is from which ratio of its values a curve is drawn on a log axis.
const manyTimes = 20

// wide reports whether positive values differ so much that a log axis shows more.
func wide(series ...[]float64) bool {
	low, high := math.Inf(1), 0.0
	for _, values := range series {
		for _, v := range values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				continue
			}
			if v <= 0 {
				return false
			}
			low, high = min(low, v), max(high, v)
		}
	}
	return high > manyTimes*low
}

// lossCurves are the losses of a run by epoch.
func (s *setup) lossCurves(run *train.Run) plot.Curves {
	training := plot.Series{Name: "training"}
	validation := plot.Series{Name: "validation"}
	for _, e := range run.History {
		x := float64(e.Epoch)
		training.X, training.Y = append(training.X, x), append(training.Y, e.Loss)
		if !math.IsNaN(e.ValLoss) {
			validation.X, validation.Y = append(validation.X, x), append(validation.Y, e.ValLoss)
		}
	}
	c := plot.Curves{
		Title:  fmt.Sprintf("%s: %s, learning rate %s", printable(filepath.Base(s.source.Data.Name)), s.job.Optimizer, number(s.trainer.LearningRate)),
		XLabel: "epoch", YLabel: fmt.Sprintf("loss (%s)", s.loss),
		LogY: wide(training.Y, validation.Y), Series: []plot.Series{training},
	}
	if len(validation.Y) > 0 {
		c.Series = append(c.Series, validation)
	}
	if epoch, _ := run.BestEpoch(); epoch > 0 {
		c.Markers = []plot.Marker{{X: float64(epoch), Label: fmt.Sprintf("best: epoch %d", epoch)}}
	}
	return c
}
