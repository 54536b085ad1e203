package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/metrics"
	"nabla/train/optimizers"
	"nabla/train/schedules"
)

// setup is a job with its data and its network, ready to run.
type setup struct {
	job     job // with every setting resolved
	source  *datasets.Source
	split   datasets.Split
	parts   datasets.Parts
	net     *nn.Network
	loss    losses.Loss
	metrics []metrics.Row
	trainer train.Trainer
	updates int // of the weights in an epoch
}

// prepare opens the data and makes network and trainer. Nothing is written.
func (j job) prepare() (*setup, error) {
	s, err := j.open()
	if err != nil {
		return nil, err
	}
	if err := s.build(); err != nil {
		return nil, err
	}
	return s, s.plan()
}

// build makes the network.
func (s *setup) build() error {
	j := &s.job
	hidden, err := layers.Parse(j.Layers)
	if err != nil {
		return usagef("--layers: %s", plain(err))
	}
	if n := estimate(len(s.parts.Train.Features), hidden); n > maxParameters {
		return usagef("--layers %s: more than %d parameters; take fewer units", j.Layers, maxParameters)
	}
	file, foreign := strings.CutSuffix(j.Init, ":torch")
	fromFile := strings.HasSuffix(file, ".safetensors")
	init := nn.GlorotUniform
	if !fromFile {
		if init, err = nn.ParseInitializer(j.Init); err != nil {
			return usagef("--init: %s", plain(err))
		}
	}
	var dtype nn.DType
	if err := dtype.UnmarshalText([]byte(j.DType.value)); err != nil {
		return usagef("--dtype: %s", plain(err))
	}
	hidden = initialized(hidden, init)
	// Images are flattened before all layers, unless --layers says where or begins
	// with a layer that reads them row by row.
	if len(s.parts.Train.Shape) > 1 && !slices.Contains(hidden, nn.Layer(layers.Flatten{})) && !sequential(hidden) {
		hidden = append([]nn.Layer{layers.Flatten{}}, hidden...)
	}
	all := append(hidden, j.outputLayers(s.parts.Train, s.loss, init)...)
	s.net, err = nn.New(nn.Config{Seed: j.Seed, Input: s.parts.Train.Shape, DType: dtype}, all...)
	if err != nil {
		return usagef("--layers %s: %s", j.Layers, plain(err))
	}
	if fromFile {
		return loadWeights(s.net, file, foreign)
	}
	return nil
}

// sequential reports whether the first layer takes sequences.
func sequential(list []nn.Layer) bool {
	if len(list) == 0 {
		return false
	}
	_, is := list[0].(layers.SimpleRNN)
	return is
}

// initialized returns layers whose weights start by an initializer, those between
// the states of a recurrent one apart.
func initialized(list []nn.Layer, init nn.Initializer) []nn.Layer {
	list = slices.Clone(list)
	for i, layer := range list {
		switch l := layer.(type) {
		case layers.Dense:
			l.Init = init
			list[i] = l
		case layers.SimpleRNN:
			l.Init = init
			list[i] = l
		case nn.Container:
			list[i] = l.With(initialized(l.Inner(), init))
		}
	}
	return list
}

// maxParameters keeps a slip of the keyboard from taking all memory.
const maxParameters = 50_000_000

// estimate is about how many weights layers have behind inputs of a width.
func estimate(width int, list []nn.Layer) int {
	total := 0
	for _, layer := range list {
		switch l := layer.(type) {
		case layers.Dense:
			total += width * l.Units
			width = l.Units
		case layers.SimpleRNN:
			total += (width + l.Units) * l.Units
			width = l.Units
		case nn.Container:
			total += estimate(width, l.Inner())
		}
		total = min(total, maxParameters+1)
	}
	return total
}

// loadWeights starts a network with the weights of a file.
func loadWeights(net *nn.Network, path string, foreign bool) error {
	f, err := os.Open(path)
	if err != nil {
		return advised(fmt.Errorf("--init: %w", fileError(path, err)), "give the path of a .safetensors file")
	}
	defer f.Close()
	if err := net.LoadWeights(f, foreign); err != nil {
		return advised(fmt.Errorf("--init %s: %s", path, plain(err)), "nabla inspect "+path+" lists its tensors")
	}
	return nil
}

// plan makes the trainer.
func (s *setup) plan() error {
	j := &s.job
	rule, l2, err := j.rule()
	if err != nil {
		return err
	}
	if _, twice := optimizers.Find[optimizers.TwoPass](rule); twice && j.Accumulate > 1 {
		return usagef("--accumulate %d: %s needs the gradient of each whole batch at a second point; leave it out", j.Accumulate, j.Optimizer)
	}
	rows := s.parts.Train.Len()
	if j.DropLast && j.rows() > rows {
		return usagef("--drop-last leaves no batch: %s, batches of %d", plural(rows, "training row"), j.rows())
	}
	if optimizers.IsMethod(j.Optimizer) && j.rows() > 0 && j.rows() < rows {
		return usagef("--batch %d: %s works on all %s at once; leave --batch out, or take an --optimizer such as adam, which takes mini-batches", j.rows(), j.Optimizer, plural(rows, "row"))
	}
	s.trainer = train.Trainer{
		Loss: s.loss, Optimizer: rule, LearningRate: j.LearningRate,
		BatchSize: j.rows(), MaxEpochs: j.Epochs, DropLast: j.DropLast, InOrder: j.NoShuffle, Accumulate: j.Accumulate,
		L1: j.L1, L2: l2, ClipValue: j.ClipValue, ClipNorm: j.ClipNorm,
		Validation: s.parts.Validation, Metrics: s.metrics, Schema: s.source.Schema,
		Patience: j.Patience, KeepBest: j.SaveBest, DetectAnomaly: j.DetectAnomaly, GradcheckEvery: j.GradcheckEvery, Watch: j.Watch.Watch, Seed: j.Seed, Threads: j.Threads,
	}
	// Schedules count updates; only now is it known how many an epoch has.
	s.updates = s.trainer.StepsPerEpoch(rows)
	if optimizers.IsMethod(j.Optimizer) {
		return nil // it has no learning rate to schedule
	}
	s.trainer.Schedule, s.trainer.Plateau, err = schedules.ParseRun(j.Schedule, s.updates, s.updates*j.Epochs)
	if err != nil {
		return usagef("--schedule: %s", plain(err))
	}
	return nil
}

// decayOption is the name of --weight-decay among the options of an optimizer.
const decayOption = "weight_decay"

// rule configures the optimizer. A weight decay that it has no option for is the
// L2 of the trainer.
func (j *job) rule() (rule optimizers.Optimizer, l2 float64, err error) {
	set := j.Set.table()
	if rule, err = configure(j.Optimizer, set); err != nil {
		return nil, 0, usagef("--set: %s", plain(err))
	}
	if j.WeightDecay.value == nil {
		return rule, 0, nil
	}
	if !slices.ContainsFunc(optimizers.Options(rule), func(o optimizers.Option) bool { return o.Name == decayOption }) {
		return rule, *j.WeightDecay.value, nil
	}
	if j.Set.has(decayOption) {
		return nil, 0, usagef("--weight-decay and --set %s are the same; give one of them", decayOption)
	}
	set[decayOption] = j.WeightDecay.String()
	if rule, err = configure(j.Optimizer, set); err != nil {
		return nil, 0, usagef("--weight-decay: %s", plain(err))
	}
	return rule, 0, nil
}

// batch is the number of rows of a full batch.
func (s *setup) batch() int {
	if rows := s.parts.Train.Len(); s.job.rows() == 0 || s.job.rows() > rows {
		return rows
	}
	return s.job.rows()
}
