package explain

import (
	"fmt"
	"slices"
	"time"

	"gorgonia.org/gorgonia"

	"nabla/internal/calculus"
	"nabla/internal/exec"
	"nabla/losses"
	"nabla/nn"
	"nabla/nn/autodiff"
)

// Program is what the engine runs for one step of training, in its order. It differs
// from a Transcript, which writes down every step of a textbook: what nobody reads is
// not computed, a product and the activation behind it are one step, and what depends
// on constants alone was computed before.
type Program struct {
	Title string
	Notes []string
	Steps []Step
	// Joined are values of a textbook that are computed inside of a step and not kept,
	// Never gradients of one that nobody asks for.
	Joined, Never []string
	Once          []string // computed when the program was made
	// Whole is the time of a whole step, with fetching the batch and the update; 0 of an
	// expression, which has neither.
	Whole time.Duration
}

// Phase is a part of a step of training.
type Phase string

// The phases in their order.
const (
	ForwardPhase    Phase = "forward"
	LossPhase       Phase = "loss"
	BackwardPhase   Phase = "backward"
	StatisticsPhase Phase = "statistics" // of batches, which running means follow
	UpdatePhase     Phase = "update"
)

// Step is one call of the engine.
type Step struct {
	Phase   Phase
	Names   []string // what is computed, "a1"; by its number, "(3)", if a textbook has no symbol
	Formula string   // "relu(x·W1 + b1)"
	Op      string   // as the engine calls it: "relu(affine)"
	From    []string // whose numbers are read
	Shape   []int
	Memory  Memory
	Bytes   int
	Time    time.Duration
}

// Memory is where the result of a step lies.
type Memory string

const (
	Own       Memory = "own"       // allocated once, when the program is made
	Gradients Memory = "gradients" // of all parameters, side by side as the weights are
	Fresh     Memory = "fresh"     // allocated in each run: an op of another library
	Weights   Memory = "weights"   // those of the network, in place
)

// Trained is what a step of training computes: its graph, and the program that was
// compiled from it.
type Trained struct {
	Net      *nn.Network
	Graph    *nn.Graph
	Loss     losses.Loss
	Cost     *gorgonia.Node
	Target   *gorgonia.Node // may be nil
	Compiled *exec.Program
	// What is done with the gradients: the names of the parameters that are updated, in
	// so many calls of a rule.
	Updated []string
	Rule    string
	Calls   int
}

// Program tells what is run, with the times of so many runs but for that of the update.
// Results have the symbols that they have in the transcript of Network.
func (e Trained) Program(runs int) (Program, error) {
	exec.Building.Lock()
	defer exec.Building.Unlock()
	before, _ := exec.Order(e.Graph.Output)
	inside := func(n *gorgonia.Node) bool { return !slices.Contains(before, n) }
	t := newTrace(e.Cost, map[*gorgonia.Node]leaf{e.Graph.Input: {"x", "", Input}}, inside)
	t.hide(e.Graph.Output)
	x := explained{net: e.Net, graph: e.Graph, loss: e.Loss, cost: e.Cost, trace: t}
	x.names()
	phase := map[*gorgonia.Node]Phase{}
	whole, _ := exec.Order(e.Cost)
	for _, n := range whole {
		phase[n] = LossPhase
	}
	for _, n := range before {
		phase[n] = ForwardPhase
	}
	for _, n := range e.Graph.Extra() {
		if phase[n] == "" {
			phase[n] = StatisticsPhase
		}
	}
	if e.Target != nil {
		t.name[e.Target] = "y"
	}
	p, err := t.listing(e.Compiled, phase)
	if err == nil {
		err = p.clock(e.Compiled, runs)
	}
	if err == nil && e.Updated != nil {
		p.Steps = append(p.Steps, e.update(t))
	}
	return p, err
}

// update tells what becomes of the gradients.
func (e Trained) update(t *trace) Step {
	symbols := map[string]string{}
	for n, l := range t.leaves {
		symbols[n.Name()] = l.name
	}
	s := Step{Phase: UpdatePhase, Op: e.Rule, Formula: e.Rule + ", " + count(e.Calls, "call"), Memory: Weights}
	size := 0
	for _, name := range e.Updated {
		size += e.Net.Param(name).Size()
		s.Names = append(s.Names, symbols[name])
		s.From = append(s.From, d(symbols[name]))
	}
	s.Shape = []int{size}
	return s
}

// ExpressionProgram is Program for the value of an expression at a point and its
// derivatives by all variables, with the times of so many runs.
func ExpressionProgram(source string, at map[string]float64, runs int) (Program, error) {
	p, err := expressionProgram(source, at, runs)
	if err != nil {
		return Program{}, fmt.Errorf("explain: %w", err)
	}
	return p, nil
}

func expressionProgram(source string, at map[string]float64, runs int) (p Program, err error) {
	e, err := calculus.Parse(source)
	if err != nil {
		return p, err
	}
	exec.Building.Lock()
	defer exec.Building.Unlock()
	t, _, _, err := lowered(e, at)
	if err != nil {
		return p, err
	}
	var variables gorgonia.Nodes
	for _, n := range t.nodes {
		if t.leaves[n].kind == Input && t.children[n] == nil {
			variables = append(variables, n)
		}
	}
	grads, err := autodiff.Grad(t.cost, variables...)
	if err != nil {
		return p, err
	}
	program, err := exec.Compile(slices.Insert(grads, 0, t.cost)...)
	if err != nil {
		return p, err
	}
	phase := map[*gorgonia.Node]Phase{}
	forward, _ := exec.Order(t.cost)
	for _, n := range forward {
		phase[n] = ForwardPhase
	}
	if p, err = t.listing(program, phase); err != nil {
		return p, err
	}
	return p, p.clock(program, runs)
}

// clock sets the times of the steps, from so many runs of the program.
func (p *Program) clock(program *exec.Program, runs int) error {
	took, err := program.Clock(runs)
	for i, t := range took {
		p.Steps[i].Time = t
	}
	return err
}
