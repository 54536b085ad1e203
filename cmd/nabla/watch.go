package main

import (
	"fmt"
	"math"
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

// watched prints the measurements since the last time.
func (r *jsonReport) watched() error {
	for ; r.seen < len(r.run.Samples); r.seen++ {
		s := r.run.Samples[r.seen]
		if s.Epoch == 0 {
			event := watchEvent{Event: "watch", Watched: scoresOf(s)}
			if err := r.writeJSON(event); err != nil {
				return err
			}
		}
		if !r.setup.trainer.Watch.Histograms {
			continue
		}
		event, _ := newHistogramEvent(s)
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
		text := fmt.Sprintf("%.3g rows (from %d batches of %d)", n.Scale, n.Batches, n.Batch)
		if math.IsInf(n.Scale, 1) {
			text = fmt.Sprintf("too large to tell: %d batches of %d have no gradient in common", n.Batches, n.Batch)
		}
		c.labelled("noise scale", text)
	}
	if v := s.Curvature; v != nil {
		text := fmt.Sprintf("λ from %.3g to %.3g, trace %.3g ± %.2g", v.Smallest, v.Largest, v.Trace, v.TraceError)
		if s.LearningRate > 0 {
			text += fmt.Sprintf(", η·λmax/2 = %.2g", v.Ratio(s.LearningRate))
		}
		c.labelled("curvature", text)
	}
}

// watched writes the histograms and the pictures of a run's measurements into its
// folder and returns the names of the pictures.
func (f *folder) watched() (names []string, err error) {
	if f == nil {
		return nil, nil
	}
	if err := f.writeHistograms(); err != nil {
		return nil, err
	}
	for _, p := range append(watchPictures(f.run), histogramPictures(f.histograms())...) {
		if err := p.curves.Write(filepath.Join(f.path, "watch-"+p.name+".svg")); err != nil {
			return names, advised(err, "choose another folder with --out")
		}
		names = append(names, p.name)
	}
	return names, nil
}

// scoresOf are the numbers of a sample as those of an epoch.
func scoresOf(s diagnose.Sample) train.Scores {
	list := train.Scores{}
	for _, v := range s.Values() {
		list = append(list, train.Score{Name: v.Name, Value: v.Value})
	}
	return list
}
