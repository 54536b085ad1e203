package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"nabla/internal/plot"
	"nabla/train/diagnose"
)

// histogramsFile has a JSON line for each measurement, as train --json prints it.
const histogramsFile = "histograms.jsonl"

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

// newHistogramEvent makes the line of a sample, if it has histograms.
func newHistogramEvent(s diagnose.Sample) (event histogramEvent, ok bool) {
	event = histogramEvent{Event: "histograms", Epoch: s.Epoch, Tensors: []tensorHistogram{}}
	for _, t := range s.Tensors {
		if t.Weights != nil {
			event.Tensors = append(event.Tensors, tensorHistogram{t.Name, histogramJSON(*t.Weights), histogramJSON(*t.Gradients)})
		}
	}
	return event, len(event.Tensors) > 0
}

// histograms are those of the whole run: what its folder had before it was resumed,
// and what has been measured since.
func (f *folder) histograms() []histogramEvent {
	list := f.earlier[:len(f.earlier):len(f.earlier)]
	for _, s := range f.run.Samples {
		if event, ok := newHistogramEvent(s); ok {
			list = append(list, event)
		}
	}
	return list
}

// recall reads the histograms of the epochs that a run to be resumed has behind it.
func (f *folder) recall() error {
	path := filepath.Join(f.path, histogramsFile)
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("--resume: %w", fileError(path, err))
	}
	defer file.Close()
	for lines := json.NewDecoder(bufio.NewReader(file)); ; {
		var event histogramEvent
		if err := lines.Decode(&event); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return advised(fmt.Errorf("--resume: %s: %w", path, err), "remove that file; the run goes on without its earlier histograms")
		}
		if event.Epoch <= len(f.run.History) {
			f.earlier = append(f.earlier, event)
		}
	}
}

// writeHistograms writes them, if there are any.
func (f *folder) writeHistograms() error {
	list := f.histograms()
	if len(list) == 0 {
		return nil
	}
	return f.write(histogramsFile, func(w io.Writer) error {
		lines := json.NewEncoder(w)
		for _, event := range list {
			if err := lines.Encode(event); err != nil {
				return err
			}
		}
		return nil
	})
}

// fewElements make no histogram.
const fewElements = 16

// histogramPictures draws the last histograms of weights and gradients, each as
// the share of the elements by bin, and for each tensor how they went.
func histogramPictures(list []histogramEvent) []watchPicture {
	if len(list) == 0 {
		return nil
	}
	var names []string
	var weights, gradients []plot.Series
	for _, t := range list[len(list)-1].Tensors {
		if t.Weights.size() < fewElements {
			continue
		}
		names = append(names, t.Name)
		weights = append(weights, steps(t.Name, t.Weights))
		gradients = append(gradients, steps(t.Name, t.Gradients))
	}
	if names == nil {
		return nil
	}
	draw := func(title, x string, series []plot.Series) plot.Curves {
		return plot.Curves{Title: title, XLabel: x, YLabel: "share of the elements in a bin", LogY: true, Series: few(series)}
	}
	pictures := []watchPicture{
		{"weights", draw("Weights at the end", "weight", weights)},
		{"gradients", draw("Gradients of the last batch", "∂L/∂w", gradients)},
	}
	if len(list) < 2 {
		return pictures
	}
	for _, s := range few(weights) {
		pictures = append(pictures,
			spread(list, s.Name, "weights", "Weights", "weight", func(t tensorHistogram) histogramJSON { return t.Weights }),
			spread(list, s.Name, "gradients", "Gradients", "∂L/∂w", func(t tensorHistogram) histogramJSON { return t.Gradients }))
	}
	return pictures
}

// spread draws how the histogram of a tensor goes through the epochs: below which
// numbers which part of its elements lies, to the width of a bin.
func spread(list []histogramEvent, tensor, file, title, y string, of func(tensorHistogram) histogramJSON) watchPicture {
	shares := []struct {
		name  string
		share float64
	}{{"largest", 1}, {"95 %", 0.95}, {"75 %", 0.75}, {"median", 0.5}, {"25 %", 0.25}, {"5 %", 0.05}, {"smallest", 0}}
	series := make([]plot.Series, len(shares))
	for i, s := range shares {
		series[i].Name = s.name
		for _, event := range list {
			for _, t := range event.Tensors {
				if h := of(t); t.Name == tensor && h.size() > 0 {
					series[i].X = append(series[i].X, float64(event.Epoch))
					series[i].Y = append(series[i].Y, h.below(s.share))
				}
			}
		}
	}
	return watchPicture{file + "-" + tensor, plot.Curves{Title: title + " of " + tensor + ": what part of them lies below", XLabel: "epoch", YLabel: y, Series: series}}
}

// size is how many finite numbers were counted.
func (h histogramJSON) size() (n int) {
	for _, c := range h.Counts {
		n += c
	}
	return n
}

// below is the number that a share of the elements lies below, as if they were
// spread evenly over their bins.
func (h histogramJSON) below(share float64) float64 {
	want, width := share*float64(h.size()), (h.High-h.Low)/float64(len(h.Counts))
	for i, n := range h.Counts {
		if c := float64(n); c > 0 && want <= c {
			return h.Low + (float64(i)+want/c)*width
		}
		want -= float64(n)
	}
	return h.High
}

// steps is a histogram as a curve of steps.
func steps(name string, h histogramJSON) plot.Series {
	s := plot.Series{Name: name, Steps: true}
	width := (h.High - h.Low) / float64(len(h.Counts))
	for i, n := range h.Counts {
		s.X, s.Y = append(s.X, h.Low+float64(i)*width), append(s.Y, float64(n)/float64(h.size()))
	}
	s.X, s.Y = append(s.X, h.High), append(s.Y, s.Y[len(s.Y)-1])
	return s
}
