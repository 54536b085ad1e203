package main

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// minusBehind moves an expression that begins with a minus, as in "derive -x^2",
// behind "--", where it is no flag. What can be a flag or the value of one stays.
func minusBehind(root *cobra.Command, args []string) []string {
	cmd, _, err := root.Find(args)
	if err != nil || !strings.Contains(cmd.Use, "EXPR") || slices.Contains(args, "--") {
		return args
	}
	isValue := false // of the flag before
	for i, arg := range args {
		if !isValue && startsNegative(cmd, arg) {
			return slices.Concat(args[:i], args[i+1:], []string{"--", arg})
		}
		isValue = !isValue && wantsValue(cmd, arg)
	}
	return args
}

// startsNegative reports an argument like -x^2: no flag has its first letter.
func startsNegative(cmd *cobra.Command, arg string) bool {
	rest, minus := strings.CutPrefix(arg, "-")
	if !minus || rest == "" || rest[0] == '-' {
		return false
	}
	letter, n := utf8.DecodeRuneInString(rest)
	return n > 1 || letter != 'h' && cmd.Flags().ShorthandLookup(rest[:1]) == nil && cmd.InheritedFlags().ShorthandLookup(rest[:1]) == nil
}

// wantsValue reports a flag whose value is the next argument.
func wantsValue(cmd *cobra.Command, arg string) bool {
	name, ok := strings.CutPrefix(arg, "--")
	if !ok {
		name, ok = strings.CutPrefix(arg, "-")
		f := cmd.Flags().ShorthandLookup(name[:min(1, len(name))])
		return ok && len(name) == 1 && f != nil && f.NoOptDefVal == ""
	}
	f := cmd.Flags().Lookup(name)
	if f == nil {
		f = cmd.InheritedFlags().Lookup(name)
	}
	return f != nil && f.NoOptDefVal == ""
}
