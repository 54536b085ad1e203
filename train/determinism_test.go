package train_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"testing"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
)

// Two runs of one seed write the same bytes, on however many threads; another
// seed writes others.
func TestSameSeedSameBytes(t *testing.T) {
	data, validation := flowers(t, 300, 1), flowers(t, 100, 2)
	run := func(t *testing.T, dtype nn.DType, seed uint64, threads int) (model, history []byte) {
		t.Helper()
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
		net := network(t, nn.Config{Seed: seed, Input: data.Shape, DType: dtype},
			layers.Dense{Units: 70, Activation: activations.ReLU}, layers.BatchNorm{}, layers.Dropout{P: 0.2}, layers.Dense{Units: 3})
		h := fit(t, train.Trainer{
			Loss: losses.CrossEntropy, Optimizer: optimizers.Adam{}, LearningRate: 0.01, BatchSize: 128, MaxEpochs: 3,
			Validation: validation, Metrics: metricsFor(data), ClipNorm: 1, Seed: seed,
		}, net, data)
		for i := range h {
			h[i].Duration = 0
		}
		history, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		m := train.Model{Network: net, Loss: losses.CrossEntropy, Schema: datasets.SchemaOf(data), Dataset: data.Name}
		if err := m.Save(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes(), history
	}
	for _, dtype := range dtypes {
		t.Run(fmt.Sprint(dtype), func(t *testing.T) {
			model, history := run(t, dtype, 1, 1)
			for _, threads := range []int{1, 2, 8} {
				m, h := run(t, dtype, 1, threads)
				if !bytes.Equal(m, model) {
					t.Errorf("%d threads: another model", threads)
				}
				if !bytes.Equal(h, history) {
					t.Errorf("%d threads: another history:\n%s\n%s", threads, h, history)
				}
			}
			if m, h := run(t, dtype, 2, 1); bytes.Equal(m, model) || bytes.Equal(h, history) {
				t.Error("another seed made the same model or history")
			}
		})
	}
}
