package nn_test

import (
	"errors"
	"strings"
	"testing"

	"nabla/layers"
	"nabla/nn"
)

func TestSummary(t *testing.T) {
	var b strings.Builder
	if err := every(t, nn.Float64).Summary(&b); err != nil {
		t.Fatal(err)
	}
	const want = `
Layer (type)                                                          Output shape  Param #
input                                                                 (-, 2, 3)
0 layernorm                                                           (-, 2, 3)          12
1 flatten                                                             (-, 6)              0
2 dense (leaky-relu:0.2)                                              (-, 5)             35
3 batchnorm                                                           (-, 5)             20
4 residual (dense, residual (batchnorm, dropout (0.5)), gelu, dense)  (-, 5)             54
5 dropout (0.25)                                                      (-, 5)              0
6 dense (sigmoid)                                                     (-, 1)              6
Total params: 127 (1.0 kB, float64)
Trainable: 108   Non-trainable: 19
`
	if got := "\n" + b.String(); got != want {
		t.Errorf("got%s\nwant%s", got, want)
	}
}

// full is a writer that is full.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestSummaryReportsTheWriter(t *testing.T) {
	if err := network(t, nn.Config{Input: []int{1}}, layers.Flatten{}).Summary(full{}); err == nil {
		t.Error("no error")
	}
}
