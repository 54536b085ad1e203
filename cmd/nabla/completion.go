package main

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"nabla/internal/names"
)

// shells write the completion script of each shell.
var shells = []struct {
	name  string
	write func(root *cobra.Command, w io.Writer) error
	use   string
}{
	{"bash", func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) }, "source <(nabla completion bash)"},
	{"zsh", (*cobra.Command).GenZshCompletion, `nabla completion zsh > "${fpath[1]}/_nabla"`},
	{"fish", func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) }, "nabla completion fish | source"},
	{"powershell", (*cobra.Command).GenPowerShellCompletionWithDesc, "nabla completion powershell | Out-String | Invoke-Expression"},
}

// completionCommand prints the scripts that cobra makes for shells. They ask the
// program itself for words (nabla __complete), so that they need not be made again
// when names are added.
func completionCommand(c *console) *cobra.Command {
	var known, example []string
	for _, s := range shells {
		known = append(known, s.name)
		example = append(example, "  "+s.use)
	}
	return &cobra.Command{
		Use:                   "completion SHELL",
		Short:                 "Print the completion script of a shell: " + strings.Join(known, ", "),
		Example:               strings.Join(example, "\n"),
		Args:                  arguments("SHELL"),
		ValidArgs:             known,
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			i := slices.Index(known, args[0])
			if i < 0 {
				return usage(cmd.CommandPath(), names.Unknown("nabla", "shell", args[0], known))
			}
			return shells[i].write(cmd.Root(), c.out)
		},
	}
}
