package main

import (
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nabla/datasets"
	"nabla/nn"
)

// summaryCommand shows a network without training it: sizes first, then the work.
func summaryCommand(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "summary MODEL|DATA",
		Short: "Show the layers of a model, or of the network that DATA would train",
		Example: `  nabla summary iris
  nabla summary digits --layers 64:relu,dropout:0.2,32:relu
  nabla train iris --out runs/iris
  nabla summary runs/iris/model.safetensors`,
		Args:              arguments("MODEL|DATA"),
		ValidArgsFunction: completeData,
		RunE: func(cmd *cobra.Command, args []string) error {
			net, err := networkOf(args[0], cmd.Flags())
			if err != nil {
				return usageOf(cmd, err)
			}
			if c.json {
				return c.writeJSON(summarize(net))
			}
			return net.Summary(c.out)
		},
	}
	networkOnly(cmd)
	return cmd
}

// networkOnly gives a command the flags of a job that make its data and network.
func networkOnly(cmd *cobra.Command) {
	given := newJob("")
	given.networkFlags(cmd.Flags())
	given.dataFlags(cmd.Flags())
	given.lossFlag(cmd.Flags())
	given.seedFlag(cmd.Flags())
	given.complete(cmd)
}

// isModel reports whether an argument names a model file rather than data: by its
// ending, or by being a file that is neither a data set nor a file of data.
func isModel(name string) bool {
	if _, err := datasets.ByName(name); err == nil || datasets.IsFile(name) {
		return false
	}
	info, err := os.Stat(name)
	return strings.HasSuffix(name, ".safetensors") || err == nil && !info.IsDir()
}

// networkOf returns the network of a model file, or of the job that the flags
// make for data.
func networkOf(name string, flags *pflag.FlagSet) (*nn.Network, error) {
	if isModel(name) {
		m, err := readModel(name)
		if err != nil {
			return nil, err
		}
		return m.Network, onlyData(name, flags)
	}
	s, err := networkJob(name, flags)
	if err != nil {
		return nil, err
	}
	return s.net, nil
}

// networkJob makes data and network of a job.
func networkJob(name string, flags *pflag.FlagSet) (*setup, error) {
	if _, err := datasets.ByName(name); err != nil {
		if info, statErr := os.Stat(name); statErr == nil && info.IsDir() {
			return nil, usage("", errors.New(name+" is a folder; give a model file or data"))
		}
	}
	j, err := fill(name, nil, flags)
	if err != nil {
		return nil, err
	}
	s, err := j.open()
	if err != nil {
		return nil, err
	}
	return s, s.build()
}

// onlyData refuses flags that change a network for a model, which has one.
func onlyData(name string, flags *pflag.FlagSet) (err error) {
	for _, flag := range []string{"layers", "output", "init", "dtype", "loss"} {
		if f := flags.Lookup(flag); f != nil && f.Changed && err == nil {
			err = usagef("--%s is for data; %s has its network", flag, name)
		}
	}
	return err
}

// networkSummary is what summary prints as JSON.
type networkSummary struct {
	Input      []int          `json:"input"`
	Output     []int          `json:"output"`
	DType      string         `json:"dtype"`
	Layers     []string       `json:"layers"`
	Parameters []paramSummary `json:"parameters"`
	Total      int            `json:"total"`
	Trainable  int            `json:"trainable"`
}

// paramSummary is a tensor of weights.
type paramSummary struct {
	Name      string `json:"name"`
	Shape     []int  `json:"shape"`
	Trainable bool   `json:"trainable"`
}

// summarize lists what the table of text shows.
func summarize(net *nn.Network) networkSummary {
	s := networkSummary{Input: net.Config().Input, Output: net.OutputShape(), DType: net.Config().DType.String(), Layers: []string{}, Parameters: []paramSummary{}}
	for _, l := range net.Layers() {
		s.Layers = append(s.Layers, nn.Describe(l))
	}
	for _, p := range net.Params() {
		s.Parameters = append(s.Parameters, paramSummary{p.Name, p.Shape, p.Trainable})
	}
	s.Total, s.Trainable = net.Count()
	return s
}
