package main

import (
	"fmt"
	"math"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/pflag"

	"nabla/internal/plot"
	"nabla/nn/gradcheck"
	"nabla/train"
)

// curve measures, prints and draws the error of difference quotients by their
// step.
func (c *console) curve(name, picture string, flags *pflag.FlagSet) error {
	if err := checkPicture("plot", picture, plot.Still); err != nil {
		return err
	}
	b, err := checked(name, flags)
	if err != nil {
		return err
	}
	s, err := gradcheck.Steps(b.net, b.x, b.cost, gradcheck.Options{Seed: seedOf(flags), Coordinates: checkedCoordinates})
	if err != nil {
		return err
	}
	if c.json {
		err = c.writeJSON(newCurveJSON(s))
	} else {
		err = c.printCurve(b.name, s)
	}
	if err != nil || picture == "" {
		return err
	}
	if err := stepsPicture(b.name, s).Write(picture); err != nil {
		return advised(err, "choose another file with --plot")
	}
	if !c.json {
		fmt.Fprintf(c.out, "plot: %s\n", picture)
	}
	return nil
}

// curveJSON is a sweep as JSON.
type curveJSON struct {
	Coordinates int         `json:"coordinates"`
	Points      []pointJSON `json:"points"`
	Best        struct {
		Forward bestJSON `json:"forward"`
		Central bestJSON `json:"central"`
	} `json:"best"`
}

// pointJSON has the errors of a step, bestJSON the step of the smallest one and
// what theory has for numbers of order 1.
type (
	pointJSON struct {
		Step    float64      `json:"step"`
		Forward train.Number `json:"forward"`
		Central train.Number `json:"central"`
	}
	bestJSON struct {
		Step   float64      `json:"step"`
		Error  train.Number `json:"error"`
		Theory float64      `json:"theory"`
	}
)

func newCurveJSON(s gradcheck.Sweep) curveJSON {
	v := curveJSON{Coordinates: s.Coordinates, Points: []pointJSON{}}
	for _, p := range s.Points {
		v.Points = append(v.Points, pointJSON{p.Step, train.Number(p.Forward), train.Number(p.Central)})
	}
	forward, central := s.Best()
	v.Best.Forward = bestJSON{forward.Step, train.Number(forward.Forward), gradcheck.BestForwardStep}
	v.Best.Central = bestJSON{central.Step, train.Number(central.Central), gradcheck.BestCentralStep}
	return v
}

// printCurve prints whole decades, and the curve itself.
func (c *console) printCurve(name string, s gradcheck.Sweep) error {
	if !c.quiet {
		t := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "step\tforward\tcentral")
		for _, p := range s.Points {
			if d := math.Log10(p.Step); math.Abs(d-math.Round(d)) < 0.1 {
				fmt.Fprintf(t, "%.0e\t%.1e\t%.1e\n", p.Step, p.Forward, p.Central)
			}
		}
		t.Flush()
		text, err := stepsPicture(name, s).Text(plot.Terminal{})
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "\n%s\n", text)
	}
	forward, central := s.Best()
	fmt.Fprintf(c.out, "best forward: error %.1e at step %.0e (theory for order 1: %.0e)\n", forward.Forward, forward.Step, gradcheck.BestForwardStep)
	fmt.Fprintf(c.out, "best central: error %.1e at step %.0e (theory: %.0e)\n", central.Central, central.Step, gradcheck.BestCentralStep)
	fmt.Fprintf(c.out, "%s compared\n", plural(s.Coordinates, "coordinate"))
	if h, broken := cliff(s); broken && !c.quiet {
		fmt.Fprintf(c.out, "from step %.0e on, steps cross kinks, such as those of relu: the V breaks off\n", h)
	}
	return nil
}

// cliff finds the step from which on the V is none: the error of central differences
// grows tenfold from one step to the next, that of a step across a kink at once.
func cliff(s gradcheck.Sweep) (step float64, broken bool) {
	const jump = 300
	for i := len(s.Points) - 1; i > 0; i-- { // from the smallest step
		if s.Points[i-1].Central > jump*s.Points[i].Central {
			return s.Points[i-1].Step, true
		}
	}
	return 0, false
}

// stepsPicture is the V over two logarithmic axes.
func stepsPicture(name string, s gradcheck.Sweep) plot.Curves {
	forward, central := plot.Series{Name: "forward", Dots: true}, plot.Series{Name: "central", Dots: true}
	for _, p := range s.Points {
		forward.X, forward.Y = append(forward.X, p.Step), append(forward.Y, p.Forward)
		central.X, central.Y = append(central.X, p.Step), append(central.Y, p.Central)
	}
	return plot.Curves{
		Title:  fmt.Sprintf("Error of difference quotients, %s", printable(filepath.Base(name))),
		XLabel: "step h", YLabel: "relative error",
		LogX: true, LogY: true, Series: []plot.Series{forward, central},
	}
}
