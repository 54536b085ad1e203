package train_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
	"nabla/train/schedules"
)

// refused tries to resume a run that has made a step, and checks that the run
// goes on afterwards as if nobody had tried.
func refused(t *testing.T, name string, fresh func() (*train.Run, *nn.Network), checkpoint []byte) error {
	t.Helper()
	want, wantNet := fresh()
	got, gotNet := fresh()
	for _, r := range []*train.Run{want, got} {
		if _, err := r.Step(); err != nil {
			t.Fatal(err)
		}
	}
	err := got.Resume(bytes.NewReader(checkpoint))
	if err == nil {
		t.Errorf("%s: was resumed", name)
		return errors.New("")
	}
	if strings.ContainsRune(err.Error(), '\n') || strings.Contains(err.Error(), "panic") {
		t.Errorf("%s: error %q", name, err)
	}
	if err := sameBits(weights(gotNet), weights(wantNet)); err != nil {
		t.Errorf("%s: the refused checkpoint has changed the weights: %v", name, err)
	}
	finish(t, want)
	finish(t, got)
	if diff := outcomeOf(t, got, gotNet).differs(outcomeOf(t, want, wantNet)); diff != "" {
		t.Errorf("%s: the refused checkpoint has changed the run: %s", name, diff)
	}
	return err
}

// checkpointed is a run in the middle of an epoch with all that a checkpoint can
// hold.
func checkpointed(t *testing.T) (fresh func() (*train.Run, *nn.Network), checkpoint []byte) {
	t.Helper()
	e := experiments[len(experiments)-1]
	fresh = func() (*train.Run, *nn.Network) { return e.start(t, optimizers.Adam{}, nn.Float32, 3) }
	run, _ := e.start(t, optimizers.Adam{}, nn.Float32, 1)
	interrupt(t, run, 9)
	return fresh, saved(t, run)
}

func TestDamagedCheckpointsChangeNothing(t *testing.T) {
	fresh, good := checkpointed(t)
	for _, at := range []int{0, 7, 8, 100, len(good) / 2, len(good) - 1} {
		refused(t, "truncated", fresh, good[:at])
	}
	for at := 0; at < len(good); at += len(good)/23 + 1 {
		bad := slices.Clone(good)
		bad[at] ^= 4
		refused(t, "bit flipped", fresh, bad)
	}
	refused(t, "bytes appended", fresh, append(slices.Clone(good), 0))
	refused(t, "text", fresh, []byte("epoch,loss\n1,2\n"))

	var model bytes.Buffer
	_, net := fresh()
	if err := net.Save(&model, nil); err != nil {
		t.Fatal(err)
	}
	if err := refused(t, "a network", fresh, model.Bytes()); !strings.Contains(err.Error(), "not a checkpoint") {
		t.Errorf("a network: error %q", err)
	}
}

// Files with a right checksum whose content does not fit the run.
func TestForeignCheckpointsChangeNothing(t *testing.T) {
	fresh, good := checkpointed(t)
	tensors, metadata, err := nn.ReadTensors(bytes.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	write := func(tensors []nn.Tensor, metadata map[string]string) []byte {
		var b bytes.Buffer
		if err := nn.WriteTensors(&b, tensors, metadata); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	// The unchanged parts make a checkpoint.
	run, _ := fresh()
	if err := run.Resume(bytes.NewReader(write(tensors, metadata))); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for i, x := range tensors {
		kinds[strings.SplitN(x.Name, ".", 2)[0]] = true
		if err := refused(t, "without "+x.Name, fresh, write(slices.Delete(slices.Clone(tensors), i, i+1), metadata)); !strings.Contains(err.Error(), x.Name) {
			t.Errorf("without %s: error %q", x.Name, err)
		}
		other := slices.Clone(tensors)
		other[i] = nn.NewTensor(x.Name, []int{3, 7}, make([]float64, 21))
		refused(t, x.Name+" of another shape", fresh, write(other, metadata))
		other[i] = nn.NewTensor(x.Name, x.Shape, make([]int64, shapeSize(x.Shape)))
		refused(t, x.Name+" of whole numbers", fresh, write(other, metadata))
	}
	if got := slices.Sorted(maps.Keys(kinds)); !slices.Equal(got, []string{"best", "good", "gradient", "outputs", "parameter", "slot"}) {
		t.Errorf("the checkpoint holds %q only", got)
	}
	refused(t, "one tensor more", fresh, write(append(slices.Clone(tensors), nn.NewTensor("slot.9.0.weight", []int{1}, []float64{1})), metadata))

	for _, change := range []func(state map[string]any){
		func(s map[string]any) { s["position"].(map[string]any)["Row"] = -1 },
		func(s map[string]any) { s["position"].(map[string]any)["Row"] = 1 << 40 },
		func(s map[string]any) { s["position"].(map[string]any)["Row"] = 3 },
		func(s map[string]any) { s["position"].(map[string]any)["Epoch"] = -1 },
		func(s map[string]any) { s["position"].(map[string]any)["Epoch"] = 1e300 },
		func(s map[string]any) { s["position"].(map[string]any)["Steps"] = -5 },
		func(s map[string]any) { s["position"].(map[string]any)["Waiting"] = 2 },
		func(s map[string]any) { s["position"].(map[string]any)["Waiting"] = -1 },
		func(s map[string]any) { s["position"].(map[string]any)["Rate"] = 0.5 },
		func(s map[string]any) { s["position"] = "here" },
		func(s map[string]any) { s["best"] = []bool{} },
		func(s map[string]any) { s["best_epoch"] = 99 },
		func(s map[string]any) { s["best_epoch"] = 0 },
		func(s map[string]any) { s["history"] = []any{map[string]any{"epoch": 7}} },
		func(s map[string]any) { s["history"] = "long" },
		func(s map[string]any) { s["settings"] = nil },
		func(s map[string]any) { clear(s) },
	} {
		var state map[string]any
		if err := json.Unmarshal([]byte(metadata["nabla.run"]), &state); err != nil {
			t.Fatal(err)
		}
		change(state)
		text, err := json.Marshal(state)
		if err != nil {
			t.Fatal(err)
		}
		refused(t, string(text[:min(len(text), 80)]), fresh, write(tensors, map[string]string{"nabla.run": string(text)}))
	}
	refused(t, "no JSON", fresh, write(tensors, map[string]string{"nabla.run": "{"}))
}

func shapeSize(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// A checkpoint does not go on under other settings, and the error says which.
func TestOtherSettingsAreNoticed(t *testing.T) {
	data, validation := flowers(t, 40, 1), flowers(t, 20, 2)
	type parts struct {
		trainer    train.Trainer
		data       *datasets.Dataset
		config     nn.Config
		activation activations.Activation
		units      int
	}
	base := func() parts {
		return parts{
			train.Trainer{
				Loss: losses.CrossEntropy, Optimizer: optimizers.Adam{}, LearningRate: 0.01, BatchSize: 16, MaxEpochs: 4, Seed: 5,
				Validation: validation, KeepBest: true, Groups: []train.Group{{Match: "*.bias", LearningRate: 0.1}},
				Schedule: schedules.Exponential(0.9), SampleWeights: ramp(40),
			},
			data, nn.Config{Seed: 1, Input: []int{4}}, activations.Tanh, 5,
		}
	}
	make := func(p parts) (*train.Run, *nn.Network) {
		net := network(t, p.config, layers.Dense{Units: p.units, Activation: p.activation}, layers.Dense{Units: 3})
		return start(t, p.trainer, net, p.data), net
	}
	run, _ := make(base())
	interrupt(t, run, 5)
	checkpoint := saved(t, run)
	otherValue := func(d *datasets.Dataset, of func(*datasets.Dataset) *datasets.Matrix) *datasets.Dataset {
		changed := *d
		m := of(&changed)
		m.F64 = slices.Clone(m.F64)
		m.F64[7] = 1 - min(m.F64[7], 1) // the other of two classes, or another number
		return &changed
	}
	x, y := func(d *datasets.Dataset) *datasets.Matrix { return &d.X }, func(d *datasets.Dataset) *datasets.Matrix { return &d.Y }
	otherRow := func(d *datasets.Dataset) *datasets.Dataset {
		rows := []int{1}
		for i := 1; i < d.Len(); i++ {
			rows = append(rows, i)
		}
		return subset(t, d, rows)
	}
	for _, c := range []struct {
		name   string // in the error
		change func(p *parts)
	}{
		{"Optimizer", func(p *parts) { p.trainer.Optimizer = optimizers.RMSprop{} }},
		{"Optimizer", func(p *parts) { p.trainer.Optimizer = optimizers.Adam{Beta1: new(0.8)} }},
		{"Optimizer", func(p *parts) { p.trainer.Optimizer = optimizers.Adam{AMSGrad: true} }},
		{"Optimizer", func(p *parts) { p.trainer.Optimizer = optimizers.Adam{WeightDecay: 0.1} }},
		{"LearningRate", func(p *parts) { p.trainer.LearningRate = 0.02 }},
		{"BatchSize", func(p *parts) { p.trainer.BatchSize = 8 }},
		{"Accumulate", func(p *parts) { p.trainer.Accumulate = 2 }},
		{"Seed", func(p *parts) { p.trainer.Seed = 6 }},
		{"InOrder", func(p *parts) { p.trainer.InOrder = true }},
		{"DropLast", func(p *parts) { p.trainer.DropLast = true }},
		{"L1", func(p *parts) { p.trainer.L1 = 0.1 }},
		{"L2", func(p *parts) { p.trainer.L2 = 0.1 }},
		{"Decay", func(p *parts) { p.trainer.Decay = 0.1 }},
		{"ClipNorm", func(p *parts) { p.trainer.ClipNorm = 0.1 }},
		{"ClipValue", func(p *parts) { p.trainer.ClipValue = 0.1 }},
		{"Loss", func(p *parts) { p.trainer.Loss = losses.MSE }},
		{"Loss", func(p *parts) { p.trainer.Loss.Smoothing = 0.1 }},
		{"group 0", func(p *parts) { p.trainer.Groups[0].LearningRate = 0.2 }},
		{"group 0", func(p *parts) { p.trainer.Groups[0].Decay = new(0.0) }},
		{"group 0", func(p *parts) { p.trainer.Groups = nil }},
		{"trained parameters", func(p *parts) { p.trainer.Groups[0].Frozen = true }},
		{"learning rate", func(p *parts) { p.trainer.Schedule = schedules.Exponential(0.8) }},
		{"learning rate", func(p *parts) { p.trainer.Schedule = nil }},
		{"SampleWeights", func(p *parts) { p.trainer.SampleWeights = nil }},
		{"SampleWeights", func(p *parts) { p.trainer.SampleWeights[3] = 7 }},
		{"training rows", func(p *parts) { p.data = otherRow(p.data) }},
		{"training rows", func(p *parts) { p.data = otherValue(p.data, x) }},
		{"training rows", func(p *parts) { p.data = otherValue(p.data, y) }},
		{"validation rows", func(p *parts) { p.trainer.Validation = otherRow(p.trainer.Validation) }},
		{"DType", func(p *parts) { p.config.DType = nn.Float64 }},
		{"layer 0", func(p *parts) { p.activation = activations.ReLU }},
		{"layer 0", func(p *parts) { p.units = 6 }},
	} {
		p := base()
		c.change(&p)
		err := refused(t, c.name, func() (*train.Run, *nn.Network) { return make(p) }, checkpoint)
		if !strings.Contains(err.Error(), c.name) {
			t.Errorf("%s: error %q does not name it", c.name, err)
		}
	}

	// What is only watched, and how long it goes on, may differ.
	p := base()
	p.trainer.MaxEpochs, p.trainer.Patience, p.trainer.DetectAnomaly, p.config.Seed = 9, 3, true, 99
	resumed, _ := make(p)
	if err := resumed.Resume(bytes.NewReader(checkpoint)); err != nil {
		t.Error(err)
	}
	// Metrics cannot begin in the middle of an epoch.
	p.trainer.Metrics = metricsFor(data)
	if err := refused(t, "metrics", func() (*train.Run, *nn.Network) { return make(p) }, checkpoint); !strings.Contains(err.Error(), "metrics") {
		t.Errorf("metrics: error %q", err)
	}
}

// Layers inside layers and layers of one's own are compared as far as they can
// be.
func TestOtherLayersAreNoticed(t *testing.T) {
	data := plane(t, 20, 1)
	own := nn.LayerFunc(func(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return activations.Tanh.Apply(x) })
	fresh := func(last ...nn.Layer) func() (*train.Run, *nn.Network) {
		return func() (*train.Run, *nn.Network) {
			net := network(t, nn.Config{Seed: 1, Input: data.Shape}, append([]nn.Layer{layers.Dense{Units: 2}}, last...)...)
			return start(t, plainTrainer(data), net, data), net
		}
	}
	inner := func(a activations.Activation) nn.Layer {
		return layers.Residual{Layers: []nn.Layer{layers.Dense{Units: 2, Activation: a}}}
	}
	run, _ := fresh(own, inner(activations.ReLU))()
	checkpoint := saved(t, run)
	same, _ := fresh(own, inner(activations.ReLU))()
	if err := same.Resume(bytes.NewReader(checkpoint)); err != nil {
		t.Error(err)
	}
	checkErrorOf(t, "inner layer", refused(t, "inner layer", fresh(own, inner(activations.ELU)), checkpoint), "layer 2", "elu")
	checkErrorOf(t, "order", refused(t, "order", fresh(inner(activations.ReLU), own), checkpoint), "layer 1", "LayerFunc")
	checkErrorOf(t, "no layer", refused(t, "no layer", fresh(own), checkpoint), "layer 2", "none")
	checkErrorOf(t, "one layer more", refused(t, "one layer more", fresh(own, inner(activations.ReLU), own), checkpoint), "layer 3", "none")
}

// A place in the epoch where no batch ends, in a run without metrics.
func TestPlaceBetweenBatches(t *testing.T) {
	e := experiments[0]
	fresh := func() (*train.Run, *nn.Network) { return e.start(t, optimizers.SGD{}, nn.Float32, 3) }
	run, _ := fresh()
	interrupt(t, run, 1)
	tensors, metadata, err := nn.ReadTensors(bytes.NewReader(saved(t, run)))
	if err != nil {
		t.Fatal(err)
	}
	metadata["nabla.run"] = strings.Replace(metadata["nabla.run"], `"Row":16`, `"Row":15`, 1)
	var b bytes.Buffer
	if err := nn.WriteTensors(&b, tensors, metadata); err != nil {
		t.Fatal(err)
	}
	checkErrorOf(t, "row 15", refused(t, "row 15", fresh, b.Bytes()), "no run can stand")
}

func TestSaveReportsItsWriter(t *testing.T) {
	run := start(t, train.Trainer{Loss: losses.MSE, Optimizer: optimizers.SGD{}, LearningRate: 0.1, MaxEpochs: 1}, small(t, plane(t, 8, 1), nn.Float32, 1), plane(t, 8, 1))
	if err := run.Save(full{}); !errors.Is(err, errFull) {
		t.Errorf("Save on a full disk: %v", err)
	}
	if err := run.Save(nil); err == nil {
		t.Error("Save(nil) succeeded")
	}
	if err := run.Resume(nil); err == nil {
		t.Error("Resume(nil) succeeded")
	}
}

var errFull = errors.New("no space left on device")

// full is a disk without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
