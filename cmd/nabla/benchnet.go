package main

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"nabla/activations"
	"nabla/datasets"
	"nabla/internal/names"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
	"nabla/train/optimizers"
)

// benchNet is a multi-layer perceptron to time: its inputs, hidden units and
// outputs, and the rows of a batch.
type benchNet struct {
	name  string
	sizes []int
	batch int
}

// benchNets go from where arithmetic is all that counts to where it is nothing.
var benchNets = []benchNet{
	{"A", []int{784, 256, 10}, 128},
	{"B", []int{784, 128, 10}, 32},
	{"C", []int{2, 8, 2}, 4},
	{"D", []int{4, 16, 3}, 1},
	{"E", []int{64, 64, 32, 10}, 32},
	{"F", []int{784, 512, 512, 10}, 512},
}

func (n benchNet) String() string {
	parts := make([]string, len(n.sizes))
	for i, size := range n.sizes {
		parts[i] = strconv.Itoa(size)
	}
	return strings.Join(parts, "-")
}

// benchNames are the letters.
func benchNames() []string {
	return names.Of(benchNets, func(n benchNet) string { return n.name })
}

// benchNetList is the table as help shows it.
func benchNetList() string {
	var b strings.Builder
	for _, n := range benchNets {
		fmt.Fprintf(&b, "  %s  %-16s batch %d\n", n.name, n, n.batch)
	}
	return b.String()
}

// Limits on what a slip of the keyboard could ask for.
const (
	maxRepeat  = 10_000
	maxThreads = 1024
	maxNumbers = 1 << 28 // of the inputs in memory
)

// sizesNotation is a network without a letter: 784-256-10.
var sizesNotation = regexp.MustCompile(`^\d+(-\d+)+$`)

// nets reads the arguments and checks the flags.
func (b *bencher) nets(args []string) ([]benchNet, error) {
	if b.repeat < 1 || b.repeat > maxRepeat {
		return nil, fmt.Errorf("--repeat must be from 1 to %d, got %d", maxRepeat, b.repeat)
	}
	if b.threads < 1 || b.threads > maxThreads {
		return nil, fmt.Errorf("--threads must be from 1 to %d, got %d", maxThreads, b.threads)
	}
	if b.batch < 0 || b.epoch < 0 {
		return nil, fmt.Errorf("--batch and --epoch must not be negative, got %d and %d", b.batch, b.epoch)
	}
	if _, err := b.trainer(); err != nil {
		return nil, err
	}
	if _, err := activations.ByName(b.activation); err != nil {
		return nil, fmt.Errorf("--activation: %s", plain(err))
	}
	if len(args) == 0 {
		args = benchNames()
	}
	var list []benchNet
	for _, arg := range args {
		n, err := parseBenchNet(arg)
		if err != nil {
			return nil, err
		}
		if b.batch > 0 {
			n.batch = b.batch
		}
		if rows := max(n.rows(), b.epoch); rows > maxNumbers/n.sizes[0] {
			return nil, fmt.Errorf("%s: %d rows of %d numbers are too many", arg, rows, n.sizes[0])
		}
		if !slices.ContainsFunc(list, func(m benchNet) bool { return m.name == n.name }) {
			list = append(list, n)
		}
	}
	return list, nil
}

// parseBenchNet reads a letter or sizes.
func parseBenchNet(text string) (benchNet, error) {
	if !sizesNotation.MatchString(text) {
		n, err := names.Find("nabla", "net", text, benchNets, func(n benchNet) string { return n.name })
		if err != nil {
			err = advised(err, "or sizes such as 784-256-10")
		}
		return n, err
	}
	n, parameters := benchNet{name: text, batch: 32}, 0
	for word := range strings.SplitSeq(text, "-") {
		size, err := strconv.Atoi(word)
		if err != nil || size < 1 || size > maxParameters {
			return n, fmt.Errorf("%s: sizes are from 1 to %d, not %s", text, maxParameters, word)
		}
		if k := len(n.sizes); k > 0 {
			parameters += n.sizes[k-1] * size
		}
		n.sizes = append(n.sizes, size)
		if parameters > maxParameters {
			return n, fmt.Errorf("%s: more than %d parameters", text, maxParameters)
		}
	}
	if n.sizes[len(n.sizes)-1] < 2 {
		return n, fmt.Errorf("%s: the last size is the number of classes, at least 2", text)
	}
	return n, nil
}

// rows is how many there are for steps: enough that a step meets few of them again
// soon, and that the shuffling of an epoch is shared by several steps.
func (n benchNet) rows() int { return max(4*n.batch, 1024) }

// flops counts the operations of the products of a step: each layer has one for its
// output and one for the gradient of its weights, each but the first one for the
// gradient of its input. A product of m×k and k×n is 2·m·n·k.
func (n benchNet) flops() float64 {
	total := 0.0
	for i, units := range n.sizes[1:] {
		products := 3.0
		if i == 0 {
			products = 2
		}
		total += 2 * products * float64(n.batch) * float64(n.sizes[i]) * float64(units)
	}
	return total
}

// trainer is that of all nets, but for the batch.
func (b *bencher) trainer() (train.Trainer, error) {
	loss, err := losses.Parse(b.loss)
	if err != nil {
		return train.Trainer{}, fmt.Errorf("--loss: %s", plain(err))
	}
	row, err := optimizers.Parse(b.optimizer)
	if err != nil {
		return train.Trainer{}, fmt.Errorf("--optimizer: %s", plain(err))
	}
	// A small rate keeps the numbers in their usual range for any loss.
	return train.Trainer{Loss: loss, Optimizer: row.Rule, LearningRate: 1e-3, Seed: b.seed, MaxEpochs: maxEpochs, Threads: b.threads}, nil
}

// network builds a net with the output that the loss wants.
func (b *bencher) network(n benchNet, loss losses.Loss) (*nn.Network, error) {
	activation, err := activations.ByName(b.activation)
	if err != nil {
		return nil, err
	}
	last := len(n.sizes) - 1
	var stack []nn.Layer
	for _, units := range n.sizes[1:last] {
		stack = append(stack, layers.Dense{Units: units, Activation: activation})
	}
	stack = append(stack, layers.Dense{Units: n.sizes[last]})
	for _, o := range outputs {
		if o.name == links(loss)[0] && !o.function.IsZero() {
			stack = append(stack, layers.Activation{Function: o.function})
		}
	}
	config := nn.Config{Seed: b.seed, Input: n.sizes[:1]}
	if err := config.DType.UnmarshalText([]byte(b.dtype.value)); err != nil {
		return nil, err
	}
	return nn.New(config, stack...)
}

// data draws rows of inputs from 0 to 1, as pixels are, with random classes.
func (b *bencher) data(n benchNet, rows int) (*datasets.Dataset, error) {
	rng := rand.New(rand.NewPCG(b.seed, uint64(rows)))
	x := datasets.Matrix{Rows: rows, Cols: n.sizes[0], F64: make([]float64, rows*n.sizes[0])}
	for i := range x.F64 {
		x.F64[i] = rng.Float64()
	}
	classes := make([]string, n.sizes[len(n.sizes)-1])
	for i := range classes {
		classes[i] = fmt.Sprint("class ", i+1)
	}
	y := datasets.Matrix{Rows: rows, Cols: 1, F64: make([]float64, rows)}
	for i := range y.F64 {
		y.F64[i] = float64(rng.IntN(len(classes)))
	}
	return datasets.New("random rows", x, y, classes)
}
