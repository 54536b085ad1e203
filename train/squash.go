package train

import (
	"fmt"
	"slices"
	"strings"

	"gorgonia.org/gorgonia"

	"nabla/internal/exec"
	"nabla/losses"
)

// squashes are the functions that must not stand in front of a loss on logits,
// with what they put out and how the targets of the losses on that are given.
var squashes = []struct {
	op     string // how the name of the op begins, in small letters
	stock  string // what tells ops of gorgonia apart
	name   string
	output losses.Input
	target losses.Encoding
}{
	{"softmax{", "true", "log-softmax", losses.LogProbabilities, losses.Index}, // Softmax{axis, isLog}()
	{"softmax", "", "softmax", losses.Probabilities, losses.Index},
	{"log-softmax", "", "log-softmax", losses.LogProbabilities, losses.Index},
	{"sigmoid", "", "sigmoid", losses.Probabilities, losses.Values},
	{"log-sigmoid", "", "log-sigmoid", losses.LogProbabilities, losses.Values},
}

// squashedTwice refuses an output that the loss would squash a second time. Such a
// network learns, only slower and worse: nothing else would give the slip away.
func squashedTwice(loss losses.Loss, out *gorgonia.Node) error {
	if loss.Input != losses.Logits {
		return nil
	}
	op := strings.ToLower(lastOp(out))
	for _, s := range squashes {
		if !strings.HasPrefix(op, s.op) || !strings.Contains(op, s.stock) {
			continue
		}
		advice := "leave it out"
		i := slices.IndexFunc(losses.All(), func(l losses.Loss) bool { return l.Input == s.output && l.Target == s.target })
		if i >= 0 {
			advice += " or use " + losses.All()[i].Name
		}
		return fmt.Errorf("the network ends in %s, but loss %s takes logits and applies its own: %s", s.name, loss.Name, advice)
	}
	return nil
}

// lastOp names the op that computed a node, whatever shape it was brought into.
func lastOp(n *gorgonia.Node) string {
	for n.Op() != nil {
		name := n.Op().String()
		if !strings.HasPrefix(strings.ToLower(name), "reshape") {
			return name
		}
		_, children := exec.Order(n)
		n = children[n][0]
	}
	return ""
}
