package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// The lists of commands in help go on below their texts, as those of flags do.
func init() {
	cobra.AddTemplateFunc("short", func(padding int, name, text string) string {
		name = padded(name, padding)
		return wrapped("  "+name+" "+text, padding+len("   "))
	})
}

// usageTemplate is cobra's, for a terminal of usual width.
func usageTemplate(template string) string {
	return strings.NewReplacer(".FlagUsages", fmt.Sprintf(".FlagUsagesWrapped %d", textWidth), "  {{rpad .Name .NamePadding }} {{.Short}}", "{{short .NamePadding .Name .Short}}").Replace(template)
}

// helpText breaks a description into lines. Lines one below the other are a paragraph.
// Those with columns stay apart and go on below their last column.
func helpText(text string) string {
	var lines, paragraph []string
	column := 0 // of the last line, in characters
	end := func() {
		if paragraph != nil {
			lines = append(lines, wrapped(strings.Join(paragraph, " "), column))
		}
		paragraph, column = nil, 0
	}
	for line := range strings.SplitSeq(text, "\n") {
		at := max(0, strings.LastIndex(line, "  ")+len("  ")*min(1, strings.Count(line, "  ")))
		goesOn := paragraph != nil && strings.TrimLeft(line, " ") == line[at:]
		switch width := len([]rune(line[:at])); {
		case line == "":
			end()
			lines = append(lines, "")
		case goesOn && width == column:
			paragraph = append(paragraph, line[at:])
		default:
			end()
			paragraph, column = []string{line}, width
		}
	}
	end()
	return strings.Join(lines, "\n")
}
