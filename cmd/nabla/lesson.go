package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"nabla/internal/lesson"
)

// teacher is the command with its flags.
type teacher struct {
	*console
	out string
	all bool
}

// lessonCommand lists and runs lessons. Each is a command of its own, whose flags are
// its parameters.
func lessonCommand(c *console) *cobra.Command {
	t := &teacher{console: c}
	cmd := &cobra.Command{
		Use:   "lesson [NAME]",
		Short: "Run a lesson on calculus, optimization or backpropagation",
		Long: `Run a lesson: a short text, the computation live with parameters that flags change, a plot, what
was checked, and a last line that says what was seen. nabla lesson alone lists them;
nabla lesson NAME --help lists the parameters of one.`,
		Example: `  nabla lesson
  nabla lesson learning-rate
  nabla lesson learning-rate --lr 0.19 --out pages
  nabla lesson vanishing --json
  nabla lesson --all --out docs/lessons`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				_, err := lesson.ByName(args[0])
				return usage(cmd.CommandPath(), err)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return usageOf(cmd, t.overview()) },
	}
	// The flags of a lesson come with its name; if that is misspelt, it is the mistake.
	cmd.SetFlagErrorFunc(func(at *cobra.Command, err error) error {
		if at == cmd && at.Flags().NArg() > 0 {
			if _, unknown := lesson.ByName(at.Flags().Arg(0)); unknown != nil {
				return usage(at.CommandPath(), unknown)
			}
		}
		return flagError(at, err)
	})
	cmd.PersistentFlags().StringVar(&t.out, "out", "", "write the page and its pictures into `FOLDER`")
	cmd.PersistentFlags().SortFlags = false
	cmd.MarkPersistentFlagDirname("out")
	cmd.Flags().BoolVar(&t.all, "all", false, "with --out: run all lessons with their defaults and write the pages with an index")
	for _, l := range lesson.All() {
		cmd.AddCommand(t.command(l))
	}
	return cmd
}

// command runs one lesson.
func (t *teacher) command(l lesson.Lesson) *cobra.Command {
	s := l.Settings(1)
	cmd := &cobra.Command{
		Use:   l.Name,
		Short: l.About,
		Long:  l.Title + ": " + l.About + ".",
		Args:  arguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s.Seed = t.seed
			return usageOf(cmd, t.run(l, s))
		},
	}
	cmd.Flags().SortFlags = false
	for _, p := range l.Params {
		cmd.Flags().Var(&parameter{p, &s}, p.Name, fmt.Sprintf("%s: %s", p.Help, p.Range()))
		if p.Words != nil {
			completeNames(cmd, p.Name, p.Words)
		}
	}
	return cmd
}

// parameter is a parameter of a lesson as a flag.
type parameter struct {
	lesson.Param
	settings *lesson.Settings
}

// String implements pflag.Value.
func (p *parameter) String() string {
	if p.settings == nil {
		return ""
	}
	return p.settings.Text(p.Name)
}

// Type implements pflag.Value.
func (p *parameter) Type() string {
	switch {
	case p.Words != nil:
		return "WORD"
	case p.Whole:
		return "N"
	}
	return "X"
}

// Set implements pflag.Value.
func (p *parameter) Set(text string) error { return p.settings.Set(p.Name, text) }

// overview lists the lessons, or builds all pages.
func (t *teacher) overview() error {
	switch {
	case t.all && t.out == "":
		return usagef("--all needs --out FOLDER, where the pages are written")
	case t.all:
		return t.build()
	case t.out != "":
		return usagef("--out needs a lesson, or --all (have %s)", strings.Join(lesson.Names(), ", "))
	case t.json:
		return t.writeJSON(lessonList())
	}
	wide := 0
	for _, name := range lesson.Names() {
		wide = max(wide, len(name))
	}
	if !t.quiet {
		fmt.Fprintf(t.console.out, "%3s  %*s  %s\n", "row", -wide, "lesson", "what it shows")
	}
	for _, l := range lesson.All() {
		about := wrap(l.About, textWidth-wide-7)
		for i, line := range about {
			row, name := fmt.Sprint(l.Row), l.Name
			if i > 0 {
				row, name = "", ""
			}
			fmt.Fprintf(t.console.out, "%3s  %*s  %s\n", row, -wide, name, line)
		}
	}
	if !t.quiet {
		fmt.Fprintln(t.console.out, "\nnabla lesson NAME runs one, nabla lesson NAME --help lists what you can change.")
	}
	return nil
}

// lessonInfo is what is said of a lesson in JSON.
type lessonInfo struct {
	Name       string          `json:"name"`
	Row        int             `json:"row"`
	Title      string          `json:"title"`
	About      string          `json:"about"`
	Parameters []parameterInfo `json:"parameters"`
}

// parameterInfo is what is said of a parameter.
type parameterInfo struct {
	Name    string `json:"name"`
	Default string `json:"default"`
	Range   string `json:"range"`
	Help    string `json:"help"`
}

func lessonList() any {
	list := []lessonInfo{}
	for _, l := range lesson.All() {
		info := lessonInfo{l.Name, l.Row, l.Title, l.About, []parameterInfo{}}
		for _, p := range l.Params {
			info.Parameters = append(info.Parameters, parameterInfo{p.Name, p.Format(p.Default), p.Range(), p.Help})
		}
		list = append(list, info)
	}
	return map[string][]lessonInfo{"lessons": list}
}

// run computes a lesson and shows it.
func (t *teacher) run(l lesson.Lesson, s lesson.Settings) error {
	page, err := l.Run(s)
	if err != nil {
		return err
	}
	if t.json {
		err = t.writeJSON(page)
	} else {
		err = t.show(page)
	}
	if err != nil {
		return err
	}
	if t.console.out.err == nil {
		for _, c := range page.Claims {
			if !c.Holds() {
				return advised(fmt.Errorf("a claim of the lesson does not hold: %s", c), "please report it with the command you ran")
			}
		}
	}
	if t.out == "" {
		return nil
	}
	files, err := page.Write(t.out)
	if err != nil {
		return advised(err, "choose another --out")
	}
	if !t.json && !t.quiet {
		fmt.Fprintf(t.console.out, "\n%s\n", wrapped("written to "+printable(t.out)+": "+strings.Join(files, ", "), 2))
	}
	return nil
}

// show prints the page; quiet, its last line.
func (t *teacher) show(page *lesson.Page) error {
	if t.quiet {
		fmt.Fprintln(t.console.out, page.Seen)
		return nil
	}
	text, err := page.Text(textWidth, t.paint(dim, "") != "")
	if err == nil {
		fmt.Fprint(t.console.out, text)
	}
	return err
}

// build writes all pages.
func (t *teacher) build() error {
	files, err := lesson.Build(t.out, func(p *lesson.Page) {
		if !t.quiet {
			fmt.Fprintf(t.console.err, "%s\n", p.Lesson.Name)
		}
	})
	if err != nil {
		return advised(err, "choose another --out")
	}
	if t.json {
		return t.writeJSON(map[string]any{"folder": t.out, "files": files})
	}
	fmt.Fprintf(t.console.out, "%s in %s\n", plural(len(files), "file"), printable(t.out))
	return nil
}
