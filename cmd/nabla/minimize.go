package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/spf13/cobra"

	"nabla/train/optimizers"
	"nabla/train/optimizers/testfuncs"
	"nabla/train/schedules"
)

// minimizer is the command with its flags.
type minimizer struct {
	*console
	cmd                        *cobra.Command
	optimizer, start, schedule string
	plot                       string
	set                        options
	rate, noise                float64
	steps                      int
	seed                       uint64
}

// minimizeCommand runs an optimizer on a test function.
func minimizeCommand(c *console) *cobra.Command {
	m := &minimizer{console: c}
	cmd := &cobra.Command{
		Use:   "minimize FUNCTION|EXPR",
		Short: "Run an optimizer on a function and show its path",
		Long: `Run any optimizer from a start on a function, and tell where it ends: the path, what was evaluated, and
whether the point is a minimum, a saddle, a maximum or degenerate by the eigenvalues of the Hessian there.

EXPR is an expression such as 'x^4 - 2x^2 + y^2', as derive reads it; a vector '[a, b]' is the sum of the
squares of residuals, as Gauss-Newton and Levenberg-Marquardt want it.

FUNCTION is a name whose minima are known; rosenbrock:n=10 has ten variables, quadratic:k=1000 the
condition number 1000:

` + functionList() + `
A rule (` + plainRecipe.Optimizer + `, sgd …) makes --steps steps along gradients. A full-batch method (lbfgs, newton …) makes
up to as many iterations, evaluates as often as it needs to, and ends by itself.`,
		Example: `  nabla minimize rosenbrock --optimizer adam --lr 0.2 --steps 500
  nabla minimize beale --optimizer trust-region
  nabla minimize 'x^2-2x+2' --lr 0.1 --start x=3
  nabla minimize '[x^2+y-11, x+y^2-7]' --optimizer levenberg-marquardt
  nabla minimize saddle --optimizer newton --json
  nabla minimize rosenbrock --optimizer lbfgs --plot path.svg
  nabla minimize quadratic:k=100 --optimizer momentum --noise 0.1 --seed 3`,
		Args: arguments("FUNCTION|EXPR"),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return testfuncs.Names(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error { return usageOf(cmd, m.run(cmd.Context(), args[0])) },
	}
	m.cmd = cmd
	fs := cmd.Flags()
	fs.StringVar(&m.optimizer, "optimizer", "sgd", "optimizer by `NAME`: "+optimizerNames()+"; full-batch methods: "+strings.Join(optimizers.MethodNames(), ", "))
	fs.Float64Var(&m.rate, "lr", 0, "learning `RATE` of a rule (default: one that is known to work for it on the function, or its usual one)")
	fs.Var(&m.set, "set", "options of the optimizer: beta1=0.9,beta2=0.99; one it lacks is an error")
	fs.IntVar(&m.steps, "steps", 1000, "`N` steps of a rule; at most so many iterations of a method")
	fs.StringVar(&m.start, "start", "", "`POINT` to start from: -1.2,1, or by name x=pi/2,y=1 (default: the function's own; 1.5,0.5,… for an expression)")
	fs.StringVar(&m.schedule, "schedule", "constant", "learning-rate `SCHEDULE` of a rule, in steps: "+strings.Join(schedules.Names(), ", "))
	fs.Float64Var(&m.noise, "noise", 0, "normal noise of this `DEVIATION` on each value and each component of the gradient, as mini-batches have")
	fs.Uint64Var(&m.seed, "seed", 1, "`SEED` of the noise and of rules that draw random numbers")
	fs.StringVar(&m.plot, "plot", "", "draw the path over the contours of the function into a `FILE`: .png, .svg, .pdf, or a .gif in which it grows; of one variable the curve with the points, of more than two f and |g| by step")
	cmd.MarkFlagFilename("plot", "png", "svg", "pdf", "gif")
	cmd.RegisterFlagCompletionFunc("optimizer", completeAnyOptimizer)
	cmd.RegisterFlagCompletionFunc("set", completeOptions)
	completeNames(cmd, "schedule", schedules.Names())
	return cmd
}

// functionList is the functions by name and formula, for the help.
func functionList() string {
	var b strings.Builder
	for _, name := range testfuncs.Names() {
		f, err := testfuncs.ByName(name)
		if err != nil {
			continue
		}
		fmt.Fprintf(&b, "  %-22s %s\n", name, f.Formula)
	}
	return b.String()
}

// walk is an optimizer between two steps.
type walk interface {
	Next(ctx context.Context) bool
	X() []float64
	Evaluations() optimizers.Evaluations
	Status() optimizers.Status
}

// run is the command.
func (m *minimizer) run(ctx context.Context, text string) error {
	f, err := m.function(text)
	if err != nil {
		return err
	}
	if err := m.checkNumbers(); err != nil {
		return err
	}
	if err := m.checkPlot(f); err != nil {
		return err
	}
	w, err := m.walk(f)
	if err != nil {
		return err
	}
	m.interruptible.Store(true)
	defer m.interruptible.Store(false)
	r := follow(ctx, w, f)
	if f.Variables != nil {
		f.Box = pathBox(f, r.Path)
	}
	r.Optimizer, r.LearningRate, r.Seed = m.optimizer, m.rate, m.seed
	if m.plot != "" {
		if err := m.draw(f, r); err != nil {
			return advised(err, "choose another file with --plot")
		}
	}
	if m.json {
		err = m.writeJSON(r)
	} else {
		m.print(f, r)
	}
	switch {
	case err != nil:
		return err
	case r.Status == optimizers.Interrupted:
		return context.Canceled
	case r.Status == optimizers.NotFinite:
		return advised(fmt.Errorf("after %s the next point is not finite", plural(r.Iterations, "step")), m.remedy())
	}
	return nil
}

// remedy is the next step after a run to infinity.
func (m *minimizer) remedy() string {
	if optimizers.IsMethod(m.optimizer) {
		return "start elsewhere, or take trust-region"
	}
	return fmt.Sprintf("take a smaller --lr than %v", m.rate)
}

// checkNumbers looks at the flags that are numbers.
func (m *minimizer) checkNumbers() error {
	switch {
	case m.steps < 1 || m.steps > maxEpochs:
		return usagef("--steps must be from 1 to %d, got %d", maxEpochs, m.steps)
	case !(m.noise >= 0) || math.IsInf(m.noise, 0):
		return usagef("--noise must be a finite number of at least 0, got %v", m.noise)
	case changed(m.cmd.Flags(), "lr") && (!(m.rate > 0) || math.IsInf(m.rate, 0)):
		return usagef("--lr must be a positive number, got %v", m.rate)
	}
	return nil
}

// walk makes the optimizer.
func (m *minimizer) walk(f testfuncs.Function) (walk, error) {
	p := optimizers.TestProblem(f)
	if m.noise > 0 {
		noisy := testfuncs.Noisy{Function: f, Sigma: m.noise, Rand: rand.New(rand.NewPCG(m.seed, noiseStream))}
		p.Func, p.Grad = noisy.Func, noisy.Grad
	}
	if optimizers.IsMethod(m.optimizer) {
		method, err := m.method()
		if err != nil {
			return nil, err
		}
		s, err := optimizers.NewSearch(method, p, f.Start, optimizers.Limits{Iterations: m.steps})
		if err != nil {
			return nil, advised(err, "take another --optimizer or --start")
		}
		return s, nil
	}
	row, err := parseOptimizer(m.optimizer)
	if err != nil {
		return nil, usagef("--optimizer: %s", plain(err))
	}
	rule, err := optimizers.Configure(m.optimizer, m.set.table())
	if err != nil {
		return nil, usagef("--set: %s", plain(err))
	}
	schedule, err := schedules.Parse(m.schedule, 1, m.steps)
	if err != nil {
		return nil, usagef("--schedule: %s", plain(err))
	}
	if m.rate == 0 {
		known, _, _ := strings.Cut(f.Name, ":n=") // a rate mostly serves any number of variables
		m.rate = row.Setting(known).LearningRate
	}
	return optimizers.NewDescent(rule, p, f.Start, optimizers.Steps{Count: m.steps, LearningRate: m.rate, Schedule: schedule, Seed: m.seed})
}

// noiseStream tells the random numbers of the noise from those of a rule.
const noiseStream = 0x6e6f697365

// method configures a full-batch method, which has no use for a learning rate.
func (m *minimizer) method() (optimizers.Method, error) {
	for _, flag := range []string{"lr", "schedule"} {
		if changed(m.cmd.Flags(), flag) {
			return nil, usagef("--%s: %s finds the length of its steps by itself; leave --%s out", flag, m.optimizer, flag)
		}
	}
	method, err := optimizers.ConfigureMethod(m.optimizer, m.set.table())
	if err != nil {
		return nil, usagef("--set: %s", plain(err))
	}
	return method, nil
}
