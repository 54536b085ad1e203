package train

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc64"
	"math"
	"strings"

	"nabla/datasets"
	"nabla/nn"
	"nabla/train/optimizers"
)

// setting is one thing that must be the same when a run is resumed, since the
// steps to come depend on it; both are texts, to be compared and shown. Functions
// cannot be compared: of a schedule, Resume compares the last learning rate.
type setting struct{ Name, Value string }

// settings lists those of a run. Validation rows are among them only if they
// decide when the run stops or which weights it keeps.
func (r *Run) settings() []setting {
	t := &r.trainer
	var list []setting
	add := func(name string, value any) { list = append(list, setting{name, fmt.Sprint(value)}) }
	add("DType", r.net.Config().DType)
	add("Input", r.net.Config().Input)
	for i, l := range r.net.Layers() {
		add(fmt.Sprintf("layer %d", i), describeLayer(l))
	}
	add("trained parameters", len(r.spec.trained))
	if t.Cost == nil {
		add("Loss", t.Loss)
	} else {
		add("Cost", "set")
	}
	add("Optimizer", describeRule(t.Optimizer))
	add("LearningRate", t.LearningRate)
	if t.Plateau != nil {
		add("Plateau", fmt.Sprintf("%+v", *t.Plateau))
	}
	for i, g := range t.Groups {
		add(fmt.Sprintf("group %d", i), describeGroup(g))
	}
	add("BatchSize", t.BatchSize)
	add("Accumulate", t.Accumulate)
	add("DropLast", t.DropLast)
	add("InOrder", t.InOrder)
	add("L1", t.L1)
	add("L2", t.L2)
	add("Decay", t.Decay)
	add("ClipValue", t.ClipValue)
	add("ClipNorm", t.ClipNorm)
	add("Seed", t.Seed)
	sums := r.checksums()
	add("training rows", fmt.Sprintf("%d with checksum %016x", r.data.Len(), sums.data))
	if t.SampleWeights != nil {
		add("SampleWeights", fmt.Sprintf("with checksum %016x", sums.weights))
	}
	if r.validator != nil && (t.Patience > 0 || t.KeepBest || t.Plateau != nil) {
		add("validation rows", fmt.Sprintf("%d with checksum %016x", t.Validation.Len(), sums.validation))
	}
	return list
}

// differs words the first difference between the settings of a checkpoint and
// those of a run, nil when there is none.
func differs(saved, here []setting) error {
	find := func(list []setting, name string) string {
		for _, s := range list {
			if s.Name == name {
				return s.Value
			}
		}
		return "none"
	}
	for _, list := range [][]setting{saved, here} {
		for _, s := range list {
			was, is := find(saved, s.Name), find(here, s.Name)
			if was != is {
				return fmt.Errorf("it belongs to a run with other settings: %s was %s, here it is %s", s.Name, was, is)
			}
		}
	}
	return nil
}

// describeLayer writes a layer as its type and fields, as far as they can be
// written.
func describeLayer(l nn.Layer) string {
	text := fmt.Sprintf("%T", l)
	if _, ok := l.(nn.LayerFunc); ok {
		return text
	}
	if fields, err := json.Marshal(l); err == nil {
		text += string(fields)
	}
	if c, ok := l.(nn.Container); ok {
		for _, inner := range c.Inner() {
			text += "(" + describeLayer(inner) + ")"
		}
	}
	return text
}

// describeRule writes a rule, and those inside it, with their hyper-parameters.
func describeRule(r optimizers.Optimizer) string {
	var options []string
	kind := fmt.Sprintf("%T", r)
	for w, ok := r.(optimizers.Wrapper); ok; w, ok = w.Unwrap().(optimizers.Wrapper) {
		kind += fmt.Sprintf(" around %T", w.Unwrap())
	}
	for _, o := range optimizers.Options(r) {
		options = append(options, o.Name+"="+o.Value)
	}
	return kind + "(" + strings.Join(options, " ") + ")"
}

// describeGroup writes what a group sets.
func describeGroup(g Group) string {
	text := fmt.Sprintf("%q", g.Match)
	if g.LearningRate != 0 {
		text += fmt.Sprint(" LearningRate ", g.LearningRate)
	}
	if g.Optimizer != nil {
		text += " " + describeRule(g.Optimizer)
	}
	for _, f := range []struct {
		name  string
		value *float64
	}{{"L1", g.L1}, {"L2", g.L2}, {"Decay", g.Decay}} {
		if f.value != nil {
			text += fmt.Sprint(" ", f.name, " ", *f.value)
		}
	}
	if g.Frozen {
		text += " Frozen"
	}
	return text
}

// checksums tell data apart.
type checksums struct{ data, weights, validation uint64 }

// checksums computes those of the run once.
func (r *Run) checksums() checksums {
	if r.sums == nil {
		t := &r.trainer
		r.sums = &checksums{data: checksum(r.data), weights: crc64.Checksum(bytesOf(t.SampleWeights), crcTable)}
		if t.Validation != nil {
			r.sums.validation = checksum(t.Validation)
		}
	}
	return *r.sums
}

var crcTable = crc64.MakeTable(crc64.ECMA)

// checksum is that of all inputs and targets, row by row in their order and as
// float64, whatever type they are kept in.
func checksum(d *datasets.Dataset) uint64 {
	var sum uint64
	x, y := make([]float64, d.X.Cols), make([]float64, d.Y.Cols)
	row := []int{0}
	for row[0] = range d.Len() {
		// Start has seen that the rows are there.
		_ = datasets.CopyX(x, d, row)
		_ = datasets.CopyY(y, d, row)
		sum = crc64.Update(sum, crcTable, bytesOf(x))
		sum = crc64.Update(sum, crcTable, bytesOf(y))
	}
	return sum
}

// bytesOf are the bits of numbers.
func bytesOf(x []float64) []byte {
	b := make([]byte, 0, 8*len(x))
	for _, v := range x {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}
