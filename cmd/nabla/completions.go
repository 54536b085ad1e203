package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"nabla/activations"
	"nabla/datasets"
	"nabla/layers"
	"nabla/nn"
	"nabla/train/optimizers"
)

// completeNames offers words for a flag.
func completeNames(cmd *cobra.Command, flag string, words []string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // the command has no such flag
	}
}

// completeData offers bundled data sets and files for the first argument.
func completeData(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return datasets.Names(), cobra.ShellCompDirectiveDefault
}

// completeModel offers files for the first argument, and data for the second.
func completeModel(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return []string{"safetensors"}, cobra.ShellCompDirectiveFilterFileExt
	}
	return completeData(cmd, args[1:], word)
}

// completeLayers offers layers behind a comma and activations behind UNITS and a
// colon.
func completeLayers(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	const directive = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	before, item := "", word
	if i := strings.LastIndexByte(word, ','); i >= 0 {
		before, item = word[:i+1], word[i+1:]
	}
	words := append([]string{"none", "16:relu", "16:tanh"}, layers.Names()...)
	if units, _, inside := strings.Cut(item, ":"); inside {
		words = nil
		for _, name := range activations.Names() {
			words = append(words, units+":"+name)
		}
	}
	return prefixed(before, words, word), directive
}

// optimizerNames is what the help says of the values of --optimizer.
func optimizerNames() string {
	text := strings.Join(optimizers.Names(), ", ") + "; inside"
	for i, w := range optimizers.Wrappers() {
		if i > 0 {
			text += " or"
		}
		text += " " + w + "(NAME)"
	}
	return text
}

// completeOptimizer offers optimizers and wrappers, and behind an open parenthesis
// what may stand inside.
func completeOptimizer(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	const directive = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	open := strings.LastIndexByte(word, '(') + 1
	var words []string
	for _, name := range optimizers.Names() {
		words = append(words, name+strings.Repeat(")", strings.Count(word, "(")))
	}
	for _, w := range optimizers.Wrappers() {
		if !strings.Contains(word, w+"(") {
			words = append(words, w+"(")
		}
	}
	return prefixed(word[:open], words, word), directive
}

// completeOptions offers the options of the optimizer that was chosen, or of
// adam.
func completeOptions(cmd *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	before := ""
	if i := strings.LastIndexByte(word, ','); i >= 0 {
		before = word[:i+1]
	}
	name := plainRecipe.Optimizer
	if f := cmd.Flags().Lookup("optimizer"); f.Changed {
		name = f.Value.String()
	}
	optimizer, err := configure(name, nil)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var words []string
	for _, o := range optimizers.Options(optimizer) {
		words = append(words, o.Name+"=")
	}
	return prefixed(before, words, word), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completeInit offers initializers and files.
func completeInit(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	if names := prefixed("", nn.InitializerNames(), word); word == "" || len(names) > 0 {
		return names, cobra.ShellCompDirectiveDefault
	}
	return []string{"safetensors"}, cobra.ShellCompDirectiveFilterFileExt
}

// prefixed puts the text before the words and keeps those that go on from word.
func prefixed(before string, words []string, word string) []string {
	list := slices.Clone(words)
	for i := range list {
		list[i] = before + list[i]
	}
	return slices.DeleteFunc(list, func(w string) bool { return !strings.HasPrefix(w, word) })
}
