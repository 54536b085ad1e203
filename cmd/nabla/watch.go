package main

import (
	"fmt"
	"path/filepath"

	"nabla/train"
	"nabla/train/diagnose"
)

// watchFlag is the words of --watch.
type watchFlag struct{ diagnose.Watch }

// Set implements pflag.Value.
func (w *watchFlag) Set(text string) error {
	watch, err := diagnose.ParseWatch(text)
	if err == nil {
		w.Watch = watch
	}
	return err
}

// Type implements pflag.Value.
func (w *watchFlag) Type() string { return "WORDS" }

// watchEvent is a measurement from before training as a JSON line; those of epochs
// are in their events.
type watchEvent struct {
	Event   string       `json:"event"`
	Epoch   int          `json:"epoch"`
	Watched train.Scores `json:"watch"`
}

// histogramEvent has the histograms of a measurement.
type histogramEvent struct {
	Event   string            `json:"event"`
	Epoch   int               `json:"epoch"`
	Tensors []tensorHistogram `json:"tensors"`
}

type tensorHistogram struct {
	Name      string        `json:"name"`
	Weights   histogramJSON `json:"weights"`
	Gradients histogramJSON `json:"gradients"`
}

// histogramJSON counts numbers in bins of equal width.
type histogramJSON struct {
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	Counts    []int   `json:"counts"`
	NonFinite int     `json:"non_finite"`
}

// watched prints the measurements since the last time.
func (r *jsonReport) watched() error {
	for ; r.seen < len(r.run.Samples); r.seen++ {
		s := r.run.Samples[r.seen]
		if s.Epoch == 0 {
			event := watchEvent{Event: "watch", Watched: train.Scores{}}
			for _, v := range s.Values() {
				event.Watched = append(event.Watched, train.Score{Name: v.Name, Value: v.Value})
			}
			if err := r.writeJSON(event); err != nil {
				return err
			}
		}
		if !r.setup.trainer.Watch.Histograms {
			continue
		}
		event := histogramEvent{Event: "histograms", Epoch: s.Epoch, Tensors: []tensorHistogram{}}
		for _, t := range s.Tensors {
			event.Tensors = append(event.Tensors, tensorHistogram{t.Name, histogramJSON(*t.Weights), histogramJSON(*t.Gradients)})
		}
		if err := r.writeJSON(event); err != nil {
			return err
		}
	}
	return nil
}

// measured prints the last of some measurements in a few lines.
func (c *console) measured(samples []diagnose.Sample) {
	if len(samples) == 0 {
		return
	}
	s := samples[len(samples)-1]
	for _, t := range s.Tensors {
		c.labelled(t.Name, fmt.Sprintf("‖g‖ %.3g, ‖w‖ %.3g, update:weight %.2g", t.Gradient, t.Weight, t.Ratio()))
	}
	for _, l := range s.Layers {
		text := fmt.Sprintf("outputs %.3g ± %.3g", l.Mean, l.Deviation)
		if l.Dead > 0 {
			text += fmt.Sprintf(", dead %d of %d", l.Dead, l.Units)
		}
		if l.Bounded {
			text += fmt.Sprintf(", saturated %.0f %%", 100*l.Saturated)
		}
		c.labelled(l.Name, text)
	}
	if n := s.Noise; n != nil {
		c.labelled("noise scale", fmt.Sprintf("%.3g rows (from %d batches of %d)", n.Scale, n.Batches, n.Batch))
	}
	if v := s.Curvature; v != nil {
		c.labelled("curvature", fmt.Sprintf("λ from %.3g to %.3g, trace %.3g ± %.2g, η·λmax/2 = %.2g", v.Smallest, v.Largest, v.Trace, v.TraceError, v.Ratio(s.LearningRate)))
	}
}

// watched writes the pictures of a run's measurements into its folder and returns
// their names.
func (f *folder) watched() (names []string, err error) {
	if f == nil {
		return nil, nil
	}
	for _, p := range watchPictures(f.run.Samples) {
		name := "watch-" + p.name + ".svg"
		if err := p.curves.Write(filepath.Join(f.path, name)); err != nil {
			return names, advised(err, "choose another folder with --out")
		}
		names = append(names, name)
	}
	return names, nil
}
