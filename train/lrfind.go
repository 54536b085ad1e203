package train

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"

	"nabla/datasets"
	"nabla/nn"
	"nabla/train/optimizers"
)

// RangeTest says how learning rates are tried, see Trainer.FindLearningRate. The
// zero value of a field means the usual.
type RangeTest struct {
	From, To float64 // first and last learning rate; 1e-6 and 10 if 0
	Steps    int     // updates between them, at least 10; 100 if 0
	// Smoothing is the standard deviation, in updates, of the bell with which losses
	// are averaged; 3% of Steps if 0.
	Smoothing float64
	// Stop ends the test when the running mean of the losses is that many times the
	// first loss above its lowest value; 3 if 0.
	Stop float64
}

// RangePoint is an update of a range test.
type RangePoint struct {
	LearningRate float64
	Loss         float64 // of the batch, before the update
	Smoothed     float64 // mean over the updates around
}

// RangeResult is what a range test found.
type RangeResult struct {
	Points []RangePoint
	// Steepest is the learning rate at which the smoothed loss falls fastest below all
	// it was before, over the logarithm of the rate; MinimumTenth is a tenth of the rate
	// of its minimum. Both are NaN if the loss never falls.
	Steepest, MinimumTenth float64
	Diverged               bool // the test ended before its last learning rate
}

// FindLearningRate is the learning-rate range test: it trains on mini-batches while
// the learning rate grows from update to update by a constant factor,
//
//	η_i = From·(To/From)^(i/(Steps−1))
//
// and records the losses, until they grow far beyond the first. Good rates lie where
// the loss falls fastest, well below the rate of its minimum. Afterwards the network
// is as before to the bit: weights, running statistics and the tick of random masks.
// The state of the optimizer is the test's own, so that of a run on the same network
// stays as it is.
//
// The trainer's Schedule, Plateau, MaxEpochs, Validation, Metrics, Patience and KeepBest are
// not used, and its LearningRate only beside those of Groups, which keep their
// ratios to it. When the context ends, the points so far are returned with its error.
//
// Smith, "Cyclical learning rates for training neural networks", 2017 (2015 as a
// preprint).
func (t Trainer) FindLearningRate(ctx context.Context, net *nn.Network, data *datasets.Dataset, test RangeTest) (result RangeResult, err error) {
	test, err = test.filled()
	if err != nil {
		return RangeResult{}, err
	}
	if ctx == nil {
		return RangeResult{}, errors.New("train: the context is nil")
	}
	if _, ok := t.Optimizer.(optimizers.Method); ok {
		return RangeResult{}, errors.New("train: a full-batch method has no learning rate; use an optimizer such as adam")
	}
	base := cmp.Or(t.LearningRate, 1)
	t.LearningRate = base
	t.Schedule = func(step int) float64 { return test.rate(step) / base }
	t.Plateau, t.Validation, t.Metrics, t.Patience, t.KeepBest = nil, nil, nil, 0, false
	t.MaxEpochs = math.MaxInt32
	run, err := t.Start(net, data)
	if err != nil {
		return RangeResult{}, err
	}
	// Start has compiled programs, but changed nothing yet.
	tick := net.Tick()
	var before [][]float64
	run.remember(&before)
	defer func() {
		run.recall(before)
		net.SetTick(tick)
	}()
	if err = run.try(ctx, test, &result); err == nil && len(result.Points) == 0 {
		err = errors.New("train: the first loss is not finite, whatever the learning rate")
	}
	test.smooth(result.Points)
	result.Steepest, result.MinimumTenth = suggest(result.Points)
	return result, err
}

// filled are the settings with the usual ones filled in.
func (test RangeTest) filled() (RangeTest, error) {
	for _, n := range []struct {
		name  string
		value *float64
		usual float64
	}{{"From", &test.From, 1e-6}, {"To", &test.To, 10}, {"Smoothing", &test.Smoothing, 0}, {"Stop", &test.Stop, 3}} {
		if err := checkNumber("RangeTest."+n.name, *n.value, false); err != nil {
			return test, fmt.Errorf("train: %w", err)
		}
		*n.value = cmp.Or(*n.value, n.usual)
	}
	test.Steps = cmp.Or(test.Steps, 100)
	switch {
	case test.Steps < 10:
		return test, fmt.Errorf("train: RangeTest.Steps must be at least 10, got %d", test.Steps)
	case test.From >= test.To:
		return test, fmt.Errorf("train: RangeTest goes from %v to %v; From must be the smaller", test.From, test.To)
	}
	test.Smoothing = cmp.Or(test.Smoothing, 0.03*float64(test.Steps))
	return test, nil
}

// rate is the learning rate of an update, counted from 0.
func (test RangeTest) rate(step int) float64 {
	return test.From * math.Pow(test.To/test.From, float64(step)/float64(test.Steps-1))
}

// memory is the share of the running mean that a new loss leaves.
const memory = 0.9

// try makes the updates. The loss of one that is made of several batches is their
// mean.
func (r *Run) try(ctx context.Context, test RangeTest, result *RangeResult) error {
	var first, lowest, running, sum float64
	batches := 0
	for r.Steps() < test.Steps {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("train: interrupted after %d of %d updates: %w", r.Steps(), test.Steps, err)
		}
		step := r.Steps()
		loss, err := r.Step()
		if _, diverged := errors.AsType[*DivergedError](err); diverged {
			result.Diverged = true
			return nil
		}
		if err != nil {
			return err
		}
		sum, batches = sum+loss, batches+1
		if r.Steps() == step {
			continue
		}
		loss = sum / float64(batches)
		sum, batches = 0, 0
		result.Points = append(result.Points, RangePoint{LearningRate: test.rate(step), Loss: loss})
		// The mean of what there is: running/(1 − memoryⁿ).
		running = memory*running + (1-memory)*loss
		mean := running / (1 - math.Pow(memory, float64(len(result.Points))))
		if step == 0 {
			first, lowest = math.Abs(loss), loss
		}
		lowest = min(lowest, mean)
		if mean > lowest+test.Stop*first {
			result.Diverged = step+1 < test.Steps
			return nil
		}
	}
	return nil
}

// smooth averages the losses with a bell around each update. A loss far above all
// that count is cut, so that the end does not hide what is before it.
func (test RangeTest) smooth(points []RangePoint) {
	if len(points) == 0 {
		return
	}
	lowest := math.Inf(1)
	for _, p := range points {
		lowest = min(lowest, p.Loss)
	}
	highest := lowest + (test.Stop+1)*math.Abs(points[0].Loss)
	reach := int(math.Ceil(3 * test.Smoothing))
	for i := range points {
		sum, weights := 0.0, 0.0
		for k := max(0, i-reach); k <= min(len(points)-1, i+reach); k++ {
			away := float64(k-i) / test.Smoothing
			w := math.Exp(-away * away / 2)
			sum += w * min(points[k].Loss, highest)
			weights += w
		}
		points[i].Smoothed = sum / weights
	}
}

// suggest finds the steepest fall of the smoothed loss to values that it has not had
// before, by central differences, and a tenth of the rate of the minimum. Falls to
// old values, and the first tenth of the whole fall, may be batches that differ.
func suggest(points []RangePoint) (steepest, tenth float64) {
	lowest := 0
	lows := make([]float64, len(points))
	for i, p := range points {
		if p.Smoothed < points[lowest].Smoothed {
			lowest = i
		}
		lows[i] = points[lowest].Smoothed
	}
	if lowest == 0 {
		return math.NaN(), math.NaN()
	}
	begun := lows[0] - 0.1*(lows[0]-lows[lowest])
	steepest, slope := math.NaN(), 0.0
	for i := 1; i < lowest; i++ {
		if lows[i] > begun {
			continue
		}
		if s := (lows[i+1] - lows[i-1]) / math.Log(points[i+1].LearningRate/points[i-1].LearningRate); s < slope {
			steepest, slope = points[i].LearningRate, s
		}
	}
	return steepest, points[lowest].LearningRate / 10
}
